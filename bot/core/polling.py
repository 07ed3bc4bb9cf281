"""
When a feed is polled next, what a poll changes in the feed's state, and how healthy a feed is.

Pure decisions: a feed and an outcome go in, the feed's next state comes out. Sources: RFC 9110/9111 (validators,
Retry-After, freshness), RSS 2.0 (ttl, skipHours, skipDays).

A backlog (many feeds due at once, after a stop or an outage or when thousands were added together) is spread over time
instead of being polled in one burst, for the sake of publishers who host many feeds and of our own network.

Throttling: one 429 is about one address. Several 429 from one host within a short time apply to the whole host; several
from different hosts under one registered name (a farm of subdomains) apply to that name. A 503 never applies to more
than its own address: a part of a site may be down while the rest works.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.core.feed import Feed, FeedState, Fetched, FetchFailed, FetchProblem, NotModified, ParsedFeed

_LONGEST_WISH = timedelta(hours=24)
_LONGEST_RETRY_AFTER = timedelta(days=7)
_JITTER = 0.05
_GOLDEN = (5**0.5 - 1) / 2
"""Multiples of it fall into the gaps between the earlier ones."""
_BEHIND, _SOON = 0.2, timedelta(minutes=1)
"""By how much of its interval a feed is late when it is no longer where it was dealt to."""
_SHORT = timedelta(minutes=5)
"""A fixed interval under this is just kept: whoever sets it wants that, and has few feeds."""
_LONGEST_JITTER = timedelta(minutes=1)
"""On top of what a publisher asked for, which is kept almost to the moment."""
_DRIFT = 1.1
"""How much rarer a feed is asked after each poll that brought nothing."""
_MOVES, _MOVED_FOR = 3, timedelta(days=2)
"""How often and for how long a permanent redirect must lead to the same place; mistakes are taken back sooner."""
_WATCHED = timedelta(days=30)
_ENOUGH, _MOST = 3, 20
_PACE = 4
"""A feed that is alive is asked at least at this multiple of the usual interval."""
_STRIKES, _MOST_STRIKES = 2, 16
"""What a reading that killed its worker counts; each good one takes one away, so it takes two to make up for it."""
_PATIENCE = {FetchProblem.FORBIDDEN: 8, FetchProblem.THROTTLED: 4}
"""Who refuses us or asks us to slow down is left alone longer from the first time on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPolicy:
    """The operator's bounds."""

    interval: timedelta
    min_interval: timedelta
    max_interval: timedelta

    def clamp(self, interval: timedelta) -> timedelta:
        """Keep an interval within the bounds."""
        return min(max(interval, self.min_interval), self.max_interval)


def after_success(
    feed: Feed,
    policy: PollPolicy,
    outcome: Fetched | NotModified,
    *,
    now: datetime,
    jitter: float,
    parsed: ParsedFeed | None = None,
    body_hash: str | None = None,
) -> Feed:
    """
    Give the state of a feed that answered; `parsed` is None where nothing new was read (304, same body).

    `jitter` is a number from 0 to 1 that spreads due times.
    """
    interval = _adapt(feed, policy, parsed, now)
    feed = _learn(feed, parsed, now)
    wished = max(_wish(outcome.cache.max_age), _wish(feed.ttl))
    strikes = max(0, feed.strikes - 1) if parsed else feed.strikes
    doubtful = min(interval * 2**strikes, policy.max_interval) if strikes else timedelta(0)
    distance = max(_spread(feed, policy, interval, now, jitter), _later(wished, jitter), doubtful)
    etag, last_modified = _validators(feed, outcome)
    if parsed and not parsed.is_whole:
        etag = last_modified = body_hash = None  # the rest must come, also where nothing changes any more
    feed = _move(feed, outcome, now)
    return replace(
        feed,
        etag=etag,
        last_modified=last_modified,
        validators_url=outcome.url if isinstance(outcome, Fetched) else feed.validators_url,
        body_hash=body_hash if parsed else feed.body_hash,
        state=FeedState.ACTIVE,
        interval=interval,
        next_poll_at=_skip_silence(now + distance, feed),
        first_success_at=feed.first_success_at or now,
        last_success_at=now,
        last_polled_at=now,
        failures=0,
        error=None,
        strikes=strikes,
    )


