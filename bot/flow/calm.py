"""
Calm down when Telegram is away: trying the whole queue on it would only put all of it off.

One chat that fails again and again is its own affair; several chats in a row mean Telegram.
"""

from __future__ import annotations

from bot.core.delivery import NotSent, OutcomeUnknown, SendOutcome
from bot.core.ids import ChatId
from bot.core.ports import Clock

_STORM = 4
"""After calls to so many chats in a row found no Telegram, one at a time is tried until one finds it."""
_FIRST, _LONGEST = 0.5, 15.0
_HANGS = 5.0
"""Seconds after which a call that hangs holds up the next try no longer: it may hang for its chat alone."""


class CircuitBreaker:
    """Watches what comes of the calls."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._missed: set[ChatId] = set()
        self._misses = 0
        self._until = 0.0
        self._began = 0.0

    def begin(self) -> None:
        """Take note of a call that begins."""
        self._began = self._clock.monotonic()

    def note(self, chat: ChatId, outcome: SendOutcome) -> None:
        """Take note of what came of one."""
        if not isinstance(outcome, NotSent | OutcomeUnknown):
            self._missed, self._misses, self._until = set(), 0, 0.0
            return
        self._missed.add(chat)
        if self.is_storm:
            self._misses += 1
            self._until = self._clock.monotonic() + min(_FIRST * 2.0 ** min(self._misses - 1, 10), _LONGEST)

    @property
    def is_storm(self) -> bool:
        """Tell whether Telegram seems to be away."""
        return len(self._missed) >= _STORM

    def most(self, usual: int, under_way: int) -> int:
        """Say how many calls may be under way at once."""
        if not self.is_storm:
            return usual
        return 1 if self._clock.monotonic() - self._began < _HANGS else under_way + 1

    @property
    def wait(self) -> float:
        """Give the seconds until the next call."""
        return self._until - self._clock.monotonic()
