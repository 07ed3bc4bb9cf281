"""
Find the feed behind an address: the address itself, or what the page there names by `<link rel="alternate">`.

Nothing is guessed: an address nobody wrote down is never asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from bot.core.discovery import Discovery, FeedFound, FeedsNamed, NothingFound
from bot.core.feed import FeedWish, Fetched, FetchFailed, FetchProblem, NotModified, ParsedFeed, unmet
from bot.core.page import FeedLink
from bot.core.ports import Fetcher
from bot.feeds.pool import ParserPool

_NO_FEED = NothingFound(FetchProblem.NOT_A_FEED, "This is a web page that names no feed.")


class Discover:
    """Implements `bot.core.discovery.Discoverer` with the bot's own fetcher and workers."""

    def __init__(
        self, fetcher: Fetcher, pool: ParserPool, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._fetcher = fetcher
        self._pool = pool
        self._now = now

    async def discover(self, wish: FeedWish) -> Discovery:
        """Ask for the address and, if a page names exactly one feed, for that; as the owner of the wish may."""
        read = await self._read(wish)
        if not isinstance(read, Fetched):
            return read
        links = await self._pool.find_feeds(read)
        if len(links) > 1:
            return FeedsNamed(links)
        return await self._follow(wish, links[0]) if links else _NO_FEED

    async def _follow(self, wish: FeedWish, link: FeedLink) -> FeedFound | NothingFound:
        read = await self._read(replace(wish, url=link.url))
        return _NO_FEED if isinstance(read, Fetched) else read

    async def _read(self, wish: FeedWish) -> FeedFound | NothingFound | Fetched:
        """Read one address as a feed; what was fetched and is none comes back."""
        outcome = await self._fetcher.fetch(unmet(wish, self._now()), subscribers=0)
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
