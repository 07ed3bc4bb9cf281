"""
Feed discovery: the feed at an address, or the feeds its page names by `<link rel="alternate">`.

A page that names none may still have a news sitemap: what robots.txt names is looked at, then a few well-known names.
Nothing else is guessed. The search keeps robots.txt and the usual distance between requests, and reads few documents.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urljoin, urlsplit

from bot.core.feed import FeedWish, Fetched, FetchFailed, FetchOutcome, FetchProblem, NotModified, ParsedFeed, unmet
from bot.core.ports import Fetcher
from bot.core.web_page import Discovery, FeedFound, FeedLink, FeedsNamed, NothingFound
from bot.feeds.robots import Get, RobotsRules
from bot.feeds.worker_pool import ParserPool

_NO_FEED = NothingFound(FetchProblem.NOT_A_FEED, "This is a web page that names no feed.")
_WELL_KNOWN = (
    "/sitemap-news.xml", "/news-sitemap.xml", "/sitemap_news.xml", "/news_sitemap.xml", "/googlenews.xml",
    "/sitemap.xml", "/sitemap_index.xml", "/sitemap-index.xml",
)  # fmt: skip
_NEWS = re.compile(r"news(?!letter)|actualit|aktuell|notizie", re.IGNORECASE)
"""In the address of a sitemap: most likely one of news."""
_MOST_ASKED = 8
"""Documents of one search; at the usual distance that is as long as a reader waits."""
_MOST_FOUND = 4
_MOST_OF_INDEX = 3
_LONGEST_DELAY = 5.0
"""Seconds between requests; a site that wants more is not searched, since somebody is waiting."""


class FeedDiscoverer:
    """Implements `bot.core.web_page.Discoverer` with the bot's own fetcher and workers."""

    def __init__(
        self, fetcher: Fetcher, pool: ParserPool, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._fetcher = fetcher
        self._pool = pool
        self._now = now
        self._rules = RobotsRules(pool, now)

    async def discover(self, wish: FeedWish) -> Discovery:
        """Ask for the address and, if a page names exactly one feed, for that; as the owner of the wish may."""
        read = await self._read(wish)
        if not isinstance(read, Fetched):
            return read
        links = await self._pool.find_feeds(read)
        if len(links) > 1:
            return FeedsNamed(links)
        return await self._follow(wish, links[0]) if links else await self.search(wish, read)

    async def search(self, wish: FeedWish, page: Fetched) -> Discovery:
        """Look for the news sitemap of the site of a page without feeds; several are named for a choice."""
        search = _Search(self._rules, self._pool, wish, partial(self._read, wish), self._get(wish))
        if (named := await self._pool.list_sitemaps(page)) and await search.is_welcome(page.url):
            found = await search.follow(named, is_index=True)
        else:
            found = await search.look_around(page.url)
        if len(found) > 1:
            return FeedsNamed(tuple(FeedLink(each.url, _name(each)) for each in found))
        return found[0] if found else _NO_FEED

    def _get(self, wish: FeedWish) -> Get:
        async def get(url: str) -> FetchOutcome:
            feed = unmet(replace(wish, url=url), self._now())
            return await self._fetcher.fetch(feed, subscribers=0, written=wish.url)

        return get

    async def _follow(self, wish: FeedWish, link: FeedLink) -> FeedFound | NothingFound:
        read = await self._read(wish, link.url)
        return _NO_FEED if isinstance(read, Fetched) else read

    async def _read(self, wish: FeedWish, url: str = "") -> FeedFound | NothingFound | Fetched:
        """Read one address as a feed; what was fetched and is none comes back."""
        written, wish = wish.url, replace(wish, url=url or wish.url)
        outcome = await self._fetcher.fetch(unmet(wish, self._now()), subscribers=0, written=written)
        match outcome:
            case FetchFailed():
                return NothingFound(outcome.problem, outcome.detail)
            case NotModified():
                return NothingFound(FetchProblem.BROKEN, "The server sent no document.")
            case Fetched():
                parsed = await self._pool.parse(outcome)
                if isinstance(parsed, ParsedFeed):
                    return FeedFound(url=outcome.permanent_url or wish.url, fetched=outcome, parsed=parsed)
                if parsed.problem is not FetchProblem.NOT_A_FEED:
                    return NothingFound(parsed.problem, parsed.detail)
                return outcome


@dataclass(slots=True)
class _Search:
    """One search for news sitemaps, with what it asked for so far."""

    rules: RobotsRules
    pool: ParserPool
    wish: FeedWish
    read: Callable[[str], Awaitable[FeedFound | NothingFound | Fetched]]
    get: Get
    asked: set[str] = field(default_factory=set)
    delay: float = 0.0
    named: tuple[str, ...] = ()

    async def look_around(self, page: str) -> tuple[FeedFound, ...]:
        """Look at what robots.txt names, those of news first, then at the well-known names."""
        if not await self.is_welcome(page):
            return ()
        named = [urljoin(page, address) for address in self.named]
        if found := await self.follow(named):
            return found
        return await self.follow([urljoin(page, path) for path in _WELL_KNOWN], most=1)

    async def follow(
        self, addresses: Sequence[str], *, most: int = _MOST_FOUND, is_index: bool = False
    ) -> tuple[FeedFound, ...]:
        """
        Read sitemaps, indexes one level deep: all whose address speaks of news, of the others up to the first.

        `is_index` says that an index named them.
        """
        found: list[FeedFound] = []
        empty: list[FeedFound] = []
        for address in _news_first(addresses):
            if len(found) >= most or (found and not _is_of_news(address)):
                break
            read = await self._ask(address)
            if isinstance(read, Fetched) and not is_index:
                children = _news_first(await self.pool.list_sitemaps(read))[:_MOST_OF_INDEX]
                answers = [(child, await self._ask(child)) for child in children if not found or _is_of_news(child)]
                hits = [answer for _, answer in answers if isinstance(answer, FeedFound)]
            else:
                hits = [read] if isinstance(read, FeedFound) else []
            found += [hit for hit in hits if hit.parsed.entries]
            empty += [hit for hit in hits if not hit.parsed.entries]
        return tuple(found[:most] or empty[:1])

    async def is_welcome(self, url: str) -> bool:
        """Say whether the site lets us read an address, at a distance that can be kept."""
        is_readers = self.wish.owner is not None
        ruling = await self.rules.ask(url, self.get, is_readers=is_readers)
        self.delay, self.named = ruling.delay.total_seconds(), ruling.sitemaps
        return ruling.is_allowed and self.delay <= _LONGEST_DELAY

    async def _ask(self, address: str) -> FeedFound | NothingFound | Fetched | None:
        if address in self.asked or len(self.asked) >= _MOST_ASKED or not await self.is_welcome(address):
            return None
        self.asked.add(address)
        await asyncio.sleep(self.delay)
        return await self.read(address)


def _news_first(addresses: Sequence[str]) -> list[str]:
    return sorted(dict.fromkeys(addresses), key=lambda address: not _is_of_news(address))


def _is_of_news(address: str) -> bool:
    return bool(_NEWS.search(urlsplit(address).path))


def _name(found: FeedFound) -> str:
    language = found.parsed.language
    return f"{found.parsed.title} ({language})" if found.parsed.title and language else found.parsed.title