def after_failure(feed: Feed, policy: PollPolicy, failed: FetchFailed, *, now: datetime, jitter: float) -> Feed:
    """
    Give the state of a feed whose poll failed: back-off that doubles up to the longest interval, 410 is the end.

    What the feed knew (validators, body, interval) stays: the next good answer goes on from there.
    """
    failures = feed.failures + 1
    is_strike = failed.problem is FetchProblem.PARSER_DIED
    strikes = min(feed.strikes + _STRIKES, _MOST_STRIKES) if is_strike else feed.strikes
    exponent = max(failures - 1, strikes - _STRIKES if is_strike else 0)
    factor = _PATIENCE.get(failed.problem, 1) * 2 ** min(exponent, 16)
    backed_off = min(policy.clamp(feed.interval) * factor, policy.max_interval)
    asked = min(failed.retry_after or timedelta(0), _LONGEST_RETRY_AFTER)
    return replace(
        feed,
        state=FeedState.GONE if failed.problem is FetchProblem.GONE else FeedState.FAILING,
        next_poll_at=now + max(backed_off * (1 + _JITTER * jitter), _later(asked, jitter)),
        last_polled_at=now,
        failures=failures,
        error=failed.detail,
        strikes=strikes,
    )


def _learn(feed: Feed, parsed: ParsedFeed | None, now: datetime) -> Feed:
    """Note what the document says of itself."""
    if parsed is None:
        return feed
    return replace(
        feed,
        title=feed.title or parsed.title,
        declared_language=parsed.language or feed.declared_language,
        site_url=parsed.site_url or feed.site_url,
        ttl=parsed.ttl,
        skip_hours=parsed.skip_hours,
        skip_days=parsed.skip_days,
        listed_at=now if parsed.is_listing and parsed.entries else feed.listed_at,
    )


def _adapt(feed: Feed, policy: PollPolicy, parsed: ParsedFeed | None, now: datetime) -> timedelta:
    """Follow the feed's own pace: half the usual gap between its entries, and slowly rarer while it is quiet."""
    if feed.first_success_at is None and parsed is None:
        return policy.clamp(policy.interval)
    dates = sorted(_dates(parsed), reverse=True) if parsed else []
    recent = [date for date in dates if now - _WATCHED <= date <= now][:_MOST]
    if parsed is None or (dates and not recent and feed.first_success_at):
        return policy.clamp(feed.interval * _DRIFT)
    if len(recent) < _ENOUGH:
        return policy.clamp(policy.interval)
    gap = (now - recent[-1]) / len(recent)
    return policy.clamp(min(gap / 2, policy.interval * _PACE))


def _move(feed: Feed, outcome: Fetched | NotModified, now: datetime) -> Feed:
    """Believe permanent redirects once they have led to the same place several times and for long enough."""
    target = outcome.permanent_url
    if target is None or target == feed.url:
        return replace(feed, moved_to=None, moved_since=None, moved_times=0)
    if target != feed.moved_to or feed.moved_since is None:
        return replace(feed, moved_to=target, moved_since=now, moved_times=1)
    if feed.moved_times + 1 < _MOVES or now - feed.moved_since < _MOVED_FOR:
        return replace(feed, moved_times=feed.moved_times + 1)
    return replace(feed, url=target, moved_to=None, moved_since=None, moved_times=0)


def _dates(parsed: ParsedFeed) -> Iterable[datetime]:
    if parsed.dates is not None:
        return parsed.dates
    return (entry.published_at for entry in parsed.entries if entry.published_at)


