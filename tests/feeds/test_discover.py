"""Feeds found behind the address of a page, on servers that are kind, careless and hostile."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.core.feed import FeedWish, FetchProblem, Origin
from bot.core.ids import ChatId
from bot.core.web_page import FeedFound, FeedsNamed, NothingFound
from bot.feeds import pages
from bot.feeds.discover import FeedDiscoverer
from bot.feeds.fetch import HttpFetcher
from bot.feeds.worker_pool import ParserPool
from tests.fakes.reading import Reading
from tests.feeds.conftest import POLICY
from tests.feeds.servers import Answer, FeedServer, raw_server

HTML = (("Content-Type", "text/html; charset=utf-8"),)
RULES = ("/robots.txt", "/.well-known/tdmrep.json")


@pytest.fixture
async def discover() -> AsyncIterator[FeedDiscoverer]:
    """Look behind addresses on 127.0.0.1 only, also for readers."""
    async with HttpFetcher(replace(POLICY, readers_may_use_networks=True)) as fetcher:
        yield FeedDiscoverer(fetcher, Reading())  # type: ignore[arg-type] # a double


def page(head: str) -> Answer:
    """Make a page with something in its head."""
    return Answer(body=f"<!doctype html><html><head>{head}</head><body>Zeitung</body></html>".encode(), headers=HTML)


def paths(server: FeedServer) -> list[str]:
    """List what was asked for."""
    return [asked.path for asked in server.asked]


def news(*titles: str, name: str = "Amtsblatt", language: str = "de") -> Answer:
    """Make a news sitemap."""
    listed = "".join(
        f"<url><loc>https://t.example/{title}</loc><news:news><news:publication><news:name>{name}</news:name>"
        f"<news:language>{language}</news:language></news:publication><news:title>{title}</news:title>"
        f"<news:publication_date>2026-11-30T08:00:00Z</news:publication_date></news:news></url>"
        for title in titles
    )
    namespace = "http://www.google.com/schemas/sitemap-news/0.9"
    return Answer(body=f'<urlset xmlns:news="{namespace}">{listed}</urlset>'.encode())


def index(*addresses: str) -> Answer:
    """Make an index of sitemaps."""
    listed = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in addresses)
    return Answer(body=f"<sitemapindex>{listed}</sitemapindex>".encode())


def wish(url: str) -> FeedWish:
    """Wish for it as a reader."""
    return FeedWish(url=url, origin=Origin.CHAT, owner=ChatId(1))


@pytest.mark.parametrize("place", ["page", "robots.txt"])
async def test_a_page_leads_an_operator_to_no_name_only_the_proxy_knows(server: FeedServer, place: str) -> None:
    """What the page's publisher names is not what the operator wrote, whether a feed or a sitemap."""
    inside = "http://wiki.intern.invalid/news/sitemap.xml"
    server.say("/news/sitemap.xml", news("Geheim"))
    server.say(
        "/", page(f'<link rel="alternate" type="application/rss+xml" href="{inside}">' if place == "page" else "")
    )
    server.say("/robots.txt", Answer(body=f"Sitemap: {inside}".encode()))
    policy = replace(POLICY, proxy=f"http://127.0.0.1:{server.port}")

    async with HttpFetcher(policy) as fetcher:
        discover = FeedDiscoverer(fetcher, Reading())  # type: ignore[arg-type] # a double
        found = await discover.discover(FeedWish(url="http://paper.invalid/", origin=Origin.OPERATOR))

    assert isinstance(found, NothingFound)
    assert paths(server)[0] == "/"
    assert "/news/sitemap.xml" not in paths(server)


async def test_the_one_feed_of_a_page_is_read(server: FeedServer) -> None:
    """A page that names one feed is as good as its address; nothing else is asked for. With a real worker."""
    server.say("/feed", Answer())
    url = server.say("/", page('<link rel="alternate" type="application/rss+xml" title="Alles" href="/feed">'))

    async with HttpFetcher(replace(POLICY, readers_may_use_networks=True)) as fetcher, ParserPool(workers=1) as pool:
        found = await FeedDiscoverer(fetcher, pool).discover(wish(url))

    assert isinstance(found, FeedFound)
    assert (found.url, found.parsed.title) == (server.url("/feed"), "Test")
    assert [asked.path for asked in server.asked] == ["/", "/feed"]


