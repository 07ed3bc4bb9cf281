"""Figures about what the bot does, for its operators; nothing in them names a person or a keyword."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

DAYS = 14
MOST_KEYWORDS = 8
RECENT = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """How long alerts that no rule held back took, from first seeing the article to Telegram having the message."""

    median: timedelta
    percentile_95: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class BusyKeyword:
    """How much one keyword brought, and to how many."""

    alerts: int
    readers: int


class StatisticsRepository(Protocol):
    """Counts of what was sent."""

    async def count_alerts(self, bounds: Sequence[datetime]) -> tuple[int, ...]:
        """Count the alerts sent between each of these times and the next."""
        ...

    async def find_delay(self, since: datetime) -> Delay | None:
        """Measure the alerts sent since then; None where there are none."""
        ...

    async def list_busiest(self, since: datetime, limit: int) -> tuple[BusyKeyword, ...]:
        """List the keywords that brought the most alerts since then, the most first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """All figures of one moment."""

    days: tuple[tuple[date, int], ...]
    """The alerts of each day, the last one today's."""
    feeds: Mapping[str, int]
    """By state."""
    delay: Delay | None
    busiest: tuple[BusyKeyword, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """One part of a chart: numbers with their names, and how its axes are called."""

    title: str
    axis: str
    names: tuple[str, ...]
    values: tuple[int, ...]
    remarks: tuple[str, ...]
    """What stands at each bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture of figures, with its texts in the reader's language."""

    heading: str
    days: Bars
    feeds: Bars
    keywords: Bars
