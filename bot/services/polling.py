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
from typing import Protocol

from bot.core import article, polling, websub
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
    same_address,
)
from bot.core.ids import FeedId
from bot.core.polling import PollPolicy
from bot.core.ports import Clock, Counters, FeedRateLimiter, Fetcher, Parser
from bot.core.process_state import LoopOutcomes
from bot.core.repositories import FeedRepository, FinishedPoll
from bot.core.websub import HubLink
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
        if lost:
            self._note_lost(feed, lost)
        else:
            self._lossy.discard(feed.id)
        return tuple(drafts)

    def _note_lost(self, feed: Feed, lost: Sequence[str]) -> None:
        """Count entries that could not be read; log them once per feed until it is read without a loss."""
        self._counters.count("stichwort_entries_lost_total", len(lost))
        if feed.id not in self._lossy:
            why = ", ".join(sorted(set(lost)))
            _log.warning("feed.entries_lost", extra={"feed": feed.id, "entries": len(lost), "why": why})
        self._lossy.add(feed.id)


_LATE = timedelta(seconds=2)
_NEED_CHECK = 60.0
"""Seconds between two looks at how many polls a second the feeds need."""
_SUBSCRIBERS_CHECK = 600.0
"""Seconds between two counts of the chats that read."""
_WHOLE_AFTER = timedelta(days=3)
_CHANGED = "changed"
_OURS = FetchFailed(problem=FetchProblem.BROKEN, detail="Something in the feed cannot be handled; the log says what.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PollLimits:
    """How much is under way at once."""

    at_once: int = 192
    """Most polls under way; many of them wait for their hosts, and the fetcher bounds the requests."""
    lease: timedelta = timedelta(minutes=3)
    patience: timedelta = timedelta(seconds=10)
    """A feed whose host is busy for longer is given back, so that its lease cannot run out while it waits."""


class PushNotes(Protocol):
    """What polls tell of hubs, and ask about them."""

    def note(self, feed: Feed, link: HubLink | None) -> None:
        """Note the hub that a document names."""
        ...

    def covered_until(self, feed_id: FeedId) -> datetime | None:
        """Return until when a hub tells of a feed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PollingPorts:
    """What the polling service works with."""

    feeds: FeedRepository
    fetcher: Fetcher
    hosts: FeedRateLimiter
    parser: Parser
    detect: Callable[[str], str | None]
    """Tells the language of a text for which none is declared."""
    clock: Clock
    counters: Counters
    retry: StoreRetry
    push: PushNotes | None = None
    """None without an address that hubs can call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollAnswer:
    """What one poll brought a feed: an outcome, and the document where it may hold something new."""

    outcome: FetchOutcome
    label: str
    """How the poll is counted."""
    parsed: ParsedFeed | None = None
    body_hash: str | None = None


class PollingService:
    """
    Starts what is due at each tick; `drain` waits for what is under way.

    The phases: `_start_due` claims the feeds that are due, `_poll` goes from the host's turn to the announcement.
    """

    def __init__(
        self,
        ports: PollingPorts,
        policy: PollPolicy,
        *,
        owner: str,
        jitter: Callable[[], float],
        stored: Callable[[], None],
        limits: PollLimits = PollLimits(),
        beat: Callable[[bool], None] = lambda succeeded: None,
    ) -> None:
        """`stored` is called when there are new articles to announce, `beat` after each round and each poll."""
        self._ports = ports
        self._policy = policy
        self._owner = owner
        self._jitter = jitter
        self._stored = stored
        self._limits = limits
        self._draft = Drafting(ports.detect, ports.counters)
        self._outcomes = LoopOutcomes(beat)
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way: set[FeedId] = set()
        self._claiming = asyncio.Lock()
        self._need_known_until = 0.0
        self._subscribers = 0
        self._subscribers_known_until = 0.0
        self._stopping = False

    async def tick(self) -> int:
        """Start a poll for each feed that is due, within the limits; returns how many."""
        try:
            started = await self._start_due()
        except Exception:
            self._outcomes.came_round()
            raise
        self._outcomes.found_nothing()
        return started

    def reserve(self, feed_id: FeedId) -> bool:
        """Keep a new feed from being polled until `meet`; False when that is not possible any more."""
        if self._stopping or feed_id in self._under_way:
            return False
        self._under_way.add(feed_id)
        return True

    async def meet(self, feed: Feed, fetched: Fetched, parsed: ParsedFeed) -> None:
        """Take what was read to show a reserved feed as its first poll, so that its server is not asked twice."""
        try:
            answer = PollAnswer(outcome=fetched, label=_CHANGED, parsed=parsed, body_hash=_hash(fetched))
            await self._take_in(feed, answer)
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

    async def _start_due(self) -> int:
        """Claim feeds that are due, as many as may start, and begin a poll for each address."""
        feeds, hosts = self._ports.feeds, self._ports.hosts
        async with self._claiming:
            await self._note_need()
            room = min(self._limits.at_once - len(self._tasks), hosts.count_startable())
            if room <= 0 or self._stopping:
                return 0
            now, lease = self._ports.clock.now(), self._limits.lease
            due = await feeds.claim_due(self._owner, now, lease, room, self._under_way)
            if not due:
                return 0
            twins = await feeds.claim_twins(self._owner, due, now, lease)
            hosts.note_started(len(due), await feeds.count_due(now) if len(due) == room else 0)
            await self._count_subscribers()
            # A lease runs out early when the clock is moved; asking a slow publisher twice would not make it faster.
            fresh = [feed for feed in (*due, *twins) if feed.id not in self._under_way]
            for group in same_address(fresh):
                self._under_way.update(feed.id for feed in group)
                task = asyncio.create_task(self._guarded(group, self._subscribers))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        return len(fresh)

    async def _note_need(self) -> None:
        """Tell the limiter now and then how many polls a second the feeds need."""
        now = self._ports.clock.monotonic()
        if self._need_known_until <= now:
            self._ports.hosts.note_need(await self._ports.feeds.polls_a_second())
            self._need_known_until = now + _NEED_CHECK

    async def _count_subscribers(self) -> None:
        """Count now and then, since it reads every chat; one that fails is just not told to publishers."""
        now = self._ports.clock.monotonic()
        if self._subscribers_known_until <= now:
            self._subscribers_known_until = now + _SUBSCRIBERS_CHECK
            with contextlib.suppress(StorageError):
                self._subscribers = await self._ports.feeds.count_subscribers()

    async def _guarded(self, group: tuple[Feed, ...], subscribers: int) -> None:
        try:
            await self._poll(group, subscribers)
        except Exception as error:
            _log.error("poll.failed", extra={"feed": group[0].id, "error": error})
            self._outcomes.failed()
        finally:
            self._under_way.difference_update(feed.id for feed in group)

    async def _poll(self, group: tuple[Feed, ...], subscribers: int) -> None:
        """Poll an address: wait for its host, fetch once, then parse and take in the document for each of its feeds."""
        asked = ask_for_all(group)
        if wait := self._ports.hosts.defer(asked, patience=self._limits.patience):
            await self._ports.feeds.postpone([feed.id for feed in group], self._ports.clock.now() + wait)
            return
        outcome = await self._fetch(asked, subscribers)
        for feed in group:
            try:
                answer = await self._parse(feed, outcome)
                await self._take_in(feed, answer)
                (self._outcomes.failed if outcome is _OURS else self._outcomes.succeeded)()
            except Exception as error:
                _log.error("poll.failed", extra={"feed": feed.id, "error": error})
                self._outcomes.failed()
                with contextlib.suppress(StorageError):  # then the lease runs out; no other feed notices
                    await self._take_in(feed, _failed(_OURS))
        if isinstance(outcome, FetchFailed) and outcome.problem is FetchProblem.THROTTLED:
            await self._hold_host(asked, outcome)

    async def _take_in(self, feed: Feed, answer: PollAnswer) -> None:
        """Take in what a poll brought a feed: make articles, decide when it is polled next, store, announce."""
        now = self._ports.clock.now()
        drafts = await self._draft(feed, answer.parsed, now) if answer.parsed else ()
        finished = self._decide(feed, answer, drafts, now)
        new = await self._store(finished)
        self._announce(feed, answer, new)

    async def _fetch(self, feed: Feed, subscribers: int) -> FetchOutcome:
        """Fetch a document; `_OURS` where that fails by a fault of ours."""
        try:
            return await self._ports.fetcher.fetch(feed, subscribers=subscribers)
        except Exception as error:
            _log.error("poll.failed", extra={"feed": feed.id, "error": error})
            return _OURS

    async def _parse(self, feed: Feed, outcome: FetchOutcome) -> PollAnswer:
        """Read a document that has changed since the feed was read last."""
        if isinstance(outcome, FetchFailed):
            return _failed(outcome)
        if isinstance(outcome, NotModified):
            return PollAnswer(outcome=outcome, label="not-modified")
        body_hash = _hash(outcome)
        if body_hash == feed.body_hash and feed.first_success_at is not None:
            return PollAnswer(outcome=outcome, label="same-body")
        marks = await self._load_marks(feed)
        clock, counters = self._ports.clock, self._ports.counters
        started = clock.monotonic()
        parsed = await self._ports.parser.parse(outcome, marks)
        counters.observe("stichwort_parse_seconds", clock.monotonic() - started)
        if isinstance(parsed, ParseFailed):
            return _failed(FetchFailed(problem=parsed.problem, detail=parsed.detail))
        if parsed.audit is not None:
            counters.count("stichwort_parse_audits_total", outcome="equal" if parsed.audit else "different")
        if (parsed.marks or b"") == marks:
            parsed = replace(parsed, marks=None)
        return PollAnswer(outcome=outcome, label=_CHANGED, parsed=parsed, body_hash=body_hash)

    async def _load_marks(self, feed: Feed) -> bytes:
        """Load the fingerprints of entries that need not be read again; periodically none, so that all are read."""
        listed = feed.listed_at
        if feed.first_success_at is None or listed is None or self._ports.clock.now() - listed > _WHOLE_AFTER:
            return b""
        feeds = self._ports.feeds
        return await self._ports.retry(lambda: feeds.load_marks(feed.id), "marks of a feed", longest=self._limits.lease)

    def _decide(self, feed: Feed, answer: PollAnswer, drafts: Sequence[ArticleDraft], now: datetime) -> FinishedPoll:
        """Decide when the feed is polled next, and whether its new articles are announced."""
        outcome, parsed, jitter = answer.outcome, answer.parsed, self._jitter()
        if isinstance(outcome, FetchFailed):
            return FinishedPoll(feed=polling.after_failure(feed, self._policy, outcome, now=now, jitter=jitter))
        after = polling.after_success(
            feed, self._policy, outcome, now=now, jitter=jitter, parsed=parsed, body_hash=answer.body_hash
        )
        if (push := self._ports.push) is not None:
            if parsed is not None:
                push.note(feed, _find_hub(outcome, parsed))
            after = websub.spare(after, self._policy.max_interval, push.covered_until(feed.id), now)
        if parsed is None:
            return FinishedPoll(feed=after)
        was_away = feed.failures > 0 or now - feed.next_poll_at > feed.interval + _LATE
        return FinishedPoll(
            feed=after,
            drafts=drafts,
            listed=parsed.listed or (),
            marks=parsed.marks,
            alert=feed.first_success_at is not None,
            catch_up=was_away,
        )

    async def _store(self, finished: FinishedPoll) -> tuple[Article, ...]:
        """Store the result of a poll, retrying while the store is away."""
        feeds, clock = self._ports.feeds, self._ports.clock
        return await self._ports.retry(
            lambda: feeds.finish_poll(finished, clock.now()), "outcome of a poll", longest=self._limits.lease
        )

    def _announce(self, feed: Feed, answer: PollAnswer, new: Sequence[Article]) -> None:
        """Count the poll, and say that there are articles whose readers are to be found."""
        self._ports.counters.count("stichwort_polls_total", outcome=answer.label)
        if isinstance(answer.outcome, FetchFailed) and feed.failures == 0:
            why = {"problem": answer.outcome.problem.value, "why": answer.outcome.detail}
            _log.warning("feed.failing", extra={"feed": feed.id, **why})
        if answer.parsed is None:
            return
        self._ports.counters.count("stichwort_articles_total", len(new))
        if feed.first_success_at is None:
            _log.info("feed.met", extra={"feed": feed.id, "entries": len(new)})
        elif new:
            self._stored()

    async def _hold_host(self, feed: Feed, failed: FetchFailed) -> None:
        """Postpone all feeds of a host that keeps answering 429."""
        held = self._ports.hosts.note_throttled(feed, failed.retry_after, self._ports.clock.now())
        if held is not None:
            count = await self._ports.feeds.hold(held.covers, held.until)
            _log.warning("host.held", extra={"host": held.host, "until": held.until.isoformat(), "feeds": count})


def _find_hub(outcome: Fetched | NotModified, parsed: ParsedFeed) -> HubLink | None:
    """Return the hub of the headers, else of the document (https://www.w3.org/TR/websub/#discovery)."""
    if isinstance(outcome, Fetched) and outcome.hub:
        return HubLink(outcome.hub, outcome.topic or parsed.topic or outcome.url)
    return HubLink(parsed.hub, parsed.topic) if parsed.hub and parsed.topic else None


def _failed(outcome: FetchFailed) -> PollAnswer:
    return PollAnswer(outcome=outcome, label=outcome.problem.value)


def _hash(fetched: Fetched) -> str:
    return hashlib.blake2b(fetched.body, digest_size=16).hexdigest()
