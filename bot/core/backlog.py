"""
A heap of feeds that are due at once, worked off evenly instead of in one burst.

There is one after a stop or an outage, and when thousands of feeds are added together. Publishers who host many feeds,
and the network between us and them, should not notice that we were away.
"""

from __future__ import annotations

from datetime import timedelta

_LONGEST = timedelta(minutes=5)
_SLOWEST = 20.0
"""Feeds a second that are never too many."""


class DueBacklog:
    """Says how many feeds may be started now; times are seconds that only run forward."""

    def __init__(self, interval: timedelta, *, at_once: int = 64) -> None:
        """`interval` is the usual one: a heap is worked off within half of it, at most in five minutes."""
        self._spread = min(interval / 2, _LONGEST).total_seconds()
        self._most = self._left = float(at_once)
        self._rate = _SLOWEST
        self._at: float | None = None

    def room(self, now: float) -> int:
        """Say how many may be started."""
        if self._at is not None:
            self._left = min(self._most, self._left + (now - self._at) * self._rate)
        self._at = now
        return int(self._left)

    def took(self, started: int) -> None:
        """Note how many were."""
        self._left -= started

    def note(self, due: int) -> None:
        """Note how many are still due; the rate follows the largest heap until there is none."""
        self._rate = max(_SLOWEST, self._rate if due else 0, due / self._spread)
        self._most = max(self._most, self._rate)
