"""
Queue of stored updates: handled in order within a chat, each chat with a bound of its own, finished in batches.

An update is stored when it arrives and marked as finished when its handling is done, so that a kill loses none. Updates
that finish while one transaction runs share the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import traceback
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Hashable, Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from telegram import Update

from bot.core.errors import StorageError, without_text
from bot.core.ports import Clock
from bot.core.repositories import UpdateRepository
from bot.services.retry import BackOff
from bot.telegram.access import count_once
from bot.telegram.api import transport
from bot.telegram.api.client import BotClient

Work = Callable[[], Awaitable[None]]


class _TaskSlot:
    """The slot that the work of one queue occupies."""

    def __init__(self, pool: asyncio.Semaphore) -> None:
        self.pool = pool
        self.is_taken = False

    async def take(self) -> None:
        await self.pool.acquire()
        self.is_taken = True

    def leave(self) -> None:
        if self.is_taken:
            self.is_taken = False
            self.pool.release()

    async def change(self, pool: asyncio.Semaphore) -> None:
        """Leave this slot and wait for one of another pool."""
        self.leave()
        self.pool = pool
        await self.take()


class PerChatExecutor:
    """
    Runs work in order within a chat and concurrently across chats; the work must catch its own exceptions.

    All chats share a limited number of slots, which bound how much runs at once. A slot is for work of our own, at the
    store and the processor. Work that waits for somebody else (Telegram's rate for one chat, an answer over the
    network) gives its slot up for that time, so that no number of slow chats delays another one.

    At most `at_once` tasks run, `behind` more of those that may take longer (`step_back`), and `waiting` is how much
    work one chat's queue may hold. The number of queues is not bounded: one that is full says nothing about the others.
    """

    def __init__(self, at_once: int = 32, behind: int = 4, waiting: int = 100) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._slots_behind = asyncio.Semaphore(behind)
        self._most = waiting
        self._queues: dict[Hashable, deque[Work]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._taken: dict[asyncio.Task[Any], _TaskSlot] = {}

    def submit(self, key: Hashable, work: Work, *, most: int | None = None) -> bool:
        """Queue work; returns False, and does nothing, where `most` (or the usual bound) wait under this key."""
        queue = self._queues.get(key)
        if queue is not None:
            if len(queue) >= (self._most if most is None else most):
                return False
            queue.append(work)
            return True
        self._queues[key] = deque([work])
        task = asyncio.create_task(self._run(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    @contextlib.asynccontextmanager
    async def without_slot(self) -> AsyncIterator[None]:
        """Give up the slot of this task while it waits for somebody else; other tasks have none to give up."""
        slot = self._find_slot()
        if slot is None or not slot.is_taken:
            yield
            return
        slot.leave()
        try:
            yield
        finally:
            await slot.take()

    async def step_back(self) -> None:
        """Move to one of the few slots for work that must not delay those who wait for an answer."""
        slot = self._find_slot()
        if slot is not None and slot.pool is not self._slots_behind:
            await slot.change(self._slots_behind)

    async def drain(self, seconds: float) -> None:
        """Start nothing more, let what runs finish, and cancel it after a while."""
        for queue in self._queues.values():
            queue.clear()
        if not self._tasks:
            return
        _, late = await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _find_slot(self) -> _TaskSlot | None:
        """Find the slot of the running task; a task that queued work has started has none."""
        task = asyncio.current_task()
        return None if task is None else self._taken.get(task)

    async def _run(self, key: Hashable) -> None:
        queue, task = self._queues[key], asyncio.current_task()
        assert task is not None
        try:
            while queue:
                work = queue.popleft()
                slot = self._taken[task] = _TaskSlot(self._slots)
                try:
                    await slot.take()
                    await work()
                finally:
                    slot.leave()
        finally:
            self._taken.pop(task, None)
            del self._queues[key]


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
_FAILURES_BEFORE_REPORT = 4
_DECLINED_TOGETHER = 25
"""Presses of one chat that are declined concurrently and marked as finished in one transaction."""
_MOST_DECLINED = 5_000
"""Most declined presses that wait for their note; later ones would be answered after Telegram's limit."""

RawUpdate = dict[str, Any]
Handle = Callable[[Update], Awaitable[None]]


def store_back_off() -> BackOff:
    """Make the pauses between attempts while the store or Telegram is away."""
    return BackOff(first=1.0, longest=3.0)


class UpdateHandler(Protocol):
    """Handles what the queue hands out."""

    def is_exceeded(self, press: transport.RawPress) -> bool:
        """Count a press on its arrival; returns whether it exceeds the rate limit and is to be declined."""
        ...

    async def handle(self, update: Update) -> None:
        """Handle one update."""
        ...

    async def report_failure(self, update: Update) -> None:
        """Tell the person of this update that something went wrong."""
        ...

    async def decline(self, update: Update) -> None:
        """Decline a text that came while the queue of its chat was full."""
        ...

    async def decline_press(self, press: transport.RawPress) -> None:
        """Answer a press that is not handled; it must be cheap, because there may be thousands."""
        ...


def _ignore(query: transport.RawInlineQuery) -> None:
    """Do nothing: the default of `answer_inline`."""


