"""Notice a clock that is set back: what was put off by it would wait for hours."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core.outbox import DeliveryRepository
from bot.core.ports import Clock

_log = logging.getLogger(__name__)
_TOLERATED = timedelta(seconds=5)


class ClockWatch:
    """Compares the wall clock with one that only runs forward, every time it is called."""

    def __init__(self, outbox: DeliveryRepository, clock: Clock, moved: Callable[[], None]) -> None:
        self._outbox = outbox
        self._clock = clock
        self._moved = moved
        self._before = self._look()

    async def __call__(self) -> None:
        """Look at both, and repair what the wall clock did."""
        now, moment = self._look()
        expected = self._before[0] + timedelta(seconds=moment - self._before[1])
        if expected - now > _TOLERATED:
            _log.warning("clock.set_back", extra={"seconds": (expected - now).total_seconds()})
            await self._outbox.turn_back(now, expected - now)
            self._moved()
        self._before = now, moment

    def _look(self) -> tuple[datetime, float]:
        return self._clock.now(), self._clock.monotonic()
