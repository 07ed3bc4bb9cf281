"""The first poll of a feed that somebody was just shown: what was read for that is taken in."""

from __future__ import annotations

from bot.core.feed import Feed, Fetched, ParsedFeed
from bot.flow.poll import Poll


class Adoption:
    """Holds the place of the poll, which is made after those who add feeds."""

    def __init__(self) -> None:
        self.poll: Poll | None = None

    async def __call__(self, feed: Feed, fetched: Fetched, parsed: ParsedFeed) -> None:
        """Take it in; before there is a poll, the feed simply waits for its turn."""
        if self.poll is not None:
            await self.poll.meet(feed, fetched, parsed)
