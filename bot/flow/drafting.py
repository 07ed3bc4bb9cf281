"""
Make articles of what a feed brought: a few at a time, and each on its own.

A document may hold 500 new entries, and telling the language of one takes milliseconds; an entry that cannot be made an
article costs itself alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.core import article
from bot.core.article import ArticleDraft
from bot.core.feed import Feed, ParsedFeed
from bot.core.ids import FeedId
from bot.core.ports import Counters

_log = logging.getLogger(__name__)
_AT_ONCE = 10
"""Articles that are made before others have their turn."""


class Drafting:
    """Makes articles of entries, and tells of those that are lost."""

    def __init__(self, detect: Callable[[str], str | None], counters: Counters) -> None:
        self._detect = detect
        self._counters = counters
        self._lossy: set[FeedId] = set()
        """Feeds whose lost entries are logged already."""

    async def __call__(self, feed: Feed, parsed: ParsedFeed, now: datetime) -> tuple[ArticleDraft, ...]:
        """Make the articles of a document, in its order."""
        drafts: list[ArticleDraft] = []
        lost = list(parsed.lost)
        for start in range(0, len(parsed.entries), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            made, failed = article.draft_all(feed, parsed, detect=self._detect, now=now, part=part)
            drafts += made
            lost += failed
            await asyncio.sleep(0)
        self._note(feed, lost)
        return tuple(drafts)

    def _note(self, feed: Feed, lost: Sequence[str]) -> None:
        """Count entries that could not be read; log them once per feed until it is read without a loss."""
        if lost:
            self._counters.count("stichwort_entries_lost_total", len(lost))
        if lost and feed.id not in self._lossy:
            why = ", ".join(sorted(set(lost)))
            _log.warning("feed.entries_lost", extra={"feed": feed.id, "entries": len(lost), "why": why})
        (self._lossy.add if lost else self._lossy.discard)(feed.id)
