"""How a process takes the lease, renews it and loses it."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.services.leadership import LeaderElection, LeasePolicy
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.fakes.unsteady_store import Unsteady
from tests.services.conftest import eventually

QUICK = timedelta(milliseconds=5)


def make_hold(
    store: Store, clock: FakeClock, owner: str, *, dead: set[str] | None = None, leases: Unsteady | None = None
) -> LeaderElection:
    """Prepare a process that may speak for the bot."""

    async def taken() -> None:
        clock.taken = [*getattr(clock, "taken", []), owner]  # type: ignore[attr-defined]

    return LeaderElection(
        leases=leases or store.leases,
        name="bot",
        owner=owner,
        seconds=clock.monotonic,
        is_dead=(dead or set()).__contains__,
        taken=taken,
        policy=LeasePolicy(renew_every=QUICK, look_every=QUICK),
    )


async def test_one_of_two_has_the_office_until_it_lets_go(store: Store, clock: FakeClock) -> None:
    """The other takes it at once then, and first takes over what was in hand."""
    first, second = make_hold(store, clock, "a"), make_hold(store, clock, "b")

    assert (await first.look(), await second.look()) == (True, False)
    assert (first.is_ours(), second.is_ours()) == (True, False)
    await first.release()
    assert not first.is_ours()
    assert await second.look()
    assert clock.taken == ["a", "b"]  # type: ignore[attr-defined]


async def test_whoever_slept_through_the_end_knows_before_it_asks(store: Store, clock: FakeClock) -> None:
    """A stopped process must not send when it is continued; if nobody came, it goes on."""
    hold = make_hold(store, clock, "a")
    await hold.look()

    clock.move(seconds=16.9)
    assert hold.is_ours()
    clock.move(seconds=0.2)
    assert not hold.is_ours()
    await hold.confirm()
    assert hold.is_ours()


async def test_the_dead_lose_it_at_once(store: Store, clock: FakeClock) -> None:
    """A process of this machine that was killed cannot come back."""
    first, second = make_hold(store, clock, "a"), make_hold(store, clock, "b", dead={"a"})
    await first.look()

    assert await second.look()
    assert not await first.look()
    assert not first.is_ours()


async def test_it_is_looked_after_until_the_stop(
    store: Store, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """A store that is away is one log line; the lease expires meanwhile and is taken again."""
    leases = Unsteady(store.leases)
    hold = make_hold(store, clock, "a", leases=leases)

    async def is_ours() -> bool:
        return hold.is_ours()

    with caplog.at_level(logging.WARNING):
        task = asyncio.create_task(hold.run())
        await eventually(is_ours)
        leases.break_before("renew", 3)
        clock.move(seconds=30)
        assert not hold.is_ours()
        await eventually(is_ours)
    hold.stop()
    await asyncio.wait_for(task, HANG_SECONDS)

    assert [record.message for record in caplog.records].count("office.unknown") == 1
