"""What is behind a web address: a feed, a page that names feeds, the text of an article, or nothing usable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.article import Article
from bot.core.feed import FeedWish, Fetched, FetchProblem, ParsedFeed
from bot.core.ids import ArticleId, QueryId
from bot.core.repositories import StoredQuery


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page names."""

    url: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """What a page says beyond its feed."""

    body: str
    """Plain text, one paragraph a line."""
    key_points: tuple[str, ...]
    is_reserved: bool
    """The page itself asks not to be read by machines; it has no text then."""
    is_paid: bool = False
    """The page says that only subscribers can read the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFound:
    """A feed that was read."""

    url: str
    """Where it lives: the target of a permanent redirect, else the address that was asked."""
    fetched: Fetched
    parsed: ParsedFeed


@dataclass(frozen=True, slots=True)
class FeedsNamed:
    """A page that names several feeds; none was fetched yet."""

    links: tuple[FeedLink, ...]


@dataclass(frozen=True, slots=True)
class NothingFound:
    """No feed was found; `detail` is for the operator only, because it tells what answered."""

    problem: FetchProblem
    detail: str


Discovery = FeedFound | FeedsNamed | NothingFound


class Discoverer(Protocol):
    """Finds feeds at addresses; never raises for anything a server or network can do."""

    async def discover(self, wish: FeedWish) -> Discovery:
        """
        Ask for the address and, if a page names exactly one feed, for that; as the owner of the wish may.

        A page that names none leads to the news sitemap of its site, where there is one.
        """
        ...


class PageTextReader(Protocol):
    """Reads the pages of articles, politely; never raises for anything a server or page can do."""

    async def read(self, article: Article) -> PageText | None:
        """Return the text of the article's page; None when it must not or cannot be read."""
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
