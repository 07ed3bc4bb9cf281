"""Abide by Telegram's floods: long ones outlive this process, and the operators hear of huge ones."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.core.errors import StorageError
from bot.core.ids import ChatId
from bot.core.outbox import DeliveryRepository
from bot.core.ports import Clock

_log = logging.getLogger(__name__)
_LONG = timedelta(seconds=3)
_HUGE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodKeeper:
    """Nothing is dropped in a flood: what is queued waits in the store, what is said in answer waits with it."""

    outbox: DeliveryRepository
    clock: Clock
    alarm: Callable[[ChatId | None, timedelta], Awaitable[None]]
    """Tells the operators."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def resume(self, pause: Callable[[ChatId | None, timedelta], object]) -> None:
        """Hand what an earlier process was told to the gate."""
        now = self.clock.now()
        for chat_id, until in (await self.outbox.list_floods(now)).items():
            pause(chat_id, until - now)

    def note(self, chat_id: ChatId | None, delay: timedelta, told: timedelta) -> None:
        """Note for how long a flood stops a chat, or (None) the whole bot; Telegram may say that it lasts longer."""
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
