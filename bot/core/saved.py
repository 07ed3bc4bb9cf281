"""Alerts that a chat keeps: what is stored of each, and the port that stores it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core import visible_text
from bot.core.article import Article, canonical_link
from bot.core.delivery.alert import Summary
from bot.core.ids import ChatId

MOST_SAVED = 500
"""Articles that a chat can keep."""
SAVED_PAGE = 5
LONGEST_SUMMARY = 600
"""Characters of a summary that are kept."""
LONGEST_ADDRESS = 2_000
"""Characters of a link; a longer one is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedArticle:
    """All that is shown of a saved article, which outlives the article itself."""

    title: str
    url: str | None
    source: str
    published_at: datetime
    saved_at: datetime
    summary: str = ""
    is_day: bool = False
    """Of `published_at` only the day is known."""
    is_paid: bool = False

    @property
    def key(self) -> str:
        """The same for the same article of the same chat, whichever feed brought it; short enough for a button."""
        name = f"url:{canonical_link(self.url)}" if self.url else f"title:{self.source}:{self.title}"
        return hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=12).hexdigest()


def save(article: Article, summary: Summary, now: datetime) -> SavedArticle:
    """Give what is kept of an article, with the summary of its alert."""
    url = visible_text.address(article.url)
    return SavedArticle(
        title=visible_text.headline(article),
        url=url if url and len(url) <= LONGEST_ADDRESS else None,
        source=visible_text.source(article),
        published_at=article.published_at,
        saved_at=now,
        summary=visible_text.cut(" ".join(visible_text.tidy(line.text) for line in summary.lines), LONGEST_SUMMARY),
        is_day=article.is_day,
        is_paid=article.is_paid,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """Some of the articles a chat has saved, the newest first."""

    articles: tuple[SavedArticle, ...]
    offset: int
    total: int

    @property
    def has_newer(self) -> bool:
        """Whether there is a page before this one."""
        return self.offset > 0

    @property
    def has_older(self) -> bool:
        """Whether there is a page after this one."""
        return self.offset + len(self.articles) < self.total


class SavedArticleRepository(Protocol):
    """What chats have saved; what is removed can be restored for a while."""

    async def add(self, chat_id: ChatId, article: SavedArticle, *, limit: int, now: datetime) -> bool:
        """
        Keep an article for a known chat; False when it is there already.

        Raises `Refusal`: "saved.limit" (limit=…).
        """
        ...

    async def has(self, chat_id: ChatId, key: str) -> bool:
        """Say whether the chat has saved it."""
        ...

    async def remove(self, chat_id: ChatId, key: str, now: datetime) -> SavedArticle | None:
        """Remove an article; None when it is not there."""
        ...

    async def restore(self, chat_id: ChatId, key: str, *, limit: int) -> SavedArticle | None:
        """
        Restore an article that was removed, in its place; None when it is not kept any more.

        Raises `Refusal`: "saved.limit" (limit=…).
        """
        ...

    async def list_page(self, chat_id: ChatId, offset: int) -> SavedPage:
        """List the page that begins there, the last one where there are fewer."""
        ...

    async def list_all(self, chat_id: ChatId) -> Sequence[SavedArticle]:
        """List all, the newest first."""
        ...
