"""How close together requests to one host may be."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

_SWEEP = 1024
_STRAGGLERS = 3
"""So many times the usual number of requests may be under way where some of them hang."""


class _Host:
    def __init__(self, slots: int) -> None:
        self.slots = asyncio.Semaphore(slots)
        self.room = asyncio.Semaphore(slots * _STRAGGLERS)
        self.users = 0
        self.waiting = 0
        self.free_at = 0.0
        self.promised = 0.0
        """Until when turns were promised to those who were sent away."""


class HostRateLimiter:
    """
    Turns for requests: a gap between two starts at one host, few at a time there, and a cap over all hosts.

    Turns at a host go in the order they were asked for. Waiting for a host takes no place from other hosts. A request
    that hangs for longer than `patience` takes no place from others either, within limits of their own: two addresses
    that never answer must not hold up the rest of their host, nor a hundred such hosts the rest of the world.
    """

    def __init__(
        self,
        *,
        gap: timedelta,
        per_host: int,
        at_once: int,
        patience: timedelta = timedelta(seconds=3),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._gap = gap.total_seconds()
        self._per_host = per_host
        self._everywhere = asyncio.Semaphore(at_once)
        self._everything = asyncio.Semaphore(at_once * _STRAGGLERS)
        self._patience = patience.total_seconds()
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}

    def book(self, host: str, patience: float) -> float:
        """
        Say in how many seconds to come back for a turn at a host; 0 when it comes within `patience` seconds.

        Whoever is sent away has that time promised, so that a crowd does not come back all at once.
        """
        state = self._find(host)
        now = self._clock()
        wait = max(0.0, state.free_at - now) + state.waiting * self._gap
        if wait <= patience:
            return 0.0
        state.promised = max(now + wait, state.promised + self._gap)
        return state.promised - now

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait until a request to the host may start; the turn ends with the block."""
        state = self._find(host)
        state.users += 1
        state.waiting += 1
        is_waiting = True
        try:
            async with state.room, _Slot(state.slots) as own:
                await self._until_free(state)
                async with self._everything, _Slot(self._everywhere) as common:
                    await self._until_free(state)  # another request may have been quicker meanwhile
                    state.free_at = self._clock() + self._gap
                    state.waiting -= 1
                    is_waiting = False
                    hanging = asyncio.get_running_loop().call_later(self._patience, _free, own, common)
                    try:
                        yield
                    finally:
                        hanging.cancel()
        finally:
            state.waiting -= is_waiting
            state.users -= 1

    def _find(self, host: str) -> _Host:
        if len(self._hosts) >= _SWEEP and host not in self._hosts:
            now = self._clock()
            self._hosts = {
                name: state
                for name, state in self._hosts.items()
                if state.users or max(state.free_at, state.promised) > now
            }
        return self._hosts.setdefault(host, _Host(self._per_host))

    async def _until_free(self, state: _Host) -> None:
        while (wait := state.free_at - self._clock()) > 0:
            await self._sleep(wait)


class _Slot:
    """A place that may be given back before its block ends."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._held = False

    async def __aenter__(self) -> _Slot:
        await self._places.acquire()
        self._held = True
        return self

    async def __aexit__(self, *_: object) -> None:
        self.free()

    def free(self) -> None:
        if self._held:
            self._held = False
            self._places.release()


def _free(*slots: _Slot) -> None:
    for slot in slots:
        slot.free()
