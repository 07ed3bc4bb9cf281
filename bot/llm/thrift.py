"""What keeps the model from being asked too much: a number of calls per day, and a rest after failures."""

from __future__ import annotations

import asyncio

from bot.core.ports import Clock, Facts

_KEY = "llm.calls"
_FAILURES = 5
_REST_SECONDS = 300.0
_LONGEST_REST_SECONDS = 3600.0


class DailyBudget:
    """Counts the calls of a day (UTC), across restarts; a call is counted before it is made."""

    def __init__(self, facts: Facts, clock: Clock, daily_calls: int) -> None:
        self._facts = facts
        self._clock = clock
        self._daily = daily_calls
        self._lock = asyncio.Lock()
        self._spent_day = ""

    @property
    def is_spent(self) -> bool:
        """Whether it is known that nothing is left of today's."""
        return self._daily <= 0 or self._spent_day == self._clock.now().date().isoformat()

    async def spend(self) -> bool:
        """Take one call out of today's, if there is one left; a fault of the store is the caller's to catch."""
        async with self._lock:
            today = self._clock.now().date().isoformat()
            day, _, count = (await self._facts.get(_KEY) or "").partition(" ")
            spent = int(count) if day == today and count.isdigit() else 0
            if spent >= self._daily:
                self._spent_day = today
                return False
            await self._facts.set(_KEY, f"{today} {spent + 1}")
            return True


class Breaker:
    """Lets nobody through for a while after five failures in a row; each further failure makes the rest longer."""

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
