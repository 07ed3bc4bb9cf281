"""What became of an article for all chats together: counts and reasons, without anybody's keywords or chats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.article import Article
from bot.core.delivery.delivery import DeliveryState, UnsentReason
from bot.core.ids import FeedId


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFate:
    """An article of a feed of everybody's, and what is on record of its alerts."""

    article: Article
    feed_title: str
    first_success_at: datetime | None
    """When its feed was read for the first time."""
    is_pending: bool
    """Its readers are still being looked for."""
    queries: int
    """How many queries it matches."""
    alerts: Mapping[tuple[DeliveryState, UnsentReason | None], int]
    """How many alerts stand where, and why they are not sent."""

    def find_obstacle(self, max_age: timedelta) -> UnsentReason | None:
        """Say what kept it from the queue; None where alerts are on record, or each chat has a reason of its own."""
        if self.alerts:
            return None
        if self.is_pending:
            return UnsentReason.PENDING
        if self.article.age_when_seen > max_age:
            return UnsentReason.TOO_OLD
        seen_at = self.article.updated_at or self.article.seen_at
        if self.first_success_at is not None and seen_at <= self.first_success_at:
            return UnsentReason.FIRST_POLL
        return None if self.queries else UnsentReason.NO_MATCH


class ArticleFateRepository(Protocol):
    """Finds articles of feeds of everybody's, and counts what became of them."""

    async def find_by_keys(self, keys: Sequence[str]) -> tuple[ArticleFate, ...]:
        """Find what these keys stand for (`bot.core.article.link_keys`), the newest first."""
        ...

    async def list_of_feed(self, feed_id: FeedId, *, limit: int) -> tuple[ArticleFate, ...]:
        """List the last articles of a feed of everybody's, the newest first."""
        ...

    async def find_by_title(self, words: Sequence[str], *, limit: int) -> tuple[ArticleFate, ...]:
        """Find the newest articles whose title has all these words; looks through a bounded number of articles."""
        ...
