"""What is too dear to read never reaches a library, and what real publishers send does."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from bot.core.feed import FetchProblem, ParsedFeed, ParseFailed
from bot.feeds import document_limits, pages, parse, prescan
from bot.feeds.cleaning import plain_text
from bot.feeds.worker_protocol import WorkerJob

SAMPLES = Path(__file__).parent.parent / "data" / "feeds"
DOCUMENTS = sorted(path for path in SAMPLES.rglob("*") if path.is_file() and path.suffix != ".json")
BEGIN, END = b"<rss version='2.0'><channel><title>T</title><item><title>t</title>", b"</item></channel></rss>"
DAMAGE = b"<description>Brot & Spiele</description>"
"""Makes a document one for the forgiving parser."""


def read(body: bytes) -> ParsedFeed | ParseFailed:
    return parse.parse(body, url="https://h.example/rss", content_type="application/xml")


def prefixes(count: int) -> bytes:
    declared = b" ".join(b"xmlns:n%d='u:%d'" % (number, number) for number in range(count))
    used = b"".join(b"<n%d:x/>" % number for number in range(count))
    return BEGIN.replace(b"<rss ", b"<rss " + declared + b" ") + used + END


ABSURD = {
    "30,000 namespaces": prefixes(30_000),
    "50,000 categories": BEGIN + b"".join(b"<category>%d</category>" % number for number in range(50_000)) + END,
    "50,000 attributes": BEGIN + b"<enclosure " + b" ".join(b"a%d='x'" % n for n in range(50_000)) + b"/>" + END,
    "50,000 levels": BEGIN + b"<a>" * 50_000 + b"</a>" * 50_000 + END,
}
DAMAGED = {
    f"{name}, damaged": body.replace(b"</item>", DAMAGE + b"</item>")
    for name, body in ABSURD.items()
    if "levels" not in name  # these are read one after the other by the forgiving parser
} | {"50,500 items, damaged": BEGIN + b"</item>" + b"<item><title>x</title></item>" * 50_500 + b"<item>" + DAMAGE + END}


@pytest.mark.parametrize("body", [*ABSURD.values(), *DAMAGED.values()], ids=[*ABSURD, *DAMAGED])
def test_what_no_feed_needs_is_refused_before_the_library(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is one sentence, and feedparser never sees the document."""
    monkeypatch.setattr("bot.feeds.parse.feedparser.parse", lambda *_, **__: pytest.fail("feedparser was asked"))
    found = read(body)
    assert isinstance(found, ParseFailed)
    assert found.problem is FetchProblem.TOO_LARGE
    assert found.detail.endswith(".")


