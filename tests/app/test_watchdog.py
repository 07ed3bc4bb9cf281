"""
When the watchdog ends the process, and when not.

How an outage of the database is told.
"""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys

import pytest

from bot.app import watchdog as app_watchdog
from bot.app.watchdog import Watchdog
from bot.core.errors import DamagedDatabaseError, StorageError
from bot.core.process_state import LoopProgress
from bot.demo.telegram_server.clock import HANG_SECONDS
from tests.fakes.clock import FakeClock
from tests.journeys.process import ROOT

HUNG = """
import time
from datetime import timedelta
from bot import logs
from bot.app.watchdog import Watchdog
from bot.core.process_state import LoopProgress

logs.configure("info", "text")
Watchdog(LoopProgress(time.monotonic, ["poll"]), "poll", limit=timedelta(seconds=0.4)).start()
time.sleep(60)
"""


def test_a_loop_that_stands_still_for_a_minute_ends_the_process(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """One line in the log; every round of the loop begins the minute anew."""
    ended: list[int] = []
    progress = LoopProgress(clock.monotonic, ["poll"])
    watchdog = Watchdog(progress, "poll", end=lambda: ended.append(1))

    looks = [watchdog.look(1.0) for _ in range(59)]
    progress.beat("poll")
    looks += [watchdog.look(1.0) for _ in range(60)]
    assert not any(looks)
    with caplog.at_level(logging.CRITICAL):
        assert watchdog.look(1.0)

    assert ended == [1]
    assert [record.message for record in caplog.records] == ["watchdog.loop_stands_still"]


def test_a_process_that_was_stopped_is_not_hung(clock: FakeClock) -> None:
    """Hours that pass between two looks count as the moment of one."""
    watchdog = Watchdog(LoopProgress(clock.monotonic, ["poll"]), "poll", end=lambda: None)

    assert not any(watchdog.look(7200.0) for _ in range(29))
    assert watchdog.look(7200.0)


def test_a_loop_that_waits_for_the_database_is_excused(clock: FakeClock) -> None:
    """It is retried for ever."""
    away = [True]
    progress = LoopProgress(clock.monotonic, ["poll"])
    watchdog = Watchdog(progress, "poll", is_excused=lambda: bool(away), end=lambda: None)

    assert not any(watchdog.look(2.0) for _ in range(100))
    away.clear()
    assert [watchdog.look(2.0) for _ in range(30)][-1]


async def test_a_process_whose_loop_hangs_ends_with_1() -> None:
    """From a thread, whatever the main one does."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HUNG), stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    _, told = await asyncio.wait_for(process.communicate(), HANG_SECONDS)

    assert process.returncode == 1
    assert b"watchdog.loop_stands_still" in told
    assert len(told.splitlines()) == 1


AWAY = StorageError("away")


def test_an_outage_is_two_lines_whoever_meets_it(clock: FakeClock, caplog: pytest.LogCaptureFixture) -> None:
    """It is over when the database was sound for a while; other errors are told as always."""
    caplog.set_level(logging.INFO)
    log = logging.getLogger("test")
    with app_watchdog.told_once(clock.monotonic) as database:
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
    with app_watchdog.told_once(clock.monotonic):
        for _ in range(3):
            logging.getLogger("test").error("poll.failed", extra={"error": DamagedDatabaseError("malformed")})
        logging.getLogger("test").error("poll.failed", extra={"error": AWAY})
    assert [vars(record)["error"] for record in caplog.records] == [AWAY]
