"""What the store keeps of shared lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.core import shared_list
from bot.core.delivery.delivery import SendAgain
from bot.core.errors import Refusal, StorageError
from bot.core.ids import ChatId, ThreadId
from bot.core.query.parser import MatchMode
from bot.core.shared_list import SharedList, SharedListId
from storage.chat_moves import move_chat
from storage.shared_lists import shared_keywords
from storage.store import Store
from tests.builders import MAIN, NOW, make_subscription
from tests.contracts.scenes import claim, meet, queue_alert

HERE, THERE, TOPIC = ChatId(-5), ChatId(-6), ThreadId(7)
HOUR = timedelta(hours=1)
LIMIT = 3


def make_list(name: str, *keywords: str, **changes: Any) -> SharedList:
    """Make a list of a group."""
    subscriptions = [make_subscription(normal=normal) for normal in keywords or ("Nordkorea", "Kim")]
    values: dict[str, Any] = {
        "id": SharedListId(name),
        "chat_id": HERE,
        "thread_id": MAIN,
        "keywords": shared_list.snapshot(subscriptions),
        "created_at": NOW,
    }
    return SharedList(**values | changes)


async def share(store: Store, wanted: SharedList, limit: int = LIMIT) -> SharedList:
    """Share a list of a chat that may be new."""
    await meet(store, wanted.chat_id)
    return await store.shared_lists.share(wanted, limit)


async def test_a_list_is_found_by_its_id_as_it_was_shared(store: Store) -> None:
    """With its keywords in their order, and how exactly each is meant; nobody needs to know whose it is."""
    exact = make_subscription(normal='"Kim Jong Un" -Fussball', mode=MatchMode.EXACT)
    keywords = shared_list.snapshot([make_subscription(normal="Nordkorea"), exact, make_subscription(normal="Abc")])
    wanted = make_list("a", keywords=keywords, thread_id=TOPIC)

    await share(store, wanted)

    assert await store.shared_lists.find(wanted.id) == wanted
    assert await store.shared_lists.find(SharedListId("b")) is None
    assert await store.shared_lists.list_for(HERE, TOPIC) == (wanted,)
    assert await store.shared_lists.list_for(HERE, MAIN) == ()
    assert await store.shared_lists.list_all_of(HERE) == (wanted,)
    assert await store.shared_lists.list_all_of(THERE) == ()


async def test_the_same_keywords_have_one_list_per_receiver(store: Store) -> None:
    """In whatever order they stand; a revoked list is not the same any more, nor is one of another mode."""
    first = await share(store, make_list("a", "Kim", "Putin"))

    assert await share(store, make_list("b", "Putin", "Kim")) == first
    elsewhere = await share(store, make_list("c", "Kim", "Putin", thread_id=TOPIC))
    assert elsewhere.id == "c"
    await store.shared_lists.revoke(HERE, MAIN, first.id, NOW)
    assert (await share(store, make_list("d", "Kim", "Putin"))).id == "d"
    exact = shared_list.snapshot([make_subscription(normal=word, mode=MatchMode.EXACT) for word in ("Kim", "Putin")])
    assert (await share(store, make_list("e", keywords=exact))).id == "e"


async def test_a_chat_shares_only_so_many_lists_at_the_same_time(store: Store) -> None:
    """In all its topics together; a revoked list makes room, and comes back only where there is some."""
    for name in ("a", "b", "c"):
        await share(store, make_list(name, name, thread_id=ThreadId(ord(name))))
    with pytest.raises(Refusal, match=r"share\.limit\(limit=3\)"):
        await share(store, make_list("d", "d"))
    assert (await share(store, make_list("x", "a", thread_id=ThreadId(97)))).id == "a"
    await share(store, make_list("e", "e", chat_id=THERE))

    await store.shared_lists.revoke(HERE, ThreadId(97), SharedListId("a"), NOW)

    await share(store, make_list("d", "d"))
    with pytest.raises(Refusal, match=r"share\.limit"):
        await store.shared_lists.share_again(HERE, ThreadId(97), SharedListId("a"), LIMIT)
    assert await store.shared_lists.find(SharedListId("a")) is None


async def test_a_revoked_list_is_found_by_nobody_and_can_come_back(store: Store) -> None:
    """Only its own receiver revokes it, and brings it back under the same id."""
    wanted = await share(store, make_list("a"))
    await meet(store, THERE)

    for chat, thread in ((THERE, MAIN), (HERE, TOPIC)):
        assert await store.shared_lists.revoke(chat, thread, wanted.id, NOW) is None
        assert await store.shared_lists.share_again(chat, thread, wanted.id, LIMIT) is None
    assert await store.shared_lists.find(wanted.id) == wanted
    assert [await store.shared_lists.revoke(HERE, MAIN, wanted.id, NOW) for _ in range(2)] == [wanted, None]

    assert await store.shared_lists.find(wanted.id) is None
    assert await store.shared_lists.list_for(HERE, MAIN) == ()
    assert await store.shared_lists.list_all_of(HERE) == ()
    for _ in range(2):
        assert await store.shared_lists.share_again(HERE, MAIN, wanted.id, LIMIT) == wanted
    assert await store.shared_lists.find(wanted.id) == wanted


async def test_lists_revoked_long_ago_are_forgotten(store: Store) -> None:
    """With their keywords; those that are shared stay, however old they are."""
    for name, revoked_at in (("old", NOW), ("new", NOW + HOUR), ("live", None)):
        shared = await share(store, make_list(name, name))
        if revoked_at is not None:
            await store.shared_lists.revoke(HERE, MAIN, shared.id, revoked_at)

    assert [await store.retention.drop_revoked_lists(NOW + HOUR, 10) for _ in range(2)] == [1, 0]

    back = [await store.shared_lists.share_again(HERE, MAIN, SharedListId(name), 9) for name in ("old", "new", "live")]
    assert [shared and shared.id for shared in back] == [None, "new", "live"]
    async with store._database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(shared_keywords)) == 2


async def test_lists_go_with_their_chat(store: Store) -> None:
    """A supergroup has those of the group it was, the group those of a closed topic; who is forgotten has none."""
    wanted = await share(store, make_list("a", thread_id=TOPIC))
    alert = await queue_alert(store, HERE, thread=TOPIC)
    await store.outbox.finish(alert, SendAgain(at=NOW, main_thread=True), NOW)
    assert [shared.id for shared in await store.shared_lists.list_for(HERE, MAIN)] == [wanted.id]
    await claim(store)
    new = ChatId(-1005)
    async with store._database.write() as connection:
        await move_chat(connection, HERE, new, NOW)

    moved = await store.shared_lists.find(wanted.id)
    assert moved is not None
    assert (moved.chat_id, moved.thread_id, moved.keywords) == (new, MAIN, wanted.keywords)

    await store.chats.forget(new, NOW)
    assert await store.shared_lists.find(wanted.id) is None
    async with store._database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(shared_keywords)) == 0


async def test_a_chat_is_met_before_it_shares(store: Store) -> None:
    """Its row is what others who share at the same moment wait for."""
    with pytest.raises(StorageError, match="met"):
        await store.shared_lists.share(make_list("a"), LIMIT)
