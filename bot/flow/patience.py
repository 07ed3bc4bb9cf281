"""Wait for a store that is away, so that what is in hand is neither lost nor done twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from bot.core.errors import StorageError
from bot.core.ports import Clock

_log = logging.getLogger(__name__)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRetry:
    """Tries again what the store refused; other faults are not its matter."""

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
