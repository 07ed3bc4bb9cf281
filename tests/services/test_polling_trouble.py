"""Feeds that fail or hang, a store that is away, and the end of the process."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.core.errors import StorageError
from bot.core.feed import FeedState, FetchProblem
from bot.demo.telegram_server.clock import HANG_SECONDS
from storage.store import Store
from tests.builders import NOW
from tests.fakes.clock import FakeClock
from tests.fakes.counters import FakeCounters
from tests.fakes.publishers import failed, fetched, garbage
from tests.services.conftest import eventually
from tests.services.polling_desk import PROCESS, Desk, has_articles, open_desk


@pytest.fixture
def desk(store: Store, clock: FakeClock, counters: FakeCounters) -> Desk:
    """A desk without feeds; every feed is asked each minute."""
    return open_desk(store, clock, counters)


@pytest.mark.parametrize("problem", [FetchProblem.TIMEOUT, FetchProblem.NOT_A_FEED, FetchProblem.GONE])
async def test_a_failing_feed_says_why_and_comes_back_unless_it_is_gone(desk: Desk, problem: FetchProblem) -> None:
    """A healthy feed beside it notices nothing; validators and articles stay."""
    bad, good = await desk.add("bad"), await desk.add("good")
    desk.fetcher.answer(bad, garbage() if problem is FetchProblem.NOT_A_FEED else failed(problem))
    desk.fetcher.answer(good, fetched(["a"]))

    assert await desk.round() == 2
    now = await desk.look(bad)
    assert now.state is (FeedState.GONE if problem is FetchProblem.GONE else FeedState.FAILING)
    assert now.failures == 1
    assert now.error
    assert (await desk.look(good)).state is FeedState.ACTIVE
    assert desk.counters.counts[f"polls_total {problem.value}"] == 1
    await desk.round(minutes=10)
    assert len([feed for feed, _ in desk.fetcher.asked if feed.id == bad.id]) == (
        1 if problem is FetchProblem.GONE else 2
    )


@pytest.mark.parametrize("place", ["fetch", "store"])
async def test_rounds_with_nothing_due_hide_no_polls_that_fail(desk: Desk, place: str) -> None:
    """A fault of ours stands until a poll succeeds; what a publisher does wrong is no fault of the loop."""
    feed = await desk.add()
    if place == "fetch":
        desk.fetcher.answer(feed, RuntimeError("a bug"))
    else:
        desk.fetcher.answer(feed, fetched(["a"]))
        desk.feeds.break_before("finish_poll", 1, RuntimeError("a bug"))
    assert await desk.round() == 1
    desk.beats.clear()
    for _ in range(3):
        assert await desk.round(seconds=5) == 0
    assert desk.beats == [False, False, False]

    desk.fetcher.answer(feed, failed(FetchProblem.TIMEOUT))
    await desk.round(hours=1)
    await desk.round()
    assert desk.beats[-2:] == [True, True]


async def test_a_feed_nobody_foresaw_is_put_off_and_stops_no_other(desk: Desk) -> None:
    """A bug in the reading of one feed counts as a failure of this feed, with a new due time."""
    bad, good = await desk.add("bad"), await desk.add("good")
    desk.fetcher.answer(bad, RuntimeError("a bug"))
    desk.fetcher.answer(good, fetched(["a"]))
    await desk.round()

    now = await desk.look(bad)
    assert (now.state, now.failures) == (FeedState.FAILING, 1)
    assert now.next_poll_at > desk.clock.now()
    assert len(await desk.articles()) == 1


async def test_a_hanging_feed_takes_one_place_and_no_more(desk: Desk) -> None:
    """Others are polled as long as there is room; never more at once than allowed."""
    slow = await desk.add("slow")
    answer = desk.fetcher.hang(slow)
    desk.fetcher.answer(slow, fetched(["a"]))
    assert await desk.poll.tick() == 1
    for number in range(3):
        desk.fetcher.answer(await desk.add(f"quick{number}"), fetched([f"q{number}"]))

    assert await desk.poll.tick() == 2
    await eventually(lambda: has_articles(desk, 2))
    assert await desk.poll.tick() == 1
    await eventually(lambda: has_articles(desk, 3))
    answer.set()
    await eventually(lambda: has_articles(desk, 4))


async def test_a_feed_that_hangs_beyond_its_lease_is_not_asked_twice_at_once(desk: Desk) -> None:
    """Also when the clock is moved; it is asked again when it has come to an end."""
    feed = await desk.add()
    answer = desk.fetcher.hang(feed)
    desk.fetcher.answer(feed, fetched(["a"]))
    assert await desk.poll.tick() == 1
    desk.clock.move(hours=2)
    assert await desk.poll.tick() == 0
    answer.set()
    await eventually(lambda: has_articles(desk, 1))
    await desk.round(minutes=10)

    assert len(desk.fetcher.asked) == 2


async def test_no_more_than_the_limit_is_under_way(desk: Desk) -> None:
    """What finds no room stays due."""
    slow = [await desk.add(f"slow{number}") for number in range(4)]
    answers = [desk.fetcher.hang(feed) for feed in slow]
    for number, feed in enumerate(slow):
        desk.fetcher.answer(feed, fetched([str(number)]))

    assert [await desk.poll.tick(), await desk.poll.tick()] == [3, 0]
    for answer in answers:
        answer.set()
    await eventually(lambda: has_articles(desk, 3))
    assert await desk.round() == 1


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_what_a_poll_brought_is_kept_while_the_store_is_away(desk: Desk, *, after: bool) -> None:
    """Nothing is fetched twice, lost or announced twice for that."""
    feed = await desk.add()
    desk.fetcher.answer(feed, fetched(["a"]), fetched(["b", "a"]))
    await desk.round()
    (desk.feeds.break_after if after else desk.feeds.break_before)("finish_poll", 3)
    await desk.round(seconds=61)

    assert await desk.waiting() == [("b", False)]
    assert len(desk.fetcher.asked) == 2


async def test_a_store_that_stays_away_leaves_the_feed_to_its_lease(desk: Desk) -> None:
    """The poll is given up, and made again when the lease has run out."""
    feed = await desk.add()
    desk.fetcher.answer(feed, fetched(["a"]))
    desk.feeds.break_before("finish_poll", 10_000)
    await desk.poll.tick()

    async def tried() -> bool:
        return desk.feeds.failed["finish_poll"] > 1

    for _ in range(2):
        desk.feeds.failed.clear()
        await eventually(tried)
        desk.clock.move(minutes=4)
    await asyncio.wait(set(desk.poll._tasks), timeout=HANG_SECONDS)
    desk.feeds.mend()
    await desk.round(minutes=4)

    assert len(await desk.articles()) == 1


async def test_a_count_of_readers_that_fails_stops_no_poll(desk: Desk) -> None:
    """The number is only said to publishers."""
    feed = await desk.add()
    desk.fetcher.answer(feed, fetched(["a"]))
    desk.feeds.break_before("count_subscribers")
    await desk.round()

    assert len(await desk.articles()) == 1


async def test_the_language_is_the_operators_else_the_entrys_else_detected(desk: Desk) -> None:
    """Detection is asked only when nobody says."""
    told, asked = await desk.add("told", language="de"), await desk.add("asked", language=None)
    desk.fetcher.answer(told, fetched(["a"]))
    desk.fetcher.answer(asked, fetched(["b"]))
    await desk.round()

    assert sorted((each.title, each.language) for each in await desk.articles()) == [
        ("Nordkorea: a", "de"),
        ("Nordkorea: b", "fr"),
    ]
    assert len(desk.detected) == 1


async def test_a_drain_ends_in_time(desk: Desk) -> None:
    """What is under way is finished, what hangs is cut off, and nothing is started any more."""
    quick, slow = await desk.add("quick"), await desk.add("slow")
    desk.fetcher.hang(slow)
    desk.fetcher.answer(quick, fetched(["a"]))
    desk.fetcher.answer(slow, fetched(["b"]))
    await desk.poll.tick()
    await eventually(lambda: has_articles(desk, 1))
    await desk.poll.drain(0.01)
    await desk.store.outbox.release(PROCESS, NOW)

    assert [each.title for each in await desk.articles()] == ["Nordkorea: a"]
    assert (await desk.look(slow)).next_poll_at == slow.next_poll_at
    assert await desk.poll.tick() == 0
    await desk.poll.drain(0.01)


async def test_a_feed_whose_host_is_busy_is_given_back(desk: Desk) -> None:
    """It does not wait inside its lease, takes no place, and keeps its turn."""
    busy, other = await desk.add("busy"), await desk.add("other")
    desk.hosts.busy[busy.url] = timedelta(seconds=40)
    desk.fetcher.answer(busy, fetched(["a"]))
    desk.fetcher.answer(other, fetched(["b"]))
    await desk.round()
    assert [feed.id for feed, _ in desk.fetcher.asked] == [other.id]
    assert (await desk.look(busy)).next_poll_at == busy.next_poll_at

    desk.hosts.busy.clear()
    assert await desk.round(seconds=39) == 0
    assert await desk.round(seconds=2) == 1
    assert [feed.id for feed, _ in desk.fetcher.asked] == [other.id, busy.id]


async def test_an_entry_that_cannot_be_read_is_lost_alone(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """The others are stored; each loss is counted, and logged once as long as the feed goes on like that."""
    feed = await desk.add()
    desk.fetcher.answer(feed, fetched(["a"]), fetched(["odd 1", "b"]), fetched(["odd 2", "c"]), fetched(["d"]))
    desk.parser.odd = {"odd 1", "odd 2"}
    for _ in range(4):
        await desk.round(minutes=2)

    assert [article.title[-1] for article in await desk.articles()] == ["a", "b", "c", "d"]
    assert desk.counters.counts["entries_lost_total"] == 2
    logged = [record for record in caplog.records if record.getMessage() == "feed.entries_lost"]
    assert [(record.__dict__["entries"], record.__dict__["why"]) for record in logged] == [(1, "OverflowError")]
    assert (await desk.look(feed)).failures == 0


async def test_an_entry_nobody_foresaw_becomes_no_article_and_stops_no_other(desk: Desk) -> None:
    """Also an entry that the parser let through and the making of the article trips over."""
    feed = await desk.add()
    desk.fetcher.answer(feed, fetched(["a", "odd", "b"]))
    desk.parser.broken = {"odd"}
    await desk.round()
    assert len(await desk.articles()) == 2
    assert desk.counters.counts["entries_lost_total"] == 1


@pytest.mark.parametrize("step", ["claim_due", "claim_twins", "count_due"])
async def test_feeds_whose_claim_was_lost_on_the_way_are_claimed_again(desk: Desk, step: str) -> None:
    """They are leased to us, and only the store knows: no feed waits for the end of that lease."""
    feeds = [await desk.add(f"feed{number}") for number in range(3)]
    for feed in feeds:
        desk.fetcher.answer(feed, fetched([feed.title]))
    desk.feeds.break_after(step)
    with pytest.raises(StorageError):
        await desk.round()

    assert await desk.round() == 3
    assert await desk.round() == 0
