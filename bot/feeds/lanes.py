"""
Which worker reads a document: what is known to be slow, and what single readers brought in, has workers of its own.

A hostile document can always use up what one reading may take, and come again with other bytes. So what a document
costs is remembered for its address: after a dear reading, the next ones wait for the worker that slow documents have.
"""

from __future__ import annotations

from collections import OrderedDict
from enum import Enum

SLOW = 0.5
"""Seconds of processor time from which a reading counts as slow; a feed of 1 MB with full texts takes about that."""
_FORGET = 0.8
"""The share of a cost that is remembered after a cheaper reading: 10 s count as slow for 14 more readings."""
_REMEMBERED = 10_000


class Lane(Enum):
    """Workers that share their waiting line."""

    USUAL = "usual"
    """The operator's feeds, and pages."""
    READERS = "readers"
    """What single readers brought in."""
    SLOW = "slow"
    """What was slow to read, whoever brought it in."""


class Costs:
    """What reading the documents at an address costs, in seconds of processor time."""

    def __init__(self) -> None:
        self._costs: OrderedDict[str, float] = OrderedDict()

    def choose(self, url: str, *, is_readers: bool) -> Lane:
        """Say where a document is read."""
        if self._costs.get(url, 0.0) > SLOW:
            return Lane.SLOW
        return Lane.READERS if is_readers else Lane.USUAL

    def note(self, url: str, seconds: float) -> None:
        """Note what a reading took; cheap addresses are not remembered."""
        cost = max(seconds, self._costs.pop(url, 0.0) * _FORGET)
        if cost > SLOW:
            self._costs[url] = cost
            while len(self._costs) > _REMEMBERED:
                self._costs.popitem(last=False)
