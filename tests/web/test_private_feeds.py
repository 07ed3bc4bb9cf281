"""Private feeds over HTTP: two formats, conditional requests, and nothing for whoever does not know an address."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import feedparser
import pytest

from bot import logs
from bot.core.errors import StorageError
from bot.core.ids import ChatId, DeliveryId
from bot.core.private_feed import FeedContents, PrivateFeed, PublishedAlert
from bot.i18n.catalog import Catalog
from bot.services.private_feeds import FeedAddresses, OpenFeed
from bot.web.private_feeds import FeedHead, FeedPages, write_atom, write_json
from bot.web.server import WebServer
from bot.web.status import Readiness
from tests.builders import NOW, make_chat
from tests.fakes.clock import FakeClock
from tests.web.test_server import FakeInsight

TOKEN = "q" * 43
ALERT = PublishedAlert(
    id="urn:uuid:0d9c8e32-53a5-5a0a-8f34-6d2f9a1f0001",
    title="Treffen von <Putin> & Kim ]]> \u202a",
    url='https://nau.ch/a?b=1&c="2"',
    summary="Sie reden\x00 <b>laut</b>.\nEs geht um viel \ufffe\U0001f600.",
    source="Nau & Söhne",
    published_at=NOW,
    updated_at=NOW + timedelta(minutes=5),
    keywords=('Kim "Jong" Un', "Nord<korea>"),
)
HEAD = FeedHead(id="urn:uuid:1", title="Meldungen", language="de", address="https://x.example/f.atom", updated_at=NOW)


class FakeFeeds:
    """A private feed behind one token; counts how often it is loaded."""

    def __init__(self) -> None:
        self.alerts = [ALERT]
        self.changed_at = NOW
        self.language = "fr"
        self.is_away = False
        self.loads = 0
        self.asked: list[str] = []

    async def open(self, token: str) -> OpenFeed | None:
        """Find it."""
        self.asked.append(token)
        if self.is_away:
            raise StorageError("away")
        if token != TOKEN:
            return None
        feed = PrivateFeed(chat_id=ChatId(1), salt="salt", digest="digest", created_at=NOW)
        addresses = FeedAddresses(
            atom=f"https://x.example/feeds/{token}.atom", json=f"https://x.example/feeds/{token}.json"
        )
        return OpenFeed(feed=feed, chat=make_chat(language=self.language), addresses=addresses)

    async def look(self, opened: OpenFeed) -> FeedContents:
        """Say what it shows."""
        ids = tuple(DeliveryId(number) for number in range(len(self.alerts)))
        return FeedContents(delivery_ids=ids, mark=repr(self.alerts), changed_at=self.changed_at if ids else None)

    async def list_items(self, contents: FeedContents) -> tuple[PublishedAlert, ...]:
        """Load it."""
        self.loads += 1
        return tuple(self.alerts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who reads feeds from a server."""

    session: aiohttp.ClientSession
    url: str
    feeds: FakeFeeds
    clock: FakeClock

    async def get(self, name: str, method: str = "GET", **headers: str) -> tuple[int, Any, bytes]:
        """Ask for a feed; gives the status, the headers and the body."""
        address = f"{self.url}/feeds/{name}"
        async with self.session.request(method, address, headers=headers, skip_auto_headers=["Accept"]) as answer:
            return answer.status, answer.headers, await answer.read()


@asynccontextmanager
async def opened(*, token: str = "", has_feeds: bool = True) -> AsyncIterator[Reader]:
    """Run a server with one private feed."""
    server, feeds, clock = WebServer(listen="127.0.0.1:0", token=token, health=Readiness()), FakeFeeds(), FakeClock()
    clock.move(seconds=60)
    url = await server.start()
    pages = FeedPages(source=feeds, catalog=Catalog.load("en"), clock=clock)
    server.show(FakeInsight(), pages if has_feeds else None)
    async with aiohttp.ClientSession() as session:
        yield Reader(session=session, url=url, feeds=feeds, clock=clock)
    await server.stop()


