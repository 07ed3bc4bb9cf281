"""Politeness over time: feeds of a real store, polled over HTTP from a scripted server on a clock that is moved."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.feed import Feed, FeedState, Fetched, Origin, ParsedFeed, ParseFailed
from bot.core.ids import ChatId
from bot.feeds import parse
from bot.feeds.fetch import HttpFetcher
from storage.store import Store, open_store
from tests.contracts.scenes import meet
from tests.fakes.clock import FakeClock
from tests.fakes.counters import FakeCounters
from tests.feeds.conftest import POLICY
from tests.feeds.servers import RSS, Answer, FeedServer
from tests.services.polling_desk import Desk, open_desk

ETAG = (("ETag", '"1"'), ("Last-Modified", "gestern"))
NEWS = RSS.replace(b"</channel>", b"<item><title>Neu</title><link>https://t.example/2</link></item></channel>")
PAGE = b"<!DOCTYPE html><html><body>Wartung</body></html>"


class Reader:
    """The parser, without its processes."""

    def __init__(self) -> None:
        self.read = 0

    async def parse(self, fetched: Fetched, marks: bytes = b"") -> ParsedFeed | ParseFailed:
        self.read += 1
        return parse.parse(fetched.body, url=fetched.url, content_type=fetched.content_type, marks=marks)


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """An empty store."""
    opened = await open_store("sqlite://")
    yield opened
    await opened.close()


@pytest.fixture
def reader() -> Reader:
    """A parser in this process."""
    return Reader()


@pytest.fixture
async def desk(store: Store, reader: Reader) -> AsyncIterator[Desk]:
    """A desk whose feeds are asked for over HTTP, each minute."""
    async with HttpFetcher(replace(POLICY, readers_may_use_networks=True)) as fetcher:
        yield open_desk(store, FakeClock(), FakeCounters(), web=fetcher, reader=reader)


async def add(desk: Desk, url: str, **changes: object) -> Feed:
    return await desk.add(url=url, origin=changes.pop("origin", Origin.OPERATOR), **changes)


def sent(server: FeedServer, header: str) -> list[str | None]:
    return [each.headers.get(header) for each in server.asked]


async def test_p03_validators_are_replaced_as_a_pair(desk: Desk, server: FeedServer) -> None:
    """A new answer with one validator clears the other, and one without any clears both."""
    answers = [Answer(headers=ETAG), Answer(body=NEWS, headers=ETAG[:1]), Answer(body=RSS), Answer()]
    await add(desk, server.say("/feed", *answers))
    for _ in answers:
        await desk.round(seconds=61)
    assert sent(server, "If-None-Match") == [None, '"1"', '"1"', None]
    assert sent(server, "If-Modified-Since") == [None, "gestern", None, None]


async def test_p04_validators_of_a_304_are_sent_the_next_time(desk: Desk, server: FeedServer) -> None:
    """A 304 that names a new validator updates it, and the articles stay as they are."""
    again = Answer(304, b"", (("ETag", '"2"'),))
    await add(desk, server.say("/feed", Answer(headers=ETAG), again))
    for _ in range(3):
        await desk.round(seconds=61)
    assert sent(server, "If-None-Match") == [None, '"1"', '"2"']
    assert sent(server, "If-Modified-Since") == [None, "gestern", "gestern"]
    assert len(await desk.articles()) == 1


@pytest.mark.parametrize("bad", [PAGE, RSS[:-30], b"\0\1\2", b"x" * 300_000], ids=["page", "half", "bytes", "too long"])
async def test_p05_validators_of_what_is_no_feed_are_not_kept(desk: Desk, server: FeedServer, bad: bytes) -> None:
    """After an answer that could not be read whole, the next request does not pretend that we have it."""
    new = (("ETag", '"bad"'),)
    await add(desk, server.say("/feed", Answer(headers=ETAG), Answer(body=bad, headers=new), Answer(body=NEWS)))
    for _ in range(3):
        await desk.round(seconds=130)
    assert '"bad"' not in sent(server, "If-None-Match")
    assert len(await desk.articles()) == 2


async def test_p07_validators_and_due_time_survive_a_restart(desk: Desk, server: FeedServer) -> None:
    """A stop or a kill causes no request, and the next one in its time is conditional."""
    await add(desk, server.say("/feed", Answer(headers=ETAG)))
    await desk.round()
    for _ in range(3):
        desk.restart()
        await desk.round(seconds=10)
    assert len(server.asked) == 1
    await desk.round(seconds=31)
    assert sent(server, "If-None-Match") == [None, '"1"']


async def test_p10_retry_after_survives_a_restart(desk: Desk, server: FeedServer) -> None:
    """A server that asked for an hour gets it, whatever happens to us; far above the longest interval."""
    url = server.say("/feed", Answer(429, b"", (("Retry-After", "3600"),)), Answer())
    await add(desk, url)
    await desk.round()
    desk.restart()
    await desk.round(minutes=59)
    assert len(server.asked) == 1
    await desk.round(minutes=3)
    assert len(server.asked) == 2


async def test_p11_the_third_429_puts_off_what_is_not_due_yet(desk: Desk, server: FeedServer) -> None:
    """The hold is written down with the feeds, so a restart does not forget it."""
    quiet = await add(desk, server.say("/quiet", Answer()), name="quiet")
    await desk.round()
    for number in range(3):
        await add(desk, server.say(f"/{number}", Answer(429, b"", (("Retry-After", "600"),))), name=f"busy{number}")
    await desk.round(seconds=1)
    assert (await desk.look(quiet)).next_poll_at == desk.clock.now() + timedelta(minutes=10)
    desk.restart()
    server.asked.clear()
    assert await desk.round(minutes=9) == 0
    assert await desk.round(minutes=2) == 4


async def test_p11_503_is_about_one_feed(desk: Desk, server: FeedServer) -> None:
    """However many addresses are down, their neighbours are asked as usual."""
    quiet = await add(desk, server.say("/quiet", Answer()), name="quiet")
    await desk.round()
    for number in range(5):
        await add(desk, server.say(f"/{number}", Answer(503, b"", (("Retry-After", "600"),))), name=f"down{number}")
    await desk.round(seconds=1)
    assert (await desk.look(quiet)).next_poll_at < desk.clock.now() + timedelta(minutes=1)


async def test_p15_one_request_however_many_follow(desk: Desk, server: FeedServer) -> None:
    """Readers who added the same feed, in whatever spelling, cause one request, and all get what it brought."""
    address = server.say("/feed", Answer(headers=ETAG), Answer(body=NEWS, headers=ETAG))
    server.say("/feed/", Answer(404, b""))
    for number, url in enumerate((address, address, address + "/", address + "#top"), start=1):
        await meet(desk.store, number)
        await desk.add(url=url, origin=Origin.CHAT, owner=ChatId(number))
    await desk.round()
    assert [each.path for each in server.asked] == ["/feed"]
    assert len(await desk.articles()) == 4
    await desk.round(seconds=61)
    assert sent(server, "If-None-Match") == [None, '"1"']
    assert len(await desk.articles()) == 8


async def test_p19_permanent_move_is_stored_and_its_validators_go_on(desk: Desk, server: FeedServer) -> None:
    """A 301 seen over days changes the address; what it redirected to is asked directly, conditionally."""
    feed = await add(desk, server.redirect("/feed", "/new", 301))
    server.say("/new", Answer(headers=ETAG), Answer(304, b""))
    for _ in range(3):
        await desk.round(days=1)
    assert (await desk.look(feed)).url == server.url("/new")
    server.asked.clear()
    await desk.round(minutes=2)
    assert [(each.path, each.headers.get("If-None-Match")) for each in server.asked] == [("/new", '"1"')]


async def test_p15_feeds_that_moved_to_one_place_are_asked_for_once(desk: Desk, server: FeedServer) -> None:
    """After a permanent move to the address of another feed there is one request for both."""
    await add(desk, server.redirect("/old", "/new", 308), name="old")
    await add(desk, server.say("/new", Answer(headers=ETAG)), name="new")
    for _ in range(3):
        await desk.round(days=1)
    server.asked.clear()
    await desk.round(minutes=2)
    assert [each.path for each in server.asked] == ["/new"]


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_p19_temporary_redirects_are_never_stored(desk: Desk, server: FeedServer, status: int) -> None:
    """However long they last."""
    feed = await add(desk, server.redirect("/feed", "/new", status))
    server.say("/new", Answer())
    for _ in range(5):
        await desk.round(days=2)
    assert (await desk.look(feed)).url == feed.url


async def test_p20_gone_is_the_end_and_is_said(desk: Desk, server: FeedServer) -> None:
    """After a 410 there is never another request; everything else comes back."""
    gone = await add(desk, server.say("/gone", Answer(410, b"")), name="gone")
    lost = await add(desk, server.say("/lost", Answer(404, b"")), name="lost")
    for _ in range(20):
        await desk.round(days=1)
    assert [each.path for each in server.asked].count("/gone") == 1
    assert [each.path for each in server.asked].count("/lost") == 20
    assert (await desk.look(gone)).state is FeedState.GONE
    assert (await desk.look(lost)).state is FeedState.FAILING


async def test_p21_no_storm_within_a_poll_and_the_first_success_ends_the_waiting(
    desk: Desk, server: FeedServer
) -> None:
    """A failing server sees one request per poll, and its feed is well again after one good answer."""
    feed = await add(desk, server.say("/feed", Answer(500, b""), Answer(500, b""), Answer()))
    for count in range(1, 4):
        await desk.round(minutes=5)
        assert len(server.asked) == count
    known = await desk.look(feed)
    assert (known.failures, known.state, known.error) == (0, FeedState.ACTIVE, None)


async def test_p22_unchanged_and_empty_bodies_are_not_read(desk: Desk, server: FeedServer, reader: Reader) -> None:
    """The same bytes again, or none at all, are a success that brings nothing."""
    await add(desk, server.say("/feed", Answer(), Answer(), Answer(body=b"", headers=ETAG), Answer()))
    for _ in range(4):
        await desk.round(seconds=61)
    assert reader.read == 1
    assert len(server.asked) == 4
    assert len(await desk.articles()) == 1


async def test_p23_page_instead_of_a_feed_changes_nothing(desk: Desk, server: FeedServer) -> None:
    """While a feed known to us answers with a web page, it is failing and keeps what it knew."""
    feed = await add(desk, server.say("/feed", Answer(headers=ETAG), Answer(body=PAGE), Answer(body=NEWS)))
    await desk.round()
    before = await desk.look(feed)
    await desk.round(seconds=61)
    failing = await desk.look(feed)
    assert (failing.state, failing.error) == (FeedState.FAILING, "This is a web page, not a feed.")
    assert (failing.etag, failing.body_hash, failing.url) == (before.etag, before.body_hash, before.url)
    await desk.round(minutes=3)
    assert [each.title for each in await desk.articles()] == ["Treffen", "Neu"]


async def test_p25_removed_feed_is_not_asked_any_more(desk: Desk, server: FeedServer) -> None:
    """Neither one that was taken off, nor one whose reader left."""
    feed = await add(desk, server.say("/feed", Answer()))
    await desk.round()
    await desk.store.feeds.remove(feed.id, desk.clock.now())
    for _ in range(3):
        await desk.round(days=1)
    assert len(server.asked) == 1


async def test_outage_of_ours_loses_no_entry_and_floods_nobody(desk: Desk, server: FeedServer) -> None:
    """After half an hour without a network each feed is asked once, conditionally, and what is new is told once."""
    urls = [server.say(f"/{number}", Answer(headers=ETAG)) for number in range(5)]
    for number, url in enumerate(urls):
        await add(desk, url, name=f"f{number}")
    await desk.round()
    server.asked.clear()
    for number in range(5):
        server.say(f"/{number}", Answer(body=NEWS.replace(b"t.example/2", b"t.example/2-%d" % number), headers=ETAG))
    desk.clock.move(minutes=30)
    desk.restart()
    for _ in range(3):
        await desk.round(seconds=1)
    assert sorted(each.path for each in server.asked) == [f"/{number}" for number in range(5)]
    assert set(sent(server, "If-None-Match")) == {'"1"'}
    assert sorted(await desk.waiting()) == [("Neu", True)] * 5
