from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core import polling
from bot.core.feed import (
    CacheHeaders,
    Entry,
    Feed,
    FeedState,
    Fetched,
    FetchFailed,
    FetchProblem,
    NotModified,
    ParsedFeed,
)
from bot.core.polling import PollPolicy
from tests.builders import NOW, make_feed

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
POLICY = PollPolicy(interval=10 * MINUTE, min_interval=2 * MINUTE, max_interval=6 * HOUR)
SECOND = timedelta(seconds=1)
EVERY_SECOND = PollPolicy(interval=SECOND, min_interval=SECOND, max_interval=SECOND)


def entry(published_at: datetime | None) -> Entry:
    return Entry(
        guid=None,
        link="https://h.example/a",
        title="t",
        summary="",
        content="",
        key_points=(),
        html="",
        published_at=published_at,
        language=None,
    )


def document(*dates: datetime | None, **changes: object) -> ParsedFeed:
    feed = ParsedFeed(title="Seite", language="de", site_url=None, ttl=None, entries=tuple(map(entry, dates)))
    return replace(feed, **changes)  # type: ignore[arg-type]


def fetched(**changes: object) -> Fetched:
    outcome = Fetched(body=b"x", url="https://f.example/rss", content_type="", etag='"1"', last_modified="gestern")
    return replace(outcome, **changes)  # type: ignore[arg-type]


def failed(problem: FetchProblem = FetchProblem.SERVER_ERROR, retry_after: timedelta | None = None) -> FetchFailed:
    return FetchFailed(problem=problem, detail="Kaputt.", retry_after=retry_after)


def succeed(feed: Feed, policy: PollPolicy = POLICY, jitter: float = 0, **more: object) -> Feed:
    outcome = more.pop("outcome", None) or fetched()
    return polling.after_success(feed, policy, outcome, now=NOW, jitter=jitter, **more)  # type: ignore[arg-type]


def fail(feed: Feed, policy: PollPolicy = POLICY, jitter: float = 0, **more: object) -> Feed:
    return polling.after_failure(feed, policy, failed(**more), now=NOW, jitter=jitter)  # type: ignore[arg-type]


def wait(feed: Feed) -> timedelta:
    return feed.next_poll_at - NOW


def test_first_success_is_noted_once() -> None:
    """The first successful poll is remembered, whatever failed before it, and never moves."""
    new = fail(make_feed(first_success_at=None))
    assert new.first_success_at is None
    met = succeed(new, parsed=document(), body_hash="h")
    assert met.first_success_at == NOW
    later = polling.after_success(met, POLICY, fetched(), now=NOW + HOUR, jitter=0)
    assert later.first_success_at == NOW


def test_success_ends_failing() -> None:
    """A success resets failures, error and state."""
    back = succeed(make_feed(state=FeedState.FAILING, failures=7, error="Kaputt."), parsed=document())
    assert (back.state, back.failures, back.error) == (FeedState.ACTIVE, 0, None)
    assert back.last_success_at == back.last_polled_at == NOW


def test_p03_new_validators_replace_both_as_a_pair() -> None:
    """A new body brings new validators, and a validator it does not bring is cleared (P03)."""
    feed = make_feed(etag='"0"', last_modified="vorgestern", validators_url="https://old.example")
    after = succeed(feed, parsed=document(), outcome=fetched(last_modified=None))
    assert (after.etag, after.last_modified) == ('"1"', None)
    assert after.validators_url == "https://f.example/rss"


def test_p04_304_updates_what_it_names() -> None:
    """A 304 updates the validators it carries and keeps the others, the body and its address (P04)."""
    feed = make_feed(etag='"0"', last_modified="gestern", validators_url="https://f.example", body_hash="h")
    after = succeed(feed, outcome=NotModified(url="https://f.example", etag='"2"'))
    assert (after.etag, after.last_modified) == ('"2"', "gestern")
    assert (after.validators_url, after.body_hash) == ("https://f.example", "h")


def test_p05_broken_off_document_leaves_no_validators() -> None:
    """Validators and hash of a document that breaks off are not kept, or the rest would never come (P05)."""
    after = succeed(make_feed(body_hash="h", etag='"0"'), parsed=document(is_whole=False), body_hash="half")
    assert (after.etag, after.last_modified, after.body_hash) == (None, None, None)


