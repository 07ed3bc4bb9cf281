"""Publishers as the poller sees them: a fetcher and a parser whose answers a test decides."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from bot.core.feed import (
    CacheHeaders,
    Entry,
    Feed,
    Fetched,
    FetchFailed,
    FetchOutcome,
    FetchProblem,
    NotModified,
    ParsedFeed,
    ParseFailed,
)
from bot.core.ports import Clock
from bot.feeds.host_rate import HostRateLimiter


class FakeFetcher:
    """The `Fetcher` port: each feed answers with what was scripted for its address, the last one again and again."""

    def __init__(self) -> None:
        self.asked: list[tuple[Feed, int]] = []
        self._scripts: dict[str, deque[FetchOutcome | Exception]] = {}
        self._hanging: dict[str, asyncio.Event] = {}

    def answer(self, feed: Feed, *outcomes: FetchOutcome | Exception) -> None:
        """Script the next answers of a feed."""
        self._scripts[feed.url] = deque(outcomes)

    def hang(self, feed: Feed) -> asyncio.Event:
        """Give no answer until the event is set."""
        return self._hanging.setdefault(feed.url, asyncio.Event())

    async def fetch(self, feed: Feed, *, subscribers: int, written: str | None = None) -> FetchOutcome:
        """Note it and answer."""
        self.asked.append((feed, subscribers))
        if event := self._hanging.get(feed.url):
            await event.wait()
        script = self._scripts[feed.url]
        outcome = script.popleft() if len(script) > 1 else script[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class BusyHosts(HostRateLimiter):
    """The rate limiter of hosts, some of which are as busy as a test says."""

    def __init__(self, clock: Clock) -> None:
        """Keep no gap between requests: there are none over the network."""
        super().__init__(gap=timedelta(0), per_host=9, at_once=99, clock=clock.monotonic)
        self.busy: dict[str, timedelta] = {}

    def defer(self, feed: Feed, *, patience: timedelta) -> timedelta:
        """Send those away whose hosts are busy."""
        return self.busy.get(feed.url) or super().defer(feed, patience=patience)


class FakeParser:
    """
    The `Parser` port: a body of lines is a feed of one entry per line; any other body is no feed.

    Its marks are the lines themselves.
    """

    def __init__(self) -> None:
        self.parsed = 0
        self.language: str | None = None
        self.read: list[str] = []
        """The lines that were read, those with a mark were not."""
        self.odd: set[str] = set()
        """Lines that are lost in the reading."""
        self.broken: set[str] = set()
        """Lines of which an entry is made whose link is no text, which no code of ours expects."""

    async def parse(self, fetched: Fetched, marks: bytes = b"") -> ParsedFeed | ParseFailed:
        """Read the lines."""
        self.parsed += 1
        if not fetched.body.startswith(b"feed\n"):
            return ParseFailed(FetchProblem.NOT_A_FEED, "This is no feed.")
        lines = fetched.body.decode().splitlines()[1:]
        unseen = [line for line in lines if line not in marks.decode().splitlines()]
        self.read += unseen
        good = [line for line in unseen if line not in self.odd]
        return ParsedFeed(
            title="Paper",
            language=self.language,
            site_url=None,
            ttl=None,
            entries=tuple(make_entry(line, **({"link": 5} if line in self.broken else {})) for line in good),
            lost=tuple("OverflowError" for line in unseen if line in self.odd),
            is_listing=unseen == lines,
            marks="\n".join(lines).encode(),
        )


def make_entry(name: str, **changes: Any) -> Entry:
    """Make an entry; the same name is the same entry."""
    values: dict[str, Any] = {
        "guid": f"guid-{name}",
        "link": f"https://news.example/{name}",
        "title": f"Nordkorea: {name}",
        "summary": "Kim Jong Un und Wladimir Putin treffen sich heute in Wladiwostok.",
        "content": "",
        "key_points": (),
        "html": "",
        "published_at": None,
        "language": None,
    }
    return Entry(**values | changes)


def fetched(names: Iterable[str], *, etag: str | None = None, at: datetime | None = None) -> Fetched:
    """Make the answer of a feed that lists these entries, in the language of the fake parser."""
    body = "\n".join(("feed", *names)).encode()
    return Fetched(body=body, url="https://x.example/rss", content_type="text/xml", etag=etag, last_modified=None)


def garbage() -> Fetched:
    """Make an answer that is no feed."""
    return Fetched(body=b"<html>", url="https://x.example/rss", content_type="text/html", etag=None, last_modified=None)


def unchanged() -> NotModified:
    """Make a 304."""
    return NotModified(url="https://x.example/rss", cache=CacheHeaders())


def failed(problem: FetchProblem = FetchProblem.TIMEOUT) -> FetchFailed:
    """Make a failure."""
    return FetchFailed(problem=problem, detail="It did not answer.")
