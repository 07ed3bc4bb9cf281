"""
The rate at which publishers are asked: one object for whoever fetches or polls.

`HostRateLimiter` keeps a gap between requests to one host, tells polls of a busy host to come back later, spreads a
backlog of due feeds over time, and finds the hosts whose 429s mean more than one address. The decisions of the last two
are in `bot.core.polling`. `BodyMemory` bounds the memory of all answers together.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from yarl import URL

from bot.core.feed import Feed, host_of
from bot.core.polling import DueBacklog, HostHold, HostThrottle

_SWEEP = 1024
_STRAGGLERS = 3
"""So many times the usual number of requests may be under way where some of them hang."""


def host_name(url: URL) -> str:
    """Name the host whose turn counts: all its ports share it."""
    return (url.host or "").lower().rstrip(".")


class _Host:
    """The places at one host, and when it may be asked next."""

    def __init__(self, slots: int, gap: float) -> None:
        self.slots = asyncio.Semaphore(slots)
        self.room = asyncio.Semaphore(slots * _STRAGGLERS)
        self.free_at = 0.0
        self._gap = gap
        self._users = 0
        self._waiting = 0
        self._promised = 0.0
        """Until when turns were promised to those who were sent away."""

    def is_idle(self, now: float) -> bool:
        return not self._users and max(self.free_at, self._promised) <= now

    def defer(self, now: float, patience: float) -> float:
        wait = max(0.0, self.free_at - now) + self._waiting * self._gap
        if wait <= patience:
            return 0.0
        self._promised = max(now + wait, self._promised + self._gap)
        return self._promised - now

    def arrive(self) -> None:
        self._users += 1
        self._waiting += 1

    def start(self, now: float) -> None:
        self.free_at = now + self._gap
        self._waiting -= 1

    def leave(self, *, has_started: bool) -> None:
        self._users -= 1
        self._waiting -= not has_started


class HostRateLimiter:
    """
    Implements `bot.core.ports.FeedRateLimiter`, and gives turns for requests.

    A turn keeps a gap between two starts at one host, few requests at a time there, and a cap over all hosts. Turns at
    a host go in the order they were asked for. Waiting for a host takes no place from other hosts. A request that hangs
    for longer than `patience` takes no place from others either, within limits of their own: two addresses that never
    answer must not hold up the rest of their host, nor a hundred such hosts the rest of the world.
    """

    def __init__(
        self,
        *,
        gap: timedelta,
        per_host: int,
        at_once: int,
        interval: timedelta = timedelta(minutes=10),
        patience: timedelta = timedelta(seconds=3),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`interval` is the usual distance between two polls of a feed, over which a backlog is spread."""
        self._gap = gap.total_seconds()
        self._per_host = per_host
        self._everywhere = asyncio.Semaphore(at_once)
        self._everything = asyncio.Semaphore(at_once * _STRAGGLERS)
        self._patience = patience.total_seconds()
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._backlog = DueBacklog(interval)
        self._throttle = HostThrottle()

    def count_startable(self) -> int:
        return self._backlog.room(self._clock())

    def note_need(self, polls_a_second: float) -> None:
        self._backlog.need(polls_a_second)

    def note_started(self, started: int, still_due: int) -> None:
        self._backlog.took(started)
        self._backlog.note(still_due)

    def defer(self, feed: Feed, *, patience: timedelta) -> timedelta:
        try:
            hosts = {host_name(URL(address)) for address in (feed.url, feed.validators_url) if address} - {""}
        except ValueError:
            return timedelta(0)
        waits = [self._find(host).defer(self._clock(), patience.total_seconds()) for host in hosts]
        return timedelta(seconds=max(waits, default=0.0))

    def note_throttled(self, feed: Feed, retry_after: timedelta | None, now: datetime) -> HostHold | None:
        return self._throttle.note(host_of(feed.url), feed.url, retry_after, now)

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait until a request to the host may start; the turn ends with the block."""
        host = self._find(name)
        host.arrive()
        has_started = False
        try:
            async with host.room, _Slot(host.slots) as own:
                await self._until_free(host)
                async with self._everything, _Slot(self._everywhere) as common:
                    await self._until_free(host)  # another request may have been quicker meanwhile
                    host.start(self._clock())
                    has_started = True
                    hanging = asyncio.get_running_loop().call_later(self._patience, _free, own, common)
                    try:
                        yield
                    finally:
                        hanging.cancel()
        finally:
            host.leave(has_started=has_started)

    def _find(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            if len(self._hosts) >= _SWEEP:
                now = self._clock()
                self._hosts = {known: host for known, host in self._hosts.items() if not host.is_idle(now)}
            host = self._hosts[name] = _Host(self._per_host, self._gap)
        return host

    async def _until_free(self, host: _Host) -> None:
        while (wait := host.free_at - self._clock()) > 0:
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
        if taken:
            self._budget.give(taken)
        self._budget._disfavour(self)

    def hand_over(self) -> int:
        """Pass the taken bytes on to whoever gives them back later; returns how many."""
        taken, self.taken = self.taken, 0
        return taken