def test_p05_failure_keeps_what_the_feed_knew() -> None:
    """A failed poll keeps validators, hash and interval (P05)."""
    feed = make_feed(etag='"0"', last_modified="gestern", body_hash="h", interval=5 * MINUTE)
    after = fail(feed)
    assert (after.etag, after.last_modified, after.body_hash, after.interval) == ('"0"', "gestern", "h", 5 * MINUTE)
    assert after.error == "Kaputt."
    assert after.last_success_at == feed.last_success_at


@pytest.mark.parametrize("kind", ["header", "ttl", "header of a 304"])
def test_p08_publisher_wish_beats_the_bounds(kind: str) -> None:
    """Nothing is asked before max-age or ttl ends, also above the longest interval (P08)."""
    cache = CacheHeaders(max_age=8 * HOUR)
    match kind:
        case "header":
            after = succeed(make_feed(), outcome=fetched(cache=cache), parsed=document())
        case "ttl":
            after = succeed(make_feed(), parsed=document(ttl=8 * HOUR))
        case _:
            after = succeed(make_feed(), outcome=NotModified(url="", cache=cache))
    assert wait(after) == 8 * HOUR


def test_p08_ttl_holds_while_nothing_changes() -> None:
    """The ttl of the last document counts after a 304 too (P08)."""
    met = succeed(make_feed(), parsed=document(ttl=8 * HOUR))
    assert wait(succeed(met, outcome=NotModified(url=""))) == 8 * HOUR


def test_p08_publisher_wish_is_clamped() -> None:
    """A max-age of years counts as a day."""
    after = succeed(make_feed(), outcome=fetched(cache=CacheHeaders(max_age=timedelta(days=999))), parsed=document())
    assert wait(after) == timedelta(hours=24)


def test_p09_no_cache_is_no_reason_to_hurry() -> None:
    """no-cache gives the usual interval (P09)."""
    after = succeed(make_feed(), outcome=fetched(cache=CacheHeaders(revalidate=True)), parsed=document())
    assert wait(after) == POLICY.interval


@pytest.mark.parametrize("problem", [FetchProblem.THROTTLED, FetchProblem.SERVER_ERROR])
def test_p10_retry_after_is_obeyed(problem: FetchProblem) -> None:
    """Retry-After counts above the longest interval, but at most a week (P10)."""
    assert wait(fail(make_feed(), problem=problem, retry_after=30 * HOUR)) == 30 * HOUR
    assert wait(fail(make_feed(), problem=problem, retry_after=timedelta(days=400))) == timedelta(days=7)


def test_p10_retry_after_adds_at_most_a_minute() -> None:
    """Jitter on top of what a publisher asked for stays small."""
    assert wait(fail(make_feed(), retry_after=24 * HOUR, jitter=0.999)) <= 24 * HOUR + MINUTE


def test_p10_short_retry_after_does_not_undo_back_off() -> None:
    """A server that always says "in a second" is still left alone for longer and longer."""
    assert wait(fail(make_feed(failures=3), retry_after=timedelta(seconds=1))) == 80 * MINUTE


def test_p21_back_off_doubles_to_the_longest_interval() -> None:
    """Back-off after errors doubles, with the longest interval as its end (P21)."""
    feed, waits = make_feed(), []
    for _ in range(8):
        feed = fail(feed)
        waits.append(wait(feed) / MINUTE)
    assert waits == [10, 20, 40, 80, 160, 320, 360, 360]
    assert feed.state is FeedState.FAILING
    assert feed.failures == 8


def test_p21_back_off_within_seconds() -> None:
    """With all intervals at a second, errors do not make polls rarer."""
    assert wait(fail(make_feed(failures=50), policy=EVERY_SECOND, jitter=0.999)) < timedelta(seconds=1.1)


@pytest.mark.parametrize(("problem", "minutes"), [(FetchProblem.FORBIDDEN, 80), (FetchProblem.THROTTLED, 40)])
def test_p24_refusal_means_a_long_wait(problem: FetchProblem, minutes: int) -> None:
    """Who refuses us is left alone for long from the first time on (P24)."""
    assert wait(fail(make_feed(), problem=problem)) == minutes * MINUTE


def test_p20_410_ends_polling() -> None:
    """A 410 makes the feed gone (P20)."""
    assert fail(make_feed(), problem=FetchProblem.GONE).state is FeedState.GONE


@pytest.mark.parametrize("problem", [problem for problem in FetchProblem if problem is not FetchProblem.GONE])
def test_p20_everything_else_comes_back(problem: FetchProblem) -> None:
    """No other failure, however often, ends polling (P20)."""
    after = fail(make_feed(failures=1000), problem=problem)
    assert after.state is FeedState.FAILING
    assert wait(after) <= POLICY.max_interval