def _spread(feed: Feed, policy: PollPolicy, interval: timedelta, now: datetime, jitter: float) -> timedelta:
    """
    Give the distance to the next poll, a little longer each time, so that feeds do not stay in step.

    Feeds that were added together, or waited together while we were down, are dealt out evenly over an interval once.
    Their places come from their numbers and not from chance, which would put twice as many in one minute as in another.
    """
    place = feed.id * _GOLDEN % 1
    overdue = now - feed.next_poll_at
    if feed.first_success_at is None or overdue > max(interval * _BEHIND, _SOON):
        if interval > policy.min_interval:
            return policy.min_interval + (interval - policy.min_interval) * place
        if interval >= _SHORT:
            return interval * (1 + place * (1 + _JITTER / 2))  # a lap, as long as the next ones will be
    return interval * (1 + _JITTER * jitter)


def _wish(asked: timedelta | None) -> timedelta:
    return min(max(asked or timedelta(0), timedelta(0)), _LONGEST_WISH)


def _later(asked: timedelta, jitter: float) -> timedelta:
    return asked + min(asked * _JITTER, _LONGEST_JITTER) * jitter


def _validators(feed: Feed, outcome: Fetched | NotModified) -> tuple[str | None, str | None]:
    """A new body replaces both validators as a pair; a 304 updates only those it names."""
    if isinstance(outcome, NotModified):
        return outcome.etag or feed.etag, outcome.last_modified or feed.last_modified
    return outcome.etag, outcome.last_modified


def _skip_silence(due: datetime, feed: Feed) -> datetime:
    """Move a due time out of the hours (GMT) and days the publisher says it is silent; all of them means none."""
    hours = feed.skip_hours if len(feed.skip_hours) < 24 else frozenset()
    days = feed.skip_days if len(feed.skip_days) < 7 else frozenset()
    due = due.astimezone(UTC)
    while due.hour in hours or due.weekday() in days:
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return due


_LONGEST = timedelta(minutes=5)
_SLOWEST = 20.0
"""Feeds a second that are never too many."""
_RESERVE = 1.25
"""By how much more than the feeds need at their intervals may be started, so that what was late is made up for."""


class DueBacklog:
    """Says how many feeds may be started now; times are seconds that only run forward."""

    def __init__(self, interval: timedelta, *, at_once: int = 64) -> None:
        """`interval` is the usual one: a heap is worked off within half of it, at most in five minutes."""
        self._spread = min(interval / 2, _LONGEST).total_seconds()
        self._most = self._left = float(at_once)
        self._slowest = self._rate = _SLOWEST
        self._at: float | None = None

    def room(self, now: float) -> int:
        """Say how many may be started."""
        if self._at is not None:
            self._left = min(self._most, self._left + (now - self._at) * self._rate)
        self._at = now
        return int(self._left)

    def took(self, started: int) -> None:
        """Note how many were."""
        self._left -= started

    def need(self, polls_a_second: float) -> None:
        """Note how many polls a second all feeds need: a slower rate would be a backlog of its own."""
        self._slowest = max(_SLOWEST, polls_a_second * _RESERVE)
        self._rate = max(self._rate, self._slowest)

    def note(self, due: int) -> None:
        """Note how many are still due; the rate follows the largest heap until there is none."""
        self._rate = max(self._slowest, self._rate if due else 0, due / self._spread)
        self._most = max(self._most, self._rate)


_MANY = 3
_WINDOW = timedelta(minutes=10)
_UNTOLD = timedelta(minutes=15)
"""For how long, when the server does not say."""
_THROTTLE_LONGEST = timedelta(days=7)
_SECOND_LEVEL = frozenset("ac co com edu go gov gv ltd me ne net nom or org plc sch".split())


@dataclass(frozen=True, slots=True)
class HostHold:
    """A host to leave alone; with `and_below` also all hosts whose names end with it."""

    host: str
    and_below: bool
    until: datetime

    def covers(self, host: str) -> bool:
        """Say whether a host is meant."""
        return host == self.host or (self.and_below and host.endswith("." + self.host))


