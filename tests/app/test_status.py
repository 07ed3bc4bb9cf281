"""What the web server reads of the bot: how old its figures may be, and which feeds should have brought an article."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from bot.app.status import BotStatus, StatusRepositories
from bot.core.article_fate import ArticleFate
from bot.core.errors import StorageError
from bot.core.feed import FeedState
from bot.core.health import LoggedError, StoredCounts
from bot.core.ids import FeedId
from bot.core.polling import FeedHealth
from bot.core.process_state import SoleLeader
from bot.core.statistics import BusyKeyword, Delay
from bot.i18n.catalog import Catalog
from bot.metrics import Metrics
from tests.builders import make_feed, make_health
from tests.fakes.clock import FakeClock

NOTHING = StoredCounts(feeds={}, chats={"active": 0, "blocked": 0, "gone": 0}, queue={}, oldest_at=None)


class FakeRepositories:
    """Implements all ports of the pages; counts how often the stock was taken, and may fail or wait."""

    def __init__(self, *feeds: FeedHealth) -> None:
        self.feeds, self.taken = feeds, 0
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    def find_last(self) -> LoggedError | None:
        """Find none."""
        return None

    def list_untold(self) -> tuple[LoggedError, ...]:
        """List none."""
        return ()

    def told(self, errors: Sequence[LoggedError]) -> None:
        """Note nothing."""

    async def take_stock(self, now: datetime) -> StoredCounts:
        """Count nothing, once the gate is open."""
        self.taken += 1
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return NOTHING

    async def list_health(self, now: datetime) -> tuple[FeedHealth, ...]:
        """List its feeds."""
        return self.feeds

    async def list_troubled(self, besides: Collection[int]) -> tuple[FeedHealth, ...]:
        """List none."""
        return ()

    async def count_articles(self, bounds: Sequence[datetime]) -> tuple[int, ...]:
        """Count none."""
        return (0,) * (len(bounds) - 1)

    async def find_publishing_delay(self, since: datetime) -> Delay | None:
        """Find none."""
        return None

    async def count_alerts(self, bounds: Sequence[datetime]) -> tuple[int, ...]:
        """Count none."""
        return (0,) * (len(bounds) - 1)

    async def find_delay(self, since: datetime) -> Delay | None:
        """Find none."""
        return None

    async def list_busiest(self, since: datetime, limit: int) -> tuple[BusyKeyword, ...]:
        """List none."""
        return ()

    async def find_by_keys(self, keys: Sequence[str]) -> tuple[ArticleFate, ...]:
        """Find nothing."""
        return ()

    async def list_of_feed(self, feed_id: FeedId, *, limit: int) -> tuple[ArticleFate, ...]:
        """List none."""
        return ()

    async def find_by_title(self, words: Sequence[str], *, limit: int) -> tuple[ArticleFate, ...]:
        """Find nothing."""
        return ()


@asynccontextmanager
async def opened(repositories: FakeRepositories, clock: FakeClock) -> AsyncIterator[BotStatus]:
    """Make the source of the pages over such repositories."""
    source = BotStatus(
        metrics=Metrics(),
        repositories=StatusRepositories(status=repositories, fates=repositories, statistics=repositories),
        max_age=timedelta(hours=48),
        errors=repositories,
        clock=clock,
        leadership=SoleLeader(),
        catalog=Catalog.load("en"),
        seconds=clock.monotonic,
    )
    yield source
    await source.close()


async def test_figures_a_little_too_old_are_shown_while_new_ones_are_counted(clock: FakeClock) -> None:
    """Once for all who ask meanwhile; who comes after a long time waits for new ones."""
    repositories = FakeRepositories()
    async with opened(repositories, clock) as source:
        first = await source.take_status()
        assert (await source.take_status(), repositories.taken) == (first, 1)
        clock.move(seconds=11)
        repositories.gate.clear()
        assert [await source.take_status() for _ in range(3)] == [first] * 3
        await asyncio.sleep(0)
        repositories.gate.set()
        while (await source.take_status()).at == first.at:  # noqa: ASYNC110 - what is counted has no bell
            await asyncio.sleep(0)
        assert repositories.taken == 2

        clock.move(seconds=100)
        assert (await source.take_status()).at == clock.now()


async def test_old_figures_are_no_answer_for_ever(clock: FakeClock) -> None:
    """A database that is away is told of at last; the one who asks meanwhile is not bothered by it."""
    repositories = FakeRepositories()
    async with opened(repositories, clock) as source:
        first = await source.take_status()
        repositories.error = StorageError("away")
        clock.move(seconds=11)
        assert await source.take_status() == first
        clock.move(seconds=100)
        with pytest.raises(StorageError):
            await source.take_status()


async def test_an_address_that_was_never_seen_leads_to_the_feeds_of_its_site(clock: FakeClock) -> None:
    """Also to those of its other parts; words lead to the feeds that cannot be read."""
    paper = make_health(make_feed(1, title="Blatt", url="https://rss.blatt.example/all"))
    alike = make_health(make_feed(2, title="Other", url="https://notblatt.example/rss"))
    failing = make_health(make_feed(3, url="https://weg.example/rss", state=FeedState.FAILING, failures=1))
    own = make_health(make_feed(4, url="https://blatt.example/own", owner=5))
    async with opened(FakeRepositories(paper, alike, failing, own), clock) as source:
        answer = await source.find_articles("https://www.blatt.example/a")
        assert (answer.suspects, answer.is_host_known) == ((paper,), True)
        answer = await source.find_articles("https://elsewhere.example/a")
        assert (answer.suspects, answer.is_host_known) == ((), False)
        answer = await source.find_articles("Putin Kim")
        assert (answer.suspects, answer.is_host_known) == ((failing,), None)
        assert (await source.find_feed(FeedId(4)), await source.find_feed(FeedId(9))) == (None, None)
        details = await source.find_feed(FeedId(1))
        assert details is not None
        assert details.health == paper