class StoredUpdateQueue:
    """Hands updates to the handler and marks them as finished; what is too much for its chat is declined."""

    def __init__(
        self,
        *,
        account: BotClient,
        inbox: UpdateRepository,
        handler: UpdateHandler,
        executor: PerChatExecutor,
        clock: Clock,
        answer_inline: Callable[[transport.RawInlineQuery], None] = _ignore,
        pause: Callable[[float], Awaitable[object]] | None = None,
    ) -> None:
        self.answer_inline = answer_inline
        """Takes the inline queries, which are not stored, not even for a moment."""
        self._account = account
        self._handler = handler
        self._executor = executor
        self._pause = pause or self._pause_until_stop
        self._finish_together = UpdateCompletion(inbox, clock)
        self._stopping = asyncio.Event()
        self._in_hand: set[int] = set()
        self._crowded: dict[Hashable, dict[int, RawUpdate]] = {}
        """By chat, the texts that came while its queue was full; they are declined together, after earlier updates."""
        self._pressed: dict[Hashable, dict[int, transport.RawPress | None]] = {}
        """By chat, the presses that are to be declined; None is for those that are too many even for that."""

    @property
    def in_hand(self) -> frozenset[int]:
        """Return the ids of the updates that were submitted and are not finished."""
        return frozenset(self._in_hand)

    def stop(self) -> None:
        """Retry nothing more; what could not be stored is handled again at the next start."""
        self._stopping.set()

    async def drain(self, seconds: float) -> None:
        """Start nothing more, and cancel after a while what is under way; it is handled again at the next start."""
        await self._executor.drain(seconds)

    def submit(self, update_id: int, raw: RawUpdate) -> None:
        """
        Hand an update out; a chat that has too much waiting holds up nobody.

        What is too much for its chat is stored like everything else, and declined: in one sentence, or one by one where
        each press waits for an answer.
        """
        key, press = transport.queue_key(raw), transport.press(raw)
        self._in_hand.add(update_id)
        if press is not None and self._handler.is_exceeded(press):
            self._decline_press(key, update_id, press)
        elif self._executor.submit(key, lambda: self._work({update_id: raw}, self._handler.handle)):
            return
        elif press is not None:
            self._decline_press(key, update_id, press)
        elif not transport.is_spoken(raw):  # what becomes of a chat is handled, however much is said in it
            self._executor.submit(key, lambda: self._work({update_id: raw}, self._handler.handle), most=sys.maxsize)
        else:
            self._decline_text(key, update_id, raw)

    def _decline_press(self, key: Hashable, update_id: int, press: transport.RawPress) -> None:
        waiting = self._pressed.get(key)
        if waiting is None:
            waiting = self._pressed[key] = {}
            self._executor.submit((key, "declined"), lambda: self._decline_presses(key), most=sys.maxsize)
        waiting[update_id] = press if len(waiting) < _MOST_DECLINED else None

    async def _decline_presses(self, key: Hashable) -> None:
        """Answer the presses of a chat, some at a time; whoever waits for an answer of another kind goes before."""
        await self._executor.step_back()
        waiting = self._pressed[key]
        while waiting and not self._stopping.is_set():
            some = dict(islice(waiting.items(), _DECLINED_TOGETHER))
            presses = [press for press in some.values() if press is not None]
            async with self._executor.without_slot():
                answers = await asyncio.gather(*map(self._handler.decline_press, presses), return_exceptions=True)
            for fault in answers:
                if isinstance(fault, Exception):
                    _log.error("press.not_declined", extra={"error": without_text(fault), "where": locate_error(fault)})
            await self._finish(some)
            for update_id in some:
                del waiting[update_id]
        if not waiting:
            del self._pressed[key]

    async def _finish(self, updates: Collection[int]) -> None:
        """Mark updates as finished, retrying as long as necessary; a stop leaves it to the next start."""
        back_off = store_back_off()
        while True:
            try:
                await self._finish_together(updates)
            except StorageError as error:
                await self._postpone(updates, error, back_off)
                if self._stopping.is_set():
                    return
            else:
                self._in_hand.difference_update(updates)
                return

    def _decline_text(self, key: Hashable, update_id: int, raw: RawUpdate) -> None:
        if (crowd := self._crowded.get(key)) is not None:
            crowd[update_id] = raw
            return
        self._crowded[key] = {update_id: raw}
        self._executor.submit(key, lambda: self._work(self._crowded.pop(key), self._handler.decline), most=sys.maxsize)

    async def _work(self, updates: Mapping[int, RawUpdate], handle: Handle) -> None:
        """Handle updates and mark them as finished; none is lost while the store is away or when the process ends."""
        back_off, left = store_back_off(), dict(updates)
        count_once()
        while not self._stopping.is_set():
            try:
                for update_id, raw in tuple(left.items()):
                    await self._handle_one(update_id, raw, handle)
                    del left[update_id]  # should its note fail, it is handled all the same
                await self._finish_together(updates)
                self._in_hand.difference_update(updates)
                return
            except StorageError as error:
                # Nothing is lost: it is handled when the store is back, or at the next start.
                if back_off.failures == _FAILURES_BEFORE_REPORT - 1:
                    await self._report_failure(next(iter(updates.values())))
                await self._postpone(updates, error, back_off)

    async def _postpone(self, updates: Collection[int], error: StorageError, back_off: BackOff) -> None:
        """Wait before the next attempt, without a slot."""
        if not back_off.failures:
            _log.error("update.postponed", extra={"update": min(updates), "error": error})
        async with self._executor.without_slot():
            await self._pause(back_off.next())

    async def _handle_one(self, update_id: int, raw: RawUpdate, handle: Handle) -> None:
        try:
            await handle(transport.update(raw, self._account))
        except StorageError:
            raise
        except Exception as error:
            kind = next((key for key in raw if key != "update_id"), "empty")
            facts = {"update": update_id, "kind": kind, "error": without_text(error), "where": locate_error(error)}
            _log.error("update.failed", extra=facts)
            await self._report_failure(raw)

    async def _report_failure(self, raw: RawUpdate) -> None:
        """Tell the person of a failed update that it failed, if that is possible."""
        with contextlib.suppress(Exception):
            await self._handler.report_failure(transport.update(raw, self._account))

    async def _pause_until_stop(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


def locate_error(error: Exception) -> str:
    """Name the line that failed; the text of an error may hold what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
