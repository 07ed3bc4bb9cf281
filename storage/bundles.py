"""The shelf of messages about several articles: what they are made of, and into which parts they were split."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.alert import Match
from bot.core.article import Article
from bot.core.bundle import CombinedMessage, StoryEntry
from bot.core.delivery import Delivery, DeliveryKind, DeliveryState
from bot.core.ids import ArticleId, ChatId, DeliveryId, MessageId
from bot.core.subscription import Urgency
from storage import alerts, mentions, rows
from storage.engine import Database, insert
from storage.rows import Row
from storage.tables import articles, chats, deliveries, subscriptions

_OPEN = (DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.SENDING, DeliveryState.HELD)
_CHUNK = 500


class SqlCombinedMessageRepository:
    """Implements `bot.core.bundle.BundleShelf`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_rolling(self, delivery_id: DeliveryId) -> Delivery | None:
        """Find a rolling message that is out."""
        wanted = select(deliveries).where(deliveries.c.id == delivery_id, deliveries.c.message_id.is_not(None))
        async with self._database.read() as connection:
            rolling = wanted.where(deliveries.c.kind == DeliveryKind.ROLLING)
            row = (await connection.execute(rolling)).mappings().one_or_none()
        return None if row is None else rows.delivery(row)

    async def load(self, delivery: Delivery, now: datetime) -> CombinedMessage | None:
        """Gather it; a story whose subscriptions are all gone, paused or muted is left out. None: the chat is gone."""
        facts = json.loads(delivery.payload or "{}")
        async with self._database.read() as connection:
            chat = (await connection.execute(select(chats).where(chats.c.id == delivery.chat_id))).mappings().first()
            if chat is None:
                return None
            message_id = await connection.scalar(select(deliveries.c.message_id).where(deliveries.c.id == delivery.id))
            before = facts.get("after")
            state = await connection.scalar(select(deliveries.c.state).where(deliveries.c.id == before))
            tellings = await _tellings(connection, delivery, facts, now, merged=chat["one_per_story"])
        return CombinedMessage(
            kind=delivery.kind,
            reason=str(facts.get("reason", "")),
            part=int(facts.get("part", 0)),
            parts=int(facts.get("parts", 1)),
            chat=rows.chat(chat),
            tellings=tuple(map(_by_its_wish, tellings)) if delivery.kind is DeliveryKind.DIGEST else tellings,
            message_id=None if message_id is None else MessageId(message_id),
            waits=before is not None and state in _OPEN,
            shown=str(facts.get("shown", "")),
        )

    async def note_shown(self, delivery: Delivery, mark: str) -> None:
        """Note what a message that grows shows now."""
        facts = json.loads(delivery.payload or "{}") | {"shown": mark}
        same = deliveries.c.id == delivery.id
        async with self._database.write() as connection:
            await connection.execute(update(deliveries).where(same).values(payload=json.dumps(facts)))

    async def split(self, delivery: Delivery, parts: Sequence[Sequence[DeliveryId]], now: datetime) -> None:
        """Make parts of a message: this delivery keeps the first, each other becomes a delivery of its own, once."""
        facts = json.loads(delivery.payload or "{}") | {"parts": len(parts)}
        async with self._database.write() as connection:
            row = (await connection.execute(select(deliveries).where(deliveries.c.id == delivery.id))).mappings().one()
            same = deliveries.c.id == delivery.id
            kept, _ = mentions.share(facts | {"part": 1}, parts[0])
            await connection.execute(update(deliveries).where(same).values(payload=json.dumps(kept)))
            before: int = delivery.id
            for number, told in enumerate(parts[1:], 2):
                own, ids = mentions.share(facts | {"part": number, "after": before}, told)
                before = await _add_part(connection, row, own, now)
                for start in range(0, len(ids), _CHUNK):
                    moved = deliveries.c.id.in_(ids[start : start + _CHUNK])
                    await connection.execute(update(deliveries).where(moved).values(parent=before))


def _by_its_wish(telling: StoryEntry) -> StoryEntry:
    """Let a digest show a story under a keyword that is in the digest, where it hits one."""
    ordered = sorted(telling.subscriptions, key=lambda each: each.urgency is not Urgency.DIGEST)
    return replace(telling, subscriptions=tuple(ordered))


