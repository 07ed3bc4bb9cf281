"""
Poll the feeds that are due: fetch, read, store what is new.

Each feed is on its own: a slow or hostile one holds up nobody, and whatever happens it gets a new due time.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.core import article, timing
from bot.core.article import Article, ArticleDraft
from bot.core.errors import StorageError
from bot.core.feed import (
    Feed,
    Fetched,
    FetchFailed,
    FetchProblem,
    NotModified,
    ParsedFeed,
    ParseFailed,
)
from bot.core.ids import FeedId
from bot.core.ports import Clock, Counters, FeedShelf, Fetcher, Parser
from bot.core.timing import PollPolicy
from bot.flow.patience import Patience

_log = logging.getLogger(__name__)
_LATE = timedelta(seconds=2)
_WHOLE_AFTER = timedelta(days=3)
_UNREADABLE = "Something in the feed cannot be handled; the log says what."


@dataclass(frozen=True, slots=True, kw_only=True)
class PollLimits:
    """How much is under way at once."""

    at_once: int = 64
    lease: timedelta = timedelta(minutes=3)


class Poll:
    """Start what is due at each tick; `drain` waits for what is under way."""

    def __init__(
        self,
        *,
        feeds: FeedShelf,
        fetcher: Fetcher,
        parser: Parser,
        detect: Callable[[str], str | None],
        policy: PollPolicy,
        clock: Clock,
        counters: Counters,
        owner: str,
        jitter: Callable[[], float],
        stored: Callable[[], None],
        patience: Patience,
        limits: PollLimits | None = None,
    ) -> None:
        self._feeds = feeds
        self._fetcher = fetcher
        self._parser = parser
        self._detect = detect
        self._policy = policy
        self._clock = clock
        self._counters = counters
        self._owner = owner
        self._jitter = jitter
        self._stored = stored
        self._patience = patience
        self._limits = limits or PollLimits()
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way: set[FeedId] = set()
        self._claiming = asyncio.Lock()
        self._stopping = False

    async def tick(self) -> int:
        """Start a poll for each feed that is due, as far as there is room; returns how many."""
        async with self._claiming:
            room = self._limits.at_once - len(self._tasks)
            if room <= 0 or self._stopping:
                return 0
            due = await self._feeds.claim_due(self._owner, self._clock.now(), self._limits.lease, room)
            subscribers = await self._count_subscribers() if due else 0
            # A lease runs out early when the clock is moved; asking a slow publisher twice would not make it faster.
            fresh = [feed for feed in due if feed.id not in self._under_way]
            for feed in fresh:
                self._under_way.add(feed.id)
                task = asyncio.create_task(self._guarded(feed, subscribers))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        return len(fresh)

    def reserve(self, feed_id: FeedId) -> bool:
        """Keep a new feed from being polled until `meet`; False when that is not possible any more."""
        if self._stopping or feed_id in self._under_way:
            return False
        self._under_way.add(feed_id)
        return True

    async def meet(self, feed: Feed, fetched: Fetched, parsed: ParsedFeed) -> None:
        """Take what was read to show a reserved feed as its first poll, so that its server is not asked twice."""
        try:
            await self._changed(feed, fetched, parsed, _hash(fetched))
        except Exception as error:  # then it is polled when its turn comes
            _log.error("feed.not_met", extra={"feed": feed.id, "error": error})
        finally:
            self._under_way.discard(feed.id)

    async def drain(self, seconds: float) -> None:
        """
        Start nothing more and wait up to `seconds`; what is not done then is cancelled and keeps its due time.

        Its lease is given back by whoever stops us.
        """
        self._stopping = True
        async with self._claiming:
            under_way = set(self._tasks)
        if not under_way:
            return
        _, late = await asyncio.wait(under_way, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _count_subscribers(self) -> int:
        try:
            return await self._feeds.count_subscribers()
        except StorageError:
            return 0  # it is only said to publishers; what is claimed must be polled all the same

    async def _guarded(self, feed: Feed, subscribers: int) -> None:
        try:
            await self._one(feed, subscribers)
        except Exception as error:
            _log.error("poll.failed", extra={"feed": feed.id, "error": error})
            with contextlib.suppress(StorageError):  # then the lease runs out; no other feed notices
                await self._failed(feed, FetchFailed(problem=FetchProblem.BROKEN, detail=_UNREADABLE))
        finally:
            self._under_way.discard(feed.id)

    async def _one(self, feed: Feed, subscribers: int) -> None:
        outcome = await self._fetcher.fetch(feed, subscribers=subscribers)
        match outcome:
            case NotModified():
                await self._unchanged(feed, outcome, "not-modified")
            case FetchFailed():
                await self._failed(feed, outcome)
            case Fetched():
                await self._fetched(feed, outcome)

    async def _fetched(self, feed: Feed, fetched: Fetched) -> None:
        body_hash = _hash(fetched)
        if body_hash == feed.body_hash and feed.first_success_at is not None:
            await self._unchanged(feed, fetched, "same-body")
            return
        marks = await self._marks(feed)
        started = self._clock.monotonic()
        parsed = await self._parser.parse(fetched, marks)
        self._counters.observe("stichwort_parse_seconds", self._clock.monotonic() - started)
        if isinstance(parsed, ParseFailed):
            await self._failed(feed, FetchFailed(problem=parsed.problem, detail=parsed.detail))
            return
        if parsed.audit is not None:
            self._counters.count("stichwort_parse_audits_total", outcome="equal" if parsed.audit else "different")
        if (parsed.marks or b"") == marks:
            parsed = replace(parsed, marks=None)
        await self._changed(feed, fetched, parsed, body_hash)

    async def _marks(self, feed: Feed) -> bytes:
        """Recall what need not be read again; once in a while all is, so that what is still listed stays known."""
        listed = feed.listed_at
        if feed.first_success_at is None or listed is None or self._clock.now() - listed > _WHOLE_AFTER:
            return b""
        return await self._patience(
            lambda: self._feeds.load_marks(feed.id), "marks of a feed", longest=self._limits.lease
        )

    async def _changed(self, feed: Feed, fetched: Fetched, parsed: ParsedFeed, body_hash: str) -> None:
        now = self._clock.now()
        drafts = self._draft(feed, parsed)
        after = timing.after_success(
            feed,
            self._policy,
            fetched,
            now=now,
            jitter=self._jitter(),
            parsed=parsed,
            body_hash=body_hash,
        )
        first = feed.first_success_at is None
        new = await self._finish(after, drafts, alert=not first, catch_up=self._was_away(feed), marks=parsed.marks)
        self._counters.count("stichwort_polls_total", outcome="changed")
        self._counters.count("stichwort_articles_total", len(new))
        if first:
            _log.info("feed.met", extra={"feed": feed.id, "entries": len(new)})
        elif new:
            self._stored()

    def _draft(self, feed: Feed, parsed: ParsedFeed) -> list[ArticleDraft]:
        guids = Counter(entry.guid for entry in parsed.entries)
        links = Counter(entry.link for entry in parsed.entries)
        now = self._clock.now()
        drafts = []
        for entry in parsed.entries:
            language = feed.language or entry.language or self._detect(f"{entry.title}. {entry.summary}")
            drafts.append(
                article.draft(
                    feed,
                    entry,
                    language=language or parsed.language,
                    now=now,
                    guid_repeats=guids[entry.guid] > 1 or entry.guid in parsed.repeated_guids,
                    link_repeats=links[entry.link] > 1 or entry.link in parsed.repeated_links,
                )
            )
        return drafts

    def _was_away(self, feed: Feed) -> bool:
        """Say whether what is new may have come out while we were down or the feed was."""
        overdue = self._clock.now() - feed.next_poll_at
        return feed.failures > 0 or overdue > feed.interval + _LATE

    async def _unchanged(self, feed: Feed, outcome: Fetched | NotModified, label: str) -> None:
        now = self._clock.now()
        after = timing.after_success(feed, self._policy, outcome, now=now, jitter=self._jitter())
        await self._finish(after)
        self._counters.count("stichwort_polls_total", outcome=label)

    async def _failed(self, feed: Feed, failed: FetchFailed) -> None:
        now = self._clock.now()
        after = timing.after_failure(feed, self._policy, failed, now=now, jitter=self._jitter())
        await self._finish(after)
        self._counters.count("stichwort_polls_total", outcome=failed.problem.value)
        if feed.failures == 0:
            _log.warning("feed.failing", extra={"feed": feed.id, "problem": failed.problem.value, "why": failed.detail})

    async def _finish(
        self,
        feed: Feed,
        drafts: Sequence[ArticleDraft] = (),
        *,
        alert: bool = False,
        catch_up: bool = False,
        marks: bytes | None = None,
    ) -> tuple[Article, ...]:
        """Store what a poll brought, also when the store is away for a while."""
        return await self._patience(
            lambda: self._feeds.finish_poll(
                feed, drafts, alert=alert, catch_up=catch_up, now=self._clock.now(), marks=marks
            ),
            "outcome of a poll",
            longest=self._limits.lease,
        )


def _hash(fetched: Fetched) -> str:
    return hashlib.blake2b(fetched.body, digest_size=16).hexdigest()