async def test_a_reader_gets_atom_with_everything_escaped() -> None:
    """As any feed reader understands it, in the language of the chat."""
    async with opened() as reader:
        status, headers, body = await reader.get(f"{TOKEN}.atom")
    assert (status, headers["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    assert headers["Cache-Control"] == "private, no-cache"
    assert "noindex" in headers["X-Robots-Tag"]
    feed = feedparser.parse(body)
    assert (feed.bozo, feed.version) == (False, "atom10")
    assert feed.feed.title == "Stichwort\u00a0: alertes de cette discussion"
    assert (feed.feed.language, feed.feed.links[0].rel) == ("fr", "self")
    assert feed.feed.links[0].href.endswith(f"/feeds/{TOKEN}.atom")
    (entry,) = feed.entries
    assert entry.id == ALERT.id
    assert entry.title_detail.type == "text/plain"
    assert (entry.link, entry.author) == (ALERT.url, "Nau & Söhne")
    assert [tag.term for tag in entry.tags] == list(ALERT.keywords)
    assert (entry.published, entry.updated) == ("2026-01-05T12:00:00Z", "2026-01-05T12:05:00Z")
    assert entry.summary == "Sie reden <b>laut</b>.\nEs geht um viel \U0001f600."


async def test_a_reader_gets_a_json_feed() -> None:
    """Of version 1.1."""
    async with opened() as reader:
        status, headers, body = await reader.get(f"{TOKEN}.json")
    assert (status, headers["Content-Type"]) == (200, "application/feed+json; charset=utf-8")
    document = json.loads(body)
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["feed_url"].endswith(f"/feeds/{TOKEN}.json")
    (item,) = document["items"]
    assert item == {
        "id": ALERT.id,
        "url": ALERT.url,
        "title": ALERT.title,
        "content_text": ALERT.summary,
        "date_published": "2026-01-05T12:00:00Z",
        "date_modified": "2026-01-05T12:05:00Z",
        "authors": [{"name": "Nau & Söhne"}],
        "tags": list(ALERT.keywords),
    }


def test_an_alert_without_link_and_summary_is_valid_too() -> None:
    """Atom demands a content then, and JSON Feed always."""
    bare = replace(ALERT, url=None, summary="", source="", keywords=())
    (entry,) = feedparser.parse(write_atom(HEAD, (bare,))).entries
    assert (entry.get("links", []), "content" in entry) == ([], True)
    (item,) = json.loads(write_json(HEAD, (bare,)))["items"]
    assert ("url" in item, item["content_text"]) == (False, ALERT.title)
    empty = feedparser.parse(write_atom(HEAD, ()))
    assert (empty.bozo, empty.entries, empty.feed.updated) == (False, [], "2026-01-05T12:00:00Z")


async def test_who_has_it_gets_no_body() -> None:
    """By its tag, or by its date where no tag is given; the tag wins. Nothing is loaded for it."""
    async with opened() as reader:
        _, headers, body = await reader.get(f"{TOKEN}.atom")
        tag, date = headers["ETag"], headers["Last-Modified"]
        assert date == "Mon, 05 Jan 2026 12:00:00 GMT"
        for known in ({"If-None-Match": tag}, {"If-None-Match": f'"x", W/{tag}'}, {"If-Modified-Since": date}):
            status, headers, nothing = await reader.get(f"{TOKEN}.atom", **known)
            assert (status, nothing, headers["ETag"], headers["Cache-Control"]) == (304, b"", tag, "private, no-cache")
        assert (await reader.get(f"{TOKEN}.json", **{"If-None-Match": tag}))[0] == 200
        assert (await reader.get(f"{TOKEN}.atom", **{"If-None-Match": '"x"', "If-Modified-Since": date}))[0] == 200
        assert reader.feeds.loads == 2

        status, headers, nothing = await reader.get(f"{TOKEN}.atom", "HEAD")
        assert (status, nothing, headers["ETag"], int(headers["Content-Length"])) == (200, b"", tag, len(body))

        reader.feeds.alerts.append(replace(ALERT, id="urn:uuid:2"))
        reader.feeds.changed_at = NOW + timedelta(seconds=60)
        status, headers, _ = await reader.get(f"{TOKEN}.atom", **{"If-None-Match": tag})
        assert (status, headers["ETag"] != tag) == (200, True)
        assert (await reader.get(f"{TOKEN}.atom", **{"If-Modified-Since": date}))[0] == 200


async def test_a_chat_that_changes_its_language_has_another_document() -> None:
    """Though its entries are the same."""
    async with opened() as reader:
        _, headers, _ = await reader.get(f"{TOKEN}.json")
        reader.feeds.language = "it"
        status, _, body = await reader.get(f"{TOKEN}.json", **{"If-None-Match": headers["ETag"]})
    assert (status, json.loads(body)["language"]) == (200, "it")


async def test_within_the_second_of_an_alert_there_is_no_date_to_ask_with() -> None:
    """Another alert of that second would never be seen."""
    async with opened() as reader:
        reader.feeds.changed_at = reader.clock.now() - timedelta(seconds=0.5)
        _, headers, _ = await reader.get(f"{TOKEN}.atom")
        assert "Last-Modified" not in headers
        reader.clock.move(seconds=1)
        assert "Last-Modified" in (await reader.get(f"{TOKEN}.atom"))[1]


WRONG = (
    f"{TOKEN[:-1]}r.atom",
    f"{TOKEN}.rss",
    f"{TOKEN}.atom.atom",
    TOKEN,
    ".atom",
    "%00.atom",
    "..%2F..%2Fetc%2Fpasswd.atom",
    "a b.atom",
    "é.atom",
    "x" * 200_000 + ".atom",
)


@pytest.mark.parametrize("name", WRONG)
async def test_a_wrong_address_is_an_unknown_page(name: str) -> None:
    """Whatever is wrong with it, the answer is the same to the last letter; and so where there are no feeds."""
    async with opened() as reader:
        status, headers, body = await reader.get(name)
        unknown = await reader.session.get(f"{reader.url}/nothing")
        assert (status, body) == (unknown.status, await unknown.read()) == (404, b"Not Found\n")
        assert headers.keys() - {"Date"} == unknown.headers.keys() - {"Date"}
    async with opened(has_feeds=False) as reader:
        assert (await reader.get(f"{TOKEN}.atom"))[0] == 404


async def test_another_method_is_told_which_are_allowed() -> None:
    """As RFC 9110 demands of a 405."""
    async with opened() as reader:
        status, headers, _ = await reader.get(f"{TOKEN}.atom", "POST")
    assert (status, headers["Allow"]) == (405, "GET,HEAD")


async def test_a_feed_needs_no_token_of_the_server_and_opens_nothing_else() -> None:
    """It has a secret of its own."""
    async with opened(token="correct horse") as reader:
        assert (await reader.get(f"{TOKEN}.atom"))[0] == 200
        assert (await reader.get("wrong.atom"))[0] == 404
        for path in ("/", "/metrics", f"/metrics/feeds/{TOKEN}.atom", "/feeds", "/feeds/../metrics"):
            async with reader.session.get(reader.url + path) as answer:
                assert answer.status == 401


async def test_a_database_that_is_away_ends_no_feed() -> None:
    """A reader that got a 404 might forget it."""
    async with opened() as reader:
        reader.feeds.is_away = True
        assert (await reader.get(f"{TOKEN}.atom"))[0] == 503


async def test_no_log_shows_an_address() -> None:
    """At no level, from no library, also where the request is refused before it is read to its end."""
    stream, root = io.StringIO(), logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure("debug", "text", (), stream)
    try:
        async with opened() as reader:
            for name in (f"{TOKEN}.atom", f"{TOKEN}x.atom", f"{TOKEN}" + "y" * 300_000 + ".atom"):
                await reader.get(name)
            for line in (f"GET /feeds/{TOKEN}.atom HTTP/x", f"G?T /feeds/{TOKEN}.atom HTTP/1.1", TOKEN):
                await send_raw(reader.url, f"{line}\r\nHost: localhost\r\n\r\n".encode())
            await send_raw(reader.url, f"GET / HTTP/1.1\r\nReferer: {TOKEN}\x01\r\n\r\n".encode())
            reader.feeds.is_away = True
            await reader.get(f"{TOKEN}.atom")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    assert TOKEN not in stream.getvalue()
    assert "BadStatusLine" in stream.getvalue()


async def send_raw(url: str, request: bytes) -> None:
    """Send what need not be HTTP, and wait for the end of the answer."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(request)
    await reader.read()
    writer.close()