def test_seconds_are_kept() -> None:
    """Intervals of a second are kept to a tenth, whatever the feed's own pace is."""
    for parsed in (None, document(), document(*(NOW - n * HOUR for n in range(9)))):
        for first in (None, NOW):
            after = succeed(make_feed(first_success_at=first), EVERY_SECOND, jitter=0.999, parsed=parsed)
            assert timedelta(seconds=1) <= wait(after) < timedelta(seconds=1.1)


def test_p13_quiet_feed_drifts_and_news_pull_it_back() -> None:
    """A feed without news is asked ever more rarely up to the bound, and a new entry brings it back (P13)."""
    feed = make_feed()
    for _ in range(60):
        feed = succeed(feed, outcome=NotModified(url=""))
    assert feed.interval == POLICY.max_interval
    assert succeed(feed, parsed=document(NOW - MINUTE, NOW - timedelta(days=90))).interval == POLICY.interval


def test_p13_busy_feed_is_asked_at_its_pace() -> None:
    """The interval is half the usual gap between entries, within the bounds (P13)."""
    hourly = document(*(NOW - n * 16 * MINUTE for n in range(1, 11)))
    assert succeed(make_feed(), parsed=hourly).interval == 8 * MINUTE
    every_second = document(*(NOW - timedelta(seconds=n) for n in range(30)))
    assert succeed(make_feed(), parsed=every_second).interval == POLICY.min_interval
    daily = document(*(NOW - timedelta(days=n) for n in range(20)))
    assert succeed(make_feed(), parsed=daily).interval == 4 * POLICY.interval


def test_p13_changed_body_without_news_is_no_news() -> None:
    """A document that changes every time but lists only old entries drifts like an unchanged one (P13)."""
    old = document(NOW - timedelta(days=60), NOW - timedelta(days=61))
    assert succeed(make_feed(interval=HOUR), parsed=old).interval == 1.1 * HOUR


def test_undated_feed_keeps_the_interval() -> None:
    """Without dates there is no pace to follow."""
    assert succeed(make_feed(interval=HOUR), parsed=document(None, None)).interval == POLICY.interval


def test_p14_feeds_added_together_are_dealt_out() -> None:
    """After its first poll a feed comes back at a place of its own within its interval, evenly among others (P14)."""
    feeds = [make_feed(number, first_success_at=None) for number in range(1, 101)]
    waits = sorted(wait(succeed(feed, parsed=document())) / MINUTE for feed in feeds)
    assert min(waits) >= 2
    assert max(waits) <= 10
    assert max(later - earlier for earlier, later in itertools.pairwise(waits)) < 0.2


def test_p14_fixed_interval_is_dealt_out_once() -> None:
    """Where no interval may be shorter, feeds added together wait longer once, by up to an interval (P14)."""
    fixed = PollPolicy(interval=15 * MINUTE, min_interval=15 * MINUTE, max_interval=15 * MINUTE)
    feeds = [succeed(make_feed(number, first_success_at=None), fixed, parsed=document()) for number in range(1, 101)]
    waits = sorted(wait(feed) / MINUTE for feed in feeds)
    assert min(waits) >= 15
    assert 29 < max(waits) < 31
    later = polling.after_success(feeds[0], fixed, fetched(), now=feeds[0].next_poll_at, jitter=0)
    assert later.next_poll_at - feeds[0].next_poll_at == 15 * MINUTE


def test_p14_feeds_that_waited_together_are_dealt_out() -> None:
    """After a stop of ours the feeds that were overdue together are spread again (P14)."""
    overdue = [make_feed(number, next_poll_at=NOW - 5 * MINUTE) for number in range(1, 11)]
    waits = {wait(succeed(feed, outcome=NotModified(url=""))) for feed in overdue}
    assert len(waits) == 10
    assert max(waits) - min(waits) > 6 * MINUTE


def test_p12_skipped_hours_are_skipped() -> None:
    """skipHours and skipDays are GMT and move a poll to the first hour allowed (P12)."""
    feed = make_feed(skip_hours=frozenset({12, 13}))
    assert succeed(feed).next_poll_at == NOW.replace(hour=14, minute=0)
    after = succeed(make_feed(), parsed=document(skip_days=frozenset({0})))
    assert after.next_poll_at == (NOW + timedelta(days=1)).replace(hour=0)
    assert after.skip_days == {0}


