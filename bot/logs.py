"""
Logging: an event name with fields, as text or JSON, one line each.

Rooms log with the standard library: ``log.info("feed.failed", extra={"feed": 3})``. Fields named `chat` and `user` are
hashed, known secrets and anything shaped like a bot token are replaced, and an exception becomes its one-line text.

The log is rate-limited, for our own records and those of libraries. Two records are the same when logger, level, event
and every field are equal; numbers within the event's own text do not count, since libraries write addresses and
descriptors there. The same record is written once in `INTERVAL` seconds. Records of one event that differ in a field
are distinct, and up to `MOST_WARNINGS` of them (`MOST_NOTES` below a warning) are written in that time. What was left
out is counted, and the count is written when the interval is over: ``log.left_out what=… count=…``. A field is not part
of an event's name because a flood carries a new number in each line; it is compared all the same because feed 3 must
not hide feed 4.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import secrets as randomness
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TextIO

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_TOKEN = re.compile(r"(?<!\d)\d{3,}:[A-Za-z0-9_-]{20,}")  # also right behind "/bot" in an address
_NUMBER = re.compile(r"0x[0-9a-fA-F]+|\d+")
INTERVAL = 60.0
MOST_WARNINGS, MOST_NOTES = 20, 200
_MOST_EVENTS = 250
"""Different events watched at a time; libraries may write any text, and those beyond count as one event."""
_NOISY = ("telegram", "httpx", "httpcore", "apscheduler", "aiosqlite", "alembic", "asyncio", "charset_normalizer")


def configure(
    level: str,
    format: str,  # noqa: A002 - the setting's name
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
    seconds: Callable[[], float] = time.monotonic,
) -> None:
    """Send the log to standard error, from now on, without secrets in it."""
    handler = _BoundedHandler(stream or sys.stderr, seconds)
    handler.setFormatter(_Formatter(as_json=format == "json", secrets=secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)


@dataclass(slots=True)
class _Event:
    """What was written of one event lately, and what was not."""

    written_at: dict[int, float] = field(default_factory=dict)
    """By the hash of the record's level and fields."""
    left_out: int = 0
    since: float = 0.0
    level: int = logging.NOTSET

    def admits(self, record: logging.LogRecord, name: str, now: float) -> bool:
        """Say whether a record is written; count it if it is not."""
        self.written_at = {key: at for key, at in self.written_at.items() if now - at < INTERVAL}
        key = hash((record.levelno, name, _list_fields(record)))
        most = MOST_WARNINGS if record.levelno >= logging.WARNING else MOST_NOTES
        if key not in self.written_at and len(self.written_at) < most:
            self.written_at[key] = now
            return True
        self.since = self.since if self.left_out else now
        self.left_out += 1
        self.level = max(self.level, record.levelno)
        return False

    def take_left_out(self) -> tuple[int, int]:
        """Return the highest level of what was left out, and how many there were; then count anew."""
        taken = self.level, self.left_out
        self.level, self.left_out = logging.NOTSET, 0
        return taken

    def is_over(self, now: float) -> bool:
        """Say whether there is nothing left to remember."""
        return not self.left_out and all(now - at >= INTERVAL for at in self.written_at.values())


class _BoundedHandler(logging.StreamHandler[TextIO]):
    """Writes each event at most so often; the handler's own lock protects what is counted."""

    def __init__(self, stream: TextIO, seconds: Callable[[], float]) -> None:
        super().__init__(stream)
        self._seconds = seconds
        self._events: dict[tuple[str, str], _Event] = {}
        self._timer: threading.Timer | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record unless the same was written a moment ago."""
        try:
            now = self._seconds()
            self._write_left_out(now)
            name = _NUMBER.sub("#", record.getMessage())
            is_admitted = self._find_event(record.name, name, now).admits(record, name, now)
        except Exception:  # as the library does: what cannot be logged must not stop the caller
            self.handleError(record)
            return
        if is_admitted:
            super().emit(record)
        elif self._timer is None:
            self._start_timer()

    def close(self) -> None:
        """Write what is left to say of what was left out."""
        with self.lock or threading.RLock():
            if self._timer is not None:
                self._timer.cancel()
            self._write_left_out(None)
        super().close()

    def _find_event(self, logger: str, name: str, now: float) -> _Event:
        key = logger, name
        if key not in self._events and len(self._events) >= _MOST_EVENTS:
            self._events = {key: event for key, event in self._events.items() if not event.is_over(now)}
            if len(self._events) >= _MOST_EVENTS:
                key = "", "events of many names"
        return self._events.setdefault(key, _Event())

    def _write_left_out(self, now: float | None) -> None:
        """Say how much was left out in intervals that are over; None for the time: in all."""
        for (_, name), event in self._events.items():
            if event.left_out and (now is None or now - event.since >= INTERVAL):
                level, count = event.take_left_out()
                record = logging.LogRecord(__name__, level, __file__, 0, "log.left_out", None, None)
                vars(record).update({"what": name, "count": count, "seconds": INTERVAL})
                super().emit(record)

    def _start_timer(self) -> None:
        self._timer = threading.Timer(INTERVAL, self._on_time)
        self._timer.daemon = True
        self._timer.start()

    def _on_time(self) -> None:
        if self not in logging.getLogger().handlers:
            return  # another log took over
        with self.lock or threading.RLock():
            self._timer = None
            self._write_left_out(self._seconds())
            if any(event.left_out for event in self._events.values()):
                self._start_timer()


def _list_fields(record: logging.LogRecord) -> tuple[str, ...]:
    fields = [f"{name}={value}" for name, value in vars(record).items() if name not in _STANDARD]
    if record.exc_info and record.exc_info[1]:
        fields.append(_NUMBER.sub("#", _one_line(record.exc_info[1])))
    return tuple(fields)


class _Formatter(logging.Formatter):
    def __init__(self, *, as_json: bool, secrets: Iterable[str]) -> None:
        super().__init__()
        self._as_json = as_json
        self._secrets = sorted((secret for secret in secrets if len(secret) >= 4), key=len, reverse=True)
        self._salt = randomness.token_bytes(16)

    def format(self, record: logging.LogRecord) -> str:
        fields = {name: self._value(name, value) for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info and record.exc_info[1]:
            fields["error"] = self._value("error", record.exc_info[1])
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        event = self._clean(" ".join(record.getMessage().split()))
        if self._as_json:
            line = json.dumps(
                {"at": at, "level": record.levelname.lower(), "event": event, **fields}, ensure_ascii=False
            )
        else:
            line = " ".join(
                [at, record.levelname.ljust(7), event, *(f"{key}={_quoted(v)}" for key, v in fields.items())]
            )
        return line

    def _value(self, name: str, value: object) -> object:
        if name in ("chat", "user"):
            return hashlib.blake2b(str(value).encode(), key=self._salt, digest_size=5).hexdigest()
        if isinstance(value, BaseException):
            value = _one_line(value)
        elif value is not None and not isinstance(value, (bool, int, float)):
            value = str(value)
        return self._clean(value) if isinstance(value, str) else value

    def _clean(self, text: str) -> str:
        # Before anything is quoted: a secret with a quotation mark in it looks different afterwards.
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _TOKEN.sub("***", text)


def _one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _quoted(value: object) -> str:
    text = " ".join(str(value).split())
    return json.dumps(text, ensure_ascii=False) if " " in text or not text else text
