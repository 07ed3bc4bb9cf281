"""The repository of figures about what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, type_coerce

from bot.core.delivery.delivery import DeliveryKind, DeliveryState
from bot.core.statistics import BusyKeyword, Delay
from storage.columns import Number
from storage.deliveries import in_state
from storage.engine import Database
from storage.tables import deliveries, matches, subscriptions

_ALERT: ColumnElement[bool] = and_(deliveries.c.kind == DeliveryKind.ALERT, in_state(DeliveryState.SENT))


class SqlStatisticsRepository:
    """Implements `bot.core.statistics.StatisticsRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count_alerts(self, bounds: Sequence[datetime]) -> tuple[int, ...]:
        counted = select(func.count()).select_from(deliveries)
        async with self._database.read() as connection:
            return tuple(
                [
                    await connection.scalar(counted.where(_ALERT, _sent_since(begin), deliveries.c.finished_at < end))
                    or 0
                    for begin, end in pairwise(bounds)
                ]
            )

    async def find_delay(self, since: datetime) -> Delay | None:
        length: ColumnElement[Any] = type_coerce(deliveries.c.finished_at, Number) - type_coerce(
            deliveries.c.seen_at, Number
        )
        # What a rule kept back is late because its reader wished so, or because we were away.
        prompt = and_(
            _ALERT, _sent_since(since), ~deliveries.c.released, ~deliveries.c.catch_up, deliveries.c.reason.is_(None)
        )
        async with self._database.read() as connection:
            count = await connection.scalar(select(func.count()).select_from(deliveries).where(prompt)) or 0
            if not count:
                return None
            ordered = select(length).where(prompt).order_by(length).limit(1)
            median = await connection.scalar(ordered.offset((count - 1) // 2))
            high = await connection.scalar(ordered.offset(-(-count * 95 // 100) - 1))
        return Delay(median=_read(median), percentile_95=_read(high))

    async def list_busiest(self, since: datetime, limit: int) -> tuple[BusyKeyword, ...]:
        wanted = and_(
            subscriptions.c.query_id == matches.c.query_id,
            subscriptions.c.chat_id == deliveries.c.chat_id,
            subscriptions.c.thread_id == deliveries.c.thread_id,
        )
        alerts = func.count()
        busiest = (
            select(alerts, func.count(subscriptions.c.id.distinct()))
            .select_from(
                deliveries.join(matches, matches.c.article_id == deliveries.c.article_id).join(subscriptions, wanted)
            )
            .where(_ALERT, _sent_since(since))
            .group_by(matches.c.query_id)
            .order_by(alerts.desc(), matches.c.query_id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return tuple(BusyKeyword(alerts=row[0], readers=row[1]) for row in await connection.execute(busiest))


def _sent_since(moment: datetime) -> ColumnElement[bool]:
    return deliveries.c.finished_at >= moment


def _read(microseconds: int | None) -> timedelta:
    return timedelta(microseconds=max(0, microseconds or 0))
