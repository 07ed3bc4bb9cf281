"""Feeds found behind the address of a page, on servers that are kind, careless and hostile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.core.discovery import FeedFound, FeedsNamed, NothingFound
from bot.core.feed import FeedWish, FetchProblem, Origin
from bot.core.ids import ChatId
from bot.feeds import pages
from bot.feeds.discover import Discover
from bot.feeds.fetch import HttpFetcher
from bot.feeds.pool import ParserPool
from tests.fakes.reading import Reading
from tests.feeds.conftest import POLICY
from tests.feeds.servers import Answer, FeedServer, raw_server

HTML = (("Content-Type", "text/html; charset=utf-8"),)


@pytest.fixture
async def discover() -> AsyncIterator[Discover]:
    """Look behind addresses on 127.0.0.1 only, also for readers."""
    async with HttpFetcher(replace(POLICY, readers_may_use_networks=True)) as fetcher:
        yield Discover(fetcher, Reading())  # type: ignore[arg-type] # a double


def page(head: str) -> Answer:
    """Make a page with something in its head."""
    return Answer(body=f"<!doctype html><html><head>{head}</head><body>Zeitung</body></html>".encode(), headers=HTML)


def wish(url: str) -> FeedWish:
    """Wish for it as a reader."""
    return FeedWish(url=url, origin=Origin.CHAT, owner=ChatId(1))


async def test_the_one_feed_of_a_page_is_read(server: FeedServer) -> None:
    """A page that names one feed is as good as its address; nothing else is asked for. With a real worker."""
    server.say("/feed", Answer())
    url = server.say("/", page('<link rel="alternate" type="application/rss+xml" title="Alles" href="/feed">'))

    async with HttpFetcher(replace(POLICY, readers_may_use_networks=True)) as fetcher, ParserPool(workers=1) as pool:
        found = await Discover(fetcher, pool).discover(wish(url))

    assert isinstance(found, FeedFound)
    assert (found.url, found.parsed.title) == (server.url("/feed"), "Test")
    assert [asked.path for asked in server.asked] == ["/", "/feed"]


async def test_the_target_of_a_permanent_redirect_is_what_is_kept(server: FeedServer, discover: Discover) -> None:
    """301 and 308 are remembered, 302 is only followed."""
    server.say("/feed", Answer())
    for status, kept in ((301, "/feed"), (308, "/feed"), (302, "/old")):
        found = await discover.discover(wish(server.redirect("/old", server.url("/feed"), status)))
        assert isinstance(found, FeedFound)
        assert found.url == server.url(kept)


async def test_several_feeds_are_named_and_none_is_asked_for(server: FeedServer, discover: Discover) -> None:
    """The reader chooses first."""
    head = "".join(
        f'<link rel="alternate" type="application/{kind}" title="{kind}" href="/{number}">'
        for number, kind in enumerate(("rss+xml", "atom+xml", "feed+json"))
    )

    found = await discover.discover(wish(server.say("/", page(head))))

    assert isinstance(found, FeedsNamed)
    assert [link.title for link in found.links] == ["rss+xml", "atom+xml", "feed+json"]
    assert len(server.asked) == 1


async def test_a_page_without_feeds_is_told_from_nothing(
    server: FeedServer, forbidden: FeedServer, discover: Discover
) -> None:
    """No guess is made; a page that leads to a forbidden address, by a link or a redirect, leads nowhere."""
    empty = await discover.discover(wish(server.say("/", page("<title>Nichts</title>"))))
    missing = await discover.discover(wish(server.url("/away")))
    by_link = await discover.discover(
        wish(server.say("/link", page(f'<link rel=alternate type=application/rss+xml href="{forbidden.url()}">')))
    )
    by_redirect = await discover.discover(wish(server.redirect("/hop", forbidden.url())))

    found = [each.problem for each in (empty, missing, by_link, by_redirect) if isinstance(each, NothingFound)]
    assert found == [
        FetchProblem.NOT_A_FEED,
        FetchProblem.NOT_FOUND,
        FetchProblem.REFUSED_ADDRESS,
        FetchProblem.REFUSED_ADDRESS,
    ]
    assert forbidden.asked == []
    assert [asked.path for asked in server.asked] == ["/", "/away", "/link", "/hop"]


async def test_a_reader_gets_nowhere_near_the_operators_networks(server: FeedServer) -> None:
    """Unless the operator said so, what the operator's own feeds may do is closed to readers."""
    url = server.say("/feed", Answer())
    async with HttpFetcher(POLICY) as fetcher:
        discover = Discover(fetcher, Reading())  # type: ignore[arg-type] # a double
        assert isinstance(await discover.discover(FeedWish(url=url, origin=Origin.OPERATOR)), FeedFound)
        found = await discover.discover(wish(url))
    assert isinstance(found, NothingFound)
    assert found.problem is FetchProblem.REFUSED_ADDRESS
    assert len(server.asked) == 1


