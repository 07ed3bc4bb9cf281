"""What this process has to do among others on the same database, and whether it gets on with it."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from bot.app import database, identity
from bot.clock import WallClock
from bot.core.errors import StorageError
from bot.core.office import Leadership, SoleLeader
from bot.core.progress import LoopProgress
from bot.flow.hold import LeaderElection
from bot.settings.model import Settings
from storage.store import Store

_log = logging.getLogger(__name__)
POLL, ANNOUNCE, DELIVER, RECEIVE = "poll", "announce", "deliver", "receive"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderDuty:
    """The office of this process, and the progress of its loops."""

    office: Leadership
    hold: LeaderElection | None
    """Looks after the office; None where there is only one process."""
    progress: LoopProgress
    at_take_over: list[Callable[[], Awaitable[object]]] = field(default_factory=list)
    """What else there is to do before this process speaks in another one's place."""

    def beat(self, loop: str) -> Callable[[bool], None]:
        """Give a loop its way to say that it has come round, and whether it succeeded."""
        return partial(self.progress.beat, loop)

    def beating(self, loop: str, work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
        """Let a job say that it has come round, and whether it succeeded."""

        async def beaten() -> None:
            succeeded = False
            try:
                await work()
                succeeded = True
            finally:
                self.progress.beat(loop, succeeded)

        return beaten


def make_leader_duty(settings: Settings, store: Store, clock: WallClock, owner: str) -> LeaderDuty:
    """Prepare; on a file there is one process, on a server there may be others with the same token."""
    progress = LoopProgress(_seconds, (POLL, ANNOUNCE, DELIVER, RECEIVE))
    if database.find_file(settings) is not None or settings.database.url.startswith("sqlite"):
        return LeaderDuty(office=SoleLeader(), hold=None, progress=progress)
    account = settings.telegram.token.get_secret_value().partition(":")[0]

    at_take_over: list[Callable[[], Awaitable[object]]] = []

    async def taken() -> None:
        await free_the_dead(store, clock, alone=False)
        await store.outbox.take_over(owner, clock.now())
        for each in at_take_over:
            await each()

    hold = LeaderElection(
        leases=store.leases,
        name=f"telegram:{account}",
        owner=owner,
        seconds=_seconds,
        is_dead=identity.is_dead,
        taken=taken,
    )
    return LeaderDuty(office=hold, hold=hold, progress=progress, at_take_over=at_take_over)


async def free_the_dead(store: Store, clock: WallClock, *, alone: bool) -> None:
    """Give back what processes hold that are gone; `alone`: whoever holds anything is gone."""
    for owner in await store.outbox.list_owners():
        if alone or identity.is_dead(owner):
            freed = await store.outbox.release(owner, clock.now())
            _log.info("leases.freed", extra={"owner": owner, "count": freed})


@contextlib.asynccontextmanager
async def give_back(duty: LeaderDuty, store: Store, clock: WallClock, owner: str) -> AsyncIterator[None]:
    """Give back whatever is still leased when everything has come to its end, the office last."""
    try:
        yield
    finally:
        with contextlib.suppress(StorageError):
            await store.outbox.release(owner, clock.now())
            if duty.hold is not None:
                await duty.hold.release()


def _seconds() -> float:
    """Give seconds that go on while the machine sleeps, as those of the other processes do."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
