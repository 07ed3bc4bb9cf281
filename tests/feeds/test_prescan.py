"""Reading only what is new gives the same entries as reading everything, in every key we use."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core import article
from bot.core.feed import Entry, ParsedFeed
from bot.feeds import fingerprints, parse, prescan
from bot.feeds.entries import MOST

SAMPLES = Path(__file__).parent.parent / "data" / "feeds"
DOCUMENTS = sorted(path for path in SAMPLES.rglob("*") if path.is_file() and path.suffix != ".json")
SHORT = {
    *("rss-0.91 rss-0.92 rss-2.0-wordpress rss-2.0-media rss-2.0-no-namespace-dates rdf-1.0 rdf-0.90 atom-1.0".split()),
    *("atom-prefixed atom-0.3 namespaces-in-items items-around-the-head same-item-twice charset-latin1".split()),
    *("charset-koi8 charset-cp1251 charset-utf16 charset-gb2312 charset-shift-jis charset-utf8-as-latin1".split()),
    *("charset-bom-blank-lines".split()),
}
"""Documents that must be read short, or nothing would be saved."""
WHOLE = {
    *("nested-items two-channels items-outside-the-channel entities-of-its-own entities-of-html".split()),
    *("doctype-netscape bare-ampersand broken-off unbound-prefix empty-items".split()),
    *("prefix-of-nothing prefix-of-all prefix-unknown prefix-inside".split()),
}
"""Documents that must be read whole, because taking them apart could change what they mean."""


def read(body: bytes, marks: bytes = b"", *, audit: bool = False) -> ParsedFeed:
    found = parse.parse(body, url="https://h.example/rss", content_type="application/xml", marks=marks, audit=audit)
    assert isinstance(found, ParsedFeed)
    return found


def forget(marks: bytes, *places: int) -> bytes:
    known = [mark for index, mark in enumerate(fingerprints.unpack(marks).values()) if index not in places]
    return fingerprints.pack(known, {})


def rss(*titles: str, more: str = "") -> bytes:
    items = "".join(f"<item><title>{each}</title><link>https://h.example/{each}</link></item>" for each in titles)
    return f"<rss version='2.0'><channel><title>T</title>{items}{more}</channel></rss>".encode()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_short_reading_gives_the_same_entries(path: Path) -> None:
    """Whichever entries are new, they are read as in the whole document, and so is everything about the feed."""
    body = path.read_bytes()
    whole = read(body)
    known = fingerprints.unpack(whole.marks or b"")
    for places in [(), *((place,) for place in range(len(known))), range(len(known) - 1), range(1, len(known))]:
        short = read(body, forget(whole.marks or b"", *places)) if known else whole
        if short.is_listing:
            assert replace(short, marks=None) == replace(whole, marks=None)
            continue
        assert parse.is_same(short, whole)
        assert set(short.entries) <= set(whole.entries)
        assert fingerprints.unpack(short.marks or b"") == known


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_usual_documents_are_read_short_and_unusual_ones_whole(path: Path) -> None:
    """A document with nothing new is not read again, unless its build is one we do not trust ourselves with."""
    marks = read(path.read_bytes()).marks or b""
    again = read(path.read_bytes(), marks)
    if path.stem in SHORT:
        assert not again.is_listing
        assert again.entries == ()
    if path.stem in WHOLE:
        assert again.is_listing


def test_unseen_entries_alone_are_read() -> None:
    """What is new since the last reading is given, in the document's order."""
    marks = read(rss("a", "b", "c")).marks or b""
    found = read(rss("x", "a", "y", "b"), marks)
    assert [each.title for each in found.entries] == ["x", "y"]
    assert not found.is_listing


def test_edited_entry_is_read_again() -> None:
    """The print is of the whole entry, so an edit is noticed though the guid is the same."""
    marks = read(rss("a", "b")).marks or b""
    found = read(rss("a", "b").replace(b"<title>b<", b"<title>b2<"), marks)
    assert [each.title for each in found.entries] == ["b2"]