def test_p12_skipping_everything_skips_nothing() -> None:
    """All 24 hours or all seven days silent means the publisher misunderstood (P12)."""
    feed = make_feed(skip_hours=frozenset(range(24)), skip_days=frozenset(range(7)))
    assert succeed(feed, outcome=NotModified(url="")).next_poll_at == NOW + 11 * MINUTE


def test_title_of_the_operator_stays() -> None:
    """The document names a feed only where nobody else did."""
    assert succeed(make_feed(title="Mein Name"), parsed=document()).title == "Mein Name"
    named = succeed(make_feed(title=""), parsed=document(site_url="https://f.example/"))
    assert (named.title, named.site_url, named.declared_language) == ("Seite", "https://f.example/", "de")


PERMANENT = "https://new.example/rss"


def test_p19_moves_are_believed_after_several_times_and_days() -> None:
    """A permanent redirect changes the address after it led to the same place three times over two days."""
    feed, answer = make_feed(), fetched(url=PERMANENT, permanent_url=PERMANENT)
    day = timedelta(days=1)
    for days, outcome in ((0, answer), (1, answer), (2, NotModified(url=PERMANENT, permanent_url=PERMANENT))):
        assert feed.url != PERMANENT
        feed = polling.after_success(feed, POLICY, outcome, now=NOW + days * day, jitter=0)
    assert feed.url == PERMANENT
    assert (feed.moved_to, feed.moved_since, feed.moved_times) == (None, None, 0)


def test_p19_a_plain_answer_begins_the_count_anew() -> None:
    """What a redirect said before it is forgotten."""
    feed = polling.after_success(make_feed(), POLICY, fetched(permanent_url=PERMANENT), now=NOW, jitter=0)
    assert (feed.moved_to, feed.moved_since, feed.moved_times) == (PERMANENT, NOW, 1)
    feed = polling.after_success(feed, POLICY, fetched(), now=NOW, jitter=0)
    assert (feed.moved_to, feed.moved_since, feed.moved_times) == (None, None, 0)


def test_p19_a_slip_is_not_believed() -> None:
    """Neither many times on one day, nor with a plain answer in between, nor to changing places."""
    answer, plain = fetched(permanent_url=PERMANENT), fetched()
    other = fetched(permanent_url="https://other.example/")
    for outcomes, days in (([answer] * 9, 0), ([answer, answer, plain] * 3, 1), ([answer, other] * 5, 1)):
        feed = make_feed()
        for number, outcome in enumerate(outcomes):
            feed = polling.after_success(feed, POLICY, outcome, now=NOW + timedelta(days=number * days), jitter=0)
        assert feed.url == make_feed().url


def test_p19_a_target_that_fails_is_not_believed() -> None:
    """Only answers that could be read count."""
    feed = polling.after_success(make_feed(), POLICY, fetched(permanent_url=PERMANENT), now=NOW, jitter=0)
    for days in range(1, 9):
        feed = polling.after_failure(feed, POLICY, failed(), now=NOW + timedelta(days=days), jitter=0)
    assert feed.url == make_feed().url
    assert feed.moved_times == 1


def test_a_good_reading_does_not_make_up_for_a_document_that_killed_its_worker() -> None:
    """A feed that is deadly every other time is asked ever more rarely, and forgiven when it stays good."""
    feed = succeed(make_feed(), parsed=document(NOW))
    usual = wait(feed)
    waits = []
    for _ in range(6):
        feed = fail(feed, problem=FetchProblem.PARSER_DIED)
        after_death = wait(feed)
        feed = succeed(feed, parsed=document(NOW))
        waits.append((after_death, wait(feed)))
    assert waits == sorted(waits)
    assert waits[0][1] <= 3 * usual
    assert waits[-1] >= (2 * HOUR, 2 * HOUR)
    assert max(max(pair) for pair in waits) <= POLICY.max_interval
    for _ in range(20):
        feed = succeed(feed, parsed=document(NOW))
    assert wait(feed) <= 2 * usual


def test_an_answer_that_was_not_read_makes_up_for_no_death() -> None:
    """A 304 says nothing about what the next document does; other failures are no strikes."""
    feed = fail(make_feed(), problem=FetchProblem.PARSER_DIED)
    assert succeed(feed, outcome=NotModified(url="https://f.example/rss")).strikes == feed.strikes == 2
    assert fail(feed).strikes == 2
