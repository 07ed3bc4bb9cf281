"""How a feed is doing, judged from what its polls left behind."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.feed import Feed, FeedState

_PATIENCE = timedelta(days=3)
_FEWEST_FAILURES = 8
"""We may have been away ourselves: one failed poll after a week proves nothing."""


class FeedCondition(StrEnum):
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

    def condition(self, now: datetime) -> FeedCondition:
        """Judge it."""
        feed = self.feed
        if feed.state in (FeedState.GONE, FeedState.REMOVED):
            return FeedCondition.GONE
        if feed.last_polled_at is None:
            return FeedCondition.NEW
        if feed.failures == 0:
            return FeedCondition.WELL
        is_long = now - self.silent_since >= _PATIENCE and feed.failures >= _FEWEST_FAILURES
        return FeedCondition.DEAD if is_long else FeedCondition.FAILING

    def is_dead(self, now: datetime) -> bool:
        """Say whether somebody should look after it."""
        return self.condition(now) in (FeedCondition.DEAD, FeedCondition.GONE)


def per_day(count: int, oldest: datetime | None, now: datetime, window: timedelta) -> float:
    """Turn the number of entries within the window into a daily pace; `oldest` is the first of them."""
    span = min(window, now - oldest) if oldest else window
    return count / max(span / timedelta(days=1), 1.0)


@dataclass(frozen=True, slots=True)
class FeedHealthNews:
    """Feeds of which somebody has to be told."""

    died: tuple[FeedHealth, ...]
    returned: tuple[FeedHealth, ...]


def find_news(
    feeds: Iterable[FeedHealth], told: Collection[int], now: datetime
) -> tuple[FeedHealthNews, frozenset[int]]:
    """
    Compare feeds with those that were told to be dead; returns the news, and who is told to be dead after them.

    A feed that is not there any more is forgotten without a word.
    """
    there = tuple(feeds)
    died = tuple(each for each in there if each.is_dead(now) and each.feed.id not in told)
    returned = tuple(each for each in there if each.condition(now) is FeedCondition.WELL and each.feed.id in told)
    known = {each.feed.id for each in there}
    left = (frozenset(told) & known) - {each.feed.id for each in returned}
    return FeedHealthNews(died, returned), left | {each.feed.id for each in died}