def test_of_a_document_with_too_many_elements_the_newest_entries_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """What feedparser gets is bounded, and holds the newest; a single entry above the bound is left out."""
    asked: list[bytes] = []
    ask = parse._ask_feedparser

    def note(body: bytes, content_type: str) -> Any:
        asked.append(body)
        return ask(body, content_type)

    monkeypatch.setattr(parse, "_ask_feedparser", note)
    item = "<item><title>n{0}</title><pubDate>Mon, 05 Jan 2026 10:{1:02}:{2:02} GMT</pubDate>{3}</item>"
    media = "<m a='1' b='2'/>" * 600
    items = [item.format(number, number // 60, number % 60, media) for number in range(60)]
    items.insert(30, item.format("huge", 59, 59, f"<x>{media}</x>" * 40))
    found = read(f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>".encode())
    assert isinstance(found, ParsedFeed)
    titles = [entry.title for entry in found.entries]
    assert titles == [f"n{number}" for number in range(60 - len(titles), 60)]
    assert 10 <= len(titles) <= 30
    assert max(body.count(b"<m ") * 3 for body in asked) <= document_limits.MOST_NODES_READ


def news(count: int, paragraphs: int) -> bytes:
    text = html.escape(f"<p>Ein Satz mit <b>Worten</b> {'und noch mehr ' * 8} <a href='/x'>Links</a>.</p>" * paragraphs)
    item = (
        "<item><title>Meldung {0}</title><link>https://n.example/{0}</link><guid>{0}</guid><category>Inland</category>"
        "<dc:creator>Muster</dc:creator><media:content url='https://n.example/{0}.jpg' width='1' height='1'/>"
        "<pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate><content:encoded>{1}</content:encoded></item>"
    )
    begin = (
        "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:media='http://search.yahoo.com/mrss/' "
        "xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>T</title>"
    )
    return (begin + "".join(item.format(number, text) for number in range(count)) + "</channel></rss>").encode()


def xhtml(count: int, paragraphs: int) -> bytes:
    text = f"<p>Ein Satz mit <b>Worten</b> {'und noch mehr ' * 8} <a href='/x'>Links</a>.</p>" * paragraphs
    entry = (
        "<entry><title>Meldung {0}</title><id>{0}</id><updated>2026-01-05T10:00:00Z</updated>"
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>{1}</div></content></entry>"
    )
    entries = "".join(entry.format(number, text) for number in range(count))
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title>{entries}</feed>".encode()


USUAL = {
    "long articles": lambda factor: news(2 * factor, 200),
    "articles": lambda factor: news(8 * factor, 50),
    "short articles": lambda factor: news(40 * factor, 8),
    "Atom with XHTML": lambda factor: xhtml(2 * factor, 150),
}


@pytest.mark.parametrize("make", USUAL.values(), ids=USUAL)
def test_large_feeds_of_the_usual_kinds_meet_no_bound(make: Callable[[int], bytes]) -> None:
    """10 MB are found fit to be read, at least their newest entries; 200 kB are read word for word."""
    body = make(100)
    assert 3_000_000 < len(body) < 10_500_000
    assert prescan.find(body)
    document_limits.check_loosely(make(50))
    found = read(make(4))
    assert isinstance(found, ParsedFeed)
    assert found.entries
    assert all("Ein Satz mit Worten und noch" in entry.content for entry in found.entries)


def test_texts_beyond_the_tags_of_a_document_keep_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many tags become trees; the rest is read without."""
    monkeypatch.setattr("bot.feeds.entries._MOST_TAGS", 600)
    built: list[int] = []
    parser = LexborHTMLParser

    def note(markup: str) -> Any:
        built.append(markup.count("<"))
        return parser(markup)

    monkeypatch.setattr("bot.feeds.cleaning.plain_text.LexborHTMLParser", note)
    found = read(news(20, 30))
    assert isinstance(found, ParsedFeed)
    assert len(found.entries) == 20
    assert all("Ein Satz mit Worten und noch" in entry.content for entry in found.entries)
    assert sum(built) <= 3 * 600


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_samples_stay_far_below_the_bounds(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With bounds a tenth as large, every sample is still read, by either parser."""
    for name in ("MOST_CHILDREN", "MOST_ATTRIBUTES", "MOST_PREFIXES", "DEEPEST", "MOST_NODES", "MOST_NODES_READ"):
        monkeypatch.setattr(document_limits, name, getattr(document_limits, name) // 10)
    body = path.read_bytes()
    assert not (isinstance(found := read(body), ParseFailed) and found.problem is FetchProblem.TOO_LARGE)
    document_limits.check_loosely(body)
    assert not document_limits.is_absurd(html.unescape(body.decode("utf-8", "replace")))


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 5_000 + "Wort",
        "<p " + "a " * 5_000 + ">Wort",
        "<b>" * 300 + "Wort" + "</b>" * 300,
        "<i>" * 7_000 + "Wort",
    ],
)
def test_absurd_html_is_read_without_its_tree(markup: str) -> None:
    """The words stay; nested lists and long paragraphs without ends are no such thing."""
    assert document_limits.is_absurd(markup)
    assert plain_text.parse(markup) is None
    assert plain_text.to_text(markup) == "Wort"


@pytest.mark.parametrize("markup", ["<p>Wort" * 2_000, "<li>Wort<br>" * 1_000, "<div><div>Wort</div></div>" * 900])
def test_sloppy_html_is_not_absurd(markup: str) -> None:
    """Elements that need no end say nothing about nesting."""
    assert not document_limits.is_absurd(markup)


@pytest.mark.parametrize("job", [WorkerJob.LINKS, WorkerJob.TEXT])
@pytest.mark.parametrize("markup", [b"<div>" * 300_000, b"<p " + b"a " * 300_000, b"<p>x" * 50_100])
def test_absurd_pages_are_refused(job: WorkerJob, markup: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before lexbor, which would take minutes for some of them."""
    monkeypatch.setattr("bot.feeds.pages.LexborHTMLParser", lambda *_: pytest.fail("lexbor was asked"))
    found = pages.read(job, b"<html><body>" + markup, ["https://n.example/", "text/html"])
    assert isinstance(found, ParseFailed)
    assert found.problem is FetchProblem.TOO_LARGE
