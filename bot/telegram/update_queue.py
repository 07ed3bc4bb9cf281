"""
Queue of stored updates: in order within a chat, each chat with a bound of its own, finished in batches.

An update is stored when it arrives and marked as finished when its handling is done, so that a kill loses none. Updates
that finish while one transaction runs share the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import traceback
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from telegram import Update

from bot.core.errors import StorageError
from bot.core.ports import Clock
from bot.core.repositories import UpdateRepository
from bot.telegram.access import count_once
from bot.telegram.api import transport
from bot.telegram.api.client import BotClient
from bot.telegram.chat_executor import PerChatExecutor


class UpdateCompletion:
    """
    A group commit of finished updates.

    A transaction costs the same for one update as for a hundred, and one runs at a time; without a crowd no update
    waits for another.
    """

    def __init__(self, inbox: UpdateRepository, clock: Clock) -> None:
        self._inbox = inbox
        self._clock = clock
        self._writing = asyncio.Lock()
        self._ready: dict[int, None] = {}

    async def __call__(self, update_ids: Iterable[int]) -> None:
        """Return when these updates are durably marked as finished; raises `StorageError` when they are not."""
        wanted = dict.fromkeys(update_ids)
        self._ready.update(wanted)
        async with self._writing:
            if self._ready.keys().isdisjoint(wanted):
                return  # they were among those of somebody else
            together, self._ready = self._ready, {}
            try:
                await self._inbox.finish([*together], self._clock.now())
            except BaseException:
                self._ready.update(together)  # the others try for themselves
                raise


_log = logging.getLogger(__name__)
_TRIES_BEFORE_WORDS = 4
_LONGEST_PAUSE = 3.0
"""Longest pause between attempts while Telegram or the store is away."""
_DECLINED_TOGETHER = 25
"""Presses of one chat that are declined concurrently and marked as finished in one transaction."""
_MOST_DECLINED = 5_000
"""Most declined presses that wait for their note; later ones would be answered after Telegram's limit."""

