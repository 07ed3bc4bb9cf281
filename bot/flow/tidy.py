"""Tidy up: forget articles, messages and lost chats when they have been kept long enough."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.ports import Clock

_log = logging.getLogger(__name__)
_PIECE = 200
_BREATH = 0.05
"""Seconds between two pieces, for those who wait to write."""


class RetentionRepository(Protocol):
    """What can be forgotten, a piece at a time; each says how many rows it had."""

    async def drop_deliveries(self, before: datetime, limit: int) -> int:
        """Forget messages that came to their end, or were set aside, before then."""
        ...

    async def drop_articles(self, before: datetime, limit: int) -> int:
        """Forget articles seen before then, with their matches and words."""
        ...

    async def drop_chats(self, before: datetime, limit: int) -> int:
        """Forget chats that cannot be reached since then, with all that was theirs."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Runs once a day; cut off in the middle it has done what it has done."""

    shelf: RetentionRepository
    clock: Clock
    articles: timedelta
    deliveries: timedelta
    inactive_chats: timedelta
    breath: float = _BREATH

    async def __call__(self) -> None:
        """Forget what is too old."""
        now = self.clock.now()
        gone = {
            "deliveries": await self._all(self.shelf.drop_deliveries, now - self.deliveries),
            "articles": await self._all(self.shelf.drop_articles, now - self.articles),
            "chats": await self._all(self.shelf.drop_chats, now - self.inactive_chats),
        }
        if any(gone.values()):
            _log.info("store.tidied", extra=gone)

    async def _all(self, drop: Callable[[datetime, int], Awaitable[int]], before: datetime) -> int:
        total = 0
        while count := await drop(before, _PIECE):
            total += count
            await asyncio.sleep(self.breath)
        return total
