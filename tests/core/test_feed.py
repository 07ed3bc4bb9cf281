from __future__ import annotations

import pytest

from bot.core.feed import Origin, address_key, ask_for_all, host_of, same_address
from tests.builders import make_feed


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example/rss",
        "https://NEWS.example/rss/",
        "https://news.example:443/rss",
        "http://news.example:80/rss#top",
        " https://news.example./rss ",
    ],
)
def test_p15_spellings_of_an_address_are_one(url: str) -> None:
    """http or https, capitals of the host, default port, a last slash and a fragment make no other feed."""
    assert address_key(url) == "news.example/rss"


@pytest.mark.parametrize(
    "url",
    ["https://news.example/RSS", "https://news.example/rss?a=1", "https://u:p@news.example/rss", "http://[bad/rss"],
)
def test_p15_other_addresses_are_others(url: str) -> None:
    """Path, query and password do."""
    assert address_key(url) != "news.example/rss"


def test_hosts_are_named_without_their_port() -> None:
    """All ports of a host are one."""
    assert [host_of(url) for url in ("http://H.example.:81/x", "http://[::1]:8080/", "http://[bad", "")] == [
        "h.example",
        "::1",
        "",
        "",
    ]


def test_p15_one_is_asked_for_all() -> None:
    """The one that has answered is asked, in the safer spelling; validators go only where they mean the same to all."""
    old = make_feed(1, url="http://n.example/rss", etag="1")
    safe = make_feed(2, url="https://n.example/rss/", etag="1")
    new = make_feed(3, url="https://n.example/rss", first_success_at=None)
    assert same_address([old, safe, new]) == ((old, safe, new),)
    assert ask_for_all((old, safe)) == safe
    asked = ask_for_all((old, safe, new))
    assert (asked.id, asked.etag, asked.validators_url) == (safe.id, None, None)


def test_what_a_reader_may_not_fetch_is_fetched_by_nobody_else_for_him() -> None:
    """Feeds of readers and of the operator are asked separately: only the latter may be on private networks."""
    own, operators = make_feed(1), make_feed(2, url=make_feed(1).url, origin=Origin.CHAT)
    assert same_address([own, operators]) == ((own,), (operators,))