async def test_an_endless_page_is_cut_off(discover: Discover) -> None:
    """The cap for documents holds for pages too."""

    async def pour(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>")
        while True:
            writer.write(b"<p>" * 10_000)
            await writer.drain()

    async with raw_server(pour) as url:
        found = await discover.discover(wish(url))
    assert isinstance(found, NothingFound)
    assert found.problem is FetchProblem.TOO_LARGE


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="rss">', ["https://t.example/de/rss"]),
        ('<base href="/fr/"><link rel=alternate type=application/atom+xml href=rss>', ["https://t.example/fr/rss"]),
        ('<LINK REL="Home ALTERNATE" TYPE="Application/RSS+XML; charset=utf-8" HREF="//x.example/f">', ["https://x.example/f"]),
        ('<link rel="feed" type="application/feed+json" href="/f.json#top">', ["https://t.example/f.json"]),
        ('<link rel="alternate" type="application/rss+xml" href="/a">' * 3, ["https://t.example/a"]),
        ('<link rel="alternate stylesheet" type="application/rss+xml" href="/a">', []),
        ('<link rel="alternate" hreflang="fr" type="text/html" href="/fr">', []),
        ('<link rel="alternate" type="application/json+oembed" href="/o">', []),
        ('<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">', []),
        ('<link rel="alternate" type="application/rss+xml" href="file:///etc/passwd">', []),
        ('<link rel="alternate" type="application/rss+xml">', []),
    ],
)  # fmt: skip
def test_what_counts_as_a_feed_of_a_page(head: str, expected: list[str]) -> None:
    """Relative addresses, a base, odd spelling; no stylesheet, no other language, nothing but the web."""
    found = pages.find_feeds(f"<html><head>{head}</head><body></body></html>", "https://t.example/de/index.html")

    assert [address for address, _ in found] == expected


def test_a_link_in_the_body_counts_and_titles_are_plain() -> None:
    """Some sites close their head too early; no title can bring markup in."""
    assert pages.find_feeds(
        '<body><p>x<link rel=alternate type=application/rss+xml href=/f title="A &lt;b&gt; &amp;  C">',
        "https://t.example/",
    ) == [["https://t.example/f", "A <b> & C"]]


def _alternate(href: str, title: str) -> str:
    return f'<link rel="alternate" type="application/rss+xml" href="{href}" title="{title}">'


@pytest.mark.parametrize(
    ("href", "title"),
    [
        ("/comments/feed/", "Amtsblatt &raquo; Comments Feed"),
        ("/kommentare.php", "Amtsblatt &raquo; Kommentar-Feed"),
        ("/c", "Amtsblatt &raquo; Flux des commentaires"),
        ("/c", "Amtsblatt &raquo; Feed dei commenti"),
        ("/2026/11/treffen/feed/", "Kommentare zu: Treffen in Genf"),
        ("/feeds/4711/comments/default", "Amtsblatt"),
        ("/?feed=comments-rss2", ""),
    ],
)
def test_the_comments_are_left_away_beside_the_news(href: str, title: str) -> None:
    """Wherever they stand among the feeds of a page; where they are all there is, they are what the page offers."""
    news, comments = _alternate("/feed/", "Amtsblatt &raquo; Feed"), _alternate(href, title)
    for head, expected in ((news + comments, ["/feed/"]), (comments + news, ["/feed/"]), (comments, [href])):
        found = pages.find_feeds(f"<html><head>{head}</head></html>", "https://t.example/")
        assert [address for address, _ in found] == [f"https://t.example{path}" for path in expected]


def test_opinions_are_no_comments_of_readers() -> None:
    """A paper's own commentaries are a feed to choose."""
    head = _alternate("/alles.rss", "Alles") + _alternate("/kommentare.rss", "Kommentare") + _alternate("/o", "Comment")

    assert len(pages.find_feeds(f"<html><head>{head}</head></html>", "https://t.example/")) == 3


async def test_a_page_with_comments_beside_its_feed_is_no_question(server: FeedServer, discover: Discover) -> None:
    """What nearly every blog says of itself leads straight to its articles."""
    server.say("/feed/", Answer())
    head = _alternate("/feed/", "Blog &raquo; Feed") + _alternate("/comments/feed/", "Blog &raquo; Kommentar-Feed")

    found = await discover.discover(wish(server.say("/", page(head))))

    assert isinstance(found, FeedFound)
    assert found.url == server.url("/feed/")
