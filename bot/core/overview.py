"""What can be said of the whole bot at a glance, for those who run it; nothing in it is about a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.health import FeedHealth


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCounts:
    """How much there is of what."""

    feeds: Mapping[str, int]
    """By state; every state is named."""
    chats: Mapping[str, int]
    queue: Mapping[str, int]
    """Messages that wait, by class: reply, alert, bulk."""
    oldest_at: datetime | None
    """Since when the oldest message waits that may go; None: none does."""


class StatusRepository(Protocol):
    """The shelf for looking at everything at once; each question costs a few statements."""

    async def take_stock(self, now: datetime) -> StoredCounts:
        """Count feeds, chats and waiting messages."""
        ...

    async def list_health(self, now: datetime) -> tuple[FeedHealth, ...]:
        """List every feed that is not removed, by id, with the pace of its last two weeks."""
        ...

    async def list_troubled(self, besides: Collection[int]) -> tuple[FeedHealth, ...]:
        """List the feeds whose last poll failed, and those with these ids; without their pace, so that it is cheap."""
        ...

    async def find_health(self, feed_id: int, now: datetime) -> FeedHealth | None:
        """Look one feed up."""
        ...
