"""Lists of feeds, as other readers write and read them."""

from __future__ import annotations

from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from bot.core.feed import Origin
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.feeds import feed_lists
from bot.feeds.feed_lists import NoListError, OpmlFeed
from tests.builders import NOW

LIST = """<?xml version="1.0" encoding="{encoding}"?>
<opml version="1.1"><head><title>Meine</title></head><body>
<outline text="Schweiz"><outline text="Zürcher Käse" title="Zürcher Käse" type="rss" xmlUrl="https://x.example/f?a=1&amp;b=2"
 htmlUrl="https://x.example/"/><outline text="Tief"><outline text="T" type="rss" xmlUrl="https://t.example/"/></outline></outline>
<outline type="RSS" xmlurl="https://low.example/" text="klein"/>
<outline type="rss" xmlUrl="https://low.example/" text="noch einmal"/>
<outline type="rss" xmlUrl="javascript:alert(1)" text="böse"/>
<outline type="link" url="https://link.example/" text="kein Feed"/>
<outline text="alt" xmlUrl="feed://old.example/rss"/><outline text="nur ein Ordner"/>
</body></opml>"""


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_a_list_of_another_reader_is_read(encoding: str) -> None:
    """Nested, in any case and encoding; each address once, nothing but the web."""
    found = feed_lists.read(LIST.format(encoding=encoding).encode(encoding))

    assert [(each.url, each.title, each.folder) for each in found] == [
        ("https://x.example/f?a=1&b=2", "Zürcher Käse", "Schweiz"),
        ("https://t.example/", "T", "Tief"),
        ("https://low.example/", "klein", ""),
        ("http://old.example/rss", "alt", ""),
    ]


def test_what_we_write_we_and_others_can_read() -> None:
    """Well-formed, with type, title and folder; odd characters survive or go."""
    feeds = (
        OpmlFeed(url="https://a.example/?x=1&y=<2>", title='A & "B" <c>\x0b', folder="Schweiz", language="de"),
        OpmlFeed(url="https://b.example/", site_url="https://b.example/start"),
    )

    written = feed_lists.write(feeds, title="Stichwort", now=NOW)

    root = ElementTree.fromstring(written)
    assert [node.get("type") for node in root.iter("outline") if node.get("xmlUrl")] == ["rss", "rss"]
    assert root.findtext("head/dateCreated") == "Mon, 05 Jan 2026 12:00:00 GMT"
    assert [(each.url, each.title, each.folder) for each in feed_lists.read(written)] == [
        ("https://a.example/?x=1&y=<2>", 'A & "B" <c>', "Schweiz"),
        ("https://b.example/", "https://b.example/", ""),
    ]


@pytest.mark.parametrize("document", [b"", b"no xml", b"<html><body>page</body></html>", b"\0\xff" * 100])
def test_what_is_no_list_says_so(document: bytes) -> None:
    """Whoever gives the wrong file learns it."""
    with pytest.raises(NoListError):
        feed_lists.read(document)


def test_an_empty_list_is_one_all_the_same() -> None:
    """Nothing in it is no mistake."""
    assert feed_lists.read(b"<opml version='2.0'><body></body></opml>") == ()


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (b"<opml><body></body></opml>", None),
        (b'<?xml version="1.0" encoding="utf-16"?><opml/>', None),
        (b"<opml>\n<body>\n<outline <", (3, 10)),
        (b"<opml>\n</body>", (2, 8)),
        (b"", (1, 1)),
    ],
)
def test_the_place_of_a_damage_is_found(document: bytes, place: tuple[int, int] | None) -> None:
    """Line and column, from 1; the text is UTF-8 by then, whatever its head says."""
    assert feed_lists.find_damage(document) == place


@pytest.mark.timeout(HANG_SECONDS)
def test_hostile_lists_do_no_harm() -> None:
    """No entity is opened or blown up, no depth or length keeps us busy."""
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
        b'<opml><body><outline text="&b;&c;" type="rss" xmlUrl="https://x.example/"/></body></opml>'
    )
    (found,) = feed_lists.read(bomb)
    assert (found.title, "root" in found.title) == ("&b;&c;", False)
    feed_lists.read(b"<opml><body>" + b"<outline text='x'>" * 20_000)
    assert feed_lists.find_damage(bomb) is not None  # an entity outside the document may not stand in an attribute
    with pytest.raises(NoListError):
        feed_lists.read(b"<opml>" + b" " * feed_lists.MOST_BYTES)


ALL = ("de", "en", "fr", "it")


def test_starter_has_something_for_every_language() -> None:
    """Twenty feeds or more, several in each language, all of the catalogue and over https."""
    feeds = feed_lists.starter(ALL)
    assert len(feeds) >= 20
    for language in ALL:
        assert sum(feed.language == language for feed in feeds) >= 5
    assert {feed.origin for feed in feeds} == {Origin.CATALOGUE}
    assert {urlsplit(feed.url).scheme for feed in feeds} == {"https"}
    assert len({feed.url for feed in feeds}) == len({feed.title for feed in feeds}) == len(feeds)


def test_starter_gives_the_languages_asked_for() -> None:
    """Only the wanted languages are given; without any known one, English."""
    assert {feed.language for feed in feed_lists.starter(("de", "it"))} == {"de", "it"}
    assert {feed.language for feed in feed_lists.starter(("pt",))} == {"en"}
    assert {feed.language for feed in feed_lists.starter(())} == {"en"}


def test_the_larger_catalogue_has_groups() -> None:
    """Each address once, with a title and a language; the papers of Switzerland in three languages."""
    assert feed_lists.groups() == ("ch", "de", "at", "world")
    feeds = feed_lists.choose(feed_lists.groups())
    assert len(feeds) >= 120
    assert len({feed.url for feed in feeds}) == len({feed.title for feed in feeds}) == len(feeds)
    assert {urlsplit(feed.url).scheme for feed in feeds} == {"https"}
    assert {feed.language for feed in feeds} == set(ALL)
    assert {feed.language for feed in feed_lists.choose(("ch",))} == set(ALL)
    assert {feed.origin for feed in feeds} == {Origin.OPERATOR}
    assert feed_lists.choose(()) == ()
