"""The services on the real store in memory, with fakes at their other ports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.language.analyser import Analyser
from storage.store import Store, open_store
from tests.builders import the_analyser
from tests.fakes.counters import FakeCounters


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    """The word data, read once."""
    return the_analyser()


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """An empty store."""
    opened = await open_store("sqlite://")
    yield opened
    await opened.close()


@pytest.fixture
async def file_store(sqlite_url: str) -> AsyncIterator[Store]:
    """An empty store in a file, which outlives a connection that is cut off."""
    opened = await open_store(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def counters() -> FakeCounters:
    """Counters at nought."""
    return FakeCounters()


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until the store shows something; it rings no bell."""
    async with asyncio.timeout(HANG_SECONDS):
        while not await holds():  # noqa: ASYNC110 - the store has no event to wait for
            await asyncio.sleep(0.002)
