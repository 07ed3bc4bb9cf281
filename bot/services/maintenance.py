"""
Maintenance: floods that outlive a process, a clock that was set back, and retention.

A long pause ordered by Telegram is stored and resumed after a restart, and operators are told of very long ones. What
was put off by a clock that ran ahead would wait for hours, so it is brought forward. Articles, messages and lost chats
are deleted when they are older than their retention time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.delivery.outbox import DeliveryRepository
from bot.core.errors import StorageError
from bot.core.ids import ChatId
from bot.core.ports import Clock
from bot.core.repositories import KeyValueRepository

_log = logging.getLogger(__name__)
_LONG = timedelta(seconds=3)
_HUGE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodKeeper:
    """Stores long floods, so that they outlive this process; queued messages and replies wait in the store."""

    outbox: DeliveryRepository
    clock: Clock
    alarm: Callable[[ChatId | None, timedelta], Awaitable[None]]
    """Notifies the operators."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def resume(self, pause: Callable[[ChatId | None, timedelta], object]) -> None:
        """Apply the stored floods to the rate limiter."""
        now = self.clock.now()
        for chat_id, until in (await self.outbox.list_floods(now)).items():
            pause(chat_id, until - now)

    def note(self, chat_id: ChatId | None, delay: timedelta, told: timedelta) -> None:
        """Store for how long a chat, or (None) the whole bot, is in a flood; `told` is what Telegram announced."""
        if delay >= _LONG:
            task = asyncio.get_running_loop().create_task(self._write(chat_id, delay, told))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _write(self, chat_id: ChatId | None, delay: timedelta, told: timedelta) -> None:
        try:
            await self.outbox.note_flood(chat_id, self.clock.now() + delay)
            _log.error("telegram.flood", extra={"chat": chat_id, "seconds": int(delay.total_seconds())})
            if told >= _HUGE:
                await self.alarm(chat_id, told)
        except StorageError as error:
            _log.error("flood.not_noted", extra={"error": error})


_TOLERATED = timedelta(seconds=5)
_NOTED_EVERY = timedelta(minutes=1)
_SEEN = "clock.seen"


class ClockWatch:
    """Compares the wall clock with a monotonic one at every call, and at the first with what the last process saw."""

    def __init__(
        self, outbox: DeliveryRepository, key_value: KeyValueRepository, clock: Clock, moved: Callable[[], None]
    ) -> None:
        self._outbox = outbox
        self._key_value = key_value
        self._clock = clock
        self._moved = moved
        self._before = self._look()
        self._noted_at: datetime | None = None

    async def __call__(self) -> None:
        """Compare both clocks, and correct stored times after a step of the wall clock, also one between two starts."""
        now, moment = self._look()
        if self._noted_at is None:
            seen = await self._key_value.get(_SEEN)
            expected = datetime.fromisoformat(seen) if seen else now
        else:
            expected = self._before[0] + timedelta(seconds=moment - self._before[1])
        if expected - now > _TOLERATED:
            _log.warning("clock.set_back", extra={"seconds": (expected - now).total_seconds()})
            await self._outbox.turn_back(now, expected - now)
            self._moved()
        self._before = now, moment
        if self._noted_at is None or abs(now - self._noted_at) >= _NOTED_EVERY:
            await self._key_value.set(_SEEN, now.isoformat())
            self._noted_at = now

    def _look(self) -> tuple[datetime, float]:
        return self._clock.now(), self._clock.monotonic()


_PIECE = 200
SEARCHES_KEPT = timedelta(days=7)
"""How long the pages of a search can be turned."""
REMOVED_KEPT = timedelta(days=1)
"""How long a removed subscription, a removed saved article or a revoked list can be brought back."""
_BREATH = 0.05
"""Seconds between two pieces, so that other writers get through."""


class RetentionRepository(Protocol):
    """Deletes old rows, a piece at a time; each method returns how many rows it deleted."""

    async def drop_deliveries(self, before: datetime, limit: int) -> int:
        """Forget messages that came to their end, or were set aside, before then."""
        ...

    async def drop_articles(self, before: datetime, limit: int) -> int:
        """Forget articles seen before then, with their matches and words; not those whose readers are still sought."""
        ...

    async def drop_chats(self, before: datetime, limit: int) -> int:
        """Forget chats that cannot be reached since then, with all that was theirs."""
        ...

    async def drop_searches(self, before: datetime, limit: int) -> int:
        """Forget searches of readers made before then."""
        ...

    async def drop_alert_actions(self, before: datetime, limit: int) -> int:
        """Forget what readers did with the buttons below their alerts before then."""
        ...

    async def drop_removed(self, before: datetime, limit: int) -> int:
        """Forget subscriptions that were removed before then."""
        ...

    async def drop_unsaved(self, before: datetime, limit: int) -> int:
        """Forget saved articles that their chats removed before then."""
        ...

    async def drop_revoked_lists(self, before: datetime, limit: int) -> int:
        """Forget shared lists that were revoked before then."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Deletes what is older than its retention time, once a day; an interrupted run is continued by the next one."""

    repository: RetentionRepository
    clock: Clock
    articles: timedelta
    deliveries: timedelta
    inactive_chats: timedelta
    breath: float = _BREATH

    async def __call__(self) -> None:
        """Delete what is too old."""
        now = self.clock.now()
        gone = {
            "deliveries": await self._all(self.repository.drop_deliveries, now - self.deliveries),
            "articles": await self._all(self.repository.drop_articles, now - self.articles),
            "chats": await self._all(self.repository.drop_chats, now - self.inactive_chats),
            "searches": await self._all(self.repository.drop_searches, now - SEARCHES_KEPT),
            "alert_actions": await self._all(self.repository.drop_alert_actions, now - self.deliveries),
            "removed": await self._all(self.repository.drop_removed, now - REMOVED_KEPT),
            "unsaved": await self._all(self.repository.drop_unsaved, now - REMOVED_KEPT),
            "revoked_lists": await self._all(self.repository.drop_revoked_lists, now - REMOVED_KEPT),
        }
        if any(gone.values()):
            _log.info("store.tidied", extra=gone)

    async def _all(self, drop: Callable[[datetime, int], Awaitable[int]], before: datetime) -> int:
        total = 0
        while count := await drop(before, _PIECE):
            total += count
            await asyncio.sleep(self.breath)
        return total
