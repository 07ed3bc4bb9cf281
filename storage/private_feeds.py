"""Private feeds of chats: their table and repository, and which alerts they show."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Select, Table, Text, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chat import Chat
from bot.core.delivery.alert import Alert
from bot.core.delivery.delivery import DeliveryKind, DeliveryState
from bot.core.ids import ChatId, DeliveryId
from bot.core.private_feed import FeedContents, PrivateFeed
from storage import alerts, rows
from storage.columns import Number, UtcDateTime
from storage.deliveries import in_state
from storage.engine import Database, insert
from storage.rows import Row
from storage.schema import metadata
from storage.tables import articles, chats, deliveries, facts, subscriptions

private_feeds = Table(
    "private_feeds",
    metadata,
    Column("chat_id", Number, ForeignKey(chats.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("salt", Text, nullable=False),
    Column("digest", Text, nullable=False),  # of what its address names it by
    Column("created_at", UtcDateTime, nullable=False),
    Index("uq_private_feeds_digest", "digest", unique=True),
)

_KEY = "private_feeds.key"
_COLUMNS = ("chat_id", "salt", "digest", "created_at")
_COMBINED = (DeliveryKind.DIGEST, DeliveryKind.ROUNDUP, DeliveryKind.ROLLING)


class SqlPrivateFeedRepository:
    """Implements `bot.core.private_feed.PrivateFeedRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_key(self) -> bytes:
        stored = select(facts.c.value).where(facts.c.key == _KEY)
        async with self._database.read() as connection:
            key = await connection.scalar(stored)
        if key is None:
            async with self._database.write() as connection:
                fresh = insert(connection, facts).values(key=_KEY, value=secrets.token_hex(32))
                await connection.execute(fresh.on_conflict_do_nothing())
                key = (await connection.execute(stored)).scalar_one()
        return bytes.fromhex(key)

    async def find(self, chat_id: ChatId) -> PrivateFeed | None:
        wanted = select(private_feeds).where(private_feeds.c.chat_id == chat_id)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).mappings().one_or_none()
        return None if row is None else _read(row)

    async def find_by_digest(self, digest: str) -> tuple[PrivateFeed, Chat] | None:
        made_at = private_feeds.c.created_at.label("made_at")
        wanted = (
            select(chats, private_feeds.c.salt, private_feeds.c.digest, made_at)
            .join(private_feeds, private_feeds.c.chat_id == chats.c.id)
            .where(private_feeds.c.digest == digest)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).mappings().one_or_none()
        if row is None:
            return None
        chat = rows.chat(row)
        feed = PrivateFeed(chat_id=chat.id, salt=row["salt"], digest=row["digest"], created_at=row["made_at"])
        return feed, chat

    async def save(self, feed: PrivateFeed) -> None:
        async with self._database.write() as connection:
            made = insert(connection, private_feeds).values(asdict(feed))
            await connection.execute(made.on_conflict_do_update(index_elements=["chat_id"], set_=asdict(feed)))

    async def revoke(self, chat_id: ChatId) -> bool:
        async with self._database.write() as connection:
            gone = await connection.execute(delete(private_feeds).where(private_feeds.c.chat_id == chat_id))
        return bool(gone.rowcount)

    async def look(self, chat_id: ChatId, limit: int) -> FeedContents:
        async with self._database.read() as connection:
            found = [
                *(await connection.execute(_sent(chat_id, limit))).all(),
                *(await connection.execute(_told(chat_id, limit))).all(),
            ]
            names = await _list_names(connection, chat_id)
        newest = sorted(found, key=lambda row: (row.at, row.id), reverse=True)[:limit]
        versions = [(row.id, row.updated_at) for row in newest]
        return FeedContents(
            delivery_ids=tuple(DeliveryId(row.id) for row in newest),
            mark=sha256(repr((versions, names)).encode("utf-8", "replace")).hexdigest(),
            changed_at=max(map(_changed_at, newest), default=None),
        )

    async def load(self, delivery_ids: Sequence[DeliveryId]) -> tuple[tuple[DeliveryId, Alert], ...]:
        wanted = select(deliveries).where(deliveries.c.id.in_(list(delivery_ids)))
        async with self._database.read() as connection:
            found = tuple(map(rows.delivery, (await connection.execute(wanted)).mappings()))
            made = await alerts.load(connection, found, with_unheard=True)
        return tuple((delivery_id, made[delivery_id]) for delivery_id in delivery_ids if delivery_id in made)


def _sent(chat_id: ChatId, limit: int) -> Select[Any]:
    """Select the alerts that were sent as messages of their own."""
    return (
        select(deliveries.c.id, deliveries.c.finished_at.label("at"), articles.c.updated_at)
        .join(articles, articles.c.id == deliveries.c.article_id)
        .where(deliveries.c.chat_id == chat_id, in_state(DeliveryState.SENT), articles.c.owner.in_((0, chat_id)))
        .where(deliveries.c.kind == DeliveryKind.ALERT)
        .order_by(deliveries.c.finished_at.desc(), deliveries.c.id.desc())
        .limit(limit)
    )


def _told(chat_id: ChatId, limit: int) -> Select[Any]:
    """Select the alerts within digests, roundups and rolling messages."""
    carrier = (
        select(deliveries.c.id, deliveries.c.finished_at)
        .where(deliveries.c.chat_id == chat_id, in_state(DeliveryState.SENT), deliveries.c.kind.in_(_COMBINED))
        .order_by(deliveries.c.finished_at.desc(), deliveries.c.id.desc())
        .limit(limit)
        .subquery("carrier")
    )
    told = deliveries.alias("told")
    return (
        select(told.c.id, carrier.c.finished_at.label("at"), articles.c.updated_at)
        .select_from(carrier)
        .join(told, told.c.parent == carrier.c.id)
        .join(articles, articles.c.id == told.c.article_id)
        .where(in_state(DeliveryState.FOLDED, table=told), told.c.kind == DeliveryKind.ALERT)
        .where(articles.c.owner.in_((0, chat_id)), told.c.chat_id == chat_id)
        .order_by(carrier.c.finished_at.desc(), told.c.id.desc())
        .limit(limit)
    )


async def _list_names(connection: AsyncConnection, chat_id: ChatId) -> list[tuple[Any, ...]]:
    """List what says which keywords the entries bear, and in which language the feed is."""
    keywords = select(subscriptions.c.id, subscriptions.c.query_id, subscriptions.c.title)
    found = await connection.execute(keywords.where(subscriptions.c.chat_id == chat_id).order_by(subscriptions.c.id))
    language = await connection.scalar(select(chats.c.language).where(chats.c.id == chat_id))
    return [(language,), *(tuple(row) for row in found)]


def _changed_at(row: Any) -> datetime:
    delivered_at: datetime = row.at
    return delivered_at if row.updated_at is None else max(delivered_at, row.updated_at)


def _read(row: Row) -> PrivateFeed:
    return PrivateFeed(**{name: row[name] for name in _COLUMNS})
