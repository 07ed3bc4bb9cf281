"""
Applies the rate limits to every call of this process: `bot.core.delivery.rate_limit` with a clock and with waiting.

One object that everybody who calls Telegram asks: replies wait here, the sender of alerts asks and waits by itself.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.core.delivery.delivery import Delivered, RetryAfter, SendOutcome, SendPriority
from bot.core.delivery.rate_limit import CircuitBreaker, RateLimiter
from bot.core.ids import ChatId
from bot.core.ports import Clock

_LONGEST_NAP = 5.0
_LOOK_AGAIN = 0.05
"""Seconds after which to look again whether fewer calls are under way."""


def _ignore(chat: ChatId | None, delay: timedelta, told: timedelta) -> None:
    """Do nothing: the default of `flood_noted`."""


class TelegramRateLimiter:
    """Decides when a call may be made."""

    def __init__(
        self,
        limiter: RateLimiter,
        clock: Clock,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        *,
        flood_noted: Callable[[ChatId | None, timedelta, timedelta], object] = _ignore,
    ) -> None:
        """
        Make the limiter that all callers of this process share.

        `flood_noted` is told for how long a 429 stops its chat, or (None) the whole bot; and how long Telegram says it
        will last.
        """
        self._limiter = limiter
        self._breaker = CircuitBreaker()
        self._clock = clock
        self._sleep = sleep
        self._turns = {rank: asyncio.Lock() for rank in SendPriority}
        self._flood_noted = flood_noted

    def wait(self, chat: ChatId | None, rank: SendPriority) -> float:
        """Estimate the seconds such a call must wait; 0 means it may go."""
        return self._limiter.wait(chat, rank, self._clock.monotonic())

    def chat_wait(self, chat: ChatId, rank: SendPriority, *, is_edit: bool = False) -> float:
        """Give the seconds for which the chat alone stands in the way; an edit waits for floods only."""
        return self.paused(chat) if is_edit else self._limiter.chat_wait(chat, rank, self._clock.monotonic())

    def next_call(self, under_way: int, most: int) -> float:
        """Give the seconds until the sender may begin a call, of which so many are under way and `most` may be."""
        now = self._clock.monotonic()
        wait = max(self._limiter.wait(None, SendPriority.ALERT, now), self._breaker.wait(now))
        if wait <= 0 and under_way >= self._breaker.most_calls(most, under_way, now):
            return _LOOK_AGAIN
        return max(0.0, wait)

    def begin(self) -> None:
        """Note that the sender begins with a message."""
        self._breaker.began(self._clock.monotonic())

    def ended(self, chat: ChatId, outcome: SendOutcome, began: float, *, is_edit: bool) -> SendOutcome:
        """Note the outcome of a call that began at this monotonic time; returns it with the pause that is kept."""
        if isinstance(outcome, RetryAfter):
            outcome = RetryAfter(self.flooded(chat, outcome.delay))
        elif isinstance(outcome, Delivered) and not is_edit:
            self.succeeded(chat, began)
        self._breaker.ended(chat, outcome, self._clock.monotonic())
        return outcome

    def take(self, chat: ChatId | None, rank: SendPriority = SendPriority.ALERT) -> None:
        """Spend one message."""
        self._limiter.take(chat, self._clock.monotonic(), rank)

    def flooded(self, chat: ChatId, delay: timedelta) -> timedelta:
        """Note a 429 to a call for a chat; returns for how long nothing is sent to it."""
        flood = self._limiter.flooded(chat, delay.total_seconds(), self._clock.monotonic())
        rest = timedelta(seconds=flood.chat)
        self._flood_noted(chat, rest, rest)
        if flood.bot is not None:
            bot = timedelta(seconds=flood.bot)
            self._flood_noted(None, bot, delay if flood.confirmed else bot)
        return rest

    def succeeded(self, chat: ChatId, began: float) -> None:
        """Note that a message to a chat is out, whose call began at this monotonic time."""
        self._limiter.succeeded(chat, began)

    def pause(self, chat: ChatId | None, delay: timedelta) -> None:
        """Resume a flood that an earlier process was told of."""
        self._limiter.pause(chat, delay.total_seconds(), self._clock.monotonic())

    def paused(self, chat: ChatId | None) -> float:
        """Give the seconds for which Telegram takes nothing for this chat, or nothing at all."""
        moment = self._clock.monotonic()
        return max(self._limiter.paused(None, moment), self._limiter.paused(chat, moment))

    async def admit(
        self, chat: ChatId | None, rank: SendPriority = SendPriority.REPLY, until: float = math.inf
    ) -> bool:
        """
        Wait until a call may go, and spend it; edits and callback answers come without a chat.

        Gives up, and returns False, as soon as the chat, or a flood of the whole bot, stands in the way for longer than
        `until` (monotonic seconds). Whoever only queues for the bot's rate gets his turn.

        Those of one rank go in the order in which they came. Only the first of them looks at the rate: however many
        wait, a turn costs one look.
        """
        while True:
            while chat is not None and (delay := self.chat_wait(chat, rank)) > 0:
                if self._clock.monotonic() + delay > until:
                    return False
                await self._nap(delay)
            # Only who waits for the bot's rate keeps tokens from others; a slow chat is nobody else's matter.
            self._limiter.waiting[rank] += 1
            try:
                async with self._turns[rank]:
                    while chat is None or self.chat_wait(chat, rank) <= 0:
                        if (delay := self.wait(None, rank)) <= 0:
                            self.take(chat, rank)
                            return True
                        if self._clock.monotonic() + self.paused(None) > until:
                            return False
                        await self._nap(delay)
            finally:
                self._limiter.waiting[rank] -= 1

    async def _nap(self, seconds: float) -> None:
        await self._sleep(min(seconds, _LONGEST_NAP))
