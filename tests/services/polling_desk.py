"""The poller on the real store, with publishers, parser and clock under a test's control."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.core.article import Article
from bot.core.feed import Feed
from bot.core.polling import PollPolicy
from bot.core.ports import Fetcher, Parser
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.services.polling import PollingPorts, PollingService, PollLimits
from bot.services.retry import StoreRetry
from storage.store import Store
from tests.builders import NOW
from tests.contracts.scenes import add_feed
from tests.fakes.clock import FakeClock
from tests.fakes.counters import FakeCounters
from tests.fakes.publishers import BusyHosts, FakeFetcher, FakeParser
from tests.fakes.stores import recent_articles
from tests.fakes.unsteady_store import Unsteady

QUICK = timedelta(milliseconds=1)
PROCESS = "process"
MINUTE = timedelta(minutes=1)


@dataclass(kw_only=True)
class Desk:
    """Everything around the poller."""

    store: Store
    feeds: Unsteady
    fetcher: FakeFetcher
    hosts: BusyHosts
    parser: FakeParser
    clock: FakeClock
    counters: FakeCounters
    stored: list[int]
    detected: list[str]
    beats: list[bool]
    """Whether each round succeeded."""
    make: Callable[[], PollingService]
    poll: PollingService

    def restart(self) -> None:
        """Start a new poller on the same store, as after a stop or a kill."""
        self.poll = self.make()

    async def add(self, name: str = "srf", **changes: object) -> Feed:
        """Add a feed; it is due at once."""
        return await add_feed(self.store, name, **changes)

    async def round(self, **time: float) -> int:
        """Let time pass, start what is due and wait for it."""
        self.clock.move(**time)
        started = await self.poll.tick()
        if self.poll._tasks:
            await asyncio.wait(set(self.poll._tasks), timeout=HANG_SECONDS)
        return started

    async def look(self, feed: Feed) -> Feed:
        """Give a feed as it is stored now."""
        return next(each for each in await self.store.feeds.list_all() if each.id == feed.id)

    async def articles(self) -> list[Article]:
        """Give what is stored, oldest first."""
        return list(await recent_articles(self.store, since=NOW - timedelta(days=9), limit=99))[::-1]

    async def waiting(self) -> list[tuple[str, bool]]:
        """Claim the new articles that wait for their readers, and whether they are to be caught up with."""
        found = await self.store.articles.claim_fanouts("other", self.clock.now(), MINUTE, 99)
        return [
            (each.article.title.removeprefix("Nordkorea: "), each.catch_up) for each in found if each.before is None
        ]


def open_desk(
    store: Store, clock: FakeClock, counters: FakeCounters, *, web: Fetcher | None = None, reader: Parser | None = None
) -> Desk:
    """A desk without feeds; every feed is asked each minute, by the fakes unless `web` and `reader` say otherwise."""
    feeds, fetcher, parser, hosts = Unsteady(store.feeds), FakeFetcher(), FakeParser(), BusyHosts(clock)
    stored: list[int] = []
    detected: list[str] = []
    beats: list[bool] = []

    def detect(text: str) -> str | None:
        detected.append(text)
        return "fr"

    def make() -> PollingService:
        return PollingService(
            PollingPorts(
                feeds=feeds,
                fetcher=web or fetcher,
                hosts=hosts,
                parser=reader or parser,
                detect=detect,
                clock=clock,
                counters=counters,
                retry=StoreRetry(clock=clock, pause=QUICK),
            ),
            PollPolicy(interval=MINUTE, min_interval=MINUTE, max_interval=MINUTE),
            owner=PROCESS,
            jitter=lambda: 0.0,
            stored=lambda: stored.append(1),
            limits=PollLimits(at_once=99 if web else 3),
            beat=beats.append,
        )

    return Desk(
        store=store,
        feeds=feeds,
        fetcher=fetcher,
        hosts=hosts,
        parser=parser,
        clock=clock,
        counters=counters,
        stored=stored,
        detected=detected,
        beats=beats,
        make=make,
        poll=make(),
    )


async def has_articles(desk: Desk, count: int) -> bool:
    """Say whether so many articles are stored."""
    return len(await desk.articles()) >= count
