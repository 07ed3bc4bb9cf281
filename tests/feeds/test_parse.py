from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.feed import Entry, FetchProblem, ParsedFeed, ParseFailed
from bot.feeds import entries, fingerprints, parse
from bot.feeds.entries import MOST

SAMPLES = Path(__file__).parent.parent / "data" / "feeds"
DOCUMENTS = sorted(path for path in SAMPLES.iterdir() if path.is_file() and path.suffix != ".json")


def read(body: bytes, content_type: str = "application/xml", url: str = "https://h.example/rss") -> Any:
    return parse.parse(body, url=url, content_type=content_type)


def rss(*items: str) -> bytes:
    listed = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss version='2.0'><channel><title>T</title>{listed}</channel></rss>".encode()


def plain(entry: Entry, name: str) -> Any:
    value = getattr(entry, name)
    if name == "published_at":
        return value and value.isoformat()
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_sample_gives_what_lies_beside_it(path: Path) -> None:
    """Each sample document is read as the file beside it says; what that does not name is free."""
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    parsed = read(path.read_bytes(), expected.pop("content_type", "application/xml"), expected.pop("url"))
    assert isinstance(parsed, ParsedFeed)
    entries = expected.pop("entries")
    assert [
        {name: plain(each, name) for name in want} for each, want in zip(parsed.entries, entries, strict=False)
    ] == (entries)
    assert len(parsed.entries) == len(entries)
    assert parsed.ttl == (timedelta(minutes=expected.pop("ttl_minutes")) if "ttl_minutes" in expected else None)
    for name, value in expected.items():
        found = getattr(parsed, name)
        assert (sorted(found) if isinstance(found, frozenset) else found) == value


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<!DOCTYPE html><html><body>Hallo</body></html>", "This is a web page, not a feed."),
        (b"\xef\xbb\xbf\n<HTML lang='de'><p>x", "This is a web page, not a feed."),
        (b"", "This is not a feed."),
        (b"/etc/passwd", "This is not a feed."),
        (b"https://127.0.0.2/rss", "This is not a feed."),
        (bytes(range(256)) * 9, "This is not a feed."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is not a feed."),
        (b'{"a": 1}', "This is JSON, but not a JSON Feed."),
        (b"[1, 2]", "This is JSON, but not a JSON Feed."),
        (b'{"version": ', "This is damaged JSON, not a feed."),
        (b"[" * 200_000, "This is damaged JSON, not a feed."),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_feed_is_said_to_be_none(body: bytes, sentence: str) -> None:
    """A page, a picture, nothing or anything else is no feed, with one clear sentence (P23)."""
    assert read(body, "text/html") == ParseFailed(FetchProblem.NOT_A_FEED, sentence)


def test_empty_feed_is_a_feed() -> None:
    """A feed without entries is read."""
    parsed = read(b"<rss version='2.0'><channel><title>T</title></channel></rss>")
    assert isinstance(parsed, ParsedFeed)
    assert parsed.entries == ()


def test_newest_entries_are_kept() -> None:
    """Of a very long feed the newest entries are read, wherever they stand."""
    items = [
        f"<title>{number}</title><pubDate>{2000 + number // 300:04}-01-01T{number % 24:02}:00:00Z</pubDate>"
        for number in range(MOST + 100)
    ]
    parsed = read(rss(*items))
    assert len(parsed.entries) == MOST
    assert {entry.published_at.year for entry in parsed.entries[-300:]} == {2001}


def test_long_feed_without_dates_is_read_from_its_top() -> None:
    """Without dates the first entries count as the newest."""
    parsed = read(rss(*(f"<title>{number}</title>" for number in range(MOST + 5))))
    assert [entry.title for entry in parsed.entries][-1] == str(MOST - 1)


def test_nothing_that_cannot_be_stored() -> None:
    """Control characters and halves of character pairs do not get through."""
    body = b'{"version":"https://jsonfeed.org/version/1","items":[{"id":"a\\u0000b","title":"x\\ud83dy\\u001ez"}]}'
    (entry,) = read(body).entries
    assert (entry.guid, entry.title) == ("ab", "xyz")


def test_texts_are_capped() -> None:
    """No text of an entry is longer than anybody will ever need."""
    body = rss(f"<title>{'t ' * 9000}</title><description>{'d ' * 900_000}</description><guid>{'g' * 9000}</guid>")
    (entry,) = read(body).entries
    assert len(entry.title) <= 500
    assert len(entry.summary) <= 5_000
    assert len(entry.html) <= 100_000
    assert entry.guid is not None
    assert len(entry.guid) <= 1_000


def test_entities_from_outside_stay_outside(tmp_path: Path) -> None:
    """A document cannot make the parser open a file."""
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    body = f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{secret}">]>'.encode() + rss("<title>a &x; b</title>")
    assert "geheim" not in repr(read(body))


def test_description_with_the_box() -> None:
    """Key points in a description are taken out of it."""
    (entry,) = read(
        rss(
            "<title>t</title><description><![CDATA[<p>Kim trifft Putin am Hafen von Wladiwostok.</p>"
            "<p><b>In Kürze</b></p><ul><li>Es geht um Waffen und um Handel.</li>"
            "<li>Das Treffen dauert bis Dienstag.</li></ul>]]></description>"
        )
    ).entries
    assert entry.key_points == ("Es geht um Waffen und um Handel.", "Das Treffen dauert bis Dienstag.")
    assert entry.summary == "Kim trifft Putin am Hafen von Wladiwostok."


def test_name_of_the_feed_after_a_headline_goes() -> None:
    """Its title and its host are cut; any other name may be part of the headline."""
    titles = ("- Die Tageszeitung", "| tageszeitung.example", "- Seeblick")
    items = [f"<title>Neue Regeln für Wölfe {each}</title><guid>{each}</guid>" for each in titles]
    body = rss(*items).replace(b"<title>T</title>", b"<title>Die Tageszeitung: Schweiz</title>")
    parsed = read(body, url="https://www.tageszeitung.example/rss")
    assert [each.title for each in parsed.entries] == [
        *["Neue Regeln für Wölfe"] * 2,
        "Neue Regeln für Wölfe - Seeblick",
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Die Tageszeitung",
        "items": [{"id": "1", "title": "Neue Regeln für Wölfe | Tageszeitung"}],
    }
    (entry,) = read(json.dumps(document).encode()).entries
    assert entry.title == "Neue Regeln für Wölfe"


def test_publisher_an_entry_names_stays_in_its_headline() -> None:
    """A feed of many papers tells only there who reports it."""
    source = "<source url='https://www.spiegel.de'>DER SPIEGEL</source>"
    body = rss(f"<title>Nordkorea testet neue Rakete - DER SPIEGEL</title>{source}")
    (entry,) = read(body.replace(b"<title>T</title>", b"<title>Nordkorea - Google News</title>")).entries
    assert entry.title == "Nordkorea testet neue Rakete - DER SPIEGEL"


def test_duplicate_titles_in_media_are_ignored() -> None:
    """A picture's title inside an entry is not the entry's."""
    body = (
        b"<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/'><channel><item><title>Meldung</title>"
        b"<link>https://h.example/1</link><media:content url='x.jpg'><media:title>Bild</media:title></media:content>"
        b"</item></channel></rss>"
    )
    (entry,) = read(body).entries
    assert entry.title == "Meldung"


@pytest.mark.parametrize(
    "reference", ["&#xD800;", "&#55296;", "&#xdfff;", "&#x110000;", "&#99999999;", "&#0;", "&#x1F;"]
)
def test_impossible_characters_cost_no_entry(reference: str) -> None:
    """A reference to what is no character spoils neither its own entry nor the others (P05 would freeze the feed)."""
    parsed = read(rss(f"<title>ei{reference}ns</title><guid>1</guid>", "<title>zwei</title><guid>2</guid>"))
    assert [each.guid for each in parsed.entries] == ["1", "2"]
    assert parsed.entries[1].title == "zwei"


def test_possible_characters_stay() -> None:
    """Other references are what they stand for."""
    (entry,) = read(rss("<title>&#8211;&#x1F600;&#xFFFD;&#55295;&#228;</title>")).entries
    assert entry.title == "\u2013\U0001f600\ufffd\ud7ffä"


def json_feed(*items: dict[str, Any]) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items}).encode()


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_odd_date_costs_no_entry(date: str) -> None:
    """An entry whose date no calendar holds is read without one, in JSON and in XML, and so are the others."""
    read_json = read(json_feed({"id": "1", "title": "Eins", "date_published": date}, {"id": "2", "title": "Zwei"}))
    read_xml = read(rss(f"<title>Eins</title><pubDate>{date}</pubDate>", "<title>Zwei</title>"))
    for found in (read_json, read_xml):
        assert [(entry.title, entry.published_at) for entry in found.entries] == [("Eins", None), ("Zwei", None)]


