"""
Leadership of this process: its owner name, the file lock, its leases, and the progress of its loops.

An owner name holds the machine, the process id and the time the process started. So after kill -9 the next start on the
same machine knows at once that the owner of a lease is dead.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from bot.app import database
from bot.clock import WallClock
from bot.core.errors import StorageError
from bot.core.process_state import Leadership, LoopProgress, SoleLeader
from bot.metrics import Metrics
from bot.services.leadership import LeaderElection
from bot.services.retry import StoreRetry
from bot.settings.model import Settings
from storage.store import Store


def name_owner() -> str:
    """Return the name of this process as an owner of leases."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def is_dead(owner: str) -> bool:
    """Return whether an owner was a process of this machine that is gone; False for owners on other machines."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    started = owner.rpartition(":")[2]
    if host != socket.gethostname() or not rest.isdecimal():
        return False
    return _started(int(rest)) != started


def _started(pid: int) -> str:
    """Return when a process started, in clock ticks since boot; "" when it does not exist."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        return "" if fields[0] == "Z" else fields[19]
    except FileNotFoundError:
        return "" if Path("/proc/self").exists() else _started_elsewhere(pid)
    except (OSError, IndexError):
        return ""


def _started_elsewhere(pid: int) -> str:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    return "alive"


def lock_file(path: Path) -> IO[str] | None:
    """Take the lock beside a database file, for as long as the process lives; None when somebody else has it."""
    handle = path.with_name(path.name + ".lock").open("a", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    return handle


_log = logging.getLogger(__name__)
POLL, ANNOUNCE, DELIVER, RECEIVE = "poll", "announce", "deliver", "receive"
DIGESTS, HELD = "digests", "held alerts"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderDuty:
    """The leadership of this process, and the progress of its loops."""

    leadership: Leadership
    election: LeaderElection | None
    """Takes and renews the lease; None where there is only one process."""
    progress: LoopProgress
    at_take_over: list[Callable[[], Awaitable[object]]] = field(default_factory=list)
    """Called before this process receives and sends in place of another one."""

    def beat(self, loop: str) -> Callable[[bool], None]:
        """Return the function with which a loop reports a finished round and whether it succeeded."""
        return partial(self.progress.beat, loop)

    def beating(self, loop: str, work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
        """Wrap a job so that it reports each finished round and whether it succeeded."""

        async def beaten() -> None:
            succeeded = False
            try:
                await work()
                succeeded = True
            finally:
                self.progress.beat(loop, succeeded)

        return beaten


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessContext:
    """What every part of this process is made from."""

    settings: Settings
    store: Store
    clock: WallClock
    owner: str
    """Names this process in leases."""
    duty: LeaderDuty
    metrics: Metrics
    retry: StoreRetry
    stack: contextlib.AsyncExitStack
    """Closes what was opened, in reverse order."""


def make_leader_duty(settings: Settings, store: Store, clock: WallClock, owner: str) -> LeaderDuty:
    """Make the leadership; a file has one process, a server may have several with the same token."""
    progress = LoopProgress(_seconds, (POLL, ANNOUNCE, DELIVER, RECEIVE, DIGESTS, HELD))
    if database.find_file(settings) is not None or settings.database.url.startswith("sqlite"):
        return LeaderDuty(leadership=SoleLeader(), election=None, progress=progress)
    account = settings.telegram.token.get_secret_value().partition(":")[0]

    at_take_over: list[Callable[[], Awaitable[object]]] = []

    async def taken() -> None:
        await free_the_dead(store, clock, alone=False)
        await store.outbox.take_over(owner, clock.now())
        for work in at_take_over:
            await work()

    election = LeaderElection(
        leases=store.leases,
        name=f"telegram:{account}",
        owner=owner,
        seconds=_seconds,
        is_dead=is_dead,
        taken=taken,
    )
    return LeaderDuty(leadership=election, election=election, progress=progress, at_take_over=at_take_over)


async def free_the_dead(store: Store, clock: WallClock, *, alone: bool) -> None:
    """Free the leases of processes that are gone; with `alone` all leases."""
    for owner in await store.outbox.list_owners():
        if alone or is_dead(owner):
            freed = await store.outbox.release(owner, clock.now())
            _log.info("leases.freed", extra={"owner": owner, "count": freed})


@contextlib.asynccontextmanager
async def give_back(duty: LeaderDuty, store: Store, clock: WallClock, owner: str) -> AsyncIterator[None]:
    """Free all leases of this process at its end, the leadership last."""
    try:
        yield
    finally:
        with contextlib.suppress(StorageError):
            await store.outbox.release(owner, clock.now())
            if duty.election is not None:
                await duty.election.release()


def _seconds() -> float:
    """Return a monotonic time that also counts while the machine sleeps, as the other processes' clocks do."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
