"""The repository of totals for the status page and the metrics."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from sqlalchemy import Column, func, or_, select, text, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core import polling
from bot.core.chat import ChatState
from bot.core.delivery.delivery import SendPriority
from bot.core.feed import FeedState
from bot.core.health import StoredCounts, StoredDatabase
from bot.core.polling import FeedHealth
from bot.core.statistics import Delay
from storage import rows
from storage.columns import Number
from storage.deliveries import QUEUED, UNDER_WAY
from storage.engine import Database
from storage.tables import articles, chats, deliveries, feeds

_WINDOW = timedelta(days=14)
_MOST_DELAYS = 10_000
_AT_ONCE = 200
_THERE = feeds.c.state != FeedState.REMOVED


class SqlStatusRepository:
    """Implements `bot.core.health.HealthRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take_stock(self, now: datetime) -> StoredCounts:
        async with self._database.read() as connection:
            of_feeds = await _count(connection, feeds.c.state, (each for each in FeedState if each != "removed"))
            of_chats = await _count(connection, chats.c.state, ChatState)
            ranks = await _count_ranks(connection)
            oldest_at = await _find_oldest(connection, now)
        queue = {rank.name.lower(): ranks[int(rank)] for rank in SendPriority}
        return StoredCounts(feeds=of_feeds, chats=of_chats, queue=queue, oldest_at=oldest_at)

    async def list_health(self, now: datetime) -> tuple[FeedHealth, ...]:
        async with self._database.read() as connection:
            return await _health(connection, now)

    async def count_articles(self, bounds: Sequence[datetime]) -> tuple[int, ...]:
        counted = select(func.count()).select_from(articles)
        seen_at = articles.c.seen_at
        async with self._database.read() as connection:
            return tuple(
                [
                    await connection.scalar(counted.where(seen_at >= begin, seen_at < end)) or 0
                    for begin, end in pairwise(bounds)
                ]
            )

    async def find_publishing_delay(self, since: datetime) -> Delay | None:
        length = type_coerce(articles.c.seen_at, Number) - type_coerce(articles.c.published_at, Number)
        newest = (
            select(length)
            .join(feeds, feeds.c.id == articles.c.feed_id)
            .where(articles.c.seen_at >= since, articles.c.seen_at > feeds.c.first_success_at, ~articles.c.is_day)
            .order_by(articles.c.seen_at.desc())
            .limit(_MOST_DELAYS)
        )
        async with self._database.read() as connection:
            lengths = sorted((await connection.scalars(newest)).all())
        if not lengths:
            return None
        at = (len(lengths) - 1) // 2, -(-len(lengths) * 95 // 100) - 1
        median, high = (timedelta(microseconds=max(0, lengths[place])) for place in at)
        return Delay(median=median, percentile_95=high)

    async def list_troubled(self, besides: Collection[int]) -> tuple[FeedHealth, ...]:
        wanted = select(feeds).where(_THERE, or_(feeds.c.failures > 0, feeds.c.id.in_(besides))).order_by(feeds.c.id)
        async with self._database.read() as connection:
            found = (await connection.execute(wanted)).mappings()
            return tuple(FeedHealth(feed=rows.feed(row), begun_at=row["created_at"], per_day=None) for row in found)

    async def describe_database(self) -> StoredDatabase:
        async with self._database.read() as connection:
            if connection.dialect.name == "postgresql":
                size = await connection.scalar(text("SELECT pg_database_size(current_database())"))
                return StoredDatabase(product="PostgreSQL", size=int(size or 0))
            pages = await connection.scalar(text("PRAGMA page_count"))
            page_size = await connection.scalar(text("PRAGMA page_size"))
            return StoredDatabase(product="SQLite", size=int(pages or 0) * int(page_size or 0))


async def _count(connection: AsyncConnection, column: Column[str], states: Iterable[StrEnum]) -> dict[str, int]:
    found = {row[0]: row[1] for row in await connection.execute(select(column, func.count()).group_by(column))}
    return {state.value: found.get(state.value, 0) for state in states}


async def _count_ranks(connection: AsyncConnection) -> Counter[int]:
    """Count what waits and what is under way apart, so that each question has an index: what was sent is much more."""
    ranks: Counter[int] = Counter()
    for condition in (QUEUED, UNDER_WAY):
        counted = select(deliveries.c.rank, func.count()).where(condition).group_by(deliveries.c.rank)
        for rank, count in await connection.execute(counted):
            ranks[rank] += count
    return ranks


async def _find_oldest(connection: AsyncConnection, now: datetime) -> datetime | None:
    """Find when the oldest message came that could go: of those that wait, the one that could go first."""
    due = select(deliveries.c.created_at).where(QUEUED, deliveries.c.not_before <= now)
    first: datetime | None = await connection.scalar(due.order_by(deliveries.c.not_before).limit(1))
    under_way = select(func.min(deliveries.c.created_at)).where(UNDER_WAY)
    other: datetime | None = await connection.scalar(under_way)
    return min((each for each in (first, other) if each is not None), default=None)


async def _health(connection: AsyncConnection, now: datetime) -> tuple[FeedHealth, ...]:
    # Two statements, put together here: SQLite would go through all counts anew for each feed.
    paces = await _count_entries(connection, now - _WINDOW)
    wanted = select(feeds).where(_THERE).order_by(feeds.c.id)
    healths: list[FeedHealth] = []
    for some in (await connection.execute(wanted)).mappings().partitions(_AT_ONCE):
        healths += [_read(row, *paces.get(row["id"], (0, None)), now) for row in some]
        await asyncio.sleep(0)  # thousands take a while, and others have something to do, too
    return tuple(healths)


async def _count_entries(connection: AsyncConnection, since: datetime) -> dict[int, tuple[int, datetime | None]]:
    """Count the articles of each feed since then, and find when the first of them was published."""
    # The index of their times leads to the articles: without the sum SQLite would walk through every article there is,
    # feed by feed.
    feed = articles.c.feed_id + 0
    counted = (
        select(feed, func.count(), func.min(articles.c.published_at))
        .where(articles.c.seen_at > since, articles.c.published_at > since)
        .group_by(feed)
    )
    return {row[0]: (row[1], row[2]) for row in await connection.execute(counted)}


def _read(row: rows.Row, count: int, oldest: datetime | None, now: datetime) -> FeedHealth:
    pace = polling.per_day(count, oldest, now, _WINDOW)
    return FeedHealth(
        feed=rows.feed(row),
        begun_at=row["created_at"],
        per_day=pace if row["first_success_at"] else None,
    )
