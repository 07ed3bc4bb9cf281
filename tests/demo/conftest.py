"""The strict server and PTB's own client against it."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.demo.telegram_server.clock import ManualClock
from bot.demo.telegram_server.server import Server


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A server with Telegram's default limits."""
    async with Server() as running:
        yield running


@pytest.fixture
def hands() -> ManualClock:
    """A clock that stands still."""
    return ManualClock()


@pytest.fixture
async def still(hands: ManualClock) -> AsyncIterator[Server]:
    """A server whose clock stands still."""
    async with Server(clock=hands.as_clock()) as running:
        yield running


def client(server: Server) -> Bot:
    """Make python-telegram-bot's client for a server."""
    return Bot(server.token, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot")


@pytest.fixture
async def bot(server: Server) -> AsyncIterator[Bot]:
    """The client, connected."""
    async with client(server) as connected:
        yield connected
