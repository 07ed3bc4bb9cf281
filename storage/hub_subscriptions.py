"""Subscriptions to feeds at WebSub hubs: their table and repository."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, delete, select, text, update

from bot.core.feed import Feed
from bot.core.ids import FeedId
from bot.core.websub import HubState, HubSubscription
from storage import columns, rows
from storage.columns import Number, SafeText, UtcDateTime
from storage.engine import Database, insert
from storage.rows import Row
from storage.schema import metadata
from storage.tables import feeds

hub_subscriptions = Table(
    "hub_subscriptions",
    metadata,
    Column("feed_id", Number, ForeignKey(feeds.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("hub", SafeText, nullable=False),
    Column("topic", SafeText, nullable=False),
    Column("token", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("next_try_at", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("failures", Integer, nullable=False),
    Column("pushed_at", UtcDateTime),  # NULL: the feed was made due since
    Index("uq_hub_subscriptions_token", "token", unique=True),
)

_COLUMNS = tuple(column for column in hub_subscriptions.c if column.name != "pushed_at")
_NAMES = tuple(column.name for column in _COLUMNS)
_POLLED = text("feeds.state IN ('active', 'failing')")
_PAIRS = hub_subscriptions.join(feeds, feeds.c.id == hub_subscriptions.c.feed_id)


class SqlHubRepository:
    """Implements `bot.core.websub.HubRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, token: str) -> HubSubscription | None:
        wanted = select(*_COLUMNS).select_from(_PAIRS).where(hub_subscriptions.c.token == token, _POLLED)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).mappings().one_or_none()
        return None if row is None else _read(row)

    async def find_of(self, feed_id: FeedId) -> HubSubscription | None:
        wanted = select(*_COLUMNS).where(hub_subscriptions.c.feed_id == feed_id)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).mappings().one_or_none()
        return None if row is None else _read(row)

    async def save(self, subscription: HubSubscription) -> None:
        values = asdict(subscription)
        async with self._database.write() as connection:
            new = insert(connection, hub_subscriptions).values(values)
            await connection.execute(new.on_conflict_do_update(index_elements=["feed_id"], set_=values))

    async def drop(self, feed_id: FeedId) -> None:
        async with self._database.write() as connection:
            await connection.execute(delete(hub_subscriptions).where(hub_subscriptions.c.feed_id == feed_id))

    async def list_due(self, now: datetime, limit: int) -> Sequence[tuple[Feed, HubSubscription]]:
        due = select(*_COLUMNS).select_from(_PAIRS).where(hub_subscriptions.c.next_try_at <= now, _POLLED)
        async with self._database.read() as connection:
            found = await connection.execute(due.order_by(hub_subscriptions.c.next_try_at).limit(limit))
            subscriptions = [_read(row) for row in found.mappings()]
            of_them = select(feeds).where(feeds.c.id.in_([subscription.feed_id for subscription in subscriptions]))
            by_id = {row["id"]: rows.feed(row) for row in (await connection.execute(of_them)).mappings()}
        return [(by_id[found.feed_id], found) for found in subscriptions if found.feed_id in by_id]

    async def list_leases(self, now: datetime) -> Sequence[tuple[FeedId, datetime]]:
        wanted = select(hub_subscriptions.c.feed_id, hub_subscriptions.c.lease_until).where(
            hub_subscriptions.c.state == HubState.ACTIVE, hub_subscriptions.c.lease_until > now
        )
        async with self._database.read() as connection:
            return [(FeedId(row.feed_id), row.lease_until) for row in await connection.execute(wanted)]

    async def note_push(self, feed_id: FeedId, now: datetime) -> None:
        changed = update(hub_subscriptions).where(hub_subscriptions.c.feed_id == feed_id).values(pushed_at=now)
        async with self._database.write() as connection:
            await connection.execute(changed)

    async def poll_pushed(self, now: datetime, gap: timedelta) -> int:
        told_of = select(hub_subscriptions.c.feed_id).where(hub_subscriptions.c.pushed_at.is_not(None))
        async with self._database.read() as connection:
            if await connection.scalar(told_of.limit(1)) is None:  # as nearly always
                return 0
        wanted = select(feeds.c.id, feeds.c.last_polled_at).where(
            feeds.c.id.in_(told_of), _POLLED, columns.is_free(feeds, now)
        )
        async with self._database.write() as connection:
            free = (await connection.execute(wanted.with_for_update(skip_locked=True))).all()
            for row in free:
                due_at = now if row.last_polled_at is None else max(now, row.last_polled_at + gap)
                sooner = update(feeds).where(feeds.c.id == row.id, feeds.c.next_poll_at > due_at)
                await connection.execute(sooner.values(next_poll_at=due_at))
            ids = [row.id for row in free]
            done = update(hub_subscriptions).where(hub_subscriptions.c.feed_id.in_(ids))
            await connection.execute(done.values(pushed_at=None))
        return len(ids)


def _read(row: Row) -> HubSubscription:
    return HubSubscription(**{name: row[name] for name in _NAMES} | {"state": HubState(row["state"])})
