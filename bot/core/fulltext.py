"""The text of an article's own page: where it comes from, and what is noted of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.core.article import Article
from bot.core.ids import ArticleId, QueryId
from bot.core.page import PageText
from bot.core.shelves import StoredQuery


class PageTextReader(Protocol):
    """Reads the pages of articles, politely; never raises for anything a server or page can do."""

    async def read(self, article: Article) -> PageText | None:
        """Give what stands on the article's page; None when it must not or cannot be read."""
        ...


class FullTextRepository(Protocol):
    """The texts of pages, kept for a while, and the articles that wait for theirs."""

    async def put_aside(self, article_id: ArticleId, owner: str, now: datetime, until: datetime) -> None:
        """Note that the page is being asked for, and leave the article's fan-out alone until then."""
        ...

    async def resume(self, article_id: ArticleId, text: PageText | None, now: datetime) -> None:
        """Let the fan-out go on, with the text in the article's body if there is any."""
        ...

    async def find_queries(self, query_ids: Sequence[QueryId]) -> tuple[StoredQuery, ...]:
        """Look up queries; those not there any more are left out."""
        ...

    async def drop(self, before: datetime, *, limit: int) -> int:
        """Put back what the feed itself gave where a page was asked for earlier; returns how many."""
        ...
