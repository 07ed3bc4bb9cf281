"""
Tells an outage of the database in two lines, however many loops meet it: one when it begins, one when it is over.

Each loop tells what it met, because it cannot know of the others. Here only the first of these lines passes. The outage
is over when the database has been sound for a while: on a full disk small writes may go through in between.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator

from bot.core.errors import DamagedDatabaseError, StorageError

_log = logging.getLogger(__name__)
_QUIET_SECONDS = 10.0


class DatabaseOutage(logging.Filter):
    """Sorts out lines of the log; `look` has to be told again and again how the database is."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._seconds = seconds
        self._begun_at: float | None = None
        self._failed_at = 0.0
        self._sound_at: float | None = None
        self._judged: logging.LogRecord | None = None
        self._verdict = True

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a line is to be written."""
        if record is not self._judged:  # every handler asks
            self._judged, self._verdict = record, self._judge(record)
        return self._verdict

    def look(self, is_sound: bool) -> None:
        """Note whether the database can be read and written at this moment; say when the outage is over."""
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

    def _judge(self, record: logging.LogRecord) -> bool:
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
    """Keep the log to two such lines for an outage."""
    handlers, outage = logging.getLogger().handlers[:], DatabaseOutage(seconds)
    for handler in handlers:
        handler.addFilter(outage)
    try:
        yield outage
    finally:
        for handler in handlers:
            handler.removeFilter(outage)
