"""When the watchdog ends the process, and when not."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys

import pytest

from bot.app.watchdog import Watchdog
from bot.core.progress import LoopProgress
from bot.demo.clock import HANG_SECONDS
from tests.fakes.clock import FakeClock
from tests.journeys.process import ROOT

HUNG = """
import time
from datetime import timedelta
from bot import logs
from bot.app.watchdog import Watchdog
from bot.core.progress import Progress

logs.configure("info", "text")
Watchdog(Progress(time.monotonic, ["poll"]), "poll", limit=timedelta(seconds=0.4)).start()
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
