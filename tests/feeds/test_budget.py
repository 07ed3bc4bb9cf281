from __future__ import annotations

import asyncio
import gc
from dataclasses import replace
from datetime import timedelta

from bot.core.feed import Fetched, Origin
from bot.feeds.budget import Budget
from bot.feeds.fetch import HttpFetcher
from tests.builders import make_feed
from tests.feeds.conftest import POLICY
from tests.feeds.servers import Answer, FeedServer


async def test_who_finds_nothing_left_waits_in_turn() -> None:
    """What is given back goes to the one who has waited longest, and nobody gets more than there is."""
    budget, got = Budget(10), []

    async def take(name: str, amount: int) -> None:
        await budget.take(amount)
        got.append(name)

    await take("first", 8)
    waiting = [asyncio.create_task(take(name, amount)) for name, amount in (("large", 9), ("small", 1))]
    await asyncio.sleep(0)
    assert got == ["first"]
    budget.give(8)
    await asyncio.gather(*waiting)
    assert got == ["first", "large", "small"]


async def test_who_gives_up_takes_nothing() -> None:
    """A body whose poll ended while it waited leaves its place to the next."""
    budget = Budget(10)
    await budget.take(10)
    given_up = asyncio.create_task(budget.take(5))
    granted = asyncio.create_task(budget.take(5))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.sleep(0)
    budget.give(5)
    granted.cancel()  # in the moment in which it is granted
    await asyncio.gather(given_up, granted, return_exceptions=True)
    budget.give(5)
    async with asyncio.timeout(1):
        await budget.take(10)


async def test_large_bodies_are_few_at_a_time(server: FeedServer) -> None:
    """However many large answers come at once, only so many are in memory; the next goes on when one was read."""
    policy = replace(POLICY, max_body=1_000_000, all_bodies=2_000_000, deadline=timedelta(seconds=20))
    body = b"<rss>" + b" " * 950_000 + b"</rss>"
    async with HttpFetcher(policy) as fetcher:
        feeds = [
            make_feed(number, url=server.say(f"/{number}", Answer(body=body)), origin=Origin.OPERATOR)
            for number in range(3)
        ]
        kept: list[object] = []

        async def fetch(number: int) -> None:
            kept.append(await fetcher.fetch(feeds[number], subscribers=1))

        polls = [asyncio.create_task(fetch(number)) for number in range(3)]
        async with asyncio.timeout(20):
            while len(kept) < 2:  # noqa: ASYNC110 - the server says when
                await asyncio.sleep(0.01)
        assert not all(poll.done() for poll in polls)
        assert all(isinstance(each, Fetched) for each in kept)
        kept.clear()
        gc.collect()
        await asyncio.gather(*polls)
        assert isinstance(kept[0], Fetched)
