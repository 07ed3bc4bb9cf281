"""How much one person may ask."""

from __future__ import annotations

from bot.chat.access import CommandRateLimit
from tests.fakes.clock import FakeClock


def test_thirty_commands_a_minute(clock: FakeClock) -> None:
    """One remark at the thirty-first, silence after it, and a minute later all is well."""
    pace = CommandRateLimit(clock)
    assert [pace.step(1) for _ in range(33)] == [0] * 30 + [1, 2, 3]
    assert pace.step(2) == 0
    clock.move(seconds=61)
    assert pace.step(1) == 0


def test_a_clock_set_back_silences_nobody(clock: FakeClock) -> None:
    """Times from the future are forgotten."""
    pace = CommandRateLimit(clock)
    for _ in range(40):
        pace.step(1)
    clock.move(hours=-5)
    assert pace.step(1) == 0
