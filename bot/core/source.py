"""A source as one chat sees it: a feed of everybody's or its own, followed or switched off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.feed import Feed
from bot.core.ids import ChatId, FeedId


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The newest article of a source."""

    title: str
    url: str | None
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A feed and what a chat made of it."""

    feed: Feed
    is_followed: bool
    newest: Newest | None

    @property
    def is_own(self) -> bool:
        """Whether it is this chat's own feed, which nobody else sees."""
        return self.feed.owner is not None


class SourceShelf(Protocol):
    """What chats follow."""

    async def list_for(self, chat_id: ChatId) -> tuple[Source, ...]:
        """List what the chat can see: the feeds of everybody, then its own, each by id; nothing of other chats."""
        ...

    async def choose(self, chat_id: ChatId, feed_ids: Sequence[FeedId], *, followed: bool) -> None:
        """Switch feeds of everybody on or off for a chat that is known; ids of anything else change nothing."""
        ...
