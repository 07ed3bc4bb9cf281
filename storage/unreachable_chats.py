"""
Chats that cannot be reached: what they have not received is held, and gathered when they return.

It is held alert by alert, not in the message that failed. On the return it becomes one message.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chat import ChatState
from bot.core.delivery.delivery import Delivery, DeliveryKind, DeliveryState, SendPriority, UnsentReason
from bot.core.ids import ChatId
from bot.core.subscription import Urgency
from storage import channels, held
from storage import deliveries as queue
from storage.deliveries import UNDER_WAY, NewDelivery, in_state
from storage.fan_out import ENGLISH
from storage.rows import Row
from storage.tables import articles, chats, deliveries, feed_choices, matches, subscriptions

_NOT_YET_SENT = in_state(DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.HELD)


async def leave(connection: AsyncConnection, chat_id: ChatId, reason: UnsentReason, now: datetime) -> None:
    """
    Set aside what waits for a chat that cannot be reached any more.

    Its alerts are held until it returns, those for a digest until then; what else was to be said has no point any more.
    The manager of a channel is told.
    """
    rest = and_(deliveries.c.chat_id == chat_id, _NOT_YET_SENT)
    at_once = and_(deliveries.c.kind == DeliveryKind.ALERT, deliveries.c.reason.is_distinct_from(UnsentReason.DIGEST))
    await queue.hold(connection, and_(rest, at_once), UnsentReason.AWAY)
    ended = await queue.drop(connection, and_(rest, deliveries.c.kind != DeliveryKind.ALERT), reason, now)
    await queue.unfold(connection, ended, UnsentReason.AWAY)
    await channels.silence(connection, chat_id, reason, now)


async def set_aside(connection: AsyncConnection, delivery: Delivery, reason: UnsentReason, now: datetime) -> None:
    """Do the same with one message that is under way; the chat may have returned meanwhile, and is looked at then."""
    wanted = select(chats.c.state).where(chats.c.id == delivery.chat_id).with_for_update()
    state = await connection.scalar(wanted)
    same = and_(deliveries.c.id == delivery.id, UNDER_WAY)
    if delivery.kind is DeliveryKind.ALERT:
        await queue.hold(connection, same, UnsentReason.AWAY)
    else:
        await queue.unfold(connection, await queue.drop(connection, same, reason, now), UnsentReason.AWAY)
    if state == ChatState.ACTIVE:
        await held.look_at(connection, delivery.chat_id, now)


_MOST = 100
"""Articles of the time away that are still told, the newest; all of them can be searched for."""
_SOUGHT = timedelta(hours=1)
"""So long, at most, the readers of an article are looked for; who went away meanwhile was left out."""


async def gather(connection: AsyncConnection, chat: Row, now: datetime) -> None:
    """
    Hold an alert for each article the chat would have got since it went away; none comes twice.

    Done again with the same `now`, it holds what was found only meanwhile, and no more than the newest in all.
    """
    for reason in (UnsentReason.AWAY, UnsentReason.DIGEST):
        found = (
            (await connection.execute(_missed(chat, now, for_digest=reason == UnsentReason.DIGEST))).mappings().all()
        )
        missed = [
            NewDelivery(
                chat_id=chat["id"],
                thread_id=row["thread_id"],
                key=row["key"],
                kind=DeliveryKind.ALERT,
                rank=SendPriority.ALERT,
                article_id=row["id"],
                silent=row["strength"] < 2,
                state=DeliveryState.HELD,
                reason=reason,
                not_before=now,
                seen_at=row["seen_at"],
                created_at=now,
            )
            for row in reversed(found)  # in the order in which they came
        ]
        await queue.insert_many(connection, missed)
    await connection.execute(update(chats).where(chats.c.id == chat["id"]).values(release_at=now))


async def find_again(connection: AsyncConnection, chat_id: ChatId, now: datetime) -> None:
    """Note that Telegram knows the chat after all: what was put off to another day is sent now."""
    await connection.execute(update(chats).where(chats.c.id == chat_id).values(strikes=0, struck_at=None))
    await queue.hasten(connection, deliveries.c.chat_id == chat_id, now)


def _missed(chat: Row, now: datetime, *, for_digest: bool) -> Any:
    chat_id: ChatId = chat["id"]
    refused = select(feed_choices.c.feed_id).where(
        feed_choices.c.chat_id == chat_id,
        feed_choices.c.feed_id == articles.c.feed_id,
        feed_choices.c.followed.is_(False),
    )
    had = select(deliveries.c.id).where(
        deliveries.c.article_id == articles.c.id,
        deliveries.c.chat_id == chat_id,
        deliveries.c.thread_id == subscriptions.c.thread_id,
        # What this very return holds already counts among the newest.
        not_(and_(in_state(DeliveryState.HELD), deliveries.c.created_at == now)),
    )
    reads = chat["reads"] or (chat["language"], ENGLISH)
    strength = func.max(case({Urgency.INSTANT: 2, Urgency.SILENT: 1}, value=subscriptions.c.urgency, else_=0))
    found = (
        select(articles.c.id, articles.c.key, articles.c.seen_at, subscriptions.c.thread_id, strength.label("strength"))
        .join(matches, matches.c.article_id == articles.c.id)
        .join(subscriptions, subscriptions.c.query_id == matches.c.query_id)
        .where(
            subscriptions.c.chat_id == chat_id,
            subscriptions.c.paused.is_(False),
            or_(subscriptions.c.muted_until.is_(None), subscriptions.c.muted_until <= articles.c.seen_at),
            articles.c.seen_at > chat["state_at"] - _SOUGHT,
            or_(articles.c.seen_at > chat["state_at"], articles.c.seen_at >= subscriptions.c.created_at),
            articles.c.owner.in_((0, chat_id)),
            or_(articles.c.language.is_(None), articles.c.language.in_([each for each in reads if each])),
            and_(~refused.exists(), ~had.exists()),
        )
        .group_by(articles.c.id, subscriptions.c.thread_id)
        .having(strength == 0 if for_digest else strength > 0)
    )
    return found.order_by(articles.c.seen_at.desc(), articles.c.id.desc()).limit(_MOST)
