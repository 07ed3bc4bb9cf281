"""The text of articles' own pages: where it is taken, where not, and what hostile pages get."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.core.ids import ChatId
from bot.core.web_page import PageText
from bot.feeds.fetch import HttpFetcher
from bot.feeds.fulltext import PageReader, page_policy
from bot.feeds.worker_pool import ParserPool
from tests.builders import make_article
from tests.fakes.clock import FakeClock
from tests.fakes.reading import Notes, Reading
from tests.feeds.conftest import HOME, POLICY
from tests.feeds.servers import Answer, FeedServer, raw_server

HTML = ("Content-Type", "text/html; charset=utf-8")
PAGE = """<!doctype html><html><head><title>Treffen</title>{head}</head><body>
<nav><ul><li><a href="/">Start</a></li></ul></nav><article><h1>Treffen von Kim und Putin</h1>
<div class="box"><h2>Das Wichtigste in Kürze</h2><ul><li>Kim Jong Un und Wladimir Putin treffen sich heute.</li>
<li>Es geht unter anderem um die Atomwaffen Nordkoreas.</li></ul></div>
<p>Der nordkoreanische Machthaber ist am Morgen mit seinem Panzerzug in Wladiwostok eingetroffen, heisst es.</p>
<p>Am Nachmittag will er den russischen Präsidenten treffen. Beobachter erwarten ein Abkommen über Waffen.</p>
<p>Der Bahnhof wurde für Stunden gesperrt, und in der Stadt galten Sicherheitsmassnahmen wie seit Jahren nicht mehr.</p>
</article><footer>Impressum und Datenschutz dieser Zeitung</footer></body></html>"""


@dataclass(kw_only=True)
class Desk:
    """A reader of pages and what it writes down."""

    server: FeedServer
    notes: Notes
    clock: FakeClock
    fetcher: HttpFetcher
    networks: tuple[str, ...] = (HOME,)

    def page(self, path: str = "/a", head: str = "", *headers: tuple[str, str]) -> str:
        """Put a page at a path."""
        return self.server.say(path, Answer(body=PAGE.format(head=head).encode(), headers=(HTML, *headers)))

    async def read(self, url: str, **changes: object) -> PageText | None:
        """Read a page as a process that was just started would, for a feed of the operator on the same host."""
        reader = PageReader(self.fetcher, Reading(), self.notes, networks=self.networks, now=self.clock.now)  # type: ignore[arg-type] # a double
        return await reader.read(make_article(url=url, **{"source_host": "127.0.0.1"} | changes))

    @property
    def asked(self) -> list[str]:
        """List the paths that were asked for."""
        return [each.path for each in self.server.asked]


@pytest.fixture
async def desk(server: FeedServer, clock: FakeClock) -> AsyncIterator[Desk]:
    """A site without rules."""
    async with HttpFetcher(page_policy(POLICY, timedelta(0)), now=clock.now) as fetcher:
        yield Desk(server=server, notes=Notes(), clock=clock, fetcher=fetcher)


async def test_text_and_key_points_of_a_page(desk: Desk) -> None:
    """The box comes out as points and not again in the text; navigation and imprint stay outside."""
    text = await desk.read(desk.page(), title="Treffen von Kim und Putin")

    assert text is not None
    assert text.body.startswith("Der nordkoreanische Machthaber")
    assert text.key_points == (
        "Kim Jong Un und Wladimir Putin treffen sich heute.",
        "Es geht unter anderem um die Atomwaffen Nordkoreas.",
    )
    assert len([line for line in text.body.split("\n") if len(line) > 60]) == 3
    assert not any(word in text.body for word in ("Wichtigste", "Atomwaffen", "Start", "Impressum"))
    assert desk.asked == ["/robots.txt", "/.well-known/tdmrep.json", "/a"]
    sent = desk.server.asked[-1].headers
    assert sent["User-Agent"].startswith("stichwort/1.0 (")
    assert sent["Accept"].startswith("text/html")
    assert "Cookie" not in sent
    assert "Referer" not in sent


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: stichwort\nDisallow: /a\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: other\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\nAllow: /a$", True),
        ("User-agent: *\nCrawl-delay: 86400", False),
        ("<html>not found</html>", True),
        ("User-agent: *\nDisallow: /" + "*a" * 500, True),
    ],
)
async def test_robots_txt_is_obeyed(desk: Desk, rules: str, allowed: bool) -> None:
    """As the standard has it, for our own name or for everybody."""
    desk.server.say("/robots.txt", Answer(body=rules.encode()))
    url = desk.page()

    assert (await desk.read(url) is not None) is allowed
    assert ("/a" in desk.asked) is allowed


async def test_rules_are_asked_for_once_a_day(desk: Desk) -> None:
    """And again when they are a day old; a site that does not answer is left alone for an hour."""
    url = desk.page()
    reader = PageReader(desk.fetcher, Reading(), desk.notes, networks=(HOME,), now=desk.clock.now)  # type: ignore[arg-type] # a double
    for _ in range(3):
        assert await reader.read(make_article(url=url, source_host="127.0.0.1"))
    assert desk.asked.count("/robots.txt") == 1
    desk.clock.move(hours=25)
    desk.server.say("/robots.txt", Answer(status=500))
    for _ in range(2):
        assert await reader.read(make_article(url=url, source_host="127.0.0.1")) is None
    assert (desk.asked.count("/robots.txt"), desk.asked.count("/a")) == (2, 3)


@pytest.mark.parametrize(
    ("head", "headers"),
    [
        ('<meta name="tdm-reservation" content="1">', ()),
        ('<meta name="ROBOTS" content="index, NOAI">', ()),
        ('<meta name="robots" content="nosnippet">', ()),
        ("", (("TDM-Reservation", "1"),)),
        ("", (("X-Robots-Tag", "googlebot: noindex"), ("X-Robots-Tag", "noarchive, noindex"))),
    ],
)
async def test_reserved_texts_are_not_used(desk: Desk, head: str, headers: tuple[tuple[str, str], ...]) -> None:
    """Whether the page says so or the server."""
    assert await desk.read(desk.page("/a", head, *headers)) is None


async def test_reservations_for_a_whole_site_are_kept(desk: Desk) -> None:
    """tdmrep.json names places; the longest counts, and nonsense is nothing."""
    listed = b'[{"location": "/", "tdm-reservation": 1}, {"location": "/free/*", "tdm-reservation": 0}, 7]'
    desk.server.say("/.well-known/tdmrep.json", Answer(body=listed))
    assert await desk.read(desk.page("/a")) is None
    assert await desk.read(desk.page("/free/a"))
    desk.server.say("/.well-known/tdmrep.json", Answer(body=b"[" * 10_000))
    assert await desk.read(desk.page("/a"))


@pytest.mark.parametrize("status", [401, 402, 403, 429])
async def test_a_host_that_refuses_is_left_alone_for_a_day(desk: Desk, status: int) -> None:
    """Also after a restart; other hosts are not concerned, and 404 is no refusal."""
    good = desk.page("/good")
    assert await desk.read(desk.server.say("/away", Answer(status=404))) is None
    assert await desk.read(good)
    assert await desk.read(desk.server.say("/no", Answer(status=status))) is None
    before = len(desk.asked)
    assert await desk.read(good) is None
    desk.clock.move(hours=23)
    assert await desk.read(good) is None
    assert len(desk.asked) == before
    desk.clock.move(hours=2)
    assert await desk.read(good)


async def test_a_longer_wish_to_be_left_alone_is_kept(desk: Desk) -> None:
    """Retry-After of three days is three days."""
    url = desk.server.say("/no", Answer(status=429, headers=(("Retry-After", "259200"),)))
    assert await desk.read(url) is None
    desk.clock.move(hours=71)
    assert await desk.read(desk.page()) is None
    desk.clock.move(hours=2)
    assert await desk.read(desk.page())


async def test_pages_elsewhere_must_be_public(desk: Desk, forbidden: FeedServer) -> None:
    """Neither another host's page, nor a redirect, nor a reader's feed leads into the operator's networks."""
    assert await desk.read(forbidden.url("/a")) is None
    assert await desk.read(desk.page(), source_host="news.example") is None
    assert await desk.read(desk.page(), owner=ChatId(1)) is None
    assert desk.asked == []
    assert await desk.read(desk.server.redirect("/hop", forbidden.url("/a"))) is None
    desk.networks = ("192.0.2.0/24",)
    before = len(desk.asked)
    assert await desk.read(desk.page()) is None  # not inside, so it would have to be public
    assert len(desk.asked) == before
    assert await desk.read("") is None
    assert await desk.read("https://[x/") is None
    assert forbidden.asked == []


