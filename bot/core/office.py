"""
The office of speaking for the bot: of all processes on one database, one receives and sends.

It is a row with an owner, an end and a fence: a number that grows whenever the owner changes, so that a process that
slept through the end of its lease cannot take itself for the owner.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Lease:
    """Who has an office."""

    name: str
    owner: str
    fence: int


class LeaseRepository(Protocol):
    """Leases that all processes of a database see; time is the database's own, so that no clock of theirs matters."""

    async def take(self, name: str, owner: str, lasting: timedelta, *, instead_of: str | None = None) -> Lease:
        """
        Take the lease where it is free, has run out, is ours, or belongs to `instead_of`; returns whose it is then.

        A new owner gets a higher fence, and so does one whose lease had run out.
        """
        ...

    async def renew(self, lease: Lease, lasting: timedelta) -> bool:
        """Put the end off; returns False when the lease is not ours any more."""
        ...

    async def release(self, lease: Lease) -> None:
        """Let the next one have it at once; of a lease that is not ours any more nothing changes."""
        ...


class Leadership(Protocol):
    """What a loop must ask before it speaks to Telegram."""

    def is_ours(self) -> bool:
        """Say whether this process is the one that receives and sends, at this moment."""
        ...

    async def confirm(self) -> None:
        """Ask the store whether that is still so; never raises."""
        ...


class SoleLeader:
    """The office where there is only one process."""

    def is_ours(self) -> bool:
        """Say that it is."""
        return True

    async def confirm(self) -> None:
        """Know it anyway."""
