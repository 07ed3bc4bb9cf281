"""
Matches new articles with all queries and queues an alert for every reader; keeps the matcher up to date.

The matcher follows the stored queries, also those that other processes add and remove.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from bot.core.article import Article
from bot.core.ids import ArticleId, QueryId
from bot.core.ports import Clock, Counters
from bot.core.process_state import LoopOutcomes
from bot.core.query.document import Document
from bot.core.query.matcher import Matcher, QueryHit
from bot.core.repositories import ArticleRepository, Fanout, StoredQuery, SubscriptionRepository
from bot.services.fulltext import FullTextService
from bot.services.retry import StoreRetry

_OVERLAP = 1000
_BATCH = 500


class MatcherSync:
    """
    The matcher of this process, and up to which query it has loaded the store.

    Ids may become visible out of order when several processes write, so each look goes back a little.
    """

    def __init__(self, subscriptions: SubscriptionRepository, matcher: Matcher) -> None:
        self.matcher = matcher
        self._subscriptions = subscriptions
        self._seen = QueryId(0)

    async def refresh(self) -> int:
        """Load the queries that are new since the last call; returns how many."""
        learned = 0
        for number, stored in enumerate(await self._subscriptions.list_queries(QueryId(max(0, self._seen - _OVERLAP)))):
            learned += self.learn(stored)
            if number % _BATCH == _BATCH - 1:
                await asyncio.sleep(0)  # a hundred thousand queries must not hold up the conversation
        return learned

    def learn(self, stored: StoredQuery) -> bool:
        """Add one query; returns whether it was new and readable."""
        self._seen = max(self._seen, stored.id)
        if stored.id in self.matcher:
            return False
        if not stored.query.is_readable:
            return False
        self.matcher.add(stored.id, stored.query, stored.mode)
        return True

    async def forget_unused(self) -> int:
        """Drop the queries that nobody is subscribed to any more; returns how many."""
        unused = [query_id for query_id in await self._subscriptions.list_unused_queries() if query_id in self.matcher]
        for query_id in unused:
            self.matcher.remove(query_id)
        return len(unused)


_log = logging.getLogger(__name__)
Result = TypeVar("Result")


def document(article: Article) -> Document:
    """Return what the matcher reads of an article."""
    tags = " · ".join(article.tags)
    return Document(
        title=article.title,
        lead="\n".join(part for part in (*article.key_points, article.lead) if part),
        body="\n".join(part for part in (article.body, tags) if part),
        language=article.language,
        source_title=article.source_title,
        source_host=article.source_host,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FanOut:
    """Matches the articles that wait, and queues alerts; may be killed at any point and run by several processes."""

    articles: ArticleRepository
    matcher_sync: MatcherSync
    clock: Clock
    counters: Counters
    owner: str
    queued: Callable[[], None]
    """Called after every chunk, so that sending starts while the fan-out continues."""
    max_age: timedelta
    retry: StoreRetry
    complete: FullTextService | None = None
    """Lets articles wait for the text of their pages, where the operator wants it."""
    group: Callable[[Article], Awaitable[None]] | None = None
    """Called for every article that matched, before its alerts are queued."""
    lease: timedelta = timedelta(minutes=5)
    articles_at_once: int = 5
    """Most articles of one claim, of each feed in turn; articles that come in meanwhile wait for so many at most."""
    receivers_at_once: int = 5_000
    failed: dict[ArticleId, datetime] = field(default_factory=dict)
    """Articles that could not be announced, each with the end of its lease."""

    async def __call__(self, is_wanted: Callable[[], bool] = lambda: True, outcomes: LoopOutcomes | None = None) -> int:
        """
        Announce what waits now; returns how many articles were taken. `outcomes` is told of each, and of each chunk.

        An article that fails is left to the end of its lease and stops no other. `is_wanted` is asked before each piece
        of work; what is left then stays leased for whoever stops us to give back.
        """
        now, outcomes = self.clock.now(), outcomes or LoopOutcomes()
        fanouts = await self.articles.claim_fanouts(
            self.owner, now, self.lease, self.articles_at_once, self._put_aside(now)
        )
        if fanouts:
            await self._insist(self.matcher_sync.refresh)
        for fanout in fanouts:
            if not is_wanted():
                break
            try:
                await self._one(fanout, is_wanted, outcomes)
                outcomes.succeeded()
            except Exception as error:
                _log.error("article.not_announced", extra={"article": fanout.article.id, "error": error})
                self.failed[fanout.article.id] = now + self.lease
                outcomes.failed()
        return len(fanouts)

    def _put_aside(self, now: datetime) -> tuple[ArticleId, ...]:
        """List what stays leased although nobody works on it: what failed, and what waits for its text."""
        for article_id in [each for each, until in self.failed.items() if until <= now]:
            del self.failed[article_id]
        return (*self.failed, *(self.complete.put_aside() if self.complete else ()))

    async def _insist(self, work: Callable[[], Awaitable[Result]]) -> Result:
        return await self.retry(work, "announcing", longest=self.lease)

    async def _one(self, fanout: Fanout, is_wanted: Callable[[], bool], outcomes: LoopOutcomes) -> None:
        article = fanout.article
        if not fanout.matched:
            stale = not fanout.catch_up and article.age_when_seen > self.max_age
            if self.complete and not stale and len(self.matcher_sync.matcher) and await self.complete.defers(fanout):
                return
            started = self.clock.monotonic()
            hits, known = ((), ()) if stale else await self._match(fanout)
            self.counters.observe("stichwort_match_seconds", self.clock.monotonic() - started)
            self.counters.count("stichwort_matches_total", len(hits))
            if hits:
                await self._group(article)
            await self._insist(lambda: self.articles.record_matches(article.id, hits, known))
            if self.complete and await self.complete.defers(fanout, hits):
                return
        total = 0
        while is_wanted() and (queued := await self._insist(lambda: self._enqueue(article.id))) is not None:
            total += queued
            self.queued()
            outcomes.succeeded()
            await asyncio.sleep(0)
        if total:
            _log.info("article.announced", extra={"article": article.id, "feed": article.feed_id, "alerts": total})

    async def _match(self, fanout: Fanout) -> tuple[tuple[QueryHit, ...], tuple[QueryHit, ...]]:
        """Find the queries an article matches; apart, those it matched before it changed."""
        read, matcher = document(fanout.article), self.matcher_sync.matcher
        hits = await self.complete.match(fanout, read, matcher) if self.complete else matcher.match(read)
        if fanout.before is None or not hits:
            return hits, ()
        before = {hit.query_id for hit in matcher.match(document(fanout.before))}
        new = tuple(hit for hit in hits if hit.query_id not in before)
        return new, tuple(hit for hit in hits if hit.query_id in before)

    async def _group(self, article: Article) -> None:
        group = self.group
        if group is not None:
            await self._insist(lambda: group(article))

    async def _enqueue(self, article_id: ArticleId) -> int | None:
        return await self.articles.enqueue(article_id, self.clock.now(), limit=self.receivers_at_once)


class AlertLoop:
    """Runs `FanOut` whenever articles were stored, and periodically for what other processes left."""

    def __init__(
        self,
        announce: FanOut,
        rest: timedelta = timedelta(seconds=2),
        beat: Callable[[bool], None] = lambda succeeded: None,
    ) -> None:
        self._announce = announce
        self._outcomes = LoopOutcomes(beat)
        self._rest = rest.total_seconds()
        self._bell = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Say that articles were stored."""
        self._bell.set()

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what is in hand is stored."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """Queue alerts until `stop`; a fault of the store is one log line and a pause."""
        failing = False
        while not self._stopping:
            self._bell.clear()
            self._outcomes.came_round()
            try:
                taken = await self._announce(self._is_wanted, self._outcomes)
                failing = False
                if not taken:
                    self._outcomes.found_nothing()
            except Exception as error:
                if not failing:
                    _log.error("announce.failed", extra={"error": error})
                failing, taken = True, 0
            if not taken and not self._stopping:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._bell.wait(), self._rest)

    def _is_wanted(self) -> bool:
        self._outcomes.came_round()
        return not self._stopping
