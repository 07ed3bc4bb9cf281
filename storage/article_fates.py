"""What became of articles, in SQL: a few statements for all that is found, each by an index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.article_fate import ArticleFate
from bot.core.delivery.delivery import DeliveryKind, DeliveryState, UnsentReason
from bot.core.ids import FeedId
from storage import rows
from storage.engine import Database
from storage.tables import articles, deliveries, entries, fanouts, feeds, matches

_LOOKED_THROUGH = 10_000
"""The newest articles, whose titles are compared; more would take longer than a page may."""
_MOST = 20


class SqlArticleFateRepository:
    """Implements `bot.core.article_fate.ArticleFateRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_by_keys(self, keys: Sequence[str]) -> tuple[ArticleFate, ...]:
        named = select(entries.c.article_id).where(or_(entries.c.link_key.in_(keys), entries.c.fragment_key.in_(keys)))
        ids = select(articles.c.id).where(or_(articles.c.key.in_(keys), articles.c.id.in_(named)))
        return await self._read(ids.where(articles.c.owner == 0).order_by(articles.c.id.desc()).limit(_MOST))

    async def list_of_feed(self, feed_id: FeedId, *, limit: int) -> tuple[ArticleFate, ...]:
        own = select(articles.c.id).where(articles.c.feed_id == feed_id, articles.c.owner == 0)
        return await self._read(own.order_by(articles.c.id.desc()).limit(limit))

    async def find_by_title(self, words: Sequence[str], *, limit: int) -> tuple[ArticleFate, ...]:
        newest = (
            select(articles.c.id, articles.c.title, articles.c.owner)
            .order_by(articles.c.seen_at.desc())
            .limit(_LOOKED_THROUGH)
            .subquery()
        )
        fits = and_(newest.c.owner == 0, *(newest.c.title.icontains(word, autoescape=True) for word in words))
        return await self._read(select(newest.c.id).where(fits).order_by(newest.c.id.desc()).limit(limit))

    async def _read(self, wanted: Select[Any]) -> tuple[ArticleFate, ...]:
        async with self._database.read() as connection:
            ids = (await connection.scalars(wanted)).all()
            return await _load(connection, ids) if ids else ()


async def _load(connection: AsyncConnection, ids: Collection[int]) -> tuple[ArticleFate, ...]:
    counted = select(matches.c.article_id, func.count()).where(matches.c.article_id.in_(ids))
    queries: dict[int, int] = {
        row[0]: row[1] for row in await connection.execute(counted.group_by(matches.c.article_id))
    }
    pending = set(await connection.scalars(select(fanouts.c.article_id).where(fanouts.c.article_id.in_(ids))))
    stands = (deliveries.c.article_id, deliveries.c.state, deliveries.c.reason)
    alerts: dict[int, dict[tuple[DeliveryState, UnsentReason | None], int]] = defaultdict(dict)
    sums = select(*stands, func.count()).where(
        deliveries.c.article_id.in_(ids), deliveries.c.kind == DeliveryKind.ALERT
    )
    for article_id, state, reason, count in await connection.execute(sums.group_by(*stands)):
        alerts[article_id][DeliveryState(state), UnsentReason(reason) if reason else None] = count
    listed = (
        select(articles, feeds.c.title.label("feed_title"), feeds.c.first_success_at)
        .join(feeds, feeds.c.id == articles.c.feed_id)
        .where(articles.c.id.in_(ids))
        .order_by(articles.c.id.desc())
    )
    return tuple(
        ArticleFate(
            article=rows.article(row),
            feed_title=row["feed_title"],
            first_success_at=row["first_success_at"],
            is_pending=row["id"] in pending,
            queries=queries.get(row["id"], 0),
            alerts=alerts.get(row["id"], {}),
        )
        for row in (await connection.execute(listed)).mappings()
    )
