"""Limits of calls to the model: a budget per day and hour, and a circuit breaker after failures."""

from __future__ import annotations

import asyncio

from bot.core.ports import Clock
from bot.core.repositories import KeyValueRepository

_KEY = "llm.calls"
_HOURLY_SHARE = 4
"""One busy hour may take a quarter of the day's calls."""
_HOURLY_AT_LEAST = 25
"""A small budget is not cut up."""
_FAILURES = 5
_REST_SECONDS = 300.0
_LONGEST_REST_SECONDS = 3600.0


class CallBudget:
    """Counts the calls of a day and of an hour (UTC), across restarts; a call is counted before it is made."""

    def __init__(self, key_value: KeyValueRepository, clock: Clock, daily_calls: int) -> None:
        self._key_value = key_value
        self._clock = clock
        self._daily = daily_calls
        self._hourly = max(daily_calls // _HOURLY_SHARE, min(daily_calls, _HOURLY_AT_LEAST))
        self._lock = asyncio.Lock()

    async def spend(self) -> bool:
        """Take one call out of today's and this hour's; a fault of the store is the caller's to catch."""
        if self._daily <= 0:
            return False
        async with self._lock:
            now = self._clock.now()
            today, hour = now.date().isoformat(), f"{now.hour:02}"
            noted = (await self._key_value.get(_KEY) or "").split()
            in_day = _count(noted[1:2]) if noted[:1] == [today] else 0
            in_hour = _count(noted[3:4]) if noted[:1] == [today] and noted[2:3] == [hour] else 0
            if in_day >= self._daily or in_hour >= self._hourly:
                return False
            await self._key_value.set(_KEY, f"{today} {in_day + 1} {hour} {in_hour + 1}")
            return True


def _count(noted: list[str]) -> int:
    return int(noted[0]) if noted and noted[0].isdigit() else 0


class ModelCircuitBreaker:
    """Stops calls for a while after five failures in a row, and longer after each further failure."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._rests_until = 0.0

    @property
    def is_resting(self) -> bool:
        """Whether no call may be made now."""
        return self._clock.monotonic() < self._rests_until

    def succeeded(self) -> None:
        """Note that a call was answered."""
        self._failures = 0

    def failed(self) -> bool:
        """Note that a call was not answered; say whether a rest begins."""
        self._failures += 1
        if self._failures < _FAILURES:
            return False
        rest = min(_REST_SECONDS * 2 ** (self._failures - _FAILURES), _LONGEST_REST_SECONDS)
        self._rests_until = self._clock.monotonic() + rest
        return True
