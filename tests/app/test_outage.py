"""How an outage of the database is told."""

from __future__ import annotations

import logging

import pytest

from bot.app import outage
from bot.core.errors import DamagedDatabaseError, StorageError
from tests.fakes.clock import FakeClock

AWAY = StorageError("away")


def test_an_outage_is_two_lines_whoever_meets_it(clock: FakeClock, caplog: pytest.LogCaptureFixture) -> None:
    """It is over when the database was sound for a while; other errors are told as always."""
    caplog.set_level(logging.INFO)
    log = logging.getLogger("test")
    with outage.told_once(clock.monotonic) as database:
        database.look(is_sound=True)
        log.error("poll.failed", extra={"error": AWAY})
        for _ in range(12):
            clock.move(seconds=5)
            database.look(is_sound=False)
            log.error("sender.failed", extra={"error": AWAY})
        log.error("summary.failed", extra={"error": ValueError("odd")})
        for _ in range(3):  # on a full disk small writes go through now and then
            clock.move(seconds=5)
            database.look(is_sound=True)
            log.error("announce.failed", extra={"error": AWAY})
        for _ in range(4):
            clock.move(seconds=5)
            database.look(is_sound=True)
        log.error("announce.failed", extra={"error": AWAY})
    log.error("sender.failed", extra={"error": AWAY})

    assert [record.getMessage() for record in caplog.records] == [
        "poll.failed",
        "summary.failed",
        "database.works_again",
        "announce.failed",
        "sender.failed",
    ]
    assert vars(caplog.records[2])["seconds"] == 80.0


def test_damage_is_no_outage(clock: FakeClock, caplog: pytest.LogCaptureFixture) -> None:
    """It is told once, by whoever watches for it."""
    with outage.told_once(clock.monotonic):
        for _ in range(3):
            logging.getLogger("test").error("poll.failed", extra={"error": DamagedDatabaseError("malformed")})
        logging.getLogger("test").error("poll.failed", extra={"error": AWAY})
    assert [vars(record)["error"] for record in caplog.records] == [AWAY]
