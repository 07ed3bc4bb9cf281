"""
One bot process for all journeys of a file that leave it as they found it.

A process costs seconds, so the journeys of a file that only need a running bot share one: the file marks them with
`asyncio(loop_scope="module")` and a group of its own. Each of them brings readers, words and articles of its own,
because what others did before is still there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.server import Server
from tests.journeys.process import make_bot, write_config


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[Server]:
    """A Telegram of our own; what the bot does wrong fails the last test of the file."""
    async with Server() as server:
        yield server
        assert server.violations == []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def newsroom() -> AsyncIterator[Newsroom]:
    """Papers of our own."""
    async with Newsroom() as newsroom:
        yield newsroom


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(
    tmp_path_factory: pytest.TempPathFactory, server: Server, newsroom: Newsroom
) -> AsyncIterator[BotProcess]:
    """The bot, running, with every paper read once."""
    feeds = {paper.title: newsroom.feed_url(key) for key, paper in newsroom.papers.items()}
    process = make_bot(tmp_path_factory.mktemp("bot"), write_config(server, feeds))
    await process.start()
    try:
        await server.ready()
        await newsroom.read_by_all()
        yield process
    finally:
        await process.kill()
        print(process.tail(60))
