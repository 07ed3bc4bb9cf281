"""
Polls the feeds that are due: fetches, reads, and stores what is new.

Each feed is on its own: a slow or hostile one delays no other, and whatever happens it gets a new due time. A document
may hold 500 new entries, and detecting the language of one takes milliseconds, so articles are made a few at a time. An
entry that cannot become an article costs itself alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core import article, polling
from bot.core.article import Article, ArticleDraft
from bot.core.errors import StorageError
from bot.core.feed import (
    Feed,
    Fetched,
    FetchFailed,
    FetchOutcome,
    FetchProblem,
    NotModified,
    ParsedFeed,
    ParseFailed,
    ask_for_all,
    host_of,
    same_address,
)
from bot.core.identity import Traits
from bot.core.ids import FeedId
from bot.core.polling import DueBacklog, HostThrottle, PollPolicy
from bot.core.ports import Clock, Counters, Fetcher, Parser
from bot.core.process_state import LoopOutcomes
from bot.core.repositories import FeedRepository
from bot.services.retry import StoreRetry

_log = logging.getLogger(__name__)
_AT_ONCE = 10
"""Articles that are made before other tasks run."""


class Drafting:
    """Makes articles of entries, and logs and counts entries that fail."""

    def __init__(self, detect: Callable[[str], str | None], counters: Counters) -> None:
        self._detect = detect
        self._counters = counters
        self._lossy: set[FeedId] = set()
        """Feeds whose lost entries are logged already."""

    async def __call__(self, feed: Feed, parsed: ParsedFeed, now: datetime) -> tuple[ArticleDraft, ...]:
        """Make the articles of a document, in its order."""
        drafts: list[ArticleDraft] = []
        lost = list(parsed.lost)
        for start in range(0, len(parsed.entries), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            made, failed = article.draft_all(feed, parsed, detect=self._detect, now=now, part=part)
            drafts += made
            lost += failed
            await asyncio.sleep(0)
        self._note(feed, lost)
        return tuple(drafts)

    def _note(self, feed: Feed, lost: Sequence[str]) -> None:
        """Count entries that could not be read; log them once per feed until it is read without a loss."""
        if lost:
            self._counters.count("stichwort_entries_lost_total", len(lost))
        if lost and feed.id not in self._lossy:
            why = ", ".join(sorted(set(lost)))
            _log.warning("feed.entries_lost", extra={"feed": feed.id, "entries": len(lost), "why": why})
        (self._lossy.add if lost else self._lossy.discard)(feed.id)


_LATE = timedelta(seconds=2)
_WHOLE_AFTER = timedelta(days=3)
_OURS = FetchFailed(problem=FetchProblem.BROKEN, detail="Something in the feed cannot be handled; the log says what.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PollLimits:
    """How much is under way at once."""

    at_once: int = 192
    """Most polls under way; many of them wait for their hosts, and the fetcher bounds the requests."""
    lease: timedelta = timedelta(minutes=3)
    patience: timedelta = timedelta(seconds=10)
    """A feed whose host is busy for longer is given back, so that its lease cannot run out while it waits."""


class PollingService:
    """Starts what is due at each tick; `drain` waits for what is under way."""

    def __init__(
        self,
        *,
        feeds: FeedRepository,
        fetcher: Fetcher,
        parser: Parser,
        detect: Callable[[str], str | None],
        policy: PollPolicy,
        clock: Clock,
        counters: Counters,
        owner: str,
        jitter: Callable[[], float],
        stored: Callable[[], None],
        retry: StoreRetry,
        limits: PollLimits | None = None,
        beat: Callable[[bool], None] = lambda succeeded: None,
    ) -> None:
        self._feeds = feeds
        self._fetcher = fetcher
        self._parser = parser
        self._draft = Drafting(detect, counters)
        self._policy = policy
        self._clock = clock
        self._counters = counters
        self._owner = owner
        self._jitter = jitter
        self._stored = stored
        self._retry = retry
        self._limits = limits or PollLimits()
        self._outcomes = LoopOutcomes(beat)
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way: set[FeedId] = set()
        self._claiming = asyncio.Lock()
        self._stopping = False
        self._backlog = DueBacklog(policy.interval)
        self._throttle = HostThrottle()

    async def tick(self) -> int:
        """Start a poll for each feed that is due, within the limits; returns how many."""
        try:
            started = await self._start_due()
        except Exception:
            self._outcomes.came_round()
            raise
        self._outcomes.found_nothing()
        return started

    async def _start_due(self) -> int:
        async with self._claiming:
            room = min(self._limits.at_once - len(self._tasks), self._backlog.room(self._clock.monotonic()))
            if room <= 0 or self._stopping:
                return 0
            now, lease = self._clock.now(), self._limits.lease
            due = await self._feeds.claim_due(self._owner, now, lease, room, self._under_way)
            self._backlog.took(len(due))
            if not due:
                return 0
            twins = await self._feeds.claim_twins(self._owner, due, now, lease)
            self._backlog.note(await self._feeds.count_due(now) if len(due) == room else 0)
            subscribers = await self._count_subscribers()
            # A lease runs out early when the clock is moved; asking a slow publisher twice would not make it faster.
            fresh = [feed for feed in (*due, *twins) if feed.id not in self._under_way]
            for group in same_address(fresh):
                self._under_way.update(feed.id for feed in group)
                task = asyncio.create_task(self._guarded(group, subscribers))
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

    async def _guarded(self, group: tuple[Feed, ...], subscribers: int) -> None:
        try:
            await self._fetch(group, subscribers)
        except Exception as error:
            _log.error("poll.failed", extra={"feed": group[0].id, "error": error})
            self._outcomes.failed()
        finally:
            self._under_way.difference_update(feed.id for feed in group)

    async def _fetch(self, group: tuple[Feed, ...], subscribers: int) -> None:
        """Fetch once for all feeds with the same address, and store the result for each."""
        asked = ask_for_all(group)
        wait = self._fetcher.turn_in(asked, patience=self._limits.patience)
        if wait:
            await self._feeds.postpone([feed.id for feed in group], self._clock.now() + wait)
            return
        outcome: FetchOutcome | None
        try:
            outcome = await self._fetcher.fetch(asked, subscribers=subscribers)
        except Exception as error:
            _log.error("poll.failed", extra={"feed": asked.id, "error": error})
            outcome = None
        for feed in group:
            await self._take(feed, outcome)
        if isinstance(outcome, FetchFailed) and outcome.problem is FetchProblem.THROTTLED:
            await self._spare_others(asked, outcome)

    async def _take(self, feed: Feed, outcome: FetchOutcome | None) -> None:
        """Store what a fetch brought; None: it could not be made."""
        try:
            match outcome:
                case None:
                    await self._failed(feed, _OURS)
                case NotModified():
                    await self._unchanged(feed, outcome, "not-modified")
                case FetchFailed():
                    await self._failed(feed, outcome)
                case Fetched():
                    await self._fetched(feed, outcome)
            (self._outcomes.failed if outcome is None else self._outcomes.succeeded)()
        except Exception as error:
            _log.error("poll.failed", extra={"feed": feed.id, "error": error})
            self._outcomes.failed()
            with contextlib.suppress(StorageError):  # then the lease runs out; no other feed notices
                await self._failed(feed, _OURS)

    async def _spare_others(self, feed: Feed, failed: FetchFailed) -> None:
        """Postpone all feeds of a host that keeps answering 429."""
        now, host = self._clock.now(), host_of(feed.url)
        held = self._throttle.note(host, feed.url, failed.retry_after, now)
        if held is not None:
            count = await self._feeds.hold(held.covers, held.until)
            _log.warning("host.held", extra={"host": held.host, "until": held.until.isoformat(), "feeds": count})

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
        """Load the fingerprints of entries that need not be read again; periodically none, so that all are read."""
        listed = feed.listed_at
        if feed.first_success_at is None or listed is None or self._clock.now() - listed > _WHOLE_AFTER:
            return b""
        return await self._retry(lambda: self._feeds.load_marks(feed.id), "marks of a feed", longest=self._limits.lease)

    async def _changed(self, feed: Feed, fetched: Fetched, parsed: ParsedFeed, body_hash: str) -> None:
        now = self._clock.now()
        drafts = await self._draft(feed, parsed, now)
        jitter = self._jitter()
        after = polling.after_success(
            feed, self._policy, fetched, now=now, jitter=jitter, parsed=parsed, body_hash=body_hash
        )
        first = feed.first_success_at is None
        caught_up = {"alert": not first, "catch_up": self._was_away(feed)}
        new = await self._finish(after, drafts, **caught_up, marks=parsed.marks, listed=parsed.listed or ())
        self._counters.count("stichwort_polls_total", outcome="changed")
        self._counters.count("stichwort_articles_total", len(new))
        if first:
            _log.info("feed.met", extra={"feed": feed.id, "entries": len(new)})
        elif new:
            self._stored()

    def _was_away(self, feed: Feed) -> bool:
        """Return whether new entries may have been published while the bot or the feed was down."""
        overdue = self._clock.now() - feed.next_poll_at
        return feed.failures > 0 or overdue > feed.interval + _LATE

    async def _unchanged(self, feed: Feed, outcome: Fetched | NotModified, label: str) -> None:
        now = self._clock.now()
        after = polling.after_success(feed, self._policy, outcome, now=now, jitter=self._jitter())
        await self._finish(after)
        self._counters.count("stichwort_polls_total", outcome=label)

    async def _failed(self, feed: Feed, failed: FetchFailed) -> None:
        now = self._clock.now()
        after = polling.after_failure(feed, self._policy, failed, now=now, jitter=self._jitter())
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
        listed: Sequence[Traits] = (),
    ) -> tuple[Article, ...]:
        """Store the result of a poll, retrying while the store is away."""
        return await self._retry(
            lambda: self._feeds.finish_poll(
                feed, drafts, alert=alert, catch_up=catch_up, now=self._clock.now(), marks=marks, listed=listed
            ),
            "outcome of a poll",
            longest=self._limits.lease,
        )


def _hash(fetched: Fetched) -> str:
    return hashlib.blake2b(fetched.body, digest_size=16).hexdigest()