@pytest.mark.parametrize("body", [
    json_feed({"id": "1", "title": "Kaputt"}, {"id": "2", "title": "Zwei"}),
    rss("<title>Kaputt</title><guid>1</guid>", "<title>Zwei</title><guid>2</guid>"),
], ids=["json", "xml"])  # fmt: skip
def test_an_entry_that_raises_is_lost_alone(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever one entry provokes, the others are read, also when only what is new is read; the loss is counted."""
    clean = entries.boilerplate.clean_title

    def fail(title: str, *rest: Any) -> str:
        if title == "Kaputt":
            raise OverflowError(title)
        return clean(title, *rest)

    monkeypatch.setattr(entries.boilerplate, "clean_title", fail)
    found = read(body)
    assert [entry.title for entry in found.entries] == ["Zwei"]
    assert found.lost == ("OverflowError",)
    known = list(fingerprints.unpack(found.marks).values())
    again = parse.parse(
        body, url="https://h.example/rss", content_type="application/xml", marks=fingerprints.pack(known[1:], {})
    )
    assert isinstance(again, ParsedFeed)
    assert (again.entries, again.lost) == ((), ("OverflowError",))


def test_an_endless_number_costs_no_entry() -> None:
    """Python refuses to convert numbers of thousands of digits; they are text here."""
    body = json_feed({"id": "1", "title": "Eins"}, {"id": "2", "title": "Zwei"}).replace(b'"1"', b"9" * 5_000)
    assert [entry.title for entry in read(body).entries] == ["Eins", "Zwei"]


@pytest.mark.parametrize("name", ["of-nothing", "of-all", "unknown", "inside"])
def test_a_prefix_that_means_nothing_hides_no_entry(name: str) -> None:
    """Whether nobody says what it is, or something that is no feed."""
    found = read((SAMPLES / "varied" / f"prefix-{name}.xml").read_bytes())
    assert [(each.title, each.link) for each in found.entries] == [
        ("Eins", "https://h.example/1"),
        ("Zwei", "https://h.example/2"),
    ]
    assert found.title == "Vorsilbe"


def test_a_prefix_on_some_entries_hides_none() -> None:
    """Beside entries without one."""
    plain = "<item><title>Eins</title><link>https://h.example/1</link></item>"
    prefixed = "<x:item><x:title>Zwei</x:title><x:link>https://h.example/2</x:link></x:item>"
    found = read(f"<rss version='2.0'><channel><title>Z</title>{plain}{prefixed}</channel></rss>".encode())
    assert [each.title for each in found.entries] == ["Eins", "Zwei"]


@pytest.mark.parametrize(
    ("declared", "language"),
    [
        ("German", "de"),
        ("Deutsch", "de"),
        ("français", "fr"),
        ("English (US)", "en"),
        ("de-CH", "de"),
        ("en, de", None),
    ],
)
def test_a_language_may_be_declared_by_its_name(declared: str, language: str | None) -> None:
    """In any of ours."""
    body = f"<rss version='2.0'><channel><title>Z</title><language>{declared}</language></channel></rss>"
    assert read(body.encode()).language == language


@pytest.mark.parametrize("nothing", ["N/A", "n/a", "null", "undefined", "-", "#"])
def test_a_placeholder_is_no_guid_and_no_link(nothing: str) -> None:
    """A reader would be sent to a page that is not there."""
    (entry,) = read(rss(f"<title>a</title><link>{nothing}</link><guid>{nothing}</guid>")).entries
    assert (entry.guid, entry.link) == (None, None)


def test_lines_may_break_inside_strings_of_json() -> None:
    """Publishing systems write texts into JSON as they are."""
    item = b'{"id": "1", "title": "Kran\n am\tHafen"}'
    body = b'{"version": "https://jsonfeed.org/version/1.1", "title": "H", "items": [' + item + b"]}"
    found = read(body, "application/feed+json")
    assert isinstance(found, ParsedFeed)
    assert [entry.title for entry in found.entries] == ["Kran am Hafen"]


@pytest.mark.parametrize(
    ("title", "status", "problem"),
    [
        ("Bridge returned error 503! (20787)", 503, FetchProblem.SERVER_ERROR),
        ("Bridge returned error 404! (20787)", 404, FetchProblem.HTTP_ERROR),
        ("Bridge returned error 0! (20787)", 0, FetchProblem.SERVER_ERROR),
        ("Bridge returned error 500! (2026-11-30)", 500, FetchProblem.SERVER_ERROR),
        ("[RSS-Bridge] InstagramBridge returned error 429", 429, FetchProblem.HTTP_ERROR),
        ("Twitter Bridge returned error 403 (30.11.2026 07:41)", 403, FetchProblem.HTTP_ERROR),
        ("RSS-Bridge: Error 502", 502, FetchProblem.SERVER_ERROR),
    ],
)
def test_errors_of_a_bridge_are_a_failing_feed(title: str, status: int, problem: FetchProblem) -> None:
    """What cannot be read is no news, in XML and in JSON."""
    failed = ParseFailed(problem, f"The bridge that makes this feed cannot read its site: error {status}.")
    assert read(rss(f"<title>{title}</title><guid>1</guid>")) == failed
    assert read(json_feed({"id": "1", "title": title})) == failed


def test_an_error_of_a_bridge_hides_no_news() -> None:
    """Entries beside it are read, and what only begins like one is news."""
    others = ("Bridge returned error 503 times in one night", "Die Brücke ist offen")
    found = read(rss(*(f"<title>{title}</title>" for title in ("Bridge returned error 503! (20787)", *others))))
    assert tuple(entry.title for entry in found.entries) == others


def test_a_hub_is_found_in_the_document() -> None:
    """In Atom, in RSS with Atom's links, and in a JSON Feed; with the address that the document calls its own."""
    links = '<link rel="hub" href="/hub"/><link rel="self" href="https://h.example/own"/>'
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{links}</feed>'
    in_rss = links.replace("<link", "<a:link")
    channel = (
        f'<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>T</title>{in_rss}</channel></rss>'
    )
    plain = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "T",
        "feed_url": "https://h.example/own",
        "hubs": [{"type": "rssCloud", "url": "https://x.example/"}, {"type": "WebSub", "url": "/hub"}],
        "items": [],
    }
    for document in (atom, channel, json.dumps(plain)):
        parsed = read(document.encode())
        assert (parsed.hub, parsed.topic) == ("https://h.example/hub", "https://h.example/own")
    assert read(rss("<title>A</title>")).hub is None
