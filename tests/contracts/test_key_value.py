"""What the repository of leases promises."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.core.process_state import Lease
from storage.store import Store

LONG = timedelta(minutes=1)
OVER = timedelta(seconds=-1)
"""A lease that has run out when it begins: nobody has to wait."""


async def test_a_free_office_is_taken_by_one(stores: tuple[Store, Store]) -> None:
    """Everybody is told whose it is."""
    taken = await asyncio.gather(*(stores[turn % 2].leases.take("bot", f"owner {turn}", LONG) for turn in range(8)))

    assert len(set(taken)) == 1
    assert taken[0].fence == 1


async def test_who_has_it_may_ask_again(store: Store) -> None:
    """The fence stays."""
    first = await store.leases.take("bot", "a", LONG)

    assert await store.leases.take("bot", "a", LONG) == first
    assert await store.leases.take("bot", "b", LONG) == first
    assert await store.leases.take("another", "b", LONG) == Lease("another", "b", 1)


async def test_a_lease_that_ran_out_is_anybodys_with_a_new_fence(store: Store) -> None:
    """Whoever slept through its end is not the owner any more."""
    first = await store.leases.take("bot", "a", OVER)
    second = await store.leases.take("bot", "b", LONG)

    assert second == Lease("bot", "b", first.fence + 1)
    assert not await store.leases.renew(first, LONG)
    await store.leases.release(first)
    assert await store.leases.take("bot", "c", LONG) == second


async def test_a_lease_can_be_taken_from_the_dead(store: Store) -> None:
    """Only from the one who is named."""
    await store.leases.take("bot", "a", LONG)

    assert (await store.leases.take("bot", "b", LONG, instead_of="z")).owner == "a"
    assert await store.leases.take("bot", "b", LONG, instead_of="a") == Lease("bot", "b", 2)
    assert (await store.leases.take("bot", "c", LONG, instead_of="a")).owner == "b"


async def test_a_renewal_puts_the_end_off(store: Store) -> None:
    """Also of one that ran out and that nobody took; one's own that ran out gets a new fence when it is taken."""
    lease = await store.leases.take("bot", "a", OVER)

    assert await store.leases.renew(lease, LONG)
    assert (await store.leases.take("bot", "b", LONG)).owner == "a"
    assert await store.leases.renew(lease, OVER)
    assert await store.leases.take("bot", "a", LONG) == Lease("bot", "a", lease.fence + 1)


async def test_a_released_office_is_free_at_once(store: Store) -> None:
    """And its fence goes on counting."""
    lease = await store.leases.take("bot", "a", LONG)
    await store.leases.release(lease)

    assert await store.leases.take("bot", "b", LONG) == Lease("bot", "b", 2)
