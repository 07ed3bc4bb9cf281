"""In order within a chat, side by side across chats."""

from __future__ import annotations

import asyncio

from bot.chat.lanes import Lanes, Work
from bot.demo.clock import HANG_SECONDS


async def test_a_lane_keeps_its_order_and_others_do_not_wait() -> None:
    """One slow chat holds up nobody else."""
    lanes, done, slow = Lanes(), list[str](), asyncio.Event()

    def work(name: str, gate: asyncio.Event | None = None) -> Work:
        async def run() -> None:
            if gate:
                await gate.wait()
            done.append(name)

        return run

    await lanes.submit(1, work("slow", slow))
    await lanes.submit(1, work("after"))
    await lanes.submit(2, work("other"))
    for _ in range(5):
        await asyncio.sleep(0)
    assert done == ["other"]
    slow.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert done == ["other", "slow", "after"]


async def test_no_more_than_so_many_run_or_wait() -> None:
    """The rest stays where it came from until there is room."""
    lanes, free = Lanes(at_once=2, waiting=3), asyncio.Event()
    running, most = 0, 0

    async def run() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await free.wait()
        running -= 1

    for key in range(3):
        await lanes.submit(key, run)
    late = asyncio.create_task(lanes.submit(9, run))
    for _ in range(5):
        await asyncio.sleep(0)
    assert (most, late.done()) == (2, False)
    free.set()
    await asyncio.wait_for(late, HANG_SECONDS)
    await lanes.drain(1)


async def test_draining_lets_work_end_and_drops_what_has_not_begun() -> None:
    """What has not begun is begun after the next start."""
    lanes, done, free = Lanes(), list[str](), asyncio.Event()

    async def first() -> None:
        await free.wait()
        done.append("first")

    async def second() -> None:
        done.append("second")

    await lanes.submit(1, first)
    await lanes.submit(1, second)
    await asyncio.sleep(0)
    drain = asyncio.create_task(lanes.drain(5))
    await asyncio.sleep(0)
    free.set()
    await drain
    assert done == ["first"]


async def test_draining_cuts_off_what_does_not_end() -> None:
    """A stop is never held up for ever."""
    lanes = Lanes()
    await lanes.submit(1, asyncio.Event().wait)  # type: ignore[arg-type] # its result does not matter
    await asyncio.sleep(0)
    await asyncio.wait_for(lanes.drain(0.01), HANG_SECONDS)
