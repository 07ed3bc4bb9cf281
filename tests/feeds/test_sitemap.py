"""News sitemaps, as publishers write them and as nobody should."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.feed import FetchProblem, ParsedFeed, ParseFailed
from bot.feeds import parse, sitemap
from bot.feeds.entries import MOST

URL = "https://t.example/sitemap-news.xml"
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
FIRST = """
<url><loc>https://t.example/genf</loc><lastmod>2026-11-30T09:00:00Z</lastmod>
<news:news><news:publication><news:name>Täglicher Anzeiger</news:name>
<news:language>de</news:language></news:publication>
<news:publication_date>2026-11-30T07:41:09+01:00</news:publication_date>
<news:title>Treffen in Genf &amp;amp; Bern</news:title>
<news:keywords>Diplomatie, Genf</news:keywords></news:news>
<image:image><image:loc>https://t.example/a.jpg</image:loc><image:title>Kein Titel</image:title></image:image></url>"""


def item(number: int, title: str = "Nachricht", date: str = "2026-11-30", language: str = "de") -> str:
    return (
        f"<url><loc>https://t.example/{number}</loc><news:news><news:publication><news:name>T</news:name>"
        f"<news:language>{language}</news:language></news:publication><news:title>{title} {number}</news:title>"
        f"<news:publication_date>{date}</news:publication_date></news:news></url>"
    )


def urlset(*items: str, namespaces: str = NAMESPACES) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {namespaces}>{"".join(items)}</urlset>'.encode()


def read(body: bytes, content_type: str = "application/xml", marks: bytes = b"") -> Any:
    return parse.parse(body, url=URL, content_type=content_type, marks=marks)


def test_title_address_time_and_language_come_from_it() -> None:
    """The title of a picture is none of the article, and the time is that of publication."""
    parsed = read(urlset(FIRST, item(2)))

    assert isinstance(parsed, ParsedFeed)
    assert (parsed.title, parsed.language, parsed.site_url) == ("Täglicher Anzeiger", "de", "https://t.example/")
    first, second = parsed.entries
    assert (first.title, first.link, first.language) == ("Treffen in Genf & Bern", "https://t.example/genf", "de")
    assert first.published_at == datetime(2026, 11, 30, 6, 41, 9, tzinfo=UTC)
    assert first.tags == ("Diplomatie", "Genf")
    assert second.is_day
    assert parsed.is_listing


def test_access_for_subscribers_is_told() -> None:
    """Google's older `news:access`; a mere registration is no payment."""
    told = [
        item(number).replace("</news:news>", f"<news:access>{access}</news:access></news:news>")
        for number, access in enumerate(("Subscription", "subscription", "Registration", ""))
    ]
    assert [entry.is_paid for entry in read(urlset(*told)).entries] == [True, True, False, False]


def test_what_was_listed_before_is_not_read_again() -> None:
    """Only the new entry comes; all that is listed stays known, also when `lastmod` moves."""
    before = read(urlset(FIRST, item(2)))
    touched = FIRST.replace("T09:00:00Z", "T11:30:00Z")

    after = read(urlset(item(3), touched, item(2)), marks=before.marks)

    assert [entry.title for entry in after.entries] == ["Nachricht 3"]
    assert not after.is_listing
    assert len(after.listed) == 3
    assert read(urlset(item(3), touched, item(2)), marks=after.marks).entries == ()


def test_languages_of_several_editions_stay_with_their_entries() -> None:
    """A sitemap in two languages has none of its own."""
    parsed = read(urlset(item(1, language="de"), item(2, language="fr-CH")))

    assert parsed.language is None
    assert [entry.language for entry in parsed.entries] == ["de", "fr"]


