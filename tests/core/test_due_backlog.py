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


def test_a_steady_need_is_no_backlog() -> None:
    """Three thousand feeds every two minutes are 25 a second: none of them waits for a heap to form first."""
    backlog, due, latest = DueBacklog(2 * MINUTE), 0, 0
    backlog.need(25.0)
    for second in range(600):
        due += 25
        started = min(due, backlog.room(float(second)))
        backlog.took(started)
        due -= started
        backlog.note(due)
        latest = max(latest, due)
    assert latest <= 25


def test_what_was_late_is_made_up_for_beside_a_steady_need() -> None:
    """The rate is above the need, else a heap that once formed would stay for good."""
    backlog, due = DueBacklog(10 * MINUTE), 5_000
    backlog.need(60.0)
    for second in range(900):
        due += 60
        started = min(due, backlog.room(float(second)))
        backlog.took(started)
        due -= started
        backlog.note(due)
    assert due <= 60