async def test_what_is_no_article_page_gives_no_text(desk: Desk) -> None:
    """Other kinds of document, and pages without text."""
    assert (
        await desk.read(desk.server.say("/pdf", Answer(body=b"%PDF", headers=(("Content-Type", "application/pdf"),))))
        is None
    )
    assert (
        await desk.read(desk.server.say("/none", Answer(body=b"<html><body></body></html>", headers=(HTML,)))) is None
    )


async def test_endless_and_huge_pages_are_cut_off(clock: FakeClock) -> None:
    """At three megabytes; nothing of such a page is used."""
    poured = 0

    async def pour(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal poured
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>")
        while poured < 200_000_000:
            writer.write(b"<p>Text und noch mehr Text</p>" * 3_000)
            poured += 90_000
            await writer.drain()

    policy = page_policy(replace(POLICY, max_body=10_000_000), timedelta(0))
    assert (policy.max_body, policy.deadline, policy.per_host) == (3_000_000, timedelta(seconds=15), 1)
    async with raw_server(pour) as url, HttpFetcher(policy, now=clock.now) as fetcher:
        notes = Notes()
        reader = PageReader(fetcher, Reading(), notes, networks=(HOME,), now=clock.now)  # type: ignore[arg-type] # a double
        assert await reader.read(make_article(url=url, source_host="127.0.0.1")) is None
    assert poured < 60_000_000


async def test_workers_read_pages_and_survive_hostile_ones(desk: Desk) -> None:
    """A page is read in a process with limits, and so are the rules of its site."""
    async with ParserPool(workers=1) as pool:
        reader = PageReader(desk.fetcher, pool, desk.notes, networks=(HOME,), now=desk.clock.now)
        good = make_article(url=desk.page(), source_host="127.0.0.1")
        deep = Answer(body=b"<html><body>" + b"<div>" * 3_000 + b"Text", headers=(HTML,))
        assert await reader.read(make_article(url=desk.server.say("/deep", deep), source_host="127.0.0.1")) is None
        assert await pool.ask_rules(("User-agent: *\nDisallow: /a",), "stichwort", good.url or "") == (False, 0.0)
        text = await reader.read(good)
    assert text is not None
    assert len(text.key_points) == 2