async def test_the_target_of_a_permanent_redirect_is_what_is_kept(server: FeedServer, discover: FeedDiscoverer) -> None:
    """301 and 308 are remembered, 302 is only followed."""
    server.say("/feed", Answer())
    for status, kept in ((301, "/feed"), (308, "/feed"), (302, "/old")):
        found = await discover.discover(wish(server.redirect("/old", server.url("/feed"), status)))
        assert isinstance(found, FeedFound)
        assert found.url == server.url(kept)


async def test_several_feeds_are_named_and_none_is_asked_for(server: FeedServer, discover: FeedDiscoverer) -> None:
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
    server: FeedServer, forbidden: FeedServer, discover: FeedDiscoverer
) -> None:
    """A page that leads to a forbidden address, by a link or a redirect, leads nowhere."""
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
    assert [path for path in paths(server) if "sitemap" not in path and "news" not in path] == [
        "/",
        *RULES,
        "/away",
        "/link",
        "/hop",
    ]


async def test_a_reader_gets_nowhere_near_the_operators_networks(server: FeedServer) -> None:
    """Unless the operator said so, what the operator's own feeds may do is closed to readers."""
    url = server.say("/feed", Answer())
    async with HttpFetcher(POLICY) as fetcher:
        discover = FeedDiscoverer(fetcher, Reading())  # type: ignore[arg-type] # a double
        assert isinstance(await discover.discover(FeedWish(url=url, origin=Origin.OPERATOR)), FeedFound)
        found = await discover.discover(wish(url))
    assert isinstance(found, NothingFound)
    assert found.problem is FetchProblem.REFUSED_ADDRESS
    assert len(server.asked) == 1


async def test_an_endless_page_is_cut_off(discover: FeedDiscoverer) -> None:
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
        ("/l", "Leserkommentare"),
        ("/l", "Amtsblatt RSS Kommentare"),
        ("/l", "Kommentare (RSS)"),
        ("/l", "Recent Comments"),
        ("/l", "Commenti recenti"),
        ("/l", "Tous les commentaires"),
        ("/rss/comments", ""),
        ("/atom-comments.xml", "Amtsblatt"),
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
    head += _alternate("/m", "Kommentare & Meinung") + _alternate("/n", "Neue Kommentatoren")

    assert len(pages.find_feeds(f"<html><head>{head}</head></html>", "https://t.example/")) == 5


async def test_a_page_with_comments_beside_its_feed_is_no_question(
    server: FeedServer, discover: FeedDiscoverer
) -> None:
    """What nearly every blog says of itself leads straight to its articles."""
    server.say("/feed/", Answer())
    head = _alternate("/feed/", "Blog &raquo; Feed") + _alternate("/comments/feed/", "Blog &raquo; Kommentar-Feed")

    found = await discover.discover(wish(server.say("/", page(head))))

    assert isinstance(found, FeedFound)
    assert found.url == server.url("/feed/")


async def test_a_page_without_feeds_leads_to_the_news_sitemap_of_its_site(server: FeedServer) -> None:
    """What robots.txt names as news comes first, and nothing else is asked for. With a real worker."""
    url = server.say("/ressort/", page("<title>Amtsblatt</title>"))
    robots = f"User-agent: *\nDisallow: /intern\nSitemap: {server.url('/pages.xml')}\nsitemap: /aktuell/news.xml\n"
    server.say("/robots.txt", Answer(body=robots.encode()))
    packed = gzip.compress(news("Treffen", "Abstimmung").body)
    server.say("/aktuell/news.xml", Answer(body=packed, headers=(("Content-Type", "application/x-gzip"),)))

    async with HttpFetcher(replace(POLICY, readers_may_use_networks=True)) as fetcher, ParserPool(workers=1) as pool:
        found = await FeedDiscoverer(fetcher, pool).discover(wish(url))

    assert isinstance(found, FeedFound)
    assert (found.url, found.parsed.title, found.parsed.language) == (
        server.url("/aktuell/news.xml"),
        "Amtsblatt",
        "de",
    )
    assert [entry.title for entry in found.parsed.entries] == ["Treffen", "Abstimmung"]
    assert paths(server)[:4] == ["/ressort/", *RULES, "/aktuell/news.xml"]
    assert "/sitemap-news.xml" not in paths(server)


