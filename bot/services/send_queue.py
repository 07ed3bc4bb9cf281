"""
The sender's queue in memory: which claimed delivery goes next, and batched state changes.

A chat that has to wait delays no other: what was claimed for it goes back into the stored queue with the time at which
it may go. Later deliveries of the same chat get later times, so that a reader's alerts stay in order.

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

from bot.core.delivery.delivery import Delivery, NextStep, SendPriority
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
        for index, delivery in enumerate(claimed):
            places.setdefault((delivery.chat_id, delivery.rank), []).append(index)
        ordered = list(claimed)
        for indexes in places.values():
            if len(indexes) > 1:
                oldest_first = sorted((claimed[index] for index in indexes), key=lambda delivery: delivery.id)
                for index, delivery in zip(indexes, oldest_first, strict=True):
                    ordered[index] = delivery
        self.ready += ordered

    def pick(self) -> Delivery | None:
        """Remove and return the first delivery whose chat is free; None where there is none."""
        waiting: set[ChatId] = set()
        for index, delivery in enumerate(self.ready):
            if delivery.chat_id in waiting:
                continue
            if self._wait(delivery) <= 0:
                self._turns.pop(delivery.id, None)
                return self.ready.pop(index)
            waiting.add(delivery.chat_id)
        return None

    def in_hand(self) -> frozenset[DeliveryId]:
        """
        Return the ids of all claimed deliveries known here; after a claim whose answer was lost the store has more.
        """
        return frozenset((*(delivery.id for delivery in self.ready), *self.busy.values(), *self._going_back))

    @contextlib.contextmanager
    def handing_back(self) -> Iterator[tuple[tuple[Delivery, datetime], ...]]:
        """Hand deliveries back, and count them as in hand until the block that stores this has ended."""
        back = self.hand_back()
        self._going_back = tuple(delivery.id for delivery, _ in back)
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
        self._turns = {
            delivery_id: turn for delivery_id, turn in self._turns.items() if turn.at > moment - _LATE_SECONDS
        }
        back: list[tuple[Delivery, datetime]] = []
        for delivery in self.ready:
            if delivery.is_edit:
                back.append((delivery, now + timedelta(seconds=self._own_wait(delivery))))
                continue
            if delivery.id in self._turns:  # its turn came a little early: it keeps its place
                slot = max(self._turns[delivery.id].at, moment + self._own_wait(delivery))
            else:
                slot = max(self._slots.get(delivery.chat_id, 0.0), moment + self._own_wait(delivery))
                self._slots[delivery.chat_id] = slot + (_STEP_SECONDS if delivery.chat_id > 0 else _GROUP_STEP_SECONDS)
            self._turns[delivery.id] = _Turn(delivery.chat_id, slot)
            back.append((delivery, now + timedelta(seconds=slot - moment)))
        self.ready = []
        return tuple(back)

    def free_turns(self, chat_ids: Collection[ChatId]) -> tuple[DeliveryId, ...]:
        """
        Forget the turns of chats in which a delivery needed no call; returns the deliveries with later turns.

        They are to be claimed anew, since nobody must wait behind a message that needed no call.
        """
        freed = tuple(delivery_id for delivery_id, turn in self._turns.items() if turn.chat_id in chat_ids)
        for delivery_id in freed:
            del self._turns[delivery_id]
        for chat_id in chat_ids:
            self._slots.pop(chat_id, None)
        return freed

    def had_turns(self, deliveries: Iterable[Delivery]) -> frozenset[ChatId]:
        """Return the chats of those deliveries that had a turn, and forget these turns."""
        return frozenset(delivery.chat_id for delivery in deliveries if self._turns.pop(delivery.id, None))

    def take_out(self, chat_id: ChatId) -> tuple[Delivery, ...]:
        """Remove and return the deliveries of one chat."""
        found = tuple(delivery for delivery in self.ready if delivery.chat_id == chat_id)
        self.ready = [delivery for delivery in self.ready if delivery.chat_id != chat_id]
        return found

    def _wait(self, delivery: Delivery) -> float:
        """Return how long a delivery waits for its chat, also for older ones of that chat that were handed back."""
        own = self._own_wait(delivery)
        if own > 0 or delivery.rank is SendPriority.REPLY or delivery.is_edit or delivery.id in self._turns:
            return own
        return max(0.0, self._slots.get(delivery.chat_id, 0.0) - self._clock.monotonic())

    def _own_wait(self, delivery: Delivery) -> float:
        if delivery.chat_id in self.busy:
            return 1.0
        return self._rate_limiter.chat_wait(delivery.chat_id, delivery.rank, is_edit=delivery.is_edit)


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

    async def start(self, delivery: Delivery) -> bool:
        """Store that the call is about to be made; returns whether it may be. Raises `StorageError`."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._starts.append((delivery.id, future))
        self._write()
        return await future

    async def finish(self, delivery: Delivery, step: NextStep) -> None:
        """Store what follows from the outcome. Raises `StorageError`."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._outcomes.append((delivery, step, future))
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
        ids, steps = [delivery_id for delivery_id, _ in starts], [(delivery, step) for delivery, step, _ in outcomes]
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
