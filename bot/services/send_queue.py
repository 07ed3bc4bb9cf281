"""
The sender's queue in memory: which claimed delivery goes next, a circuit breaker, and batched state changes.

A chat that has to wait delays no other: what was claimed for it goes back into the stored queue with the time at which
it may go. Later deliveries of the same chat get later times, so that a reader's alerts stay in order.

The circuit breaker lets single calls through while Telegram is away: trying the whole queue would only put all of it
off. A single chat that keeps failing is its own problem; several chats in a row mean Telegram.

Deliveries are marked as started and finished in batches: what comes while the store writes is collected for the next
transaction. At the usual rate every mark is a transaction of its own; at hundreds a second there are as many as the
disk can do.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.core.delivery.delivery import Delivery, NextStep, NotSent, OutcomeUnknown, SendOutcome, SendPriority
from bot.core.delivery.outbox import DeliveryRepository
from bot.core.errors import StorageError
from bot.core.ids import ChatId, DeliveryId
from bot.core.ports import Clock, SendRateLimiter

_STEP_SECONDS, _GROUP_STEP_SECONDS = 1.0, 3.0
"""Seconds between two waiting messages of one chat, about what Telegram allows."""
_LATE_SECONDS = 60.0
"""Seconds after its turn for which the turn of a delivery that was handed back is remembered."""


@dataclass(frozen=True, slots=True)
class _Turn:
    chat_id: ChatId
    at: float
    """Monotonic seconds."""


class SendQueue:
    """The claimed deliveries in the order of sending, and the chats with a call under way."""

    def __init__(self, rate_limiter: SendRateLimiter, clock: Clock) -> None:
        self.ready: list[Delivery] = []
        self.busy: dict[ChatId, DeliveryId] = {}
        """The chats to which a message is under way, each with that message."""
        self._going_back: tuple[DeliveryId, ...] = ()
        self._rate_limiter = rate_limiter
        self._clock = clock
        self._slots: dict[ChatId, float] = {}
        """The first free turn of a chat that has to wait."""
        self._turns: dict[DeliveryId, _Turn] = {}

    def take_in(self, claimed: Sequence[Delivery]) -> None:
        """Add claimed deliveries, those of each chat in the order in which they were queued."""
        places: dict[tuple[ChatId, SendPriority], list[int]] = {}
        for index, each in enumerate(claimed):
            places.setdefault((each.chat_id, each.rank), []).append(index)
        ordered = list(claimed)
        for indexes in places.values():
            if len(indexes) > 1:
                oldest_first = sorted((claimed[index] for index in indexes), key=lambda each: each.id)
                for index, each in zip(indexes, oldest_first, strict=True):
                    ordered[index] = each
        self.ready += ordered

    def pick(self) -> Delivery | None:
        """Remove and return the first delivery whose chat is free; None where there is none."""
        waiting: set[ChatId] = set()
        for index, each in enumerate(self.ready):
            if each.chat_id in waiting:
                continue
            if self._wait(each) <= 0:
                self._turns.pop(each.id, None)
                return self.ready.pop(index)
            waiting.add(each.chat_id)
        return None

    def in_hand(self) -> frozenset[DeliveryId]:
        """
        Return the ids of all claimed deliveries known here; after a claim whose answer was lost the store has more.
        """
        return frozenset((*(each.id for each in self.ready), *self.busy.values(), *self._going_back))

    @contextlib.contextmanager
    def handing_back(self) -> Iterator[tuple[tuple[Delivery, datetime], ...]]:
        """Hand deliveries back, and count them as in hand until the block that stores this has ended."""
        back = self.hand_back()
        self._going_back = tuple(each.id for each, _ in back)
        try:
            yield back
        finally:
            self._going_back = ()

    def hand_back(self) -> tuple[tuple[Delivery, datetime], ...]:
        """
        Remove all that is left and return it, each with the time of its turn, so that other chats can be claimed.

        Several of one chat are spread over its next free seconds, or all would be claimed and handed back again.
        """
        moment, now = self._clock.monotonic(), self._clock.now()
        self._slots = {chat: slot for chat, slot in self._slots.items() if slot > moment}
        self._turns = {each: turn for each, turn in self._turns.items() if turn.at > moment - _LATE_SECONDS}
        back: list[tuple[Delivery, datetime]] = []
        for each in self.ready:
            if each.is_edit:
                back.append((each, now + timedelta(seconds=self._own_wait(each))))
                continue
            if each.id in self._turns:  # its turn came a little early: it keeps its place
                slot = max(self._turns[each.id].at, moment + self._own_wait(each))
            else:
                slot = max(self._slots.get(each.chat_id, 0.0), moment + self._own_wait(each))
                self._slots[each.chat_id] = slot + (_STEP_SECONDS if each.chat_id > 0 else _GROUP_STEP_SECONDS)
            self._turns[each.id] = _Turn(each.chat_id, slot)
            back.append((each, now + timedelta(seconds=slot - moment)))
        self.ready = []
        return tuple(back)

    def free_turns(self, chat_ids: Collection[ChatId]) -> tuple[DeliveryId, ...]:
        """
        Forget the turns of chats in which a delivery needed no call; returns the deliveries with later turns.

        They are to be claimed anew, since nobody must wait behind a message that needed no call.
        """
        freed = tuple(each for each, turn in self._turns.items() if turn.chat_id in chat_ids)
        for each in freed:
            del self._turns[each]
        for chat_id in chat_ids:
            self._slots.pop(chat_id, None)
        return freed

    def had_turns(self, deliveries: Iterable[Delivery]) -> frozenset[ChatId]:
        """Return the chats of those deliveries that had a turn, and forget these turns."""
        return frozenset(each.chat_id for each in deliveries if self._turns.pop(each.id, None))

    def take_out(self, chat_id: ChatId) -> tuple[Delivery, ...]:
        """Remove and return the deliveries of one chat."""
        found = tuple(each for each in self.ready if each.chat_id == chat_id)
        self.ready = [each for each in self.ready if each.chat_id != chat_id]
        return found

    def _wait(self, each: Delivery) -> float:
        """Return how long a delivery waits for its chat, also for older ones of that chat that were handed back."""
        own = self._own_wait(each)
        if own > 0 or each.rank is SendPriority.REPLY or each.is_edit or each.id in self._turns:
            return own
        return max(0.0, self._slots.get(each.chat_id, 0.0) - self._clock.monotonic())

    def _own_wait(self, each: Delivery) -> float:
        if each.chat_id in self.busy:
            return 1.0
        if each.is_edit:
            return self._rate_limiter.paused(each.chat_id)
        return self._rate_limiter.chat_wait(each.chat_id, each.rank)


_STORM = 4
"""Chats in a row whose calls did not reach Telegram, after which one call at a time is tried."""
_FIRST, _LONGEST = 0.5, 15.0
_HANGS = 5.0
"""Seconds after which a hanging call no longer delays the next try, since it may hang for its chat alone."""


class CircuitBreaker:
    """Limits the calls under way while Telegram is away, according to the outcomes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._missed: set[ChatId] = set()
        self._misses = 0
        self._until = 0.0
        self._began = 0.0

    def begin(self) -> None:
        """Note that a call begins."""
        self._began = self._clock.monotonic()

    def note(self, chat: ChatId, outcome: SendOutcome) -> None:
        """Note the outcome of a call."""
        if not isinstance(outcome, NotSent | OutcomeUnknown):
            self._missed, self._misses, self._until = set(), 0, 0.0
            return
        self._missed.add(chat)
        if self.is_storm:
            self._misses += 1
            self._until = self._clock.monotonic() + min(_FIRST * 2.0 ** min(self._misses - 1, 10), _LONGEST)

    @property
    def is_storm(self) -> bool:
        """Whether Telegram seems to be away."""
        return len(self._missed) >= _STORM

    def most(self, usual: int, under_way: int) -> int:
        """Return how many calls may be under way at once."""
        if not self.is_storm:
            return usual
        return 1 if self._clock.monotonic() - self._began < _HANGS else under_way + 1

    @property
    def wait(self) -> float:
        """The seconds until the next call may be made; 0 or less: now."""
        return self._until - self._clock.monotonic()


