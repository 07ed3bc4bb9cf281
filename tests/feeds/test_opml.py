"""Lists of feeds, as other readers write and read them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.feeds import opml
from bot.feeds.opml import NoListError, OpmlFeed
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
    found = opml.read(LIST.format(encoding=encoding).encode(encoding))

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

    written = opml.write(feeds, title="Stichwort", now=NOW)

    root = ElementTree.fromstring(written)
    assert [node.get("type") for node in root.iter("outline") if node.get("xmlUrl")] == ["rss", "rss"]
    assert root.findtext("head/dateCreated") == "Mon, 05 Jan 2026 12:00:00 GMT"
    assert [(each.url, each.title, each.folder) for each in opml.read(written)] == [
        ("https://a.example/?x=1&y=<2>", 'A & "B" <c>', "Schweiz"),
        ("https://b.example/", "https://b.example/", ""),
    ]


@pytest.mark.parametrize("document", [b"", b"no xml", b"<html><body>page</body></html>", b"\0\xff" * 100])
def test_what_is_no_list_says_so(document: bytes) -> None:
    """Whoever gives the wrong file learns it."""
    with pytest.raises(NoListError):
        opml.read(document)


def test_an_empty_list_is_one_all_the_same() -> None:
    """Nothing in it is no mistake."""
    assert opml.read(b"<opml version='2.0'><body></body></opml>") == ()


@pytest.mark.timeout(HANG_SECONDS)
def test_hostile_lists_do_no_harm() -> None:
    """No entity is opened or blown up, no depth or length keeps us busy."""
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
        b'<opml><body><outline text="&b;&c;" type="rss" xmlUrl="https://x.example/"/></body></opml>'
    )
    (found,) = opml.read(bomb)
    assert (found.title, "root" in found.title) == ("&b;&c;", False)
    opml.read(b"<opml><body>" + b"<outline text='x'>" * 20_000)
    with pytest.raises(NoListError):
        opml.read(b"<opml>" + b" " * opml.MOST_BYTES)
