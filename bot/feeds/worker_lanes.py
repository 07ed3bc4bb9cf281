"""
Which worker parses a document: slow documents and feeds of single readers have workers of their own.

A hostile document can always use up what one reading may take, and come again with other bytes. So what a document
costs is remembered by its address: after an expensive reading, the next ones wait for the worker of slow documents. A
document larger than any that was cheap to read from its address is also tried by such a worker, so that those known to
be cheap wait neither for its reading nor for the restart of a worker it killed.

Within a lane, documents are served round-robin by who brings them: somebody with many feeds makes others wait for one
reading, not for all of theirs.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

Value = TypeVar("Value")

SLOW = 0.5
"""Seconds of processor time from which a reading counts as slow; a feed of 1 MB with full texts takes about that."""
_CHEAP = 0.03
"""Seconds that make nobody wait; usual feeds, of which only what is new is read, take a third of that."""
_SMALL = 64 * 1024
"""Bytes that cannot take long within the bounds of `bot.feeds.document_limits`, whatever they are."""
_GROWTH = 2
"""A document may be so much larger than the largest that was cheap to read from its address."""
_HOPELESS = 4 * SLOW
"""Seconds from which a slow document waits for the other slow ones."""
_FORGET = 0.8
"""The share of a cost that is remembered after a cheaper reading: 10 s count as slow for 14 more readings."""
_REMEMBERED = 10_000


class WorkerLane(Enum):
    """Workers that share their waiting line; the operator's feeds and those of readers have their own in each."""

    USUAL = "usual"
    """What is cheap."""
    DEAR = "dear"
    """What may not be; it is given up soon."""
    SLOW = "slow"
    """What is slow."""


class Costs:
    """What reading the documents at an address costs, in seconds of processor time."""

    def __init__(self) -> None:
        self._costs: OrderedDict[str, float] = OrderedDict()
        """Of addresses that are slow."""
        self._sizes: OrderedDict[str, int] = OrderedDict()
        """Of those that are cheap: the most bytes that were, where that is worth remembering."""

    def choose(self, url: str, size: int) -> WorkerLane:
        """Say where a document of so many bytes is read."""
        if url in self._costs:
            return WorkerLane.SLOW
        most = max(_SMALL, _GROWTH * self._sizes.get(url, 0))
        return WorkerLane.DEAR if size > most else WorkerLane.USUAL

    def is_hopeless(self, url: str) -> bool:
        """Say whether this address waits for the other slow ones."""
        return self._costs.get(url, 0.0) > _HOPELESS

    def note(self, url: str, seconds: float, size: int) -> None:
        """Note what a reading took."""
        cost = max(seconds, self._costs.pop(url, 0.0) * _FORGET)
        most = self._sizes.pop(url, 0)
        if cost >= SLOW:
            _remember(self._costs, url, cost)
        elif cost <= _CHEAP and max(size, most) * _GROWTH > _SMALL:
            _remember(self._sizes, url, max(size, most))


def _remember(known: OrderedDict[str, Value], url: str, value: Value) -> None:
    known[url] = value
    if len(known) > _REMEMBERED:
        known.popitem(last=False)


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
