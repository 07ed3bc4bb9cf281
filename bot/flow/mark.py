"""
Mark deliveries as started and finished: while the store writes, what comes meanwhile is gathered for one transaction.

At the usual rate every mark is a transaction of its own. At hundreds a second there are as many as the disk bears.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, TypeVar

from bot.core.delivery import Delivery, NextStep
from bot.core.errors import StorageError
from bot.core.ids import DeliveryId
from bot.core.outbox import DeliveryRepository
from bot.core.ports import Clock

Result = TypeVar("Result")
_Start = tuple[DeliveryId, asyncio.Future[bool]]
_Outcome = tuple[Delivery, NextStep, asyncio.Future[None]]


class OutcomeWriter:
    """Writes marks in the order in which they come, outcomes before starts."""

    def __init__(self, outbox: DeliveryRepository, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock
        self._starts: list[_Start] = []
        self._outcomes: list[_Outcome] = []
        self._writing: asyncio.Task[None] | None = None

    async def start(self, each: Delivery) -> bool:
        """Note that the call is about to be made; returns whether it may be. Raises `StorageError`."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._starts.append((each.id, future))
        self._write()
        return await future

    async def finish(self, each: Delivery, step: NextStep) -> None:
        """Note what came of it. Raises `StorageError`."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._outcomes.append((each, step, future))
        self._write()
        await future

    async def close(self) -> None:
        """Let what is being written come to its end."""
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
