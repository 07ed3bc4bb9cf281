"""What stands behind an address somebody gave us: a feed, a page that names some, or nothing we can use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.core.feed import FeedWish, Fetched, FetchProblem, ParsedFeed
from bot.core.page import FeedLink


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFound:
    """A feed that was read."""

    url: str
    """Where it lives: the target of a permanent redirect, else the address that was asked."""
    fetched: Fetched
    parsed: ParsedFeed


@dataclass(frozen=True, slots=True)
class FeedsNamed:
    """A page that names several feeds; none was read yet."""

    links: tuple[FeedLink, ...]


@dataclass(frozen=True, slots=True)
class NothingFound:
    """No feed; `detail` is for the operator only, because it tells what answered."""

    problem: FetchProblem
    detail: str


Discovery = FeedFound | FeedsNamed | NothingFound


class Discoverer(Protocol):
    """Looks behind addresses; never raises for anything a server or network can do."""

    async def discover(self, wish: FeedWish) -> Discovery:
        """
        Ask for the address and, if a page names exactly one feed, for that; as the owner of the wish may.

        A page that names none leads to the news sitemap of its site, where there is one.
        """
        ...
