"""Private feeds of chats: their table and repository, and which alerts they show."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ForeignKey,
    Index,
    Select,
    Table,
    Text,
    bindparam,
    delete,
    select,
    union_all,
)

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
        async with self._database.read() as connection:
            row = (await connection.execute(_BY_DIGEST, {"of_token": digest})).mappings().one_or_none()
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
            newest = (await connection.execute(_NEWEST, {"of_chat": chat_id, "most": limit})).all()
            keywords = (await connection.execute(_KEYWORDS, {"of_chat": chat_id})).all()
        names = [tuple(row) for row in keywords]
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


_OF_CHAT: BindParameter[Any] = bindparam("of_chat")
_MOST: BindParameter[Any] = bindparam("most")


def _sent() -> Select[Any]:
    """Select the alerts that were sent as messages of their own."""
    return (
        select(deliveries.c.id, deliveries.c.finished_at.label("at"), articles.c.updated_at)
        .join(articles, articles.c.id == deliveries.c.article_id)
        .where(deliveries.c.chat_id == _OF_CHAT, in_state(DeliveryState.SENT))
        .where(deliveries.c.kind == DeliveryKind.ALERT, articles.c.owner.in_((0, _OF_CHAT)))
        .order_by(deliveries.c.finished_at.desc(), deliveries.c.id.desc())
        .limit(_MOST)
    )


def _told() -> Select[Any]:
    """Select the alerts within digests, roundups and rolling messages."""
    carrier = (
        select(deliveries.c.id, deliveries.c.finished_at)
        .where(deliveries.c.chat_id == _OF_CHAT, in_state(DeliveryState.SENT), deliveries.c.kind.in_(_COMBINED))
        .order_by(deliveries.c.finished_at.desc(), deliveries.c.id.desc())
        .limit(_MOST)
        .subquery("carrier")
    )
    told = deliveries.alias("told")
    return (
        select(told.c.id, carrier.c.finished_at.label("at"), articles.c.updated_at)
        .select_from(carrier)
        .join(told, told.c.parent == carrier.c.id)
        .join(articles, articles.c.id == told.c.article_id)
        .where(in_state(DeliveryState.FOLDED, table=told), told.c.kind == DeliveryKind.ALERT)
        .where(articles.c.owner.in_((0, _OF_CHAT)), told.c.chat_id == _OF_CHAT)
        .order_by(carrier.c.finished_at.desc(), told.c.id.desc())
        .limit(_MOST)
    )


def _newest() -> Select[Any]:
    """Select the alerts that came last, in whichever way."""
    both = union_all(select(_sent().subquery()), select(_told().subquery())).subquery()
    return select(both).order_by(both.c.at.desc(), both.c.id.desc()).limit(_MOST)


# Built once: building them anew for every request of a reader costs more than what they read.
_NEWEST = _newest()
_KEYWORDS = (
    select(subscriptions.c.id, subscriptions.c.query_id, subscriptions.c.title)
    .where(subscriptions.c.chat_id == _OF_CHAT)
    .order_by(subscriptions.c.id)
)
_BY_DIGEST = (
    select(chats, private_feeds.c.salt, private_feeds.c.digest, private_feeds.c.created_at.label("made_at"))
    .join(private_feeds, private_feeds.c.chat_id == chats.c.id)
    .where(private_feeds.c.digest == bindparam("of_token"))
)


def _changed_at(row: Any) -> datetime:
    delivered_at: datetime = row.at
    return delivered_at if row.updated_at is None else max(delivered_at, row.updated_at)


def _read(row: Row) -> PrivateFeed:
    return PrivateFeed(**{name: row[name] for name in _COLUMNS})
