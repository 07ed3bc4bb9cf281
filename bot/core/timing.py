"""
When a feed is asked again, and what a poll leaves behind in it.

Pure decisions: a feed and an outcome go in, the feed's next state comes out. Sources: RFC 9110/9111 (validators,
Retry-After, freshness), RSS 2.0 (ttl, skipHours, skipDays).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.feed import Feed, FeedState, Fetched, FetchFailed, FetchProblem, NotModified, ParsedFeed

_LONGEST_WISH = timedelta(hours=24)
_LONGEST_RETRY_AFTER = timedelta(days=7)
_JITTER = 0.1


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
    wished = max(_wish(outcome.cache.max_age), _wish(parsed.ttl if parsed else None))
    distance = max(interval * (1 + _JITTER * jitter), wished)
    due = _skip_silent_hours(now + distance, parsed)
    etag, last_modified = _validators(feed, outcome)
    if parsed and not parsed.is_whole:
        etag = last_modified = body_hash = None  # the rest must come, also where nothing changes any more
    return replace(
        feed,
        etag=etag,
        last_modified=last_modified,
        validators_url=outcome.url if isinstance(outcome, Fetched) else feed.validators_url,
        declared_language=parsed.language if parsed and parsed.language else feed.declared_language,
        title=feed.title or (parsed.title if parsed else ""),
        site_url=parsed.site_url if parsed and parsed.site_url else feed.site_url,
        body_hash=body_hash if parsed else feed.body_hash,
        state=FeedState.ACTIVE,
        interval=interval,
        next_poll_at=due,
        first_success_at=feed.first_success_at or now,
        last_success_at=now,
        last_polled_at=now,
        failures=0,
        error=None,
    )


def after_failure(feed: Feed, policy: PollPolicy, failed: FetchFailed, *, now: datetime, jitter: float) -> Feed:
    """Give the state of a feed whose poll failed: back-off that doubles up to the longest interval, 410 is the end."""
    failures = feed.failures + 1
    backed_off = min(policy.clamp(feed.interval) * 2 ** min(failures - 1, 16), policy.max_interval)
    distance = backed_off * (1 + _JITTER * jitter)
    if failed.retry_after is not None:
        distance = max(distance, min(failed.retry_after, _LONGEST_RETRY_AFTER))
    return replace(
        feed,
        state=FeedState.GONE if failed.problem is FetchProblem.GONE else FeedState.FAILING,
        next_poll_at=now + distance,
        last_polled_at=now,
        failures=failures,
        error=failed.detail,
    )


def _adapt(feed: Feed, policy: PollPolicy, parsed: ParsedFeed | None, now: datetime) -> timedelta:
    """Follow the feed's own pace: half the usual gap between its entries, and slowly rarer while it is quiet."""
    if parsed is None:
        return policy.clamp(feed.interval * 1.1 if feed.first_success_at else policy.interval)
    dates = sorted((entry.published_at for entry in parsed.entries if entry.published_at), reverse=True)[:20]
    recent = [date for date in dates if now - timedelta(days=30) <= date <= now]
    if len(recent) < 3:
        return policy.clamp(policy.interval)
    gap = (now - recent[-1]) / len(recent)
    return policy.clamp(min(gap / 2, policy.interval * 4))


def _wish(asked: timedelta | None) -> timedelta:
    if asked is None or asked <= timedelta(0):
        return timedelta(0)
    return min(asked, _LONGEST_WISH)


def _validators(feed: Feed, outcome: Fetched | NotModified) -> tuple[str | None, str | None]:
    """A new body replaces both validators as a pair; a 304 updates only those it names."""
    if isinstance(outcome, NotModified):
        return outcome.etag or feed.etag, outcome.last_modified or feed.last_modified
    return outcome.etag, outcome.last_modified


def _skip_silent_hours(due: datetime, parsed: ParsedFeed | None) -> datetime:
    """Move a due time out of the hours (GMT) and days the publisher says it is silent."""
    if parsed is None or len(parsed.skip_hours) >= 24 or len(parsed.skip_days) >= 7:
        return due
    for _ in range(24 * 8):
        if due.hour not in parsed.skip_hours and due.weekday() not in parsed.skip_days:
            return due
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return due
