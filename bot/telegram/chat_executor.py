"""
Runs work in lanes: in order within a chat, concurrently across chats.

All lanes share a limited number of *places*, which bound how much runs at once. A place is for work of our own, at the
store and the processor. Work that waits for somebody else (Telegram's rate for one chat, an answer over the network)
gives its place up for that time, so that no number of slow chats delays another one.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

Work = Callable[[], Awaitable[None]]
Aside = Callable[[], AbstractAsyncContextManager[None]]
"""A context manager that gives up the place of the running task for its duration."""


def stay() -> AbstractAsyncContextManager[None]:
    """Keep everything: the context manager for code that runs outside of any lane."""
    return contextlib.nullcontext()


@dataclass(slots=True)
class _Place:
    """The place that the work of one lane occupies."""

    slots: asyncio.Semaphore
    is_taken: bool = False

    async def take(self) -> None:
        await self.slots.acquire()
        self.is_taken = True

    def leave(self) -> None:
        if self.is_taken:
            self.is_taken = False
            self.slots.release()


class PerChatExecutor:
    """
    Runs work in lanes; the work must catch its own exceptions.

    At most `at_once` tasks run, `behind` more of those that may take longer (`step_back`), and `waiting` is how much
    work one lane may hold. The number of lanes is not bounded: one that is full says nothing about the others.
    """

    def __init__(self, at_once: int = 32, behind: int = 4, waiting: int = 100) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._behind = asyncio.Semaphore(behind)
        self._most = waiting
        self._lanes: dict[Hashable, deque[Work]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._places: dict[asyncio.Task[Any], _Place] = {}

    def submit(self, key: Hashable, work: Work, *, most: int | None = None) -> bool:
        """Queue work in a lane; returns False, and does nothing, where `most` (or the usual bound) wait in it."""
        lane = self._lanes.get(key)
        if lane is not None:
            if len(lane) >= (self._most if most is None else most):
                return False
            lane.append(work)
            return True
        self._lanes[key] = deque([work])
        task = asyncio.create_task(self._run(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    @contextlib.asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        """Give up the place of this lane while waiting for somebody else; outside of lanes nothing happens."""
        place = self._place()
        if place is None or not place.is_taken:
            yield
            return
        place.leave()
        try:
            yield
        finally:
            await place.take()

    async def step_back(self) -> None:
        """Move to one of the few places for work that must not delay those who wait for an answer."""
        place = self._place()
        if place is not None and place.slots is not self._behind:
            place.leave()
            place.slots = self._behind
            await place.take()

    async def drain(self, seconds: float) -> None:
        """Start nothing more, let what runs finish, and cancel it after a while."""
        for lane in self._lanes.values():
            lane.clear()
        if not self._tasks:
            return
        _, late = await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _place(self) -> _Place | None:
        """Find the place of the running task; what a lane's work starts beside itself has none."""
        task = asyncio.current_task()
        return None if task is None else self._places.get(task)

    async def _run(self, key: Hashable) -> None:
        lane, task = self._lanes[key], asyncio.current_task()
        assert task is not None
        try:
            while lane:
                work = lane.popleft()
                place = self._places[task] = _Place(self._slots)
                try:
                    await place.take()
                    await work()
                finally:
                    place.leave()
        finally:
            self._places.pop(task, None)
            del self._lanes[key]
