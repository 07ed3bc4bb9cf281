"""What `UpdateRepository` and `KeyValueRepository` promise: no update is lost or handled twice."""

from __future__ import annotations

from storage.store import Store, open_store
from tests.builders import NOW


async def test_only_new_updates_are_handed_on_in_order(store: Store) -> None:
    """Telegram repeats what was not confirmed."""
    assert await store.inbox.receive([(7, "{}"), (5, "{}")], NOW) == (7, 5)
    assert await store.inbox.receive([(5, "{}"), (6, "{}"), (6, "{}"), (7, "{}"), (8, "{}")], NOW) == (6, 8)
    assert await store.inbox.receive([], NOW) == ()


async def test_updates_that_were_not_handled_are_listed_by_id(store: Store) -> None:
    """With their text, which is wiped once they are handled."""
    await store.inbox.receive([(7, '{"text":"ö"}'), (5, "{}"), (6, "{}")], NOW)

    await store.inbox.finish([6], NOW)

    assert await store.inbox.list_unfinished() == ((5, "{}"), (7, '{"text":"ö"}'))


async def test_a_handled_update_is_known_for_ever(url: str) -> None:
    """A restart does not handle it again."""
    store = await open_store(url)
    await store.inbox.receive([(2**40, "{}"), (2**40 + 1, "{}")], NOW)
    await store.inbox.finish([2**40], NOW)
    await store.close()

    store = await open_store(url)
    assert await store.inbox.list_unfinished() == ((2**40 + 1, "{}"),)
    assert await store.inbox.receive([(2**40, "{}"), (2**40 + 1, "{}")], NOW) == ()
    await store.close()


async def test_purging_keeps_the_newest_ids_and_all_that_is_open(store: Store) -> None:
    """The newest are enough to know a repeated one."""
    await store.inbox.receive([(number, "{}") for number in range(1, 301)], NOW)
    await store.inbox.finish(range(2, 301), NOW)

    assert await store.inbox.purge(keep=100) == 199
    assert await store.inbox.purge() == 0

    assert await store.inbox.list_unfinished() == ((1, "{}"),)
    assert await store.inbox.receive([(200, "{}"), (201, "{}"), (300, "{}")], NOW) == (200,)


async def test_a_fact_is_remembered_across_restarts(url: str) -> None:
    """Until it is written anew."""
    store = await open_store(url)
    assert await store.key_value.get("commands") is None
    await store.key_value.set("commands", "1")
    await store.key_value.set("commands", "2 ö")
    await store.close()

    store = await open_store(url)
    assert await store.key_value.get("commands") == "2 ö"
    await store.close()
