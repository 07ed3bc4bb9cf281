"""A search of stored articles that a chat has made: what it found, in pages, and the port that keeps it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.archive import ArticleRef
from bot.core.article import Article
from bot.core.ids import ArticleId, ChatId, SearchId

PAGE = 8
"""Articles on a page."""
MOST = 200
"""Articles of a search whose pages can be turned, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """What a search found when it was made."""

    id: SearchId
    words: str
    """The query in its normal form; empty where the newest articles were asked for."""
    article_ids: frozenset[ArticleId]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of a search, newest articles first."""

    search_id: SearchId | None
    """What the buttons for the other pages name; None where nothing was found."""
    words: str
    articles: tuple[Article, ...] = ()
    offset: int = 0
    total: int = 0
    checked_since: datetime | None = None
    """Older articles were not looked at, because too many come into question; None: all were."""

    @property
    def is_cut(self) -> bool:
        """Whether older articles than these may have been found, too."""
        return self.total >= MOST

    @property
    def has_newer(self) -> bool:
        """Whether a page comes before this one."""
        return self.offset > 0

    @property
    def has_older(self) -> bool:
        """Whether a page comes after this one."""
        return self.offset + PAGE < self.total


def once(sightings: Iterable[ArticleRef]) -> tuple[ArticleRef, ...]:
    """Keep one of what is the same article in several feeds, in the order given."""
    kept: dict[str, ArticleRef] = {}
    for sighting in sightings:
        kept.setdefault(sighting.key, sighting)
    return tuple(kept.values())


def page_start(offset: int, total: int) -> int:
    """Return where the page with this position begins; behind the end it is the last page."""
    last = max(0, total - 1) // PAGE * PAGE
    return min(max(0, offset) // PAGE * PAGE, last)


class SearchRepository(Protocol):
    """Searches whose pages may be turned for some days; of a chat only the newest are kept."""

    async def save(self, chat_id: ChatId, words: str, article_ids: Collection[ArticleId], now: datetime) -> SearchId:
        """Store what a search of a chat found."""
        ...

    async def find(self, chat_id: ChatId, search_id: SearchId) -> SavedSearch | None:
        """Find a search of this chat."""
        ...
