"""How often an outage of the database is told."""

from __future__ import annotations

import logging

import pytest

from bot.app import outage
from bot.core.errors import StorageError
from tests.fakes.clock import FakeClock


def test_an_outage_is_one_line_until_something_is_written_again(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Other errors are told as always."""
    log, writes, away = logging.getLogger("test"), [5], StorageError("away")
    with outage.told_once(lambda: writes[0], clock.monotonic):
        log.error("poll.failed", extra={"error": away})
        clock.move(hours=1)
        log.error("sender.failed", extra={"error": away})
        log.error("summary.failed", extra={"error": ValueError("odd")})
        writes[0] += 1
        log.error("announce.failed", extra={"error": away})
        writes[0] += 1
        log.error("poll.failed again", extra={"error": away})
    log.error("sender.failed again", extra={"error": away})

    assert [record.message for record in caplog.records] == [
        "poll.failed",
        "summary.failed",
        "announce.failed",
        "sender.failed again",
    ]
