"""Minimum distance between requests to one host, and the bound on the memory of all answers together."""

from __future__ import annotations

import asyncio
import time
from collections import deque
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


_FAVOUR_SECONDS = 10.0


class BodyMemory:
    """
    Bytes that are taken while a body grows and given back when nobody holds it any more.

    Where all is taken, one at a time of those who wait is favoured: it goes on all the same, until it is done or some
    seconds have passed. Otherwise bodies that have each got half could wait for each other for ever.
    """

    def __init__(self, total: int) -> None:
        self._left = total
        self._waiting: deque[tuple[int, BodyAccount, asyncio.Future[None]]] = deque()
        self._favoured: BodyAccount | None = None

    def open(self) -> BodyAccount:
        """Open an account for one body."""
        return BodyAccount(self)

    def give(self, amount: int) -> None:
        """Give back the bytes."""
        self._left += amount
        self._serve()

    async def _take(self, amount: int, account: BodyAccount) -> None:
        if account is self._favoured or (not self._waiting and amount <= self._left):
            self._left -= amount
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((amount, account, turn))
        self._serve()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give(amount)  # it was granted in the same moment
            raise

    def _serve(self) -> None:
        while self._waiting:
            amount, account, turn = self._waiting[0]
            if not turn.done():
                if amount > self._left:
                    if self._favoured is not None:
                        return
                    self._favoured = account
                    asyncio.get_running_loop().call_later(_FAVOUR_SECONDS, self._disfavour, account)
                self._left -= amount
                turn.set_result(None)
            self._waiting.popleft()

    def _disfavour(self, account: BodyAccount) -> None:
        if self._favoured is account:
            self._favoured = None
            self._serve()


class BodyAccount:
    """What one body has taken."""

    def __init__(self, budget: BodyMemory) -> None:
        self._budget = budget
        self.taken = 0

    async def take(self, amount: int) -> None:
        """Take so much more, when it is this body's turn."""
        await self._budget._take(amount, self)
        self.taken += amount

    def close(self) -> None:
        """Give back all bytes, except those that `hand_over` passed on."""
        taken, self.taken = self.taken, 0
        self._budget.give(taken)
        self._budget._disfavour(self)

    def hand_over(self) -> int:
        """Pass the taken bytes on to whoever gives them back later; returns how many."""
        taken, self.taken = self.taken, 0
        return taken
