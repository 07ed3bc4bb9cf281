"""Work in lanes: in order within a chat, side by side across chats, never more than so much at once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable

Work = Callable[[], Awaitable[None]]


class Lanes:
    """Runs what it is given; work must catch its own exceptions."""

    def __init__(self, at_once: int = 32, waiting: int = 500) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._most = waiting
        self._lanes: dict[Hashable, deque[Work]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0
        self._room = asyncio.Event()
        self._room.set()

    async def submit(self, key: Hashable, work: Work) -> None:
        """Queue work in a lane; waits while too much is queued."""
        await self._room.wait()
        self._count += 1
        if self._count >= self._most:
            self._room.clear()
        lane = self._lanes.get(key)
        if lane is not None:
            lane.append(work)
            return
        self._lanes[key] = deque([work])
        task = asyncio.create_task(self._run(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float) -> None:
        """Start nothing more, let what runs come to its end, and cut it off after a while."""
        for lane in self._lanes.values():
            lane.clear()
        if not self._tasks:
            return
        _, late = await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, key: Hashable) -> None:
        lane = self._lanes[key]
        try:
            while lane:
                work = lane.popleft()
                async with self._slots:
                    await work()
                self._count -= 1
                self._room.set()
        finally:
            del self._lanes[key]
