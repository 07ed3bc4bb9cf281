"""
Whose turn it is among documents that wait for the workers of a lane.

Those who bring them take turns: somebody with many feeds makes others wait for one reading, not for all of theirs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneClaim:
    """What a document asks for."""

    by: Hashable
    """Who brought it; they take turns."""
    is_last: bool = False
    """It waits for all that are not."""
    is_large: bool = False
    """It may need much memory: one such at a time."""


class LaneTurns:
    """A waiting line for `places` workers; use it within one event loop."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._large_free = 1
        self._waiting: list[tuple[LaneClaim, asyncio.Future[None]]] = []
        self._count = 0
        self._served: dict[Hashable, int] = {}
        """When each had a turn last; forgotten whenever nobody waits."""

    @asynccontextmanager
    async def turn(self, claim: LaneClaim) -> AsyncIterator[None]:
        """Wait for a worker, and hold it during the block."""
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((claim, granted))
        self._serve()
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                self._give_back(claim)  # it was granted in the same moment
            else:
                self._waiting.remove((claim, granted))
            raise
        try:
            yield
        finally:
            self._give_back(claim)

    def _give_back(self, claim: LaneClaim) -> None:
        self._free += 1
        self._large_free += claim.is_large
        if not self._waiting:
            self._served.clear()
        self._serve()

    def _serve(self) -> None:
        while self._free > 0 and (chosen := min(filter(self._fits, self._waiting), key=self._rank, default=None)):
            claim, granted = chosen
            self._waiting.remove(chosen)
            self._free -= 1
            self._large_free -= claim.is_large
            self._count += 1
            self._served[claim.by] = self._count
            granted.set_result(None)

    def _fits(self, waiting: tuple[LaneClaim, asyncio.Future[None]]) -> bool:
        claim, granted = waiting
        return not granted.done() and (self._large_free > 0 or not claim.is_large)

    def _rank(self, waiting: tuple[LaneClaim, asyncio.Future[None]]) -> tuple[bool, int]:
        claim, _ = waiting
        return claim.is_last, self._served.get(claim.by, 0)  # of equals, the one that came first
