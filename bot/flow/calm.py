"""Calm down when Telegram is away: trying the whole queue on it would only put all of it off."""

from __future__ import annotations

from bot.core.delivery import SendOutcome, Unknown, Unsent
from bot.core.ports import Clock

_STORM = 4
"""After so many calls in a row that found no Telegram, one at a time is tried until one finds it."""
_FIRST, _LONGEST = 0.5, 15.0


class Calm:
    """Watches what comes of the calls."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._misses = 0
        self._until = 0.0

    def note(self, outcome: SendOutcome) -> None:
        """Take note of one."""
        if not isinstance(outcome, Unsent | Unknown):
            self._misses, self._until = 0, 0.0
            return
        self._misses += 1
        if self.one_at_a_time:
            self._until = self._clock.monotonic() + min(_FIRST * 2.0 ** min(self._misses - _STORM, 10), _LONGEST)

    @property
    def one_at_a_time(self) -> bool:
        """Tell whether Telegram seems to be away."""
        return self._misses >= _STORM

    @property
    def wait(self) -> float:
        """Give the seconds until the next call."""
        return self._until - self._clock.monotonic()
