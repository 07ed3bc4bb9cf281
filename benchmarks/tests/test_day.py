"""The simulated day: what it is made of, how hours are counted, and a quarter of an hour of it with the real bot."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from benchmarks import day


def test_a_day_is_one_event_in_ten_papers_with_most_of_it_in_a_few_hours() -> None:
    """Every article hits; some print the same words, more say it in others, and most developments have one teller."""
    pieces = day.plan(300)

    assert pieces == day.plan(300) != day.plan(300, seed=4)
    assert len(pieces) == 300
    assert len({piece.paper for piece in pieces}) == 10
    assert all(day.KEYWORD in f"{piece.title} {piece.lead}" for piece in pieces)
    assert list(pieces) == sorted(pieces, key=lambda piece: piece.at)
    hours = day.per_hour(piece.at for piece in pieces)
    assert sum(hours) == 300
    assert sum(sorted(hours)[-5:]) > 180
    titles = Counter(piece.title.removeprefix(f"{day.KEYWORD}: ") for piece in pieces)
    assert 150 < len(titles) < 290


def test_sixty_minutes_may_begin_at_any_moment() -> None:
    """Messages at 9:50 and 10:10 are in one hour, and an hour has no second of the next one."""
    assert day.most_within((), 60) == 0
    assert day.most_within((0, 50, 70, 80, 119, 140), 60) == 3
    assert day.most_within((0, 60, 120), 60) == 1


async def test_a_burst_of_one_event_is_five_alerts_and_a_message_that_grows() -> None:
    """With the settings as they come; no article is lost on the way."""
    pieces = [replace(piece, at=20.0 + 5 * at) for at, piece in enumerate(day.plan(16))]

    lived = await day.live(pieces, until=150)

    assert len(lived.articles) == sum(lived.ends.values()) == 16
    assert lived.ends.keys() <= {"sent", "folded", "dead: same-story"}
    assert lived.ends["folded"] > 0
    assert len(lived.pushes) <= lived.busiest <= day.MOST
    assert len(lived.pushes) + len(lived.silent) == lived.ends["sent"] + 1
