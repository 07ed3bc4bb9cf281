"""How polls that are due at once are spread."""

from __future__ import annotations

from datetime import timedelta

from bot.core.polling import DueBacklog

MINUTE = timedelta(minutes=1)


def work(backlog: DueBacklog, due: int, seconds: int) -> list[int]:
    """How many feeds are started in each second."""
    started = []
    for second in range(seconds):
        now = min(due, backlog.room(float(second)))
        backlog.took(now)
        due -= now
        backlog.note(due)
        started.append(now)
    return started


def test_p14_heap_is_worked_off_evenly() -> None:
    """After an outage thousands of feeds are due at once, and are asked over five minutes."""
    started = work(DueBacklog(15 * MINUTE), 10_000, 400)
    assert sum(started) == 10_000
    assert max(started[1:]) <= 10_000 / 300 + 1
    assert 290 <= sum(1 for each in started if each) <= 310


def test_p14_heap_is_worked_off_within_half_an_interval() -> None:
    """Where feeds are asked every few seconds, they are not put off for minutes."""
    started = work(DueBacklog(timedelta(seconds=10)), 1_000, 20)
    assert sum(started[:7]) == 1_000


def test_few_feeds_wait_for_nothing() -> None:
    """What a usual installation has is started at once."""
    assert work(DueBacklog(10 * MINUTE), 60, 3) == [60, 0, 0]
