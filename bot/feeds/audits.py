"""Whether a short reading of a document gave what a whole one gives."""

from __future__ import annotations

from typing import Any

from bot.core import article
from bot.core.feed import ParsedFeed


def is_same(short: ParsedFeed, whole: ParsedFeed) -> bool:
    """Say whether a short reading gave what the whole one gives of the same entries."""
    there = set(whole.entries)
    return (
        all(entry in there for entry in short.entries)
        and article.ambiguous(short, short.entries) == article.ambiguous(whole, short.entries)
        and _head(short) == _head(whole)
    )


def _head(feed: ParsedFeed) -> tuple[Any, ...]:
    return feed.title, feed.language, feed.site_url, feed.ttl, feed.skip_hours, feed.skip_days
