"""The command line and the wired bot, in this process and against servers on loopback."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import lifecycle
from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.server import Server
from bot.settings import load

Start = Callable[..., AbstractAsyncContextManager["asyncio.Task[int]"]]


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """Give the log back to the test run when a command has taken it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logger.level for name, logger in root.manager.loggerDict.items() if hasattr(logger, "level")}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, each in levels.items():
        logging.getLogger(name).setLevel(each)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let nothing of the machine's settings in, and work in a folder of the test's own."""
    for name in os.environ:
        if name.startswith("STICHWORT_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A Telegram of our own; what the bot does wrong fails the test."""
    async with Server() as server:
        yield server
        assert server.violations == []


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    """Papers of our own."""
    async with Newsroom() as newsroom:
        yield newsroom


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Run the bot as `stichwort run` does; it is told to stop in the end, unless it has ended."""

    @asynccontextmanager
    async def started(
        config: str,
        *,
        clock_file: Path | None = None,
        database_timeout: timedelta = timedelta(0),
        grace: timedelta = lifecycle.GRACE,
    ) -> AsyncIterator[asyncio.Task[int]]:
        file = tmp_path / "config.toml"
        file.write_text(config, "utf-8")
        running = lifecycle.run(load.load(file), clock_file=clock_file, database_timeout=database_timeout, grace=grace)
        task = asyncio.create_task(running)
        await asyncio.sleep(0)  # from here on the signal is in its hands
        try:
            yield task
        finally:
            if not task.done():
                signal.raise_signal(signal.SIGTERM)
            assert await asyncio.wait_for(task, HANG_SECONDS) in range(6)

    return started
