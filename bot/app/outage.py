"""
One line for one outage of the database, however many loops meet it.

Each loop tells what it met, because it cannot know of the others. Here only the first of these lines passes, until
something could be written again, and for a while after it: on a full disk small writes may go through.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator

from bot.core.errors import StorageError

_QUIET_SECONDS = 60.0


class _FirstOnly(logging.Filter):
    def __init__(self, count_writes: Callable[[], int], seconds: Callable[[], float]) -> None:
        super().__init__()
        self._count_writes = count_writes
        self._seconds = seconds
        self._told_at = -1
        self._told_second = 0.0
        self._judged: logging.LogRecord | None = None
        self._verdict = True

    def filter(self, record: logging.LogRecord) -> bool:
        if record is not self._judged:  # every handler asks
            self._judged, self._verdict = record, self._judge(record)
        return self._verdict

    def _judge(self, record: logging.LogRecord) -> bool:
        if not isinstance(getattr(record, "error", None), StorageError):
            return True
        count, now = self._count_writes(), self._seconds()
        is_same = self._told_at >= 0 and (count == self._told_at or now - self._told_second < _QUIET_SECONDS)
        if not is_same:
            self._told_at, self._told_second = count, now
        return not is_same


@contextlib.contextmanager
def told_once(count_writes: Callable[[], int], seconds: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Keep the log to one such line for an outage."""
    handlers, first_only = logging.getLogger().handlers[:], _FirstOnly(count_writes, seconds)
    for handler in handlers:
        handler.addFilter(first_only)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(first_only)
