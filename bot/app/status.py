"""What the web server reads of the running bot: its metrics and its status."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import metadata
from urllib.parse import urlsplit

from bot.core import article
from bot.core.article_fate import ArticleFateRepository
from bot.core.errors import StorageError
from bot.core.health import ErrorRecord, StatusRepository, StoredCounts
from bot.core.ids import FeedId
from bot.core.polling import FeedCondition, FeedHealth
from bot.core.ports import Clock
from bot.core.process_state import Leadership
from bot.core.statistics import StatisticsRepository
from bot.i18n import markup
from bot.i18n.catalog import Catalog
from bot.metrics import Metrics
from bot.telegram.text import feeds
from bot.web.article_page import ArticleAnswer
from bot.web.feed_page import FeedDetails
from bot.web.status import Status, find_host, order_feeds
from bot.web.throughput import HOURS, Throughput

_LAG_EVERY = 0.05
_FRESH_SECONDS = 10.0
_SHARE = 20
"""
Greatest age of a status in seconds, or a multiple of the time it took to make, so that requests cause little work.
"""
_MEASURE_TIMEOUT_SECONDS = 5.0
_THROUGHPUT_SECONDS = 60.0
_STALE_SECONDS = 60.0
"""How long figures that are too old may still be shown, so that nobody waits for new ones."""
_MOST_WORDS, _MOST_ARTICLES, _MOST_SUSPECTS = 10, 20, 20
_UNREADABLE = frozenset((FeedCondition.GONE, FeedCondition.DEAD, FeedCondition.FAILING))


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRepositories:
    """Where what the pages tell is stored."""

    status: StatusRepository
    fates: ArticleFateRepository
    statistics: StatisticsRepository


@dataclass(kw_only=True)
class BotStatus:
    """Implements `bot.web.server.StatusSource`."""

    metrics: Metrics
    repositories: StatusRepositories
    max_age: timedelta
    """Above it an article is no news any more when it is first seen."""
    errors: ErrorRecord
    clock: Clock
    leadership: Leadership
    catalog: Catalog
    seconds: Callable[[], float]
    _begun_at: float = field(init=False)
    _status: Status | None = None
    _good_until: float = 0.0
    _refreshing: asyncio.Task[None] | None = None
    _throughput: Throughput | None = None
    _throughput_until: float = 0.0
    _taking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self._begun_at = self.seconds()

    async def render_metrics(self) -> bytes:
        """Render all metrics; what the database cannot answer at the moment keeps its last value."""
        asking = asyncio.ensure_future(self._measure())
        await asyncio.wait((asking,), timeout=_MEASURE_TIMEOUT_SECONDS)
        return self.metrics.render()

    async def take_status(self) -> Status:
        """
        Gather what the status page shows; raises `StorageError`.

        What is only a little too old is given at once, and counted anew meanwhile.
        """
        too_old = self.seconds() - self._good_until
        if self._status is None or too_old >= _STALE_SECONDS:
            return await self._refresh()
        if too_old >= 0 and (self._refreshing is None or self._refreshing.done()):
            self._refreshing = asyncio.create_task(self._refresh_quietly())
        return self._status

    async def close(self) -> None:
        """Give up what is being counted."""
        if self._refreshing is not None:
            self._refreshing.cancel()
            await asyncio.gather(self._refreshing, return_exceptions=True)

    async def _refresh(self) -> Status:
        async with self._taking:
            begun_at = self.seconds()
            if self._status is None or begun_at >= self._good_until:
                self._status = await self._take()
                self._good_until = self.seconds() + max(_FRESH_SECONDS, _SHARE * (self.seconds() - begun_at))
            return self._status

    async def _refresh_quietly(self) -> None:
        with contextlib.suppress(StorageError):
            await self._refresh()

    async def find_articles(self, question: str) -> ArticleAnswer:
        """Find articles of everybody's feeds by their address or by words of their titles; raises `StorageError`."""
        host = _find_host(question)
        if host is not None:
            fates = await self.repositories.fates.find_by_keys(article.link_keys(question))
        else:
            fates = await self.repositories.fates.find_by_title(question.split()[:_MOST_WORDS], limit=_MOST_ARTICLES)
        if fates:
            return ArticleAnswer(at=self.clock.now(), fates=fates, max_age=self.max_age)
        status = await self.take_status()
        suspects = [
            health
            for health in status.feeds
            if (_is_from(health, host) if host is not None else health.condition(status.at) in _UNREADABLE)
        ]
        return ArticleAnswer(
            at=status.at,
            fates=(),
            max_age=self.max_age,
            suspects=tuple(suspects[:_MOST_SUSPECTS]),
            is_host_known=None if host is None else bool(suspects),
        )

    async def find_feed(self, feed_id: FeedId) -> FeedDetails | None:
        """Find a feed of everybody's with its last articles; raises `StorageError`."""
        status = await self.take_status()
        health = next((health for health in status.feeds if health.feed.id == feed_id), None)
        if health is None:
            return None
        fates = await self.repositories.fates.list_of_feed(feed_id, limit=_MOST_ARTICLES)
        return FeedDetails(at=status.at, health=health, state=status.say(health), fates=fates, max_age=self.max_age)

    async def _take(self) -> Status:
        now = self.clock.now()
        stock, healths = await self.repositories.status.take_stock(now), await self.repositories.status.list_health(now)
        common = tuple(health for health in healths if health.feed.owner is None)
        translation = self.catalog.speak("en")

        def say(health: FeedHealth) -> str:
            return markup.plain(feeds.condition(health, translation, now))

        return Status(
            at=now,
            version=metadata.version("stichwort"),
            running_for=timedelta(seconds=self.seconds() - self._begun_at),
            is_speaking=self.leadership.is_ours(),
            stock=stock,
            feeds=await asyncio.to_thread(order_feeds, common, now),
            own_feeds=len(healths) - len(common),
            say=say,
            last_error=self.errors.find_last(),
            throughput=await self._take_throughput(now),
        )

    async def _take_throughput(self, now: datetime) -> Throughput:
        """Count what the last hours brought; once a minute, because all of a day is counted."""
        if self._throughput is None or self.seconds() >= self._throughput_until:
            since = now - timedelta(hours=HOURS)
            bounds = [since + timedelta(hours=hour) for hour in range(HOURS + 1)]
            self._throughput = Throughput(
                ends_at=now,
                articles=await self.repositories.status.count_articles(bounds),
                alerts=await self.repositories.statistics.count_alerts(bounds),
                publishing_delay=await self.repositories.status.find_publishing_delay(since),
                sending_delay=await self.repositories.statistics.find_delay(since),
            )
            self._throughput_until = self.seconds() + _THROUGHPUT_SECONDS
        return self._throughput

    async def _measure(self) -> None:
        now = self.clock.now()
        with contextlib.suppress(StorageError):
            stock = await self.repositories.status.take_stock(now)
            self._set(stock)
            oldest = (now - stock.oldest_at).total_seconds() if stock.oldest_at else 0.0
            self.metrics.measure("stichwort_outbox_oldest_seconds", max(0.0, oldest))

    def _set(self, stock: StoredCounts) -> None:
        for name, label, values in (
            ("stichwort_feeds", "state", stock.feeds),
            ("stichwort_chats", "state", stock.chats),
            ("stichwort_outbox_messages", "class", stock.queue),
        ):
            for value, count in values.items():
                self.metrics.measure(name, count, **{label: value})


async def measure_lag(metrics: Metrics) -> None:
    """Measure periodically how late the event loop is; runs until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + _LAG_EVERY
        await asyncio.sleep(_LAG_EVERY)
        metrics.observe("stichwort_loop_lag_seconds", loop.time() - due)


def _find_host(question: str) -> str | None:
    """Give the host of an address; None for anything else."""
    if not question.startswith(("http://", "https://")):
        return None
    try:
        return urlsplit(question).hostname
    except ValueError:
        return None


def _is_from(health: FeedHealth, host: str) -> bool:
    """Say whether a feed belongs to a host, or to a part of the same site."""
    hosts = (find_host(health.feed.url), find_host(health.feed.site_url or ""))
    wanted = host.removeprefix("www.")
    named = [name.removeprefix("www.") for name in hosts if name]
    return any(name == wanted or name.endswith(f".{wanted}") or wanted.endswith(f".{name}") for name in named)
