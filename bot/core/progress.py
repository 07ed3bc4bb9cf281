"""
Which loops of the process come round, and which succeed.

One that comes round and fails each time is not hung, so ending the process would not help; but it does no work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta


class LoopProgress:
    """Each loop says when it has come round once more, and whether it succeeded; having nothing to do is success."""

    def __init__(self, seconds: Callable[[], float], loops: Iterable[str]) -> None:
        self._seconds = seconds
        self._counts = dict.fromkeys(loops, 0)
        self._succeeded_at = dict.fromkeys(self._counts, seconds())

    def beat(self, loop: str, succeeded: bool = True) -> None:
        """Note that a loop has come round, and whether it did what it is for."""
        self._counts[loop] += 1
        if succeeded:
            self._succeeded_at[loop] = self._seconds()

    def count(self, loop: str) -> int:
        """Say how often a loop has come round; may be asked from another thread."""
        return self._counts[loop]

    def list_still(self, limit: timedelta) -> tuple[str, ...]:
        """List the loops that have not succeeded for so long."""
        now = self._seconds()
        return tuple(loop for loop, at in self._succeeded_at.items() if now - at > limit.total_seconds())