@pytest.mark.parametrize(
    "body",
    [
        urlset(FIRST, namespaces=""),
        urlset(FIRST).replace(b"news:", b"n:"),
        urlset(FIRST).replace(b"https://t.example/genf<", b"https://t.example/genf?a=1&b=2<"),
        urlset(FIRST).replace(b"Treffen", b"&bdquo;Treffen&ldquo;"),
        urlset(FIRST).decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        urlset(FIRST).decode().replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        b"\n<!-- " + b"<rss> made by hand " * 100 + b"-->" + urlset(FIRST).partition(b"\n")[2],
        urlset(FIRST) + b"<!-- 0.2 s --> Fatal error: out of luck",
        urlset(FIRST.replace("Treffen in Genf &amp;amp; Bern", "<![CDATA[Treffen in Genf & Bern]]>")),
    ],
    ids="no-prefix other-prefix bare-ampersand html-names utf-16 latin-1 long-comment junk-behind cdata".split(),
)
def test_what_publishers_get_wrong_costs_nothing(body: bytes) -> None:
    """Each of these is in the news sitemap of some paper."""
    parsed = read(body)

    assert isinstance(parsed, ParsedFeed)
    assert parsed.is_whole
    assert parsed.title == "Täglicher Anzeiger"
    assert [entry.title.replace("„Treffen“", "Treffen") for entry in parsed.entries] == ["Treffen in Genf & Bern"]
    assert (parsed.entries[0].link or "").startswith("https://t.example/genf")


def test_a_sitemap_that_breaks_off_gives_what_is_complete() -> None:
    """The rest is asked for again, since the document is known not to be whole."""
    parsed = read(urlset(item(1), item(2))[:-60])

    assert [entry.title for entry in parsed.entries] == ["Nachricht 1"]
    assert not parsed.is_whole


def test_a_quiet_night_is_an_empty_feed() -> None:
    """Small papers list nothing after two days; that is no failure."""
    parsed = read(urlset())

    assert isinstance(parsed, ParsedFeed)
    assert parsed.entries == ()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (urlset("<url><loc>https://t.example/ueber-uns</loc></url>"), "This is a sitemap without news."),
        (urlset(namespaces=""), "This is a sitemap without news."),
        (b"<sitemapindex><sitemap><loc>/a</loc></sitemap></sitemapindex>", "This is an index of sitemaps"),
    ],
)
def test_other_sitemaps_are_no_feed(body: bytes, sentence: str) -> None:
    """Pages without titles, and an index."""
    parsed = read(body)

    assert isinstance(parsed, ParseFailed)
    assert parsed.problem is FetchProblem.NOT_A_FEED
    assert parsed.detail.startswith(sentence)


def test_the_newest_of_many_are_read() -> None:
    """As of any feed; the order in the document does not count."""
    old = [item(number, date="2026-11-28T08:00:00Z") for number in range(MOST)]
    new = [item(MOST + number, date=f"2026-11-30T08:{number:02}:00Z") for number in range(50)]

    parsed = read(urlset(*old, *new))

    assert len(parsed.entries) == MOST
    assert {f"https://t.example/{MOST + number}" for number in range(50)} <= {entry.link for entry in parsed.entries}


@pytest.mark.parametrize(
    "body",
    [
        urlset("<a/>" * (sitemap.MOST_NODES + 10)),
        urlset("<url>" + "<a/>" * 3_000 + "</url>"),
        urlset("<a>" * 300),
        urlset(f"<url {' '.join(f'a{number}=1' for number in range(300))}/>").replace(b"=1", b"='1'"),
        b'<!DOCTYPE urlset [<!ENTITY a "aaaa">]>' + urlset(FIRST).partition(b"\n")[2],
    ],
    ids=["nodes", "children", "depth", "attributes", "entities"],
)
def test_absurd_structure_is_refused(body: bytes) -> None:
    """The bounds of feeds hold for sitemaps."""
    parsed = read(body)

    assert isinstance(parsed, ParseFailed)
    assert parsed.problem is FetchProblem.TOO_LARGE


def test_an_index_names_its_sitemaps_newest_first() -> None:
    """Relative addresses count, odd ones do not; without dates the order is its own."""
    named = ("/2019.xml", "2019-01-01"), ("https://x.example/news.xml.gz", "2026-11-30T08:00Z"), ("file:///etc", "2020")

    def index(*, is_dated: bool) -> bytes:
        listed = "".join(
            f"<sitemap><loc>{loc}</loc>{f'<lastmod>{date}</lastmod>' if is_dated else ''}</sitemap>"
            for loc, date in named[: 2 if is_dated else 3]
        )
        return f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{listed}</sitemapindex>".encode()

    newest_first = sitemap.read_index(index(is_dated=True), URL, "text/xml")
    as_listed = sitemap.read_index(index(is_dated=False), URL, "text/xml")

    assert newest_first == ["https://x.example/news.xml.gz", "https://t.example/2019.xml"]
    assert as_listed == ["https://t.example/2019.xml", "https://x.example/news.xml.gz"]
    assert sitemap.read_index(urlset(FIRST), URL, "text/xml") == []
