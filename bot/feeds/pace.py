"""How close together requests to one host may be."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

_SWEEP = 1024


class _Host:
    def __init__(self, slots: int) -> None:
        self.slots = asyncio.Semaphore(slots)
        self.users = 0
        self.free_at = 0.0


class HostPace:
    """
    Turns for requests: a gap between two starts at one host, few at a time there, and a cap over all hosts.

    Turns at a host go in the order they were asked for. Waiting for a host takes no place from other hosts.
    """

    def __init__(
        self,
        *,
        gap: timedelta,
        per_host: int,
        at_once: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._gap = gap.total_seconds()
        self._per_host = per_host
        self._everywhere = asyncio.Semaphore(at_once)
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait until a request to the host may start; the turn ends with the block."""
        state = self._enter(host)
        try:
            async with state.slots:
                await self._until_free(state)
                async with self._everywhere:
                    await self._until_free(state)  # another request may have been quicker meanwhile
                    state.free_at = self._clock() + self._gap
                    yield
        finally:
            state.users -= 1

    def _enter(self, host: str) -> _Host:
        if len(self._hosts) >= _SWEEP and host not in self._hosts:
            now = self._clock()
            self._hosts = {name: state for name, state in self._hosts.items() if state.users or state.free_at > now}
        state = self._hosts.setdefault(host, _Host(self._per_host))
        state.users += 1
        return state

    async def _until_free(self, state: _Host) -> None:
        while (wait := state.free_at - self._clock()) > 0:
            await self._sleep(wait)
