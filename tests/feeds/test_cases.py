"""Small documents in the manner of public bug reports of feed readers, each with its right value."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core import article
from bot.core.feed import Fetched, Origin, ParsedFeed
from bot.feeds import parse
from bot.feeds.fetch import HttpFetcher
from tests.builders import make_feed
from tests.feeds.servers import raw_server

CASES = Path(__file__).parents[1] / "data" / "cases"
FEEDS: dict[str, tuple[Callable[[ParsedFeed], object], object]] = {
    # dates: the moment, and whether only the day is known
    "d01.xml": (lambda feed: _date(feed), (datetime(2026, 11, 30, 7, 41, 9, tzinfo=UTC), False)),
    "d02.xml": (lambda feed: _date(feed), (datetime(2026, 11, 30, 12, tzinfo=UTC), True)),
    "d24-pm.xml": (lambda feed: _date(feed), (datetime(2026, 11, 29, 14, 41, tzinfo=UTC), False)),
    "d30-ruby-utc.xml": (lambda feed: _date(feed), (datetime(2026, 11, 30, 7, 41, 9, tzinfo=UTC), False)),
    "d31-gmt.xml": (lambda feed: _date(feed), (datetime(2026, 11, 30, 7, 41, 9, tzinfo=UTC), False)),
    # "N/A" as guid and link of all
    "i02.xml": (lambda feed: (len(_keys(feed)), {entry.link for entry in feed.entries}), (3, {None})),
    # a podcast without a link
    "i04.xml": (lambda feed: feed.entries[0].link, "https://cdn.zeitung.example/ep12.mp3"),
    # raw line breaks inside strings
    "j03.json": (
        lambda feed: [(entry.title, entry.link) for entry in feed.entries],
        [("Neuer Kran", "https://zeitung.example/j")],
    ),
    # a post on Reddit
    "s03.xml": (
        lambda feed: (feed.entries[0].summary, feed.entries[0].content),
        ("", "Gestern lief im Hafen ein Eisbrecher ein."),
    ),
    # a redirector of Google Alerts
    "t02.xml": (lambda feed: feed.entries[0].link, "https://zeitung.example/faehre"),
}


def _date(feed: ParsedFeed) -> tuple[datetime | None, bool]:
    return feed.entries[0].published_at, feed.entries[0].is_day


def _keys(feed: ParsedFeed) -> set[str]:
    now = datetime(2026, 11, 30, 9, tzinfo=UTC)
    return {article.draft(make_feed(), entry, language="de", now=now).key for entry in feed.entries}


@pytest.mark.parametrize("name", sorted(FEEDS))
def test_documents_have_their_right_value(name: str) -> None:
    """Whatever an entry is read for."""
    value, expected = FEEDS[name]
    body = (CASES / "feeds" / name).read_bytes()
    found = parse.parse(body, url="https://zeitung.example/feed", content_type="text/xml")
    assert isinstance(found, ParsedFeed)
    assert value(found) == expected


@pytest.mark.parametrize("name", sorted(path.name for path in (CASES / "http").iterdir()))
async def test_answers_are_read_byte_for_byte(name: str, fetcher: HttpFetcher) -> None:
    """A long header, a packed file that does not say so, a space in a header's name, a length told twice."""
    answer = (CASES / "http" / name).read_bytes()

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async with raw_server(serve) as url:
        outcome = await fetcher.fetch(make_feed(url=url, origin=Origin.OPERATOR), subscribers=1)
    assert isinstance(outcome, Fetched)
    found = parse.parse(outcome.body, url=outcome.url, content_type=outcome.content_type)
    assert isinstance(found, ParsedFeed)
    assert len(found.entries) == 5


def test_no_case_is_forgotten() -> None:
    """Every file has a right value."""
    assert {path.name for path in (CASES / "feeds").iterdir()} == set(FEEDS)
    assert len(list((CASES / "http").iterdir())) == 4
