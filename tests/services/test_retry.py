"""How an outage is told."""

from __future__ import annotations

import logging

import pytest

from bot.services.retry import Outage
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
