"""How a feed is doing, judged from what its polls left behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.feed import Feed, FeedState

_PATIENCE = timedelta(days=3)
_FEWEST_FAILURES = 8
"""We may have been away ourselves: one failed poll after a week proves nothing."""


class Condition(StrEnum):
    """What an operator wants to know first."""

    NEW = "new"
    """Not polled yet."""
    WELL = "well"
    FAILING = "failing"
    """The last polls failed; that is common and mostly passes."""
    DEAD = "dead"
    """Has failed for days; it is still asked now and then."""
    GONE = "gone"
    """Said that it is gone for good (410); it is not asked any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """A feed and what there is to say about it."""

    feed: Feed
    begun_at: datetime
    """When we first wanted it polled."""
    per_day: float | None
    """Entries a day of the last two weeks; None where it never answered."""

    @property
    def silent_since(self) -> datetime:
        """Say since when it brings nothing, if it fails."""
        return self.feed.last_success_at or self.begun_at

    def condition(self, now: datetime) -> Condition:
        """Judge it."""
        feed = self.feed
        if feed.state in (FeedState.GONE, FeedState.REMOVED):
            return Condition.GONE
        if feed.last_polled_at is None:
            return Condition.NEW
        if feed.failures == 0:
            return Condition.WELL
        is_long = now - self.silent_since >= _PATIENCE and feed.failures >= _FEWEST_FAILURES
        return Condition.DEAD if is_long else Condition.FAILING

    def is_dead(self, now: datetime) -> bool:
        """Say whether somebody should look after it."""
        return self.condition(now) in (Condition.DEAD, Condition.GONE)


def per_day(count: int, oldest: datetime | None, now: datetime, window: timedelta) -> float:
    """Turn the number of entries within the window into a daily pace; `oldest` is the first of them."""
    span = min(window, now - oldest) if oldest else window
    return count / max(span / timedelta(days=1), 1.0)
