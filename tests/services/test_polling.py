"""
From a feed that is due to stored articles.
"""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from bot.core import article
from bot.core.feed import FeedState, ParsedFeed
from bot.services.polling import Drafting
from storage.store import Store
from tests.builders import NOW, make_feed
from tests.contracts.scenes import subscribe
from tests.fakes.clock import FakeClock
from tests.fakes.counters import FakeCounters
from tests.fakes.publishers import failed, fetched, garbage, make_entry, unchanged
from tests.services.polling_desk import Desk, open_desk


async def test_a_long_document_lets_others_have_their_turn(counters: FakeCounters) -> None:
    """Between every few of 500 entries, and of each text only a part is looked at."""
    turn = 0
    made_in: Counter[int] = Counter()
    longest = 0

    async def others() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    def detect(text: str) -> str:
        nonlocal longest
        made_in[turn] += 1
        longest = max(longest, len(text))
        return "de"

    entries = tuple(make_entry(str(number), summary="Wort " * 1_000) for number in range(500))
    parsed = ParsedFeed(title="Zeitung", language=None, site_url=None, ttl=None, entries=entries)
    waiting = asyncio.create_task(others())
    drafts = await Drafting(detect, counters)(make_feed(language=None), parsed, NOW)
    waiting.cancel()

    assert [draft.title for draft in drafts] == [entry.title for entry in entries]
    assert max(made_in.values()) <= 10
    assert longest <= article.DETECTED


@pytest.fixture
def desk(store: Store, clock: FakeClock, counters: FakeCounters) -> Desk:
    """A desk without feeds; every feed is asked each minute."""
    return open_desk(store, clock, counters)


async def test_the_first_poll_stores_silently_and_later_ones_announce_what_is_new(desk: Desk) -> None:
    """Who starts today does not get the news of last week."""
    feed = await desk.add()
    desk.fetcher.answer(feed, fetched(["alt"]), fetched(["neu", "alt"]))

    assert await desk.round() == 1
    assert await desk.waiting() == []
    assert desk.stored == []
    assert await desk.round(seconds=61) == 1
    assert await desk.waiting() == [("neu", False)]
    assert desk.stored == [1]
    assert [each.title for each in await desk.articles()] == ["Nordkorea: alt", "Nordkorea: neu"]
    assert desk.counters.counts["articles_total"] == 2
    assert desk.counters.counts["polls_total changed"] == 2


async def test_a_feed_is_left_alone_until_it_is_due(desk: Desk) -> None:
    """Its interval is kept, and publishers hear how many read them."""
    feed = await desk.add()
    await subscribe(desk.store, 1)
    desk.fetcher.answer(feed, fetched(["alt"]))
    await desk.round()

    assert await desk.round(seconds=58) == 0
    assert await desk.round(seconds=3) == 1
    assert [subscribers for _, subscribers in desk.fetcher.asked] == [1, 1]


async def test_readers_are_counted_anew_every_ten_minutes(desk: Desk) -> None:
    """The count reads every chat, so not each round of polls may take one."""
    feed = await desk.add()
    await subscribe(desk.store, 1)
    desk.fetcher.answer(feed, fetched(["alt"]))
    await desk.round()
    await subscribe(desk.store, 2)

    await desk.round(seconds=61)
    await desk.round(minutes=10)

    assert [subscribers for _, subscribers in desk.fetcher.asked] == [1, 1, 2]


async def test_nothing_new_stops_early(desk: Desk) -> None:
    """A 304 is not read, and the same body is not parsed again."""
    feed = await desk.add()
    desk.fetcher.answer(feed, fetched(["alt"]), fetched(["alt"]), unchanged())
    for _ in range(3):
        await desk.round(seconds=61)

    assert desk.parser.parsed == 1
    assert desk.counters.counts["polls_total same-body"] == 1
    assert desk.counters.counts["polls_total not-modified"] == 1
    assert (await desk.look(feed)).state is FeedState.ACTIVE


async def test_a_first_success_after_failures_is_silent_too(desk: Desk) -> None:
    """Whatever failed before it."""
    feed = await desk.add()
    desk.fetcher.answer(feed, failed(), garbage(), fetched(["alt"]))
    for _ in range(3):
        await desk.round(minutes=3)

    assert await desk.waiting() == []
    assert [each.title for each in await desk.articles()] == ["Nordkorea: alt"]


async def test_what_came_out_while_a_known_feed_or_we_were_away_is_caught_up_with(desk: Desk) -> None:
    """After a failed poll, or a stop longer than one interval."""
    feed = await desk.add()
    desk.fetcher.answer(
        feed, fetched(["a"]), failed(), fetched(["b", "a"]), fetched(["c", "b", "a"]), fetched(["d", "c"])
    )
    await desk.round()
    await desk.round(seconds=61)
    assert (await desk.look(feed)).failures == 1
    await desk.round(seconds=61)
    assert await desk.waiting() == [("b", True)]
    await desk.round(seconds=61)
    assert ("c", False) in await desk.waiting()
    await desk.round(minutes=30)
    assert ("d", True) in await desk.waiting()


async def test_what_was_read_is_not_read_again(desk: Desk) -> None:
    """Marks of the entries are kept with the feed, also over a restart; every few days all is read once."""
    feed = await desk.add()
    desk.fetcher.answer(feed, fetched("a"), fetched("ba"), fetched("cba"), fetched("dcba"))
    await desk.round()
    await desk.round(seconds=61)
    desk.restart()
    await desk.round(seconds=61)
    assert desk.parser.read == ["a", "b", "c"]
    assert [each.title[-1] for each in await desk.articles()] == ["a", "b", "c"]
    await desk.round(days=3)
    assert desk.parser.read == ["a", "b", "c", "d", "c", "b", "a"]
    assert [each.title[-1] for each in await desk.articles()] == ["a", "b", "c", "d"]
