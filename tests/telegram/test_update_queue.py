"""
Work runs in order within a chat, side by side across chats.

Updates that are handled at about the same time are noted in one transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import pytest

from bot.core.errors import StorageError
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.telegram.update_queue import PerChatExecutor, UpdateCompletion, Work
from tests.fakes.clock import FakeClock


async def settle() -> None:
    """Let everything that can go on do so."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_a_lane_keeps_its_order_and_others_do_not_wait() -> None:
    """One slow chat holds up nobody else."""
    executor, done, slow = PerChatExecutor(), list[str](), asyncio.Event()

    def work(name: str, gate: asyncio.Event | None = None) -> Work:
        async def run() -> None:
            if gate:
                await gate.wait()
            done.append(name)

        return run

    executor.submit(1, work("slow", slow))
    executor.submit(1, work("after"))
    executor.submit(2, work("other"))
    for _ in range(5):
        await asyncio.sleep(0)
    assert done == ["other"]
    slow.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert done == ["other", "slow", "after"]


async def test_no_more_than_so_many_run_at_once() -> None:
    """The rest waits for a place."""
    executor, free = PerChatExecutor(at_once=2), asyncio.Event()
    running, most = 0, 0

    async def run() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await free.wait()
        running -= 1

    for key in range(5):
        assert executor.submit(key, run)
    await settle()
    assert (running, most) == (2, 2)
    free.set()
    await executor.drain(HANG_SECONDS)
    assert (running, most) == (0, 2)


async def test_each_lane_has_its_own_bound() -> None:
    """A full one takes no more and says so; all others go on, however many there are."""
    executor, free = PerChatExecutor(at_once=1, waiting=3), asyncio.Event()

    async def wait() -> None:
        async with executor.without_slot():
            await free.wait()

    executor.submit("full", wait)
    await settle()
    assert [executor.submit("full", wait) for _ in range(5)] == [True] * 3 + [False] * 2
    assert executor.submit("full", wait, most=4)
    assert all(executor.submit(number, wait) for number in range(1000))
    free.set()
    await executor.drain(HANG_SECONDS)


async def test_who_waits_for_somebody_else_holds_no_place() -> None:
    """Any number of slow chats leaves all places to the others; who comes back waits for one again."""
    executor, slow, done = PerChatExecutor(at_once=2), asyncio.Event(), list[str]()

    async def ask(name: str) -> None:
        async with executor.without_slot():
            await slow.wait()
        done.append(name)

    async def answer() -> None:
        done.append("other")

    for number in range(500):
        executor.submit(number, lambda: ask("slow"))
    await settle()
    executor.submit("other", answer)
    await settle()
    assert done == ["other"]
    hold = asyncio.Event()
    for key in ("a", "b"):
        executor.submit(key, hold.wait)  # type: ignore[arg-type] # its result does not matter
    await settle()
    slow.set()
    await settle()
    assert done == ["other"], "both places are taken"
    hold.set()
    await executor.drain(HANG_SECONDS)
    assert done == ["other"] + ["slow"] * 500


async def test_what_work_starts_beside_itself_gives_up_no_place() -> None:
    """Only who has a place can give it up, and only once at a time."""
    executor, hold, inside, most = PerChatExecutor(at_once=1), asyncio.Event(), 0, 0

    async def beside() -> None:
        async with executor.without_slot():
            await hold.wait()

    async def work() -> None:
        nonlocal inside, most
        task = asyncio.create_task(beside())
        async with executor.without_slot(), executor.without_slot():
            await asyncio.sleep(0)
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        inside -= 1
        hold.set()
        await task

    for key in range(5):
        executor.submit(key, work)
    await settle()
    await executor.drain(HANG_SECONDS)
    assert most == 1


async def test_who_steps_back_leaves_the_places_to_the_others() -> None:
    """A crowd that is less urgent has few places of its own, and waits for them without holding one."""
    executor, free, crowd, done = PerChatExecutor(at_once=2, behind=1), asyncio.Event(), 0, list[str]()

    async def stranger() -> None:
        nonlocal crowd
        await executor.step_back()
        crowd += 1
        await free.wait()

    async def known() -> None:
        done.append("known")

    for number in range(50):
        executor.submit(number, stranger)
    await settle()
    executor.submit("known", known)
    await settle()
    assert (crowd, done) == (1, ["known"])
    free.set()
    await executor.drain(HANG_SECONDS)
    assert crowd == 50


async def test_a_place_given_up_by_who_is_cut_off_is_not_given_back_twice() -> None:
    """After a stop that cuts work off there are as many places as before."""
    executor, never = PerChatExecutor(at_once=1), asyncio.Event()

    async def wait() -> None:
        async with executor.without_slot():
            await never.wait()

    for key in range(3):
        executor.submit(key, wait)
    await settle()
    await executor.drain(0.01)
    running, most = 0, 0

    async def run() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    for key in range(5):
        executor.submit(key, run)
    await settle()
    assert most == 1


async def test_draining_lets_work_end_and_drops_what_has_not_begun() -> None:
    """What has not begun is begun after the next start."""
    executor, done, free = PerChatExecutor(), list[str](), asyncio.Event()

    async def first() -> None:
        await free.wait()
        done.append("first")

    async def second() -> None:
        done.append("second")

    executor.submit(1, first)
    executor.submit(1, second)
    await asyncio.sleep(0)
    drain = asyncio.create_task(executor.drain(HANG_SECONDS))
    await asyncio.sleep(0)
    free.set()
    await drain
    assert done == ["first"]


async def test_draining_cuts_off_what_does_not_end() -> None:
    """A stop is never held up for ever."""
    executor = PerChatExecutor()
    executor.submit(1, asyncio.Event().wait)  # type: ignore[arg-type] # its result does not matter
    await asyncio.sleep(0)
    await asyncio.wait_for(executor.drain(0.01), HANG_SECONDS)


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
