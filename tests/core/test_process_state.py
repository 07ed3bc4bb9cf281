"""Which loops come round, and which succeed."""

from __future__ import annotations

from datetime import timedelta

from bot.core.process_state import LoopOutcomes, LoopProgress
from tests.fakes.clock import FakeClock

MINUTE = timedelta(minutes=1)


def test_a_loop_that_fails_each_time_comes_round_and_does_not_get_on(clock: FakeClock) -> None:
    """The watchdog counts the first, readiness the second."""
    progress = LoopProgress(clock.monotonic, ("poll", "deliver"))
    for _ in range(7):
        clock.move(seconds=10)
        progress.beat("poll", False)
        progress.beat("deliver", True)

    assert (progress.count("poll"), progress.count("deliver")) == (7, 7)
    assert progress.list_still(MINUTE) == ("poll",)
    progress.beat("poll")
    assert progress.list_still(MINUTE) == ()


def test_an_idle_round_hides_no_failure() -> None:
    """Until something succeeds; a round that could not look for work is cleared by the next one."""
    beats: list[bool] = []
    outcomes = LoopOutcomes(beats.append)
    told = (
        (outcomes.found_nothing, True),
        (outcomes.came_round, False),
        (outcomes.found_nothing, True),
        (outcomes.failed, False),
        (outcomes.found_nothing, False),
        (outcomes.came_round, False),
        (outcomes.found_nothing, False),
        (outcomes.succeeded, True),
        (outcomes.found_nothing, True),
    )
    for tell, _ in told:
        tell()

    assert beats == [succeeded for _, succeeded in told]
