"""
Fan-out: finding the receivers of an article and queueing their alerts, chunk by chunk.

Everything is decided by stored columns, so that a hundred thousand rows never leave the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, func, literal, or_, select, tuple_, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chat import ChatState
from bot.core.delivery.delivery import DeliveryKind, SendPriority, UnsentReason
from bot.core.subscription import Urgency
from storage.deliveries import current, held_or_queued, insert_selected, spread, twin_key
from storage.rows import Row
from storage.tables import articles, chats, deliveries, feed_choices, matches, subscriptions

ENGLISH = "en"
"""What every chat reads beside its own language, unless it was changed."""
_RECEIVER = (subscriptions.c.chat_id, subscriptions.c.thread_id)


@dataclass(frozen=True, slots=True)
class Chunk:
    """The receivers after the cursor up to and including `end`; the last chunk has no end."""

    query_ids: tuple[int, ...]
    after: tuple[int, int] | None
    end: tuple[int, int] | None
    """None: nobody comes after this chunk."""


async def next_chunk(connection: AsyncConnection, task: Row, limit: int) -> Chunk:
    """
    Find where the next chunk ends.

    Only subscriptions are counted, which one index answers in order: whether their chats want the article is looked at
    once, when it is queued. So a chunk may be smaller than `limit`, never larger.
    """
    hit = await connection.scalars(_hit(task))
    query_ids = tuple(hit.all())
    after = None if task["chat_cursor"] is None else (task["chat_cursor"], task["thread_cursor"])
    start = Chunk(query_ids, after, None)
    ends = select(*_RECEIVER).where(*_within(task, start)).order_by(*_RECEIVER).offset(limit - 1).limit(1)
    end = (await connection.execute(ends)).one_or_none()
    return Chunk(query_ids, after, None if end is None else (end.chat_id, end.thread_id))


async def queue(connection: AsyncConnection, task: Row, chunk: Chunk, now: datetime) -> int:
    """Queue the alerts of a chunk, or set them aside for a digest; returns how many are new."""
    first = await current(connection)
    # Roughly how many will get the article in the end; one index answers it.
    counted = select(func.count()).select_from(subscriptions).where(subscriptions.c.query_id.in_(_hit(task)))
    size = await connection.scalar(counted) or 0
    strength = case({Urgency.INSTANT: 2, Urgency.SILENT: 1}, value=subscriptions.c.urgency, else_=0)
    once = func.max(case((chats.c.one_per_story, 1), else_=0))
    found = (
        _receivers(task, chunk, now).add_columns(func.max(strength).label("strength"), once.label("once")).subquery()
    )
    waits = found.c.strength == 0  # for the digest's hour
    values: dict[str, Any] = {
        "chat_id": found.c.chat_id,
        "thread_id": found.c.thread_id,
        "silent": found.c.strength < 2,
        "turn": spread(first, size, found.c.chat_id, now),
    }
    if await _has_twin(connection, task):
        own = literal(twin_key(task["key"], task["id"]), deliveries.c.key.type)
        values["key"] = case((found.c.once == 1, own), else_=literal(task["key"], deliveries.c.key.type))
    else:
        values["key"] = task["key"]
    values |= held_or_queued(waits, UnsentReason.DIGEST) | {
        "kind": DeliveryKind.ALERT,
        "rank": SendPriority.ALERT,
        "article_id": task["id"],
        "catch_up": task["catch_up"],
        "not_before": now,
        "seen_at": task["updated_at"] or task["seen_at"],
        "created_at": now,
    }
    # Without its own condition SQLite takes ON CONFLICT for the ON of a join.
    return await insert_selected(connection, values, found.c.chat_id.is_not(None))


async def _has_twin(connection: AsyncConnection, task: Row) -> bool:
    """
    Say whether another feed brought the same address as the same story.

    Who wants one alert per story then gets the other source's name. Nobody else gets a second alert for one address.
    """
    if task["story_id"] is None:
        return False
    twin = select(articles.c.id).where(
        articles.c.key == task["key"], articles.c.id != task["id"], articles.c.story_id == task["story_id"]
    )
    return await connection.scalar(twin.limit(1)) is not None


def _receivers(task: Row, chunk: Chunk, now: datetime) -> Select[Any]:
    """Select the receivers of a chunk, each once."""
    found = (
        select(*_RECEIVER)
        .join(chats, chats.c.id == subscriptions.c.chat_id)
        .where(
            *_within(task, chunk),
            subscriptions.c.paused.is_(False),
            or_(subscriptions.c.muted_until.is_(None), subscriptions.c.muted_until <= now),
            chats.c.state == ChatState.ACTIVE,
            _reads(task["language"]),
            _follows(task["feed_id"], task["owner"]),
        )
    )
    return found.group_by(*_RECEIVER)


def _hit(task: Row) -> Select[Any]:
    """Select the queries that hit; of an article that changed, those that hit only now."""
    return select(matches.c.query_id).where(matches.c.article_id == task["id"], matches.c.revision == task["revision"])


def _within(task: Row, chunk: Chunk) -> Iterator[ColumnElement[bool]]:
    """Demand that a subscription is to a query that hit, and that its receiver lies in the chunk."""
    if len(chunk.query_ids) == 1:
        yield subscriptions.c.query_id == chunk.query_ids[0]
    else:
        hit = _hit(task)
        yield subscriptions.c.query_id.in_(hit)
    if chunk.after is not None:
        yield tuple_(*_RECEIVER) > tuple_(*map(literal, chunk.after))
    if chunk.end is not None:
        yield tuple_(*_RECEIVER) <= tuple_(*map(literal, chunk.end))


def _reads(language: str | None) -> ColumnElement[bool]:
    """Demand that the chat reads the language; an article of unknown language reaches everybody."""
    if language is None:
        return literal(True)
    reads = type_coerce(chats.c.reads, Text)
    own = and_(reads == "[]", or_(chats.c.language == language, literal(language == ENGLISH)))
    return or_(own, reads.contains(f'"{language}"', autoescape=True))


def _follows(feed_id: int, owner: int) -> ColumnElement[bool]:
    """Demand that the chat may see the feed and has not switched it off."""
    if owner:
        return chats.c.id == owner
    refused = and_(
        feed_choices.c.chat_id == chats.c.id, feed_choices.c.feed_id == feed_id, feed_choices.c.followed.is_(False)
    )
    return ~select(feed_choices.c.chat_id).where(refused).exists()
