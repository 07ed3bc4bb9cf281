"""Makes one call to Telegram as often as it takes: through the gate, with patience, and with an eye on floods."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from telegram.error import TelegramError

from bot.chat import outcomes
from bot.chat.gate import TelegramRateLimiter
from bot.chat.lanes import Aside, stay
from bot.core.delivery import NotSent, OutcomeUnknown, RetryAfter, SendOutcome, SendPriority
from bot.core.ids import ChatId
from bot.core.ports import Clock

_LONGEST_PAUSE = 15.0

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPolicy:
    """What a call counts for, and how long it may take."""

    paced: ChatId | None = None
    """The chat whose rate it counts for."""
    heeds: ChatId | None = None
    """The chat whose floods it waits out; those of the whole bot it always does."""
    floods: ChatId | None = None
    """The chat a 429 is noted for; without one it is this call's own matter."""
    rank: SendPriority = SendPriority.REPLY
    patience: timedelta = timedelta(minutes=5)
    longest_wait: timedelta = timedelta(days=1)
    """What waits longer than that before its next attempt is given up at once."""


@dataclass(frozen=True, slots=True)
class CallFailed:
    """Telegram refused it, or patience ran out."""

    outcome: SendOutcome
    may_pass: bool
    """Whether it could be done later."""


class RetryingCaller:
    """Calls; what Telegram says is a value."""

    def __init__(
        self, gate: TelegramRateLimiter, clock: Clock, pause: Callable[[float], Awaitable[object]], aside: Aside = stay
    ) -> None:
        self._gate = gate
        self._aside = aside
        self._clock = clock
        self._pause = pause

    async def __call__(self, make: Callable[[], Awaitable[Result]], terms: CallPolicy) -> Result | CallFailed:
        """Make a call until it is done, refused, or patience has run out; nobody else waits for that."""
        async with self._aside():
            return await self._call(make, terms)

    async def _call(self, make: Callable[[], Awaitable[Result]], terms: CallPolicy) -> Result | CallFailed:
        until = self._clock.monotonic() + terms.patience.total_seconds()
        attempt = 0
        while True:
            outcome: SendOutcome
            wait: float | None
            if (left := self._held_up(terms)) > 0:
                outcome, wait = RetryAfter(timedelta(seconds=left)), left
            elif not await self._gate.admit(terms.paced, terms.rank, until):
                return CallFailed(RetryAfter(timedelta(seconds=self._held_up(terms))), may_pass=True)
            else:
                began = self._clock.monotonic()
                try:
                    done = await make()
                except TelegramError as error:
                    outcome = outcomes.read(error)
                else:
                    if terms.paced is not None:
                        self._gate.succeeded(terms.paced, began)
                    return done
                attempt += 1
                wait = self._before_next(outcome, terms.floods, attempt)
            most = min(until - self._clock.monotonic(), terms.longest_wait.total_seconds())
            if wait is None or wait > most:
                return CallFailed(outcome, may_pass=wait is not None)
            await self._pause(wait)

    def _held_up(self, terms: CallPolicy) -> float:
        """Give the seconds for which the chat, or a flood of the whole bot, stands in the way."""
        pace = self._gate.chat_wait(terms.paced, terms.rank) if terms.paced is not None else 0.0
        return max(pace, self._gate.paused(terms.heeds))

    def _before_next(self, outcome: SendOutcome, floods: ChatId | None, attempt: int) -> float | None:
        """Give the seconds until the next attempt; None when there is no point in one."""
        match outcome:
            case RetryAfter(delay):
                if floods is not None:
                    delay = self._gate.flooded(floods, delay)
                return delay.total_seconds()
            case NotSent() | OutcomeUnknown():
                return min(0.25 * 2.0**attempt, _LONGEST_PAUSE)
            case _:
                return None
