"""A web page: the feeds it names, and the text of the article that stands on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed a page names as its own."""

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
