"""What a chat can see of the past: conditions on `archived`, the same as for whom an alert is queued."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select

from bot.core.archive import ArchiveView
from bot.core.ids import ChatId
from storage.past import archived
from storage.tables import feed_choices


def is_visible(where: ArchiveView) -> ColumnElement[bool]:
    """Demand that the article's words are stored, and the chat may see it, follows its feed and reads its language."""
    return and_(
        archived.c.indexed,
        archived.c.published_at >= where.since,
        or_(archived.c.language.is_(None), archived.c.language.in_(where.languages)),
        _is_followed(where.chat_id),
    )


def is_own_or_common(chat_id: ChatId) -> ColumnElement[bool]:
    """Demand that the chat may see the article at all."""
    return archived.c.owner.in_((0, chat_id))


def _is_followed(chat_id: ChatId) -> ColumnElement[bool]:
    refused = select(feed_choices.c.feed_id).where(
        feed_choices.c.chat_id == chat_id, feed_choices.c.followed.is_(False)
    )
    return or_(archived.c.owner == chat_id, and_(archived.c.owner == 0, archived.c.feed_id.not_in(refused)))
