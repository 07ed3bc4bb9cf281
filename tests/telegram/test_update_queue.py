"""Updates that are handled at about the same time are noted in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import pytest

from bot.core.errors import StorageError
from bot.telegram.update_queue import UpdateCompletion
from tests.fakes.clock import FakeClock


@dataclass
class Slow:
    """An inbox that notes what it is given, and goes on when it is let go."""

    free: asyncio.Event = field(default_factory=asyncio.Event)
    noted: list[list[int]] = field(default_factory=list)
    faults: int = 0

    async def finish(self, update_ids: Sequence[int], now: datetime) -> None:
        """Note them, or fail."""
        self.noted.append(sorted(update_ids))
        await self.free.wait()
        self.faults -= 1
        if self.faults >= 0:
            raise StorageError("away")


async def test_what_is_ready_while_one_transaction_runs_shares_the_next(clock: FakeClock) -> None:
    """Nobody returns before his own is noted."""
    inbox = Slow()
    finishing = UpdateCompletion(cast(Any, inbox), clock)
    first = asyncio.create_task(finishing([0]))
    await asyncio.sleep(0)
    others = [asyncio.create_task(finishing([number])) for number in range(1, 31)]
    for _ in range(5):
        await asyncio.sleep(0)
    assert inbox.noted == [[0]]
    assert not any(task.done() for task in (first, *others))
    inbox.free.set()
    await asyncio.gather(first, *others)
    assert inbox.noted == [[0], [*range(1, 31)]]


async def test_a_transaction_that_fails_loses_nothing(clock: FakeClock) -> None:
    """Who wrote for all is told, and the next one writes for them."""
    inbox = Slow(faults=1)
    finishing = UpdateCompletion(cast(Any, inbox), clock)
    tasks = [asyncio.create_task(finishing([number])) for number in range(3)]
    await asyncio.sleep(0)
    inbox.free.set()
    first, *others = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(first, StorageError)
    assert others == [None, None]
    with pytest.raises(IndexError):
        _ = inbox.noted[2]
    assert inbox.noted[1] == [0, 1, 2]
