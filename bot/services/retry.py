"""
Retries: pauses between attempts, work repeated while the store is away, and outages logged once.

An outage is two lines: one when it begins, one with its length when it is over.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from bot.core.errors import StorageError
from bot.core.ports import Clock

_log = logging.getLogger(__name__)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRetry:
    """Repeats work the store refused; other faults are raised."""

    clock: Clock
    pause: timedelta = timedelta(seconds=0.5)

    async def __call__(
        self, work: Callable[[], Awaitable[Result]], what: str, *, longest: timedelta | None = None
    ) -> Result:
        """
        Do `work`, which must bear repetition, until the store takes it; an outage is one log line.

        After `longest` (None: never) the store's `StorageError` is let through.
        """
        since = self.clock.monotonic()
        told = False
        while True:
            try:
                return await work()
            except StorageError as error:
                if longest is not None and self.clock.monotonic() - since >= longest.total_seconds():
                    raise
                if not told:
                    _log.error("store.away", extra={"for": what, "error": error})
                told = True
            await asyncio.sleep(self.pause.total_seconds())


class BackOff:
    """The pauses between attempts that fail, in seconds: each is twice as long as the one before, up to a longest."""

    def __init__(self, *, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._pause = first
        self.failures = 0

    def next(self) -> float:
        """Count a failure; returns how long to wait before the next attempt."""
        pause = self._pause
        self.failures += 1
        self._pause = min(pause * 2, self._longest)
        return pause

    def reset(self) -> None:
        """Begin anew after a success."""
        self.failures = 0
        self._pause = self._first


class Outage:
    """The state of one service the bot depends on, shared by all who call it."""

    def __init__(self, service: str, clock: Clock) -> None:
        """Watch a service that names the two events: `telegram.unreachable` and `telegram.reachable_again`."""
        self._service: Final = service
        self._clock = clock
        self._begun_at: float | None = None
        self._failed_at: float | None = None

    @property
    def is_on(self) -> bool:
        """Whether the service was out of reach at the last attempt."""
        return self._begun_at is not None

    def failed(self, error: object) -> None:
        """Note that the service could not be reached."""
        self._failed_at = self._clock.monotonic()
        if self._begun_at is None:
            self._begun_at = self._failed_at
            _log.warning("%s.unreachable", self._service, extra={"error": error})

    def worked(self) -> None:
        """Note that the service answered."""
        if self._begun_at is None:
            return
        seconds, self._begun_at = self._clock.monotonic() - self._begun_at, None
        _log.info("%s.reachable_again", self._service, extra={"seconds": round(seconds, 1)})

    def was_within(self, seconds: float) -> bool:
        """Say whether a call failed in the last so many seconds."""
        return self._failed_at is not None and self._clock.monotonic() - self._failed_at < seconds
