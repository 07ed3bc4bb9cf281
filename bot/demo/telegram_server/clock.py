"""Time as the strict server sees it, so that tests can move it."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Found = TypeVar("Found")

HANG_SECONDS = 90.0
"""After so long a wait has failed. Far longer than anything takes: it finds what hangs, and measures nothing."""


@dataclass(frozen=True, slots=True)
class ServerClock:
    """Two readings in seconds: the wall for dates, and ticks that only run forward for limits."""

    wall: Callable[[], float] = time.time
    ticks: Callable[[], float] = time.monotonic


class ManualClock:
    """A clock that moves only by calls."""

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self._now = start

    def __call__(self) -> float:
        """Read the clock."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self._now += seconds

    def as_clock(self) -> ServerClock:
        """Use this clock for both readings."""
        return ServerClock(wall=self, ticks=self)


class Bell:
    """Wakes all tasks that wait for the next change."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake all tasks that wait now."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self) -> None:
        """Wait for the next ring."""
        await self._event.wait()


async def any_of(*bells: Bell) -> None:
    """Wait for the next ring of any of some bells."""
    waits = [asyncio.ensure_future(bell.wait()) for bell in bells]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


async def until(bell: Bell, find: Callable[[], Found | None], within: float) -> Found:
    """Return what `find` finds, asking again after every ring; TimeoutError when it stays absent."""
    async with asyncio.timeout(within):
        while (found := find()) is None:
            await bell.wait()
        return found
