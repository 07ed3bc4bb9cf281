"""
Leader election: takes the lease when it is free, renews it well before it ends, and notices its loss.

Whether the lease is held is decided by a clock that goes on while the process is suspended: a process that slept
through the end of its lease knows so without asking the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.core.errors import StorageError
from bot.core.process_state import Lease, LeaseRepository

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasePolicy:
    """How long a lease lasts and how often it is renewed."""

    lasting: timedelta = timedelta(seconds=20)
    margin: timedelta = timedelta(seconds=3)
    """This process stops so long before the lease ends."""
    renew_every: timedelta = timedelta(seconds=4)
    look_every: timedelta = timedelta(seconds=1)
    """How often a process that is not the leader tries to take the lease."""


class LeaderElection:
    """The `Leadership` of one process among several; `run` takes and renews the lease until `stop`."""

    def __init__(
        self,
        *,
        leases: LeaseRepository,
        name: str,
        owner: str,
        seconds: Callable[[], float],
        is_dead: Callable[[str], bool],
        taken: Callable[[], Awaitable[object]],
        policy: LeasePolicy | None = None,
    ) -> None:
        self._leases = leases
        self._name = name
        self._owner = owner
        self._seconds = seconds
        self._is_dead = is_dead
        self._taken = taken
        self._policy = policy or LeasePolicy()
        self._lease: Lease | None = None
        self._until = 0.0
        self._looking = asyncio.Lock()
        self._stopping = asyncio.Event()

    def is_ours(self) -> bool:
        """Return whether this process is the leader at this moment."""
        return self._lease is not None and self._seconds() < self._until

    async def confirm(self) -> None:
        """Ask the store whether this process is still the leader; never raises."""
        with contextlib.suppress(StorageError):
            await self.look()

    async def look(self) -> bool:
        """Renew the lease, or take it if it is free; returns whether it is ours."""
        async with self._looking:
            return await (self._take() if self._lease is None else self._renew(self._lease))

    async def run(self) -> None:
        """Take and renew the lease until `stop`; a fault of the store is one log line."""
        failing = False
        while not self._stopping.is_set():
            try:
                ours = await self.look()
                failing = False
            except StorageError as error:
                if not failing:
                    _log.warning("office.unknown", extra={"error": error})
                ours, failing = False, True
            pause = self._policy.renew_every if ours else self._policy.look_every
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause.total_seconds())

    def stop(self) -> None:
        """Stop renewing; the lease stays ours until `release`."""
        self._stopping.set()

    async def release(self) -> None:
        """Free the lease for the next process."""
        lease, self._lease = self._lease, None
        if lease is not None:
            await self._leases.release(lease)

    async def _take(self) -> bool:
        asked_at, lasting = self._seconds(), self._policy.lasting
        lease = await self._leases.take(self._name, self._owner, lasting)
        if lease.owner != self._owner and self._is_dead(lease.owner):
            lease = await self._leases.take(self._name, self._owner, lasting, instead_of=lease.owner)
        if lease.owner != self._owner:
            return False
        await self._taken()  # before anybody sends: what the former leader had in hand is freed first
        self._begin(asked_at, lease)
        _log.info("office.taken", extra={"fence": lease.fence})
        return True

    async def _renew(self, lease: Lease) -> bool:
        asked_at = self._seconds()
        if await self._leases.renew(lease, self._policy.lasting):
            if not self.is_ours():
                _log.info("office.kept", extra={"fence": lease.fence})
            self._begin(asked_at, lease)
            return True
        self._lease = None
        _log.warning("office.lost", extra={"fence": lease.fence})
        return False

    def _begin(self, asked_at: float, lease: Lease) -> None:
        self._lease = lease
        self._until = asked_at + (self._policy.lasting - self._policy.margin).total_seconds()
