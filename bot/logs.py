"""
How the log looks: an event name and fields, as text or JSON, one line each.

Rooms log with the standard library: ``log.info("feed.failed", extra={"feed": 3})``. Fields named `chat` and `user` are
hashed, known secrets and anything shaped like a bot token are blotted out, and an exception becomes its one-line text.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import secrets as randomness
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_TOKEN = re.compile(r"(?<!\d)\d{3,}:[A-Za-z0-9_-]{20,}")  # also right behind "/bot" in an address
_NOISY = ("telegram", "httpx", "httpcore", "apscheduler", "aiosqlite", "alembic", "asyncio", "charset_normalizer")


def configure(level: str, format: str, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:  # noqa: A002 - the setting's name
    """Send the log to standard error, from now on, without secrets in it."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Formatter(as_json=format == "json", secrets=secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)


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
