"""A subscription: the query of a chat, its match mode, and how urgently its alerts come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.ids import ChatId, QueryId, SubscriptionId, ThreadId
from bot.core.query.parser import MatchMode, Query


class Urgency(StrEnum):
    """How an alert reaches the reader; where several subscriptions hit, the strongest wins."""

    INSTANT = "instant"
    SILENT = "silent"
    DIGEST = "digest"


HIT_DAYS = 14
"""Days over which hits are counted."""
_WEEK = 7
_BARS = "▁▂▃▄▅▆▇"


@dataclass(frozen=True, slots=True)
class HitCounts:
    """The hits of a subscription in the last days, each of 24 hours, the latest day last."""

    days: tuple[int, ...] = (0,) * HIT_DAYS

    @property
    def week(self) -> int:
        """The hits of the last seven days."""
        return sum(self.days[-_WEEK:])

    @property
    def sparkline(self) -> str:
        """One bar for each day; the highest stands for the day with the most hits, the lowest for none."""
        most = max(self.days, default=0)
        return "".join(_BARS[_height(count, most)] for count in self.days)


def count_days(newer: Sequence[int]) -> HitCounts:
    """Make the counts of the single days from those of the last 1, 2, 3 … days."""
    single = [count - before for count, before in zip(newer, (0, *newer), strict=False)]
    return HitCounts(tuple(reversed(single)))


def _height(count: int, most: int) -> int:
    """Return the bar of a day, from 0; a single hit is never as low as none."""
    top = len(_BARS) - 1
    return -(-count * top // most) if most else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One numbered line of /list."""

    id: SubscriptionId
    chat_id: ChatId
    thread_id: ThreadId
    number: int
    """Counts up within a chat and is never given out twice."""
    query_id: QueryId
    query: Query
    """In the spelling of the reader."""
    mode: MatchMode
    urgency: Urgency
    title: str | None
    """The name the reader gave it."""
    headline_only: bool
    paused: bool
    muted_until: datetime | None
    created_at: datetime

    @property
    def name(self) -> str:
        """The name the reader gave it, else the query."""
        return self.title or self.query.normal
