"""A web in which stands what a test puts there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.core.feed import Entry, FeedWish, Fetched, FetchProblem, ParsedFeed
from bot.core.web_page import Discovery, FeedFound, NothingFound


@dataclass
class FakeWeb:
    """Implements `bot.core.web_page.Discoverer`."""

    there: dict[str, Discovery] = field(default_factory=dict)
    asked: list[FeedWish] = field(default_factory=list)
    hold: asyncio.Event | None = None
    """While set to an unset event, answers wait for it."""

    async def discover(self, wish: FeedWish) -> Discovery:
        """Note the wish and give what stands there."""
        self.asked.append(wish)
        if self.hold is not None:
            await self.hold.wait()
        nothing = NothingFound(FetchProblem.UNREACHABLE, "The server cannot be reached.")
        return self.there.get(wish.url, nothing)

    def put(self, url: str, title: str = "Der Bund", *entries: str, language: str | None = "de", at: str = "") -> str:
        """Put a feed at an address (`at`: where it really lives); gives the address."""
        found = tuple(
            Entry(
                guid=name,
                link=f"https://news.example/{number}",
                title=name,
                summary="",
                content="",
                key_points=(),
                html="",
                published_at=None,
                language=None,
            )
            for number, name in enumerate(entries)
        )
        self.there[url] = FeedFound(
            url=at or url,
            fetched=Fetched(body=b"", url=at or url, content_type="", etag=None, last_modified=None),
            parsed=ParsedFeed(title=title, language=language, site_url=None, ttl=None, entries=found),
        )
        return url