Result = TypeVar("Result")
_Start = tuple[DeliveryId, asyncio.Future[bool]]
_Outcome = tuple[Delivery, NextStep, asyncio.Future[None]]


class OutcomeWriter:
    """Stores starts and outcomes of calls in batches, in the order in which they come, outcomes before starts."""

    def __init__(self, outbox: DeliveryRepository, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock
        self._starts: list[_Start] = []
        self._outcomes: list[_Outcome] = []
        self._writing: asyncio.Task[None] | None = None

    async def start(self, each: Delivery) -> bool:
        """Store that the call is about to be made; returns whether it may be. Raises `StorageError`."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._starts.append((each.id, future))
        self._write()
        return await future

    async def finish(self, each: Delivery, step: NextStep) -> None:
        """Store what follows from the outcome. Raises `StorageError`."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._outcomes.append((each, step, future))
        self._write()
        await future

    async def close(self) -> None:
        """Wait until what is being written is stored."""
        if self._writing is not None:
            await asyncio.gather(self._writing, return_exceptions=True)

    def _write(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        while self._starts or self._outcomes:
            starts, self._starts = self._starts, []
            outcomes, self._outcomes = self._outcomes, []
            try:
                await self._together(starts, outcomes)
            except StorageError as error:
                _fail(starts, outcomes, error)
            except Exception as error:
                if len(starts) + len(outcomes) == 1:
                    _fail(starts, outcomes, error)
                else:  # one of them cannot be written; the others are not to suffer for it
                    await self._singly(starts, outcomes)

    async def _together(self, starts: Sequence[_Start], outcomes: Sequence[_Outcome]) -> None:
        ids, steps = [each for each, _ in starts], [(delivery, step) for delivery, step, _ in outcomes]
        now, started = self._clock.now(), frozenset[DeliveryId]()
        if ids and steps:
            started = await self._outbox.note(ids, steps, now)
        elif ids:
            started = await self._outbox.start(ids, now)
        elif len(steps) == 1:
            await self._outbox.finish(*steps[0], now)
        else:
            await self._outbox.note((), steps, now)
        for _, _, written in outcomes:
            _resolve(written, None)
        for delivery_id, may_go in starts:
            _resolve(may_go, delivery_id in started)

    async def _singly(self, starts: Sequence[_Start], outcomes: Sequence[_Outcome]) -> None:
        groups: list[tuple[list[_Start], list[_Outcome]]] = [
            *(([], [outcome]) for outcome in outcomes),
            *(([start], []) for start in starts),
        ]
        for some_starts, some_outcomes in groups:
            try:
                await self._together(some_starts, some_outcomes)
            except Exception as error:
                _fail(some_starts, some_outcomes, error)


def _resolve(future: asyncio.Future[Result], result: Result) -> None:
    if not future.done():
        future.set_result(result)


def _fail(starts: Sequence[_Start], outcomes: Sequence[_Outcome], error: Exception) -> None:
    futures: list[asyncio.Future[Any]] = [*(may_go for _, may_go in starts), *(written for *_, written in outcomes)]
    for future in futures:
        if not future.done():
            future.set_exception(error)
