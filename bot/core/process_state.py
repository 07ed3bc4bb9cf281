"""
The state of a process: its lease as leader, the progress of its loops, the state of its database, its exit code.

Of all processes on one database one receives from and sends to Telegram: the leader. The lease is a row with an owner,
an end and a fencing token, a number that grows with every change of owner, so that a process that slept through the end
of its lease cannot take itself for the owner.

Progress tells loops that hang from loops that come round and fail each time. The latter are no reason to end the
process, because a restart would not help, but the process is not healthy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds a lease."""

    name: str
    owner: str
    fence: int


class LeaseRepository(Protocol):
    """
    Leases that all processes on a database see; time is the database's own, so that differing clocks do not matter.
    """

    async def take(self, name: str, owner: str, lasting: timedelta, *, instead_of: str | None = None) -> Lease:
        """
        Take the lease if it is free, expired, ours, or held by `instead_of`; returns the lease as it is then.

        A new owner gets a higher fence, and so does one whose lease had run out.
        """
        ...

    async def renew(self, lease: Lease, lasting: timedelta) -> bool:
        """Extend the lease; returns False when it is not ours any more."""
        ...

    async def release(self, lease: Lease) -> None:
        """Free the lease; one that is not ours any more stays as it is."""
        ...


class Leadership(Protocol):
    """What a loop asks before it receives from or sends to Telegram."""

    def is_ours(self) -> bool:
        """Return whether this process is the leader at this moment."""
        ...

    async def confirm(self) -> None:
        """Ask the store whether this process is still the leader; never raises."""
        ...


class SoleLeader:
    """The leadership of the only process on a database."""

    def is_ours(self) -> bool:
        """Return True."""
        return True

    async def confirm(self) -> None:
        """Do nothing."""


class LoopProgress:
    """Counts the finished rounds of each loop, and when it last succeeded; a round with nothing to do is a success."""

    def __init__(self, seconds: Callable[[], float], loops: Iterable[str]) -> None:
        self._seconds = seconds
        self._counts = dict.fromkeys(loops, 0)
        self._succeeded_at = dict.fromkeys(self._counts, seconds())

    def beat(self, loop: str, succeeded: bool = True) -> None:
        """Note that a loop has finished a round, and whether it succeeded."""
        self._counts[loop] += 1
        if succeeded:
            self._succeeded_at[loop] = self._seconds()

    def count(self, loop: str) -> int:
        """Return how many rounds a loop has finished; may be called from another thread."""
        return self._counts[loop]

    def list_still(self, limit: timedelta) -> tuple[str, ...]:
        """List the loops that have not succeeded for so long."""
        now = self._seconds()
        return tuple(loop for loop, at in self._succeeded_at.items() if now - at > limit.total_seconds())


class LoopOutcomes:
    """
    Tells the progress of one loop what became of its work, so that an idle round hides no failure.

    After a piece of work that failed by a fault of ours, only one that succeeds proves that the loop does its work:
    what failed is put aside, and rounds that find nothing else to do would look like success. A round that could not
    even look for work proves nothing, and the next one that can clears it.
    """

    def __init__(self, beat: Callable[[bool], None] = lambda succeeded: None) -> None:
        self._beat = beat
        self._is_failing = False

    def came_round(self) -> None:
        """Note that the loop runs; whether it succeeds is still open."""
        self._beat(False)

    def succeeded(self) -> None:
        """Note work that was done, also work that failed by somebody else's fault."""
        self._is_failing = False
        self._beat(True)

    def failed(self) -> None:
        """Note work that failed by a fault of ours."""
        self._is_failing = True
        self._beat(False)

    def found_nothing(self) -> None:
        """Note a round in which there was nothing to do, or all was under way."""
        self._beat(not self._is_failing)


class DatabaseState:
    """
    Kept by the adapter that reads and writes.

    After a failed write only a probe that needs as much room as ordinary work clears `is_failing`: on a full disk small
    writes go through now and then.
    """

    def __init__(self) -> None:
        self.writes = 0
        """How often something was written."""
        self.written_at: float | None = None
        """When something was written last, in monotonic seconds; None: never."""
        self.is_failing = False
        """Whether a write failed since the last probe that succeeded."""
        self.damage: str | None = None
        """What the database said when it met a damaged part; it stays until the process ends."""

    def wrote(self, seconds: float | None = None) -> None:
        """Note a write that succeeded, and when, in monotonic seconds."""
        self.writes += 1
        self.written_at = seconds

    def failed(self) -> None:
        """Note a write the database could not do; one it refused for its contents does not count."""
        self.is_failing = True

    def proved(self) -> None:
        """Note a probe that succeeded."""
        self.is_failing = False

    def met_damage(self, sentence: str) -> None:
        """Note a damaged part; the first one is kept."""
        self.damage = self.damage or sentence


class ExitCode(IntEnum):
    """Exit codes; part of the public interface."""

    FINE = 0
    FAILURE = 1
    CONFIG = 2
    DATABASE = 3
    TOKEN = 4
    BUSY = 5
