"""
Watches over the process: a poll loop that hangs, a database that is away, a database that is damaged.

The watchdog is a thread of its own, because an event loop that hangs cannot notice it. It ends the process, so that the
supervisor (systemd, Docker) starts it again. It counts only time in which the process ran: a process that was stopped,
or slept with its machine, does not hang.

An outage of the database is logged in two lines, however many loops run into it: one at its beginning, one at its end.
Every loop reports its failure, because it cannot know of the others, and only the first report passes. The outage is
over when the database has worked for a while: on a full disk small writes may succeed in between.

Damage (a part of the database that cannot be read) is logged once and reported to each operator once.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.core.errors import DamagedDatabaseError, StorageError
from bot.core.process_state import DatabaseState, ExitCode, Leadership, LoopProgress
from bot.telegram.operator_notices import Alarm

_log = logging.getLogger(__name__)
LIMIT = timedelta(seconds=60)
_STEP_SECONDS = 1.0
_MOST_PER_STEP = 2.0
"""Most seconds one check counts; more pass only while the process does not run."""


class Watchdog:
    """Watches one loop; `is_excused` tells that it waits for a database that is away."""

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
        """Start the watching thread."""
        threading.Thread(target=self._run, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        """Stop the watching thread."""
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
        """Check the loop after so many seconds; returns whether it was the last check."""
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
    """End the process at once: nothing that needs the event loop can be awaited, and nothing stored is lost."""
    os._exit(ExitCode.FAILURE)


_QUIET_SECONDS = 10.0


class DatabaseOutage(logging.Filter):
    """Filters the log to two lines per outage; `look` must be called periodically with the database's state."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._seconds = seconds
        self._begun_at: float | None = None
        self._failed_at = 0.0
        self._sound_at: float | None = None
        self._decided_on: logging.LogRecord | None = None
        self._is_written = True

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is written."""
        if record is not self._decided_on:  # every handler asks
            self._decided_on, self._is_written = record, self._decide(record)
        return self._is_written

    def look(self, is_sound: bool) -> None:
        """Note whether the database can be read and written now, and log the end of an outage."""
        now = self._seconds()
        if self._begun_at is None:
            return
        if not is_sound:
            self._failed_at, self._sound_at = now, None
            return
        self._sound_at = now if self._sound_at is None else self._sound_at
        if now - self._failed_at >= _QUIET_SECONDS:
            seconds, self._begun_at = self._sound_at - self._begun_at, None
            _log.info("database.works_again", extra={"seconds": round(seconds, 1)})

    def _decide(self, record: logging.LogRecord) -> bool:
        error = getattr(record, "error", None)
        if isinstance(error, DamagedDatabaseError):
            return False  # a state of its own, which is told once
        if not isinstance(error, StorageError):
            return True
        self._failed_at, self._sound_at = self._seconds(), None
        if self._begun_at is not None:
            return False
        self._begun_at = self._failed_at
        return True


@contextlib.contextmanager
def told_once(seconds: Callable[[], float] = time.monotonic) -> Iterator[DatabaseOutage]:
    """Install the filter on the log."""
    handlers, outage = logging.getLogger().handlers[:], DatabaseOutage(seconds)
    for handler in handlers:
        handler.addFilter(outage)
    try:
        yield outage
    finally:
        for handler in handlers:
            handler.removeFilter(outage)


@dataclass(kw_only=True)
class DamageWatch:
    """Checks whether the database met damage; to be called periodically."""

    state: DatabaseState
    leadership: Leadership
    alarm: Alarm
    _is_logged: bool = False
    _is_told: bool = False

    async def __call__(self) -> None:
        """Report damage that was not reported yet; the leader writes to the operators."""
        if self.state.damage is None or self._is_told:
            return
        if not self._is_logged:
            _log.critical("database.damaged", extra={"why": self.state.damage})
            self._is_logged = True
        if self.leadership.is_ours():
            self._is_told = await self.alarm.tell_of_damage()
