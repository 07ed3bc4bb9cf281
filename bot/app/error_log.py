"""The errors this process logs, counted for the operators."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.core.health import LoggedError
from bot.core.ports import Clock

_MOST_KINDS = 50
_OURS = ("bot", "storage")
_OTHERS = "log.others"


class ErrorLog(logging.Handler):
    """
    Implements `bot.core.health.ErrorRecord` for what is logged as an error.

    It keeps the names of events and exception classes only: any other text may quote an article, a person or a secret.
    What a library logs is counted under the name of its logger.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(logging.ERROR)
        self._clock = clock
        self._all: dict[tuple[str, str], LoggedError] = {}
        self._untold: dict[tuple[str, str], LoggedError] = {}
        self._last: tuple[str, str] | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Count an error; the caller holds the handler's lock."""
        key = _name_event(record), _name_cause(record)
        if key not in self._all and len(self._all) >= _MOST_KINDS:
            key = _OTHERS, ""
        self._last = key
        for errors in (self._all, self._untold):
            known = errors.get(key)
            errors[key] = LoggedError(
                event=key[0], cause=key[1], count=known.count + 1 if known else 1, last_at=self._clock.now()
            )

    def find_last(self) -> LoggedError | None:
        """Return the last error since the start, counted since then."""
        return None if self._last is None else self._all[self._last]

    def list_untold(self) -> tuple[LoggedError, ...]:
        """List the errors nobody was told of yet, the most frequent first."""
        return tuple(sorted(self._untold.values(), key=lambda error: (-error.count, error.event, error.cause)))

    def told(self, errors: Sequence[LoggedError]) -> None:
        """Note that somebody was told of these; what was logged since then stays."""
        self.acquire()
        try:
            for error in errors:
                key = error.event, error.cause
                left = self._untold[key].count - error.count if key in self._untold else 0
                if left > 0:
                    self._untold[key] = replace(self._untold[key], count=left)
                else:
                    self._untold.pop(key, None)
        finally:
            self.release()


@contextlib.contextmanager
def recorded(clock: Clock) -> Iterator[ErrorLog]:
    """Count what is logged as an error from now on."""
    errors = ErrorLog(clock)
    logging.getLogger().addHandler(errors)
    try:
        yield errors
    finally:
        logging.getLogger().removeHandler(errors)


def _name_event(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] not in _OURS:
        return record.name
    return record.msg if isinstance(record.msg, str) else type(record.msg).__name__


def _name_cause(record: logging.LogRecord) -> str:
    error = getattr(record, "error", None)
    if isinstance(error, BaseException):
        return type(error).__name__
    return record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
