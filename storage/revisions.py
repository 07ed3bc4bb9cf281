"""
Entries that changed: their articles are updated and matched again, and alerts of them are edited.

A reader who has an alert of the article gets no second one; the message is edited where the headline changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, and_, case, cast, delete, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.article import ArticleDraft, advance, headline_state, is_rendered_anew, state_of
from bot.core.delivery.delivery import DeliveryKind, DeliveryState, SendPriority
from bot.core.delivery.rules import EDITED_FOR
from bot.core.ids import ArticleId, FeedId
from bot.core.recognition import RecognisedEntries
from storage.archive_index import archived
from storage.deliveries import UNDER_WAY, in_state, insert_selected, revision_key
from storage.engine import in_chunks, insert
from storage.rows import Row
from storage.tables import abstracts, articles, deliveries, entries, fanouts, full_texts

_WORDS = ("title", "lead", "body", "key_points", "tags")
"""What an article is matched by."""
_IN_FLIGHT = timedelta(seconds=10)
"""After so long an alert that is just being sent is out."""

Known = tuple[ArticleDraft, RecognisedEntries]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisedArticle:
    """An article that changed so that its readers are to be looked for once more."""

    article_id: ArticleId
    number: int
    """Which change of it."""
    before: str
    """What it said, as `read_before` reads it."""
    is_retitled: bool


async def take(
    connection: AsyncConnection, feed_id: FeedId, found: Iterable[Known], listed: int, now: datetime
) -> tuple[RevisedArticle, ...]:
    """Store what known entries say now; returns the articles whose change is to be announced."""
    changed = _changed(found)
    if not changed:
        return ()
    pairs = [(entry.known.traits, entry.traits) for _, entry in changed.values() if entry.known]
    silent = is_rendered_anew(pairs, listed)
    revised: list[RevisedArticle] = []
    ids = sorted(changed)
    for some in in_chunks(ids):
        wanted = (
            select(articles, full_texts.c.has_text, full_texts.c.body.label("own_body"))
            .add_columns(full_texts.c.key_points.label("own_points"))
            .outerjoin(full_texts, full_texts.c.article_id == articles.c.id)
            .where(articles.c.id.in_(some), articles.c.feed_id == feed_id)
            .order_by(articles.c.id)
        )
        for row in (await connection.execute(wanted)).mappings().all():
            one = await _revise(connection, row, changed[row["id"]], silent, now)
            revised += [one] if one else []
    return tuple(revised)


async def open_fanouts(connection: AsyncConnection, revised: Sequence[RevisedArticle], now: datetime) -> None:
    """Note that the readers of these articles are to be found; where they are just being looked for, once more."""
    tasks = [
        {"article_id": revision.article_id, "created_at": now, "before": revision.before}
        | {"revision": revision.number, "latest": revision.number, "edit_cursor": 0 if revision.is_retitled else None}
        for revision in revised
    ]
    if tasks:
        new = insert(connection, fanouts)
        later = {
            "latest": new.excluded.latest,
            "before": func.coalesce(fanouts.c.before, new.excluded.before),
            "edit_cursor": func.coalesce(new.excluded.edit_cursor, fanouts.c.edit_cursor),
        }
        await connection.execute(new.on_conflict_do_update(index_elements=["article_id"], set_=later), tasks)


def read_before(before: str | None) -> dict[str, Any]:
    """Read what an article said before its change; nothing where it has not changed."""
    found: dict[str, Any] = json.loads(before) if before else {}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}


async def queue_edits(connection: AsyncConnection, task: Row, now: datetime, limit: int) -> None:
    """Queue the edits of the next alerts that show an older headline."""
    out = or_(
        UNDER_WAY,
        and_(in_state(DeliveryState.SENT), deliveries.c.finished_at >= now - EDITED_FOR),
    )
    shows_it = and_(deliveries.c.article_id == task["id"], deliveries.c.kind == DeliveryKind.ALERT, out)
    older = and_(shows_it, deliveries.c.claimed_at <= task["updated_at"], deliveries.c.id > task["edit_cursor"])
    wanted = select(deliveries.c.id).where(older).order_by(deliveries.c.id).limit(limit)
    ids = (await connection.scalars(wanted)).all()
    for some in in_chunks(ids):
        await _queue_some(connection, task, now, some)
    cursor = ids[-1] if len(ids) == limit else None
    await connection.execute(update(fanouts).where(fanouts.c.article_id == task["id"]).values(edit_cursor=cursor))


def _changed(found: Iterable[Known]) -> dict[int, Known]:
    """Choose the entries that say something else, by article; of an entry that is listed twice, the first."""
    changed: dict[int, Known] = {}
    for draft, entry in found:
        known = entry.known
        if known is None or known.article_id is None or not draft.title:
            continue
        if known.states:
            differs = draft.state != known.states[0]
        else:
            differs = (entry.traits.title, entry.traits.lead) != (known.traits.title, known.traits.lead)
        if differs:
            changed.setdefault(known.article_id, (draft, entry))
    return changed


async def _revise(
    connection: AsyncConnection, row: Row, known: Known, silent: bool, now: datetime
) -> RevisedArticle | None:
    draft, entry = known
    assert entry.known is not None
    body, points = (row["own_body"], row["own_points"]) if row["has_text"] else (row["body"], row["key_points"])
    states = entry.known.states or (state_of(row["title"], row["lead"], points, body),)
    states, is_news = advance(states, draft.state, silent=silent)
    same = and_(entries.c.feed_id == row["feed_id"], entries.c.key == entry.known.key)
    await connection.execute(update(entries).where(same).values(states=" ".join(states)))
    values: dict[str, Any] = {name: getattr(draft, name) for name in (*_WORDS, "html")}
    values["language"] = draft.language or row["language"]
    if draft.is_paid:
        values["is_paid"] = True
    if is_news:
        values |= {"updated_at": now, "url": draft.url or row["url"]} | _date(row, known)
        await connection.execute(delete(abstracts).where(abstracts.c.article_id == row["id"]))
    if row["has_text"]:
        await _give_up_page(connection, row["id"], values, is_news)
    await connection.execute(update(articles).where(articles.c.id == row["id"]).values(values))
    copied = {name: values[name] for name in ("language", "published_at") if name in values}
    refiled = update(archived).where(archived.c.article_id == row["id"]).values(indexed=False, **copied)
    await connection.execute(refiled)
    if not is_news:
        return None
    return RevisedArticle(
        article_id=row["id"],
        number=len(states) - 1,
        before=json.dumps({name: row[name] for name in _WORDS}),
        is_retitled=headline_state(row["title"]) != headline_state(draft.title),
    )


def _date(row: Row, known: Known) -> dict[str, Any]:
    """Give the date of the change, where the publisher gave one."""
    draft, entry = known
    if not entry.traits.date or draft.published_at <= row["published_at"]:
        return {}
    return {"published_at": draft.published_at, "is_day": draft.is_day}


async def _give_up_page(
    connection: AsyncConnection, article_id: ArticleId, values: dict[str, Any], is_news: bool
) -> None:
    """Forget the text of the page of an article that changed; one that was only written anew keeps it for a while."""
    page = full_texts.c.article_id == article_id
    if is_news:
        await connection.execute(delete(full_texts).where(page))
    else:
        own = {"body": values.pop("body"), "key_points": values.pop("key_points")}
        await connection.execute(update(full_texts).where(page).values(own))


async def _queue_some(connection: AsyncConnection, task: Row, now: datetime, ids: Sequence[int]) -> None:
    number = cast(deliveries.c.id, Text)
    soon = literal(now, deliveries.c.not_before.type)
    later = literal(now + _IN_FLIGHT, deliveries.c.not_before.type)
    values: dict[str, Any] = {
        "chat_id": deliveries.c.chat_id,
        "thread_id": deliveries.c.thread_id,
        "key": revision_key(number, task["latest"]),
        "kind": DeliveryKind.EDIT,
        "rank": SendPriority.BULK,
        "payload": number,
        "article_id": task["id"],
        "not_before": case((in_state(DeliveryState.SENT), soon), else_=later),
        "seen_at": task["updated_at"],
        "created_at": now,
    }
    await insert_selected(connection, values, deliveries.c.id.in_(ids))