async def test_an_index_is_followed_one_level(server: FeedServer, discover: FeedDiscoverer) -> None:
    """Its sitemap of news is found among others; an index within an index is not followed."""
    url = server.say("/", page(""))
    server.say("/robots.txt", Answer(body=b"Sitemap: /all.xml"))
    server.say("/all.xml", index("/pages.xml", "/deeper-news.xml", "/google-news.xml"))
    server.say("/deeper-news.xml", index("/never.xml"))
    server.say("/google-news.xml", news("Treffen"))

    found = await discover.discover(wish(url))
    by_itself = await discover.discover(wish(server.url("/all.xml")))

    for each in (found, by_itself):
        assert isinstance(each, FeedFound)
        assert each.url == server.url("/google-news.xml")
    assert "/never.xml" not in paths(server)


@pytest.mark.parametrize(
    "path",
    [
        "/sitemap-news.xml",
        "/news-sitemap.xml",
        "/sitemap_news.xml",
        "/news_sitemap.xml",
        "/googlenews.xml",
        "/sitemap.xml",
    ],
)
async def test_well_known_names_are_tried(path: str, server: FeedServer, discover: FeedDiscoverer) -> None:
    """Where robots.txt names none, and there is none."""
    server.say(path, news("Treffen"))

    found = await discover.discover(wish(server.say("/", page(""))))

    assert isinstance(found, FeedFound)
    assert found.url == server.url(path)


async def test_several_news_sitemaps_are_a_choice(server: FeedServer, discover: FeedDiscoverer) -> None:
    """The editions of a paper are named with their languages."""
    server.say("/robots.txt", Answer(body=b"Sitemap: /news-de.xml\nSitemap: /news-fr.xml\n"))
    server.say("/news-de.xml", news("Treffen"))
    server.say("/news-fr.xml", news("Rencontre", language="fr"))

    found = await discover.discover(wish(server.say("/", page(""))))

    assert isinstance(found, FeedsNamed)
    assert [link.title for link in found.links] == ["Amtsblatt (de)", "Amtsblatt (fr)"]


@pytest.mark.parametrize(
    "robots",
    [
        b"User-agent: *\nDisallow: /\nSitemap: /news.xml",
        b"User-agent: stichwort\nDisallow: /*news\n\nUser-agent: *\nDisallow:\nSitemap: /news.xml",
        b"User-agent: *\nCrawl-delay: 60\nSitemap: /news.xml",
    ],
)
async def test_a_site_that_does_not_want_us_is_not_searched(
    robots: bytes, server: FeedServer, discover: FeedDiscoverer
) -> None:
    """robots.txt holds for sitemaps as for pages, and a distance nobody can wait for is none of our visits."""
    server.say("/robots.txt", Answer(body=robots))
    for path in ("/news.xml", "/sitemap-news.xml"):
        server.say(path, news("Treffen"))

    found = await discover.discover(wish(server.say("/", page(""))))

    assert isinstance(found, NothingFound)
    assert not [path for path in paths(server) if "news" in path]


async def test_a_search_ends(server: FeedServer, forbidden: FeedServer, discover: FeedDiscoverer) -> None:
    """A hundred sitemaps cost eight requests, and none leads where feeds may not be."""
    listed = [f"Sitemap: /news-{number}.xml" for number in range(100)]
    server.say("/robots.txt", Answer(body="\n".join([f"Sitemap: {forbidden.url('/news.xml')}", *listed]).encode()))

    found = await discover.discover(wish(server.say("/", page(""))))

    assert found == NothingFound(FetchProblem.NOT_A_FEED, "This is a web page that names no feed.")
    assert forbidden.asked == []
    assert len([path for path in paths(server) if path.startswith("/news-")]) == 8