def test_entry_that_comes_back_is_known() -> None:
    """A list that is cut short for one poll brings nothing back as new, and nothing is kept for ever."""
    marks = read(rss("a", "b", "c")).marks or b""
    marks = read(rss("a"), marks).marks or b""
    assert read(rss("a", "b", "c"), marks).entries == ()
    for number in range(50):
        marks = read(rss(*(f"{number}-{each}" for each in range(20))), marks).marks or b""
    assert len(fingerprints.unpack(marks)) <= 20 + 200


def test_what_is_left_out_is_listed_all_the_same() -> None:
    """Or an entry that has the guid or link of another one would be taken for it."""
    one = "<item><title>{0}</title><link>https://h.example/{1}</link><guid>{2}</guid></item>"
    first, second = one.format("a", "same", "1"), one.format("b", "same#x", "2")
    marks = read(rss(more=first)).marks or b""

    short, whole = read(rss(more=first + second), marks), read(rss(more=first + second))

    assert [each.title for each in short.entries] == ["b"]
    assert short.listed == tuple(each.short() for each in article.listing(whole))
    assert len({each.link for each in short.listed}) == 1
    assert len({each.place for each in short.listed}) == 2


def test_dates_of_all_entries_are_told() -> None:
    """The pace of a feed is seen from all its entries, read or not."""
    dated = "<item><title>{0}</title><pubDate>Mon, 0{0} Jan 2026 10:00:00 GMT</pubDate></item>"
    marks = read(rss(more=dated.format(4) + dated.format(5))).marks or b""
    found = read(rss(more=dated.format(4) + dated.format(5) + dated.format(6)), marks)
    assert found.dates is not None
    assert [each.day for each in found.dates] == [6, 5, 4]


def test_audit_compares_and_the_whole_reading_counts() -> None:
    """An audit gives the whole document; where the short reading differs, nothing is recognised the next time."""
    body = rss("a", "b")
    marks = read(body).marks or b""
    audited = read(rss("a", "b", "c"), marks, audit=True)
    assert audited.audit is True
    assert [each.title for each in audited.entries] == ["a", "b", "c"]
    assert audited.is_listing
    assert read(rss("a", "b", "c"), audited.marks or b"").entries == ()


def test_audit_that_finds_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """When both readings differ, the whole one is given, without marks."""
    marks = read(rss("a", "b")).marks or b""
    monkeypatch.setattr(parse, "is_same", lambda *_: False)
    audited = read(rss("a", "b", "c"), marks, audit=True)
    assert audited.audit is False
    assert len(audited.entries) == 3
    assert audited.marks == b""


def test_marks_of_another_version_are_none() -> None:
    """Marks that cannot be read mean that everything is read."""
    assert read(rss("a"), b"0nonsense").is_listing
    assert read(rss("a"), b"1nonsense").is_listing


def test_endless_list_is_read_from_its_newest() -> None:
    """Of more entries than any feed has, the newest are read, without reading the others."""
    dated = "<item><title>{0}</title><pubDate>2026-01-01T{1:02}:{2:02}:00Z</pubDate></item>"
    items = "".join(dated.format(n, n // 60 % 24, n % 60) for n in range(1_000)) + dated.format("x", 0, 0) * 4_500
    found = read(rss(more=items))
    assert len(found.entries) == MOST
    assert {each.title for each in found.entries} == {str(n) for n in range(MOST, 1_000)}
    plain = read(rss(more="<item><title>x</title></item>" * (prescan.MOST + 1)))
    assert len(plain.entries) == MOST


def test_json_feed_is_read_short() -> None:
    """JSON Feed has marks as well."""

    def document(*ids: str) -> bytes:
        items = [{"id": each, "title": each, "url": "https://h.example/" + each} for each in ids]
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()

    whole = read(document("a", "b"))
    assert whole.is_listing
    short = read(document("c", "a", "b"), whole.marks or b"")
    entries: list[Entry] = [each for each in read(document("c", "a", "b")).entries if each.guid == "c"]
    assert (list(short.entries), short.is_listing) == (entries, False)