RawUpdate = dict[str, Any]
Handle = Callable[[Update], Awaitable[None]]
Heed = Callable[[RawUpdate], object]
"""Called on arrival of an update; returns True for a press beyond the rate limit."""
DeclinePress = Callable[[transport.RawPress], Awaitable[object]]
"""Answers a press that is not handled; it must be cheap, because there may be thousands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredUpdateQueue:
    """
    Hands updates to `handle`, and those whose handling failed to `failed`.

    Updates beyond the bound of their chat go to `decline`, presses of that kind to `decline_press`.
    """

    account: BotClient
    inbox: UpdateRepository
    handle: Handle
    failed: Handle
    decline: Handle
    decline_press: DeclinePress
    heed: Heed
    clock: Clock
    pause: Callable[[float], Awaitable[object]]
    lanes: PerChatExecutor
    stopping: asyncio.Event
    _crowded: dict[Hashable, dict[int, RawUpdate]] = field(default_factory=dict)
    """By lane, the texts that came while it was full; they are declined together, after the earlier updates."""
    _pressed: dict[Hashable, dict[int, transport.RawPress | None]] = field(default_factory=dict)
    """By lane, the presses that are to be declined; None is for those that are too many even for that."""
    _in_hand: set[int] = field(default_factory=set)
    _finishing: UpdateCompletion = field(init=False)

    def __post_init__(self) -> None:
        """Make the shared completion of all lanes."""
        object.__setattr__(self, "_finishing", UpdateCompletion(self.inbox, self.clock))

    @property
    def in_hand(self) -> frozenset[int]:
        """Return the ids of the updates that were submitted and are not finished."""
        return frozenset(self._in_hand)

    async def drain(self, seconds: float) -> None:
        """Start nothing more, and cancel after a while what is under way; it is handled again at the next start."""
        await self.lanes.drain(seconds)

    def submit(self, update_id: int, raw: RawUpdate) -> None:
        """
        Hand an update out; a chat that has too much waiting holds up nobody.

        What is too much for its chat is stored like everything else, and declined: in one sentence, or one by one where
        each press waits for an answer.
        """
        key, press = transport.lane(raw), transport.press(raw)
        self._in_hand.add(update_id)
        if press is not None and self.heed(raw):
            self._decline_press(key, update_id, press)
        elif self.lanes.submit(key, lambda: self._work({update_id: raw}, self.handle)):
            return
        elif press is not None:
            self._decline_press(key, update_id, press)
        elif not transport.is_spoken(raw):  # what becomes of a chat is handled, however much is said in it
            self.lanes.submit(key, lambda: self._work({update_id: raw}, self.handle), most=sys.maxsize)
        else:
            self._decline_text(key, update_id, raw)

    def _decline_press(self, key: Hashable, update_id: int, press: transport.RawPress) -> None:
        waiting = self._pressed.get(key)
        if waiting is None:
            waiting = self._pressed[key] = {}
            self.lanes.submit((key, "declined"), lambda: self._decline_presses(key), most=sys.maxsize)
        waiting[update_id] = press if len(waiting) < _MOST_DECLINED else None

    async def _decline_presses(self, key: Hashable) -> None:
        """Answer the presses of a lane, some at a time; whoever waits for an answer of another kind goes before."""
        await self.lanes.step_back()
        waiting = self._pressed[key]
        while waiting and not self.stopping.is_set():
            some = dict(islice(waiting.items(), _DECLINED_TOGETHER))
            presses = [press for press in some.values() if press is not None]
            async with self.lanes.aside():
                answers = await asyncio.gather(*map(self.decline_press, presses), return_exceptions=True)
            for fault in answers:
                if isinstance(fault, Exception):
                    _log.error("press.not_declined", extra={"error": type(fault).__name__, "where": where(fault)})
            await self._finish(some)
            for update_id in some:
                del waiting[update_id]
        if not waiting:
            del self._pressed[key]

    async def _finish(self, updates: Collection[int]) -> None:
        """Mark updates as finished, retrying as long as necessary; a stop leaves it to the next start."""
        attempt = 0
        while not self.stopping.is_set() or not attempt:
            attempt += 1
            try:
                await self._finishing(updates)
            except StorageError as error:
                if attempt == 1:
                    _log.error("update.postponed", extra={"update": min(updates), "error": error})
                async with self.lanes.aside():
                    await self.pause(back_off(attempt))
            else:
                self._in_hand.difference_update(updates)
                return

    def _decline_text(self, key: Hashable, update_id: int, raw: RawUpdate) -> None:
        if (crowd := self._crowded.get(key)) is not None:
            crowd[update_id] = raw
            return
        self._crowded[key] = {update_id: raw}
        self.lanes.submit(key, lambda: self._work(self._crowded.pop(key), self.decline), most=sys.maxsize)

    async def _work(self, updates: Mapping[int, RawUpdate], handle: Handle) -> None:
        """Handle updates and mark them as finished; none is lost while the store is away or when the process ends."""
        attempt, left = 0, dict(updates)
        count_once()
        while not self.stopping.is_set():
            attempt += 1
            try:
                for update_id, raw in tuple(left.items()):
                    await self._handle_one(update_id, raw, handle)
                    del left[update_id]  # should its note fail, it is handled all the same
                await self._finishing(updates)
                self._in_hand.difference_update(updates)
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
            await handle(transport.update(raw, self.account))
        except StorageError:
            raise
        except Exception as error:
            kind = next((key for key in raw if key != "update_id"), "empty")
            facts = {"update": update_id, "kind": kind, "error": type(error).__name__, "where": where(error)}
            _log.error("update.failed", extra=facts)
            await self._tell(raw)

    async def _tell(self, raw: RawUpdate) -> None:
        """Tell the person of a failed update that it failed, if that is possible."""
        with contextlib.suppress(Exception):
            await self.failed(transport.update(raw, self.account))


def back_off(failures: int) -> float:
    """Return the seconds to wait after so many failures."""
    return float(min(0.5 * 2**failures, _LONGEST_PAUSE))


def where(error: Exception) -> str:
    """Name the line that failed; the text of an error may hold what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
