"""Gathers figures about what the bot does for its operators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from bot.core.health import StatusRepository
from bot.core.ports import Clock
from bot.core.statistics import DAYS, MOST_KEYWORDS, RECENT, Statistics, StatisticsRepository


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsService:
    """Gathers the figures of the last two weeks."""

    statistics: StatisticsRepository
    status: StatusRepository
    clock: Clock

    async def gather(self, zone: tzinfo) -> Statistics:
        """Gather them; a day is one of that time zone."""
        now = self.clock.now()
        today = now.astimezone(zone).date()
        days = [today - timedelta(days=DAYS - 1 - place) for place in range(DAYS)]
        counts = await self.statistics.count_alerts([_begin(day, zone) for day in (*days, today + timedelta(days=1))])
        return Statistics(
            days=tuple(zip(days, counts, strict=True)),
            feeds=(await self.status.take_stock(now)).feeds,
            delay=await self.statistics.find_delay(now - RECENT),
            busiest=await self.statistics.list_busiest(now - RECENT, MOST_KEYWORDS),
        )


def _begin(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)
