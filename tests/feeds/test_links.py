from __future__ import annotations

import json

import pytest

from bot.core.feed import ParsedFeed
from bot.feeds import links, parse

ASKED = "https://dienst.example/kopie/rss"


@pytest.mark.parametrize(
    ("own", "site", "wanted"),
    [
        (None, None, ASKED),
        ("https://uferbote.example/rss", None, "https://uferbote.example/rss"),
        (None, "https://uferbote.example/", "https://uferbote.example/"),
        ("https://uferbote.example/rss", "https://www.uferbote.example/", "https://uferbote.example/rss"),
        ("https://dienst.example/1", "https://uferbote.example/", "https://uferbote.example/"),
        ("http://localhost:4000/rss", "http://localhost:4000/", ASKED),
        ("http://10.0.0.3/rss", "https://uferbote.example/", "https://uferbote.example/"),
    ],
)
def test_address_relative_links_belong_to(own: str | None, site: str | None, wanted: str) -> None:
    """The document's own address, unless its site is elsewhere; what no other machine can reach is not believed."""
    assert links.base(ASKED, own, site) == wanted


def test_address_asked_is_believed_of_itself() -> None:
    """A feed in the operator's own network may well name a machine there."""
    assert links.base("http://10.0.0.3/x", "http://10.0.0.3/rss", None) == "http://10.0.0.3/rss"


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("www.zeitung.example/a/1", "https://www.zeitung.example/a/1"),
        ("www.anderswo.example", "https://www.anderswo.example"),
        ("zeitung.example/a/1", "https://zeitung.example/a/1"),
        ("zeitung.example?id=5", "https://zeitung.example?id=5"),
        ("artikel.html", "https://zeitung.example/neu/artikel.html"),
        ("anderswo.example/a", "https://zeitung.example/neu/anderswo.example/a"),
        ("http:///a/1", "https://zeitung.example/a/1"),
        ("https:////anderswo.example/a/1", "https://anderswo.example/a/1"),
        ("https:/zeitung.example/a/1", "https://zeitung.example/a/1"),
        ("http:/a/1", "https://zeitung.example/a/1"),
        ("https-fehler/404", "https://zeitung.example/neu/https-fehler/404"),
        ("http://localhost:4000/a/1?b=2#c", "https://zeitung.example/a/1?b=2#c"),
        ("http://127.0.0.1/a/1", "https://zeitung.example/a/1"),
        ("http://wordpress/a/1", "https://zeitung.example/a/1"),
        ("http://192.168.1.7:8080/a/1", "https://zeitung.example/a/1"),
        ("http://93.184.216.34/a/1", "http://93.184.216.34/a/1"),
        ("//cdn.example/a", "https://cdn.example/a"),
    ],
)
def test_links_lead_where_their_publisher_meant(link: str, wanted: str) -> None:
    """Without a scheme, with too many or too few slashes, with the machine it was written on."""
    assert links.choose([link], "https://zeitung.example/neu/feed.xml") == wanted


def test_a_feed_of_the_own_network_links_there() -> None:
    """Only a public feed cannot mean it."""
    assert links.choose(["http://wiki/a"], "http://10.0.0.3/rss") == "http://wiki/a"


def test_json_entries_without_url() -> None:
    """Relative addresses, an id that is an address, and an attachment."""
    items = [
        {"id": "1", "title": "Eins", "url": "/eins"},
        {"id": "https://uferbote.example/zwei", "title": "Zwei"},
        {
            "id": "3",
            "title": "Drei",
            "attachments": [{"url": "https://uferbote.example/drei.mp3", "mime_type": "audio/mpeg"}],
        },
        {"id": "4", "title": "Vier", "attachments": ["kaputt", {"url": None}]},
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1", "title": "U", "items": items,
        "home_page_url": "https://uferbote.example/",
    }  # fmt: skip
    found = parse.parse(json.dumps(document).encode(), url=ASKED, content_type="application/feed+json")
    assert isinstance(found, ParsedFeed)
    assert [each.link for each in found.entries] == [
        "https://uferbote.example/eins",
        "https://uferbote.example/zwei",
        "https://uferbote.example/drei.mp3",
        None,
    ]


def test_unseen_entries_are_read_with_the_same_base() -> None:
    """Where only what is new is read, its links belong to the same address as before."""
    head = "<rss version='2.0'><channel><title>T</title><link>https://uferbote.example/</link>"
    items = [f"<item><title>Meldung {number}</title><link>/{number}</link></item>" for number in range(3)]
    first = parse.parse(f"{head}{''.join(items[:2])}</channel></rss>".encode(), url=ASKED, content_type="text/xml")
    assert isinstance(first, ParsedFeed)
    body = f"{head}{''.join(items)}</channel></rss>".encode()
    second = parse.parse(body, url=ASKED, content_type="text/xml", marks=first.marks or b"")
    assert isinstance(second, ParsedFeed)
    assert [each.link for each in second.entries] == ["https://uferbote.example/2"]
