"""How long the pauses between attempts are, and how an outage is told."""

from __future__ import annotations

import logging

import pytest

from bot.services.retry import BackOff, Outage
from tests.fakes.clock import FakeClock


def test_an_outage_is_two_lines_the_second_with_its_length(clock: FakeClock, caplog: pytest.LogCaptureFixture) -> None:
    """However many calls fail in between, and nothing is said of a service that works."""
    caplog.set_level(logging.INFO)
    outage = Outage("telegram", clock)
    outage.worked()
    for _ in range(3):
        outage.failed("refused")
        clock.move(seconds=20)
    assert outage.is_on
    outage.worked()
    outage.worked()

    begun, ended = caplog.records
    assert (begun.getMessage(), vars(begun)["error"]) == ("telegram.unreachable", "refused")
    assert (ended.getMessage(), vars(ended)["seconds"]) == ("telegram.reachable_again", 60.0)
    assert not outage.is_on


def test_it_knows_how_long_ago_a_call_failed(clock: FakeClock) -> None:
    """Also when it is over; never, where none did."""
    outage = Outage("telegram", clock)
    assert not outage.was_within(60)
    outage.failed("refused")
    outage.worked()
    clock.move(seconds=59)
    assert outage.was_within(60)
    clock.move(seconds=1)
    assert not outage.was_within(60)


def test_pauses_double_up_to_the_longest_and_begin_anew_after_a_success() -> None:
    """Each failure is counted."""
    back_off = BackOff(first=0.5, longest=3.0)
    assert [back_off.next() for _ in range(5)] == [0.5, 1.0, 2.0, 3.0, 3.0]
    assert back_off.failures == 5
    back_off.reset()
    assert (back_off.failures, back_off.next()) == (0, 0.5)


def test_pauses_stay_finite_however_long_an_outage_is() -> None:
    """Two thousand failures are not too many for a number: an outage of hours must not end the loop that waits."""
    back_off = BackOff(first=1.0, longest=3.0)
    assert {back_off.next() for _ in range(2_000)} == {1.0, 2.0, 3.0}
