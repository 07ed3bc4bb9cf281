"""How a feed's state is judged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.core import polling
from bot.core.feed import FeedState
from bot.core.polling import FeedCondition
from tests.builders import NOW, make_feed, make_health

LONG = timedelta(days=3)


@pytest.mark.parametrize(
    ("changes", "condition"),
    [
        ({}, FeedCondition.WELL),
        ({"last_polled_at": None, "last_success_at": None}, FeedCondition.NEW),
        ({"failures": 1, "state": FeedState.FAILING}, FeedCondition.FAILING),
        ({"failures": 99, "last_success_at": NOW - LONG + timedelta(minutes=1)}, FeedCondition.FAILING),
        ({"failures": 8, "last_success_at": NOW - LONG}, FeedCondition.DEAD),
        ({"failures": 7, "last_success_at": NOW - 10 * LONG}, FeedCondition.FAILING),
        ({"failures": 8, "last_success_at": None}, FeedCondition.DEAD),
        ({"failures": 1, "state": FeedState.GONE}, FeedCondition.GONE),
    ],
)
def test_a_feed_is_dead_after_days_of_failures_or_a_410(changes: dict[str, Any], condition: FeedCondition) -> None:
    """A blip is none, and our own absence proves nothing; one that never worked counts from its beginning."""
    assert make_health(make_feed(**changes), begun_at=NOW - LONG).condition(NOW) is condition


@pytest.mark.parametrize(
    ("count", "days", "expected"), [(0, None, 0.0), (28, 14, 2.0), (28, 20, 2.0), (10, 0.1, 10.0), (10, 4, 2.5)]
)
def test_the_pace_counts_from_the_first_entry_of_the_window(count: int, days: float | None, expected: float) -> None:
    """A feed that is new here is not slow because of that."""
    oldest = None if days is None else NOW - timedelta(days=days)

    assert polling.per_day(count, oldest, NOW, timedelta(days=14)) == pytest.approx(expected)


def test_each_death_and_each_return_is_news_once() -> None:
    """What fails for a while is none; what was removed meanwhile is forgotten."""
    dead = make_health(make_feed(1, failures=1, state=FeedState.GONE))
    failing = make_health(make_feed(2, failures=3, state=FeedState.FAILING))
    back, known = make_health(make_feed(3)), make_health(make_feed(4, failures=9, state=FeedState.GONE))

    news, told = polling.find_news([dead, failing, back, known], {3, 4, 5}, NOW)

    assert (news.died, news.returned, told) == ((dead,), (back,), {1, 4})
    assert polling.find_news([dead, failing, back, known], told, NOW) == (polling.FeedHealthNews((), ()), told)


def test_one_success_that_is_followed_by_a_failure_is_no_return() -> None:
    """It is told when it is well at a look."""
    shaky = make_health(make_feed(1, failures=1, state=FeedState.FAILING))

    assert polling.find_news([shaky], {1}, NOW) == (polling.FeedHealthNews((), ()), {1})
