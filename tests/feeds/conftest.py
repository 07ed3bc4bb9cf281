"""A scripted feed server, a forbidden one, and a fetcher that may go to the first only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.feeds.fetch import FetchPolicy, HttpFetcher
from tests.feeds.servers import FeedServer, feed_server

HOME = "127.0.0.1/32"
POLICY = FetchPolicy(allow_networks=(HOME,), host_gap=timedelta(0), deadline=timedelta(seconds=30), max_body=200_000)


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    """The server feeds may be on."""
    async with feed_server() as running:
        yield running


@pytest.fixture
async def forbidden() -> AsyncIterator[FeedServer]:
    """A server at an address no feed may be on."""
    async with feed_server("127.0.0.2") as running:
        running.say("/feed")
        yield running


@pytest.fixture
async def fetcher() -> AsyncIterator[HttpFetcher]:
    """A fetcher that may go to 127.0.0.1 and no other private address."""
    async with HttpFetcher(POLICY) as opened:
        yield opened
