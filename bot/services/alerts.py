"""
Matches new articles with all queries and queues an alert for every reader; keeps the matcher up to date.

The matcher follows the stored queries, also those that other processes add and remove.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import TypeVar

from bot.core.article import Article
from bot.core.ids import ArticleId, QueryId
from bot.core.ports import Clock, Counters
from bot.core.process_state import LoopOutcomes
from bot.core.query.matcher import Matcher, QueryHit
from bot.core.query.patterns import Document
from bot.core.repositories import ArticleRepository, Fanout, StoredQuery, SubscriptionRepository
from bot.services.fulltext import FullTextService
from bot.services.retry import StoreRetry

_OVERLAP = 1000
_BATCH = 100


class MatcherSync:
    """
    The matcher of this process, and up to which query it has loaded the store.

    Ids may become visible out of order when several processes write, so each look goes back a little.
    """

    def __init__(self, subscriptions: SubscriptionRepository, matcher: Matcher) -> None:
        self.matcher = matcher
        self.is_loaded = False
        """False until all queries are there: before that, nothing may be matched."""
        self._subscriptions = subscriptions
        self._seen = QueryId(0)

    async def refresh(self) -> int:
        """Load the queries that are new since the last call, or all of them the first time; returns how many."""
        learned = 0
        after = QueryId(max(0, self._seen - _OVERLAP)) if self.is_loaded else QueryId(0)
        for number, stored in enumerate(await self._subscriptions.list_queries(after, known=self.matcher)):
            learned += self.learn(stored)
            if number % _BATCH == _BATCH - 1:
                await asyncio.sleep(0)  # a hundred thousand queries must not hold up the conversation
        if not self.is_loaded:
            self.is_loaded = True
            gc.freeze()  # what a start builds lives until the end: no full collection has to walk over it again
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
class FanOutPorts:
    """What the fan-out works with."""

    articles: ArticleRepository
    clock: Clock
    counters: Counters
    retry: StoreRetry


@dataclass(frozen=True, slots=True, kw_only=True)
class FanOutPolicy:
    """Whose alerts are queued, and how much at once."""

    owner: str
    """The process that holds the leases."""
    max_age: timedelta
    """Older articles alert nobody, unless their feed is caught up with."""
    lease: timedelta = timedelta(minutes=5)
    articles_at_once: int = 5
    """Most articles of one claim, of each feed in turn; articles that come in meanwhile wait for so many at most."""
    receivers_at_once: int = 5_000


class AnnounceOutcome(Enum):
    """What came of the search for an article's readers."""

    QUEUED = auto()
    """Its alerts are queued, or it is left for whoever continues."""
    DEFERRED = auto()
    """It waits for the text of its page."""
    UNMATCHED = auto()
    """It matches no query; its task is still to be closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleMatches:
    """The queries an article matches."""

    new: tuple[QueryHit, ...] = ()
    known: tuple[QueryHit, ...] = ()
    """Those it matched before it changed; their readers have its alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FanOut:
    """Matches the articles that wait, and queues alerts; may be killed at any point and run by several processes."""

    ports: FanOutPorts
    policy: FanOutPolicy
    matcher_sync: MatcherSync
    queued: Callable[[], None]
    """Called after every chunk, so that sending starts while the fan-out continues."""
    full_text: FullTextService | None = None
    """Lets articles wait for the text of their pages, where the operator wants it."""
    place_in_story: Callable[[Article], Awaitable[None]] | None = None
    """Called for every article that matched, before its alerts are queued."""
    failed: dict[ArticleId, datetime] = field(default_factory=dict)
    """Articles that could not be announced, each with the end of its lease."""

    async def __call__(self, is_wanted: Callable[[], bool] = lambda: True, outcomes: LoopOutcomes | None = None) -> int:
        """
        Announce what waits now; returns how many articles were taken. `outcomes` is told of each, and of each chunk.

        An article that fails is left to the end of its lease and stops no other. `is_wanted` is asked before each piece
        of work; what is left then stays leased for whoever stops us to give back.
        """
        if not self.matcher_sync.is_loaded:  # a start answers commands meanwhile
            await self._retried(self.matcher_sync.refresh)
        now, outcomes = self.ports.clock.now(), outcomes or LoopOutcomes()
        fanouts = await self.ports.articles.claim_fanouts(
            self.policy.owner, now, self.policy.lease, self.policy.articles_at_once, self._list_put_aside(now)
        )
        if fanouts:
            await self._retried(self.matcher_sync.refresh)
        unmatched: list[ArticleId] = []
        for fanout in fanouts:
            if not is_wanted():
                break
            try:
                if await self._announce(fanout, is_wanted, outcomes) is AnnounceOutcome.UNMATCHED:
                    unmatched.append(fanout.article.id)
                outcomes.succeeded()
            except Exception as error:
                _log.error("article.not_announced", extra={"article": fanout.article.id, "error": error})
                self.failed[fanout.article.id] = now + self.policy.lease
                outcomes.failed()
        if unmatched:
            await self._retried(lambda: self.ports.articles.close_unmatched(unmatched))
        return len(fanouts)

    async def _announce(self, fanout: Fanout, is_wanted: Callable[[], bool], outcomes: LoopOutcomes) -> AnnounceOutcome:
        """
        Announce an article: match it, place it in its story, record the matches, and queue its alerts.

        It may wait for the text of its page before and after it is matched; then it is claimed again. Most articles
        match nothing: they are closed together, since a transaction for each would hold up the others.
        """
        article, place_in_story = fanout.article, self.place_in_story
        full_text = None if fanout.full_text == "never" else self.full_text
        is_stale = not fanout.catch_up and article.age_when_seen > self.policy.max_age
        if not fanout.matched:
            if full_text and not is_stale and len(self.matcher_sync.matcher) and await full_text.defers(fanout):
                return AnnounceOutcome.DEFERRED
            matches = await self._match(fanout, is_stale=is_stale)
            if not matches.new and not matches.known and fanout.before is None:
                return AnnounceOutcome.UNMATCHED
            if place_in_story and matches.new:
                await self._retried(lambda: place_in_story(article))
            await self._retried(lambda: self.ports.articles.record_matches(article.id, matches.new, matches.known))
            if full_text and await full_text.defers(fanout, matches.new):
                return AnnounceOutcome.DEFERRED
        await self._queue(article, is_wanted, outcomes)
        return AnnounceOutcome.QUEUED

    async def _match(self, fanout: Fanout, *, is_stale: bool) -> ArticleMatches:
        """Find the queries an article matches, none for a stale one; apart, those it matched before it changed."""
        read, matcher = document(fanout.article), self.matcher_sync.matcher
        started = self.ports.clock.monotonic()
        hits: tuple[QueryHit, ...] = ()
        if self.full_text and fanout.has_page_text and not is_stale:
            hits = await self.full_text.match(fanout, read, matcher)
        elif not is_stale:
            hits = matcher.match(read)
        before = matcher.match(document(fanout.before)) if fanout.before and hits else ()
        known = {hit.query_id for hit in before}
        matches = ArticleMatches(
            new=tuple(hit for hit in hits if hit.query_id not in known),
            known=tuple(hit for hit in hits if hit.query_id in known),
        )
        self.ports.counters.observe("stichwort_match_seconds", self.ports.clock.monotonic() - started)
        self.ports.counters.count("stichwort_matches_total", len(matches.new))
        return matches

    async def _queue(self, article: Article, is_wanted: Callable[[], bool], outcomes: LoopOutcomes) -> None:
        """Queue an alert for every receiver, chunk by chunk."""
        articles, clock, limit = self.ports.articles, self.ports.clock, self.policy.receivers_at_once
        total = 0
        while is_wanted():
            queued = await self._retried(lambda: articles.enqueue(article.id, clock.now(), limit=limit))
            if queued is None:
                break
            total += queued
            self.queued()
            outcomes.succeeded()
            await asyncio.sleep(0)
        if total:
            _log.info("article.announced", extra={"article": article.id, "feed": article.feed_id, "alerts": total})

    def _list_put_aside(self, now: datetime) -> tuple[ArticleId, ...]:
        """List what stays leased although nobody works on it: what failed, and what waits for its text."""
        for article_id in [article_id for article_id, until in self.failed.items() if until <= now]:
            del self.failed[article_id]
        return (*self.failed, *(self.full_text.put_aside() if self.full_text else ()))

    async def _retried(self, work: Callable[[], Awaitable[Result]]) -> Result:
        return await self.ports.retry(work, "announcing", longest=self.policy.lease)


class AlertLoop:
    """Runs `FanOut` whenever `wakeup` is set, and periodically for what other processes left."""

    def __init__(
        self,
        announce: FanOut,
        wakeup: asyncio.Event,
        rest: timedelta = timedelta(seconds=2),
        beat: Callable[[bool], None] = lambda succeeded: None,
    ) -> None:
        self._announce = announce
        self._outcomes = LoopOutcomes(beat)
        self._rest = rest.total_seconds()
        self._wakeup = wakeup
        self._stopping = False

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what is in hand is stored."""
        self._stopping = True
        self._wakeup.set()

    async def run(self) -> None:
        """Queue alerts until `stop`; a fault of the store is one log line and a pause."""
        failing = False
        while not self._stopping:
            self._wakeup.clear()
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
                    await asyncio.wait_for(self._wakeup.wait(), self._rest)

    def _is_wanted(self) -> bool:
        self._outcomes.came_round()
        return not self._stopping