async def _add_part(connection: AsyncConnection, first: Row, facts: Mapping[str, Any], now: datetime) -> int:
    kept = ("chat_id", "thread_id", "kind", "rank", "silent", "seen_at")
    values = {name: first[name] for name in kept} | {
        "key": f"{first['key']}#{facts['part']}",
        "payload": json.dumps(facts),
        "released": True,
        "state": DeliveryState.QUEUED,
        "not_before": now,
        "created_at": now,
    }
    made = insert(connection, deliveries).values(values).returning(deliveries.c.id)
    found: int = (await connection.execute(made)).scalar_one()
    return found


async def _tellings(
    connection: AsyncConnection, delivery: Delivery, facts: Mapping[str, Any], now: datetime, *, merged: bool
) -> tuple[StoryEntry, ...]:
    told = select(deliveries.c.id, deliveries.c.article_id, deliveries.c.state).where(
        deliveries.c.parent == delivery.id
    )
    marked = await mentions.find(connection, facts)
    found = [*(await connection.execute(told.order_by(deliveries.c.id))).all(), *marked]
    was_sent = {row.id for row in marked} | {row.id for row in found if row.state == DeliveryState.SENT}
    hits: dict[DeliveryId, tuple[Match, ...]] = {}
    known: dict[int, Article] = {}
    stories: dict[ArticleId, int] = {}
    is_heard = or_(subscriptions.c.muted_until.is_(None), subscriptions.c.muted_until <= now)
    for start in range(0, len(found), _CHUNK):
        chunk = found[start : start + _CHUNK]
        hits |= await alerts.find_matches(connection, [DeliveryId(row.id) for row in chunk], is_heard)
        wanted = select(articles).where(articles.c.id.in_([row.article_id for row in chunk]))
        for row in (await connection.execute(wanted)).mappings():
            known[row["id"]] = rows.article(row)
            if merged and row["story_id"] is not None:
                stories[row["id"]] = row["story_id"]
    single = [
        StoryEntry(
            ids=(DeliveryId(row.id),),
            article=known[row.article_id],
            subscriptions=tuple(match.subscription for match in hits[row.id]),
            source_titles=(_source(known[row.article_id]),),
            was_sent=row.id in was_sent,
        )
        for row in found
        if row.article_id in known and hits.get(row.id)
    ]
    return tuple(await _joined(connection, single, stories, delivery.chat_id))


async def _joined(
    connection: AsyncConnection, single: Sequence[StoryEntry], stories: Mapping[ArticleId, int], chat_id: ChatId
) -> Sequence[StoryEntry]:
    """Join what tells the same story, and name everybody who tells it."""
    if not stories:
        return single
    others = (
        select(articles.c.story_id, articles.c.source_title, articles.c.source_host)
        .where(articles.c.story_id.in_(set(stories.values())), articles.c.owner.in_((0, chat_id)))
        .order_by(articles.c.id)
    )
    titles: dict[int | None, list[str]] = {}
    for row in await connection.execute(others):
        titles.setdefault(row.story_id, []).append(row.source_title or row.source_host)
    joined: dict[object, StoryEntry] = {}
    for each in single:
        story = stories.get(each.article.id)
        told = dict.fromkeys([*each.source_titles, *titles.get(story, ())])
        each = replace(each, source_titles=tuple(told))
        key = story or each.ids
        joined[key] = _join(joined[key], each) if key in joined else each
    return tuple(joined.values())


def _join(first: StoryEntry, other: StoryEntry) -> StoryEntry:
    by_number = {each.number: each for each in (*first.subscriptions, *other.subscriptions)}
    return replace(
        first,
        ids=first.ids + other.ids,
        subscriptions=tuple(by_number[number] for number in sorted(by_number)),
        source_titles=tuple(dict.fromkeys(first.source_titles + other.source_titles)),
        was_sent=first.was_sent or other.was_sent,
    )


def _source(article: Article) -> str:
    return article.source_title or article.source_host
