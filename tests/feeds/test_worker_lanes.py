"""What is remembered of an address, and whose documents wait for whose."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.feeds.worker_pool import SLOW, Costs, LaneClaim, LaneTurns, WorkerLane

URL = "https://n.example/rss"
MEGABYTE = 1_000_000


def test_an_address_that_was_slow_stays_slow_over_some_quick_readings() -> None:
    """Whoever answers in turn with a slow and a quick document keeps to the slow lane."""
    costs = Costs()
    costs.note(URL, SLOW / 2, MEGABYTE)
    assert costs.choose(URL, MEGABYTE) is WorkerLane.DEAR
    costs.note(URL, 20 * SLOW, MEGABYTE)
    readings = 0
    while costs.choose(URL, MEGABYTE) is WorkerLane.SLOW:
        costs.note(URL, 0.01, MEGABYTE)
        readings += 1
    assert 10 <= readings <= 20
    assert costs.choose("https://other.example/rss", 10) is WorkerLane.USUAL


def test_what_was_given_up_is_slow() -> None:
    """A document that used up what the quick workers allow is not tried by them again."""
    costs = Costs()
    costs.note(URL, SLOW, 10)
    assert costs.choose(URL, 10) is WorkerLane.SLOW
    assert not costs.is_hopeless(URL)
    costs.note(URL, 20 * SLOW, 10)
    assert costs.is_hopeless(URL)


def test_a_document_may_be_dear_until_one_of_its_size_was_cheap() -> None:
    """Small documents never may; a feed that was large and cheap is trusted with twice as much, until it is not."""
    costs = Costs()
    assert costs.choose(URL, 10_000) is WorkerLane.USUAL
    assert costs.choose(URL, MEGABYTE) is WorkerLane.DEAR
    costs.note(URL, 0.01, 10_000)
    assert costs.choose(URL, MEGABYTE) is WorkerLane.DEAR
    costs.note(URL, 0.01, MEGABYTE)
    costs.note(URL, 0.01, 10_000)
    assert costs.choose(URL, 2 * MEGABYTE) is WorkerLane.USUAL
    assert costs.choose(URL, 3 * MEGABYTE) is WorkerLane.DEAR
    costs.note(URL, 0.2, MEGABYTE)
    assert costs.choose(URL, MEGABYTE) is WorkerLane.DEAR


def test_addresses_without_end_are_forgotten() -> None:
    """The one that was slow longest ago goes first."""
    costs = Costs()
    for number in range(10_001):
        costs.note(f"https://n.example/{number}", 1, 10)
    assert costs.choose("https://n.example/0", 10) is WorkerLane.USUAL
    assert costs.choose("https://n.example/1", 10) is WorkerLane.SLOW


async def order(places: int, claims: Sequence[LaneClaim], *, until: int | None = None) -> list[int]:
    """Let all claim a place while the first holds one, each for a moment; gives the order of their turns."""
    turns, served = LaneTurns(places), list[int]()

    async def work(number: int) -> None:
        async with turns.turn(claims[number]):
            served.append(number)
            await (hold.wait() if number == until else asyncio.sleep(0))

    hold = asyncio.Event()
    tasks = [asyncio.create_task(work(number)) for number in range(len(claims))]
    for _ in range(10 * len(tasks)):
        await asyncio.sleep(0)
    came = list(served)
    hold.set()
    await asyncio.gather(*tasks)
    assert sorted(served) == list(range(len(claims)))
    return came


async def test_those_who_bring_documents_take_turns() -> None:
    """Whoever has one waits for one of each other, not for all of theirs."""
    claims = [
        LaneClaim(by="many"),
        *(LaneClaim(by="many") for _ in range(8)),
        LaneClaim(by="one"),
        LaneClaim(by="other"),
    ]
    assert (await order(1, claims))[:4] == [0, 9, 10, 1]


async def test_the_last_wait_for_all_others() -> None:
    """However long they have waited, and whoever they are."""
    claims = [
        LaneClaim(by=1),
        LaneClaim(by=2, is_last=True),
        LaneClaim(by=3, is_last=True),
        LaneClaim(by=1),
        LaneClaim(by=1),
    ]
    assert await order(1, claims) == [0, 3, 4, 1, 2]


async def test_large_documents_are_read_one_at_a_time() -> None:
    """The others do not wait for them."""
    claims = [LaneClaim(by=1, is_large=True), LaneClaim(by=2, is_large=True), LaneClaim(by=3), LaneClaim(by=4)]
    assert await order(2, claims, until=0) == [0, 2, 3]


async def test_who_gives_up_waiting_leaves_no_trace() -> None:
    """Cancelled while waiting, in the moment of the turn, or during it: the place goes to the next one."""
    turns = LaneTurns(1)
    began = list[int]()

    async def work(number: int) -> None:
        async with turns.turn(LaneClaim(by=number)):
            began.append(number)
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(work(number)) for number in range(4)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    tasks[0].cancel()
    await asyncio.sleep(0)
    tasks[2].cancel()
    for _ in range(5):
        await asyncio.sleep(0)
    assert began == [0, 3]
    tasks[3].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with turns.turn(LaneClaim(by=5)):
        pass
