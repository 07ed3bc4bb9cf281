"""
Ends the process when its poll loop stands still, so that whoever started it starts it again.

A thread of its own looks, because a loop that hangs cannot. It counts only time in which the process ran: one that was
stopped, or slept with its machine, is not hung.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from bot.app.exits import ExitCode
from bot.core.progress import LoopProgress

_log = logging.getLogger(__name__)
LIMIT = timedelta(seconds=60)
_STEP_SECONDS = 1.0
_MOST_PER_STEP = 2.0
"""What a look counts at most: more has passed only where the process did not run."""


class Watchdog:
    """Watches one loop; `is_excused` says that it waits for a database that is away."""

    def __init__(
        self,
        progress: LoopProgress,
        loop: str,
        *,
        is_excused: Callable[[], bool] = lambda: False,
        limit: timedelta = LIMIT,
        end: Callable[[], None] | None = None,
    ) -> None:
        self._progress = progress
        self._loop = loop
        self._is_excused = is_excused
        self._limit = limit.total_seconds()
        self._end = end or _end
        self._seen = progress.count(loop)
        self._still = 0.0
        self._stopping = threading.Event()

    def start(self) -> None:
        """Watch from now on."""
        threading.Thread(target=self._run, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        """Watch no more."""
        self._stopping.set()

    def _run(self) -> None:
        step = min(_STEP_SECONDS, self._limit / 4)
        looked_at = time.monotonic()
        while not self._stopping.wait(step):
            now = time.monotonic()
            if self.look(now - looked_at):
                return
            looked_at = now

    def look(self, passed: float) -> bool:
        """Look at the loop after so many seconds; returns whether it was the last look."""
        count = self._progress.count(self._loop)
        if count != self._seen or self._is_excused():
            self._seen, self._still = count, 0.0
            return False
        self._still += min(passed, _MOST_PER_STEP)
        if self._still < self._limit:
            return False
        _log.critical("watchdog.loop_stands_still", extra={"loop": self._loop, "seconds": round(self._still)})
        self._end()
        return True


def _end() -> None:
    """End at once: nothing that needs the loop can be waited for, and nothing is lost by it."""
    os._exit(ExitCode.FAILURE)