class HostThrottle:
    """Remembers the recent 429s."""

    def __init__(self) -> None:
        self._recent: dict[str, deque[tuple[datetime, str, str]]] = defaultdict(deque)

    def note(self, host: str, feed: str, retry_after: timedelta | None, now: datetime) -> HostHold | None:
        """Note a 429 that a feed at a host got; gives what follows for others, if anything does."""
        owner = registered(host)
        seen = self._recent[owner]
        seen.append((now, host, feed))
        while seen and now - seen[0][0] > _WINDOW:
            seen.popleft()
        if len(self._recent) > 1000:
            self._recent = defaultdict(deque, {name: seen for name, seen in self._recent.items() if seen[-1][0] == now})
        until = now + min(retry_after or _UNTOLD, _THROTTLE_LONGEST)
        if len({address for _, at, address in seen if at == host}) >= _MANY:
            return HostHold(host, and_below=False, until=until)
        if len({at for _, at, _ in seen}) >= _MANY:
            return HostHold(owner, and_below=True, until=until)
        return None


def registered(host: str) -> str:
    """Give the registered name a host belongs to, as far as that can be seen without the public list."""
    labels = host.split(".")
    if ":" in host or all(label.isdecimal() for label in labels):
        return host
    keep = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-keep:])


_HEALTH_PATIENCE = timedelta(days=3)
_FEWEST_FAILURES = 8
"""We may have been away ourselves: one failed poll after a week proves nothing."""


class FeedCondition(StrEnum):
    """The health of a feed, as shown to operators."""

    NEW = "new"
    """Not polled yet."""
    WELL = "well"
    FAILING = "failing"
    """The last polls failed; that is common and mostly passes."""
    DEAD = "dead"
    """Has failed for days; it is still asked now and then."""
    GONE = "gone"
    """Said that it is gone for good (410); it is not asked any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """A feed and what there is to say about it."""

    feed: Feed
    begun_at: datetime
    """When we first wanted it polled."""
    per_day: float | None
    """Entries a day of the last two weeks; None where it never answered."""

    @property
    def silent_since(self) -> datetime:
        """Say since when it brings nothing, if it fails."""
        return self.feed.last_success_at or self.begun_at

    def condition(self, now: datetime) -> FeedCondition:
        """Return the health of a feed."""
        feed = self.feed
        if feed.state in (FeedState.GONE, FeedState.REMOVED):
            return FeedCondition.GONE
        if feed.last_polled_at is None:
            return FeedCondition.NEW
        if feed.failures == 0:
            return FeedCondition.WELL
        is_long = now - self.silent_since >= _HEALTH_PATIENCE and feed.failures >= _FEWEST_FAILURES
        return FeedCondition.DEAD if is_long else FeedCondition.FAILING

    def is_dead(self, now: datetime) -> bool:
        """Say whether somebody should look after it."""
        return self.condition(now) in (FeedCondition.DEAD, FeedCondition.GONE)


def per_day(count: int, oldest: datetime | None, now: datetime, window: timedelta) -> float:
    """Turn the number of entries within the window into a daily pace; `oldest` is the first of them."""
    span = min(window, now - oldest) if oldest else window
    return count / max(span / timedelta(days=1), 1.0)


@dataclass(frozen=True, slots=True)
class FeedHealthNews:
    """Feeds whose change of health somebody is notified of."""

    died: tuple[FeedHealth, ...]
    returned: tuple[FeedHealth, ...]


def find_news(
    feeds: Iterable[FeedHealth], told: Collection[int], now: datetime
) -> tuple[FeedHealthNews, frozenset[int]]:
    """
    Compare feeds with those that were told to be dead; returns the news, and who is told to be dead after them.

    A feed that is not there any more is forgotten without a word.
    """
    there = tuple(feeds)
    died = tuple(health for health in there if health.is_dead(now) and health.feed.id not in told)
    returned = tuple(
        health for health in there if health.condition(now) is FeedCondition.WELL and health.feed.id in told
    )
    known = {health.feed.id for health in there}
    left = (frozenset(told) & known) - {health.feed.id for health in returned}
    return FeedHealthNews(died, returned), left | {health.feed.id for health in died}
