"""What runs at fixed distances."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.scheduler import Scheduler

SOON = timedelta(milliseconds=5)


async def test_a_job_runs_at_once_and_again_and_again(caplog: pytest.LogCaptureFixture) -> None:
    """What it raises is one log line, and it goes on."""
    runs: list[int] = []
    enough = asyncio.Event()

    async def job() -> None:
        runs.append(1)
        if len(runs) >= 3:
            enough.set()
        raise ValueError("trouble")

    scheduler = Scheduler()
    scheduler.every(SOON, "job", job)
    scheduler.start()
    await asyncio.wait_for(enough.wait(), HANG_SECONDS)
    scheduler.stop()

    assert {record.message for record in caplog.records if record.name == "bot.scheduler"} == {"job.failed"}


async def test_a_job_that_still_runs_is_not_started_twice_and_survives_the_stop(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It comes to its end by itself, without a word in the log."""
    started: list[int] = []
    others = asyncio.Event()
    go, done = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        started.append(1)
        await go.wait()
        done.set()

    async def other() -> None:
        if started:
            others.set()

    scheduler = Scheduler()
    scheduler.every(SOON, "slow", slow)
    scheduler.every(SOON * 4, "other", other)
    scheduler.start()
    await asyncio.wait_for(others.wait(), HANG_SECONDS)
    scheduler.stop()
    await asyncio.sleep(0.01)
    go.set()
    await asyncio.wait_for(done.wait(), HANG_SECONDS)

    assert started == [1]
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_stop_before_the_start_is_nothing() -> None:
    """Whoever clears up need not know how far the start had come."""
    Scheduler().stop()
