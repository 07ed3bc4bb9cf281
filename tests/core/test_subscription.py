"""What subscriptions hit, and which of them a text names."""

from __future__ import annotations

import pytest

from bot.core import subscription
from bot.core.subscription import HIT_DAYS, HitCounts, find_named
from tests.builders import make_subscription


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


THERE = (
    make_subscription(1, "Nordkorea"),
    make_subscription(2, "Kim Jong Un"),
    make_subscription(3, '"Kim, der Kleine"'),
    make_subscription(4, "Putin OR Trump"),
    make_subscription(5, "Klima", title="Wetter, Klima & Co."),
    make_subscription(1914),
    make_subscription(7, "1914"),
    make_subscription(8, "Putin"),
)


@pytest.mark.parametrize(
    ("text", "numbers", "unknown"),
    [
        ("1", [1], []),
        ("1 2", [1, 2], []),
        ("1,2", [1, 2], []),
        ("2; 1", [2, 1], []),
        ("1\n2", [1, 2], []),
        ("1, 1", [1], []),
        ("Nr. 1", [1], []),
        ("no 1, n. 2, #3", [1, 2, 3], []),
        ("1-3", [1, 2, 3], []),
        ("5 - 7, 1", [5, 7, 1], []),
        ("#3–#1 8", [1, 2, 3, 8], []),
        ("20-30", [], ["20-30"]),
        ("1-x", [], ["1-x"]),
        ("nordKorea", [1], []),
        ("Nordkorea, kim  jong un", [1, 2], []),
        ("1, Kim Jong Un", [1, 2], []),
        ("1 Kim Jong Un 8", [1, 2, 8], []),
        ("Nordkorea Putin", [1, 8], []),
        ("Putin OR Trump", [4], []),
        ("Putin OR Trump Nordkorea", [4, 1], []),
        ('"Kim, der Kleine"', [3], []),
        ("„Kim, der Kleine“, 1", [3, 1], []),
        ('1 "Kim, der Kleine"', [1, 3], []),
        ('"Wetter, Klima & Co."', [5], []),
        ("Klima", [5], []),
        ("Nordkorea bitte", [1], []),
        ("Nr. 2 bitte", [2], []),
        ("1914", [1914], []),
        ("9", [], ["9"]),
        ("1 9", [1], ["9"]),
        ("1, x, Putin", [1, 8], ["x"]),
        ("Nordkorea x", [], ["Nordkorea x"]),
        ('1, "offen', [1], ['"offen']),
        ("", [], []),
        ("," * 500, [], []),
    ],
)
def test_subscriptions_are_named_by_number_query_or_title(text: str, numbers: list[int], unknown: list[str]) -> None:
    """Each once, in the order of the text; a part of which a word is left over names none."""
    named = find_named(text, THERE)

    assert [subscription.number for subscription in named.subscriptions] == numbers
    assert list(named.unknown) == unknown


def test_a_query_that_looks_like_a_range_is_that_query() -> None:
    """A name comes before the numbers it might mean."""
    named = find_named("9-11", [make_subscription(9, "x"), make_subscription(12, "9-11")])

    assert [subscription.number for subscription in named.subscriptions] == [12]


def test_a_query_that_is_a_number_is_found_where_no_subscription_has_it() -> None:
    """Its number comes first."""
    named = find_named("1914", [make_subscription(7, "1914")])

    assert [subscription.number for subscription in named.subscriptions] == [7]


def test_a_long_text_is_read_in_time() -> None:
    """What names nothing is given back; only its first words are looked at."""
    assert len(find_named("wort " * 10_000, THERE).unknown) == 1
