"""
Updates that wait for their turn: in order within a chat, and each chat with a bound of its own.

An update is stored when it comes here, and noted as finished when what follows from it is done: a kill loses none.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import traceback
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from telegram import Update

from bot.chat import lenient
from bot.chat.account import Account
from bot.chat.lanes import Lanes
from bot.core.errors import StorageError
from bot.core.ports import Clock, Inbox

_log = logging.getLogger(__name__)
_TRIES_BEFORE_WORDS = 4
_LONGEST_PAUSE = 3.0
"""Nobody is heard while we wait for Telegram or the store to come back; asking costs them little."""
_DECLINED_AT_ONCE = 4
"""Presses of one chat that are declined side by side: each waits for a call, and none depends on another."""
_MOST_DECLINED = 5_000 // _DECLINED_AT_ONCE
"""So many of each wait for "one moment"; those behind them would be answered after Telegram forgot them."""

RawUpdate = dict[str, Any]
Handle = Callable[[Update], Awaitable[None]]
Heed = Callable[[RawUpdate], object]
"""Sees an update when it has just come in; what it gives is true when that is one more press than will be handled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateQueue:
    """Hands updates to `handle`, what is too much for its chat to `decline`, and what went wrong to `failed`."""

    account: Account
    inbox: Inbox
    handle: Handle
    failed: Handle
    decline: Handle
    heed: Heed
    clock: Clock
    pause: Callable[[float], Awaitable[object]]
    lanes: Lanes
    stopping: asyncio.Event
    _crowded: dict[Hashable, dict[int, RawUpdate]] = field(default_factory=dict)
    """By lane, the texts that came while it was full; they are declined together, after what was there before."""

    async def drain(self, seconds: float) -> None:
        """Begin nothing more, and cut off after a while what is under way; all of it comes again at the next start."""
        await self.lanes.drain(seconds)

    def submit(self, update_id: int, raw: RawUpdate) -> None:
        """
        Hand an update out; a chat that has too much waiting holds up nobody.

        What is too much for its chat is stored like everything else, and declined: in one sentence, or one by one where
        each press waits for an answer.
        """
        key = lenient.lane(raw)
        if self.heed(raw):
            self._decline_press(key, update_id, raw)
        elif self.lanes.submit(key, lambda: self._work({update_id: raw}, self.handle)):
            return
        elif lenient.press(raw) is not None:
            self._decline_press(key, update_id, raw)
        elif not lenient.is_spoken(raw):  # what becomes of a chat is handled, however much is said in it
            self.lanes.submit(key, lambda: self._work({update_id: raw}, self.handle), most=sys.maxsize)
        else:
            self._decline_text(key, update_id, raw)

    def _decline_press(self, key: Hashable, update_id: int, raw: RawUpdate) -> None:
        lane = key, "declined", update_id % _DECLINED_AT_ONCE
        if not self.lanes.submit(lane, lambda: self._work({update_id: raw}, self.decline), most=_MOST_DECLINED):
            self.lanes.submit(lane, lambda: self._work({update_id: raw}, _ignore), most=sys.maxsize)

    def _decline_text(self, key: Hashable, update_id: int, raw: RawUpdate) -> None:
        if (crowd := self._crowded.get(key)) is not None:
            crowd[update_id] = raw
            return
        self._crowded[key] = {update_id: raw}
        self.lanes.submit(key, lambda: self._work(self._crowded.pop(key), self.decline), most=sys.maxsize)

    async def _work(self, updates: Mapping[int, RawUpdate], handle: Handle) -> None:
        """Handle updates and note that; nothing of them is lost while the store is away, or when the process ends."""
        attempt = 0
        while not self.stopping.is_set():
            attempt += 1
            try:
                for update_id, raw in updates.items():
                    await self._handle_one(update_id, raw, handle)
                await self.inbox.finish([*updates], self.clock.now())
                return
            except StorageError as error:
                # Nothing is lost: it is handled when the store is back, or at the next start.
                if attempt == 1:
                    _log.error("update.postponed", extra={"update": min(updates), "error": error})
                elif attempt == _TRIES_BEFORE_WORDS:
                    await self._tell(next(iter(updates.values())))
                async with self.lanes.aside():
                    await self.pause(back_off(attempt))

    async def _handle_one(self, update_id: int, raw: RawUpdate, handle: Handle) -> None:
        try:
            await handle(lenient.update(raw, self.account))
        except StorageError:
            raise
        except Exception as error:
            kind = next((key for key in raw if key != "update_id"), "empty")
            facts = {"update": update_id, "kind": kind, "error": type(error).__name__, "where": where(error)}
            _log.error("update.failed", extra=facts)
            await self._tell(raw)

    async def _tell(self, raw: RawUpdate) -> None:
        """Let whoever waits know that it went wrong, if that is possible."""
        with contextlib.suppress(Exception):
            await self.failed(lenient.update(raw, self.account))


async def _ignore(update: Update) -> None:
    """Do nothing with an update."""


def back_off(failures: int) -> float:
    """Give the seconds to wait after so many failures."""
    return float(min(0.5 * 2**failures, _LONGEST_PAUSE))


def where(error: Exception) -> str:
    """Name the line that failed; the text of an error may hold what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
