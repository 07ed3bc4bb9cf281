"""The work of the parsing processes, done on the spot; hostile documents are for the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.core.feed import Fetched, ParsedFeed, ParseFailed
from bot.core.web_page import FeedLink, PageText
from bot.feeds import pages, parse, sitemap
from bot.feeds.worker_protocol import WorkerJob


class Reading:
    """Stands in for `bot.feeds.worker_pool.ParserPool`."""

    async def parse(self, fetched: Fetched) -> ParsedFeed | ParseFailed:
        """Read a feed."""
        return parse.parse(fetched.body, url=fetched.url, content_type=fetched.content_type)

    async def find_feeds(self, page: Fetched) -> tuple[FeedLink, ...]:
        """Find the feeds of a page."""
        return tuple(FeedLink(*link) for link in _read(WorkerJob.LINKS, page.body, page.url, page.content_type))

    async def list_sitemaps(self, index: Fetched) -> tuple[str, ...]:
        """List what an index of sitemaps names."""
        return tuple(sitemap.read_index(index.body, index.url, index.content_type))

    async def read_text(self, page: Fetched, *, is_readers: bool = False) -> PageText | ParseFailed:
        """Find the article on a page."""
        body, points, is_reserved, is_paid = _read(WorkerJob.TEXT, page.body, page.url, page.content_type)
        return PageText(body=body, key_points=tuple(points), is_reserved=is_reserved, is_paid=is_paid)

    async def ask_rules(
        self, rules: Sequence[str], agent: str, url: str, *, is_readers: bool = False
    ) -> tuple[bool, float]:
        """Ask rules."""
        allowed, delay = _read(WorkerJob.RULES, "\0".join(rules).encode(), agent, url)
        return allowed, delay


def _read(job: WorkerJob, body: bytes, *about: str) -> list[Any]:
    read = pages.read(job, body, list(about))
    assert not isinstance(read, ParseFailed)
    return read


class Notes:
    """Stands in for the repository of facts."""

    def __init__(self) -> None:
        self.there: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        """Look a fact up."""
        return self.there.get(key)

    async def set(self, key: str, value: str) -> None:
        """Write a fact down."""
        self.there[key] = value
