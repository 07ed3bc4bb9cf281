"""The hits of a subscription."""

from __future__ import annotations

import pytest

from bot.core import subscription
from bot.core.subscription import HIT_DAYS, HitCounts


def test_the_counts_of_single_days_come_from_those_of_the_last_days() -> None:
    """The latest day stands last."""
    newer = (1, 1, 4, *[4] * (HIT_DAYS - 4), 9)

    counts = subscription.count_days(newer)

    assert counts.days == (5, *[0] * (HIT_DAYS - 4), 3, 0, 1)
    assert counts.week == 4


@pytest.mark.parametrize(
    ("days", "drawn"),
    [
        ((0, 0, 0), "▁▁▁"),
        ((0, 1, 0), "▁▇▁"),
        ((0, 1, 6), "▁▂▇"),
        ((0, 1, 1000), "▁▂▇"),
        ((3, 6, 5), "▄▇▆"),
    ],
)
def test_a_sparkline_shows_days_by_the_one_with_the_most_hits(days: tuple[int, ...], drawn: str) -> None:
    """A day with a single hit is told from one without."""
    assert HitCounts(days).sparkline == drawn


def test_a_subscription_without_hits_has_a_bar_for_each_day() -> None:
    """So that all sparklines of a list are of one length."""
    assert (HitCounts().week, HitCounts().sparkline) == (0, "▁" * 14)
