from __future__ import annotations

import asyncio
import gc
from dataclasses import replace

from bot.core.feed import Fetched, Origin
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.feeds.fetch import HttpFetcher
from bot.feeds.host_rate import BodyMemory
from tests.builders import make_feed
from tests.feeds.conftest import POLICY
from tests.feeds.servers import Answer, FeedServer


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_finds_nothing_left_waits_in_turn_but_for_one() -> None:
    """One of those who wait goes on beyond the total; when it is done, the next one does."""
    budget = BodyMemory(10)
    holder, first, second = budget.open(), budget.open(), budget.open()
    await holder.take(8)
    favoured, waiting = asyncio.create_task(first.take(9)), asyncio.create_task(second.take(9))
    await settle()
    assert favoured.done()
    assert not waiting.done()
    await first.take(50)
    first.close()
    await settle()
    assert waiting.done()
    second.close()
    holder.close()
    await budget.open().take(10)


async def test_two_that_each_got_half_do_not_wait_for_ever() -> None:
    """Bodies that grow together and need more than there is all come to their end."""
    budget = BodyMemory(10)

    async def grow() -> None:
        account = budget.open()
        for _ in range(9):
            await account.take(1)
            await asyncio.sleep(0)
        account.close()

    async with asyncio.timeout(HANG_SECONDS):
        await asyncio.gather(*(grow() for _ in range(50)))
    await budget.open().take(10)


async def test_who_gives_up_takes_nothing() -> None:
    """A body whose poll ended while it waited leaves its place to the next."""
    budget = BodyMemory(10)
    holder, favoured, late, last = (budget.open() for _ in range(4))
    await holder.take(10)
    await favoured.take(5)
    given_up, granted = asyncio.create_task(late.take(5)), asyncio.create_task(last.take(5))
    await settle()
    given_up.cancel()
    await settle()
    holder.close()
    granted.cancel()  # in the moment in which it is granted
    await asyncio.gather(given_up, granted, return_exceptions=True)
    for account in (late, last, favoured):
        account.close()
    async with asyncio.timeout(HANG_SECONDS):
        await budget.open().take(10)


async def test_large_bodies_give_back_what_they_took(server: FeedServer) -> None:
    """What an answer took is free again when nobody holds it any more, and when it was too long or broke off."""
    policy = replace(POLICY, max_body=1_000_000, all_bodies=2_000_000)
    good = server.say("/good", Answer(body=b"<rss>" + b" " * 900_000 + b"</rss>"))
    long = server.say("/long", Answer(body=b" " * 1_900_000))
    async with HttpFetcher(policy) as fetcher:
        for url in (good, long) * 3:
            feeds = [make_feed(number, url=url, origin=Origin.OPERATOR) for number in range(5)]
            got = await asyncio.gather(*(fetcher.fetch(feed, subscribers=1) for feed in feeds))
            assert {isinstance(each, Fetched) for each in got} == {url == good}
            del got
        gc.collect()
        assert fetcher._budgets[False]._left == 2_000_000
