"""Which loops of the process are getting on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta


class Progress:
    """Each loop says when it has come round once more; also while it has nothing to do, or waits for somebody."""

    def __init__(self, seconds: Callable[[], float], loops: Iterable[str]) -> None:
        self._seconds = seconds
        self._counts = dict.fromkeys(loops, 0)
        self._beaten_at = dict.fromkeys(self._counts, seconds())

    def beat(self, loop: str) -> None:
        """Note that a loop has come round."""
        self._counts[loop] += 1
        self._beaten_at[loop] = self._seconds()

    def count(self, loop: str) -> int:
        """Say how often a loop has come round; may be asked from another thread."""
        return self._counts[loop]

    def list_still(self, limit: timedelta) -> tuple[str, ...]:
        """List the loops that have not come round for so long."""
        now = self._seconds()
        return tuple(loop for loop, at in self._beaten_at.items() if now - at > limit.total_seconds())
