"""What chats keep, on both databases: once each, within a bound, and back when it was removed by mistake."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.errors import Refusal
from bot.core.ids import ChatId
from bot.core.saved import SAVED_PAGE, SavedArticle
from storage.store import Store
from tests.builders import NOW
from tests.contracts.scenes import meet

HERE, GROUP, SUPERGROUP = ChatId(1), ChatId(-5), ChatId(-1005)
KIM = SavedArticle(
    title="Kim", url="https://srf.example/0", source="SRF", published_at=NOW, saved_at=NOW, summary="Er redet."
)


def article(number: int) -> SavedArticle:
    """Make an article, saved so many minutes after the first."""
    return replace(KIM, title=f"Kim {number}", url=f"https://srf.example/{number}", saved_at=NOW + minutes(number))


def minutes(number: float) -> timedelta:
    """Give so many minutes."""
    return timedelta(minutes=number)


async def keep(store: Store, *numbers: int, chat: ChatId = HERE) -> None:
    """Save articles."""
    await meet(store, chat)
    for number in numbers:
        assert await store.saved.add(chat, article(number), limit=100, now=NOW)


async def titles(store: Store, chat: ChatId = HERE) -> list[str]:
    """List what a chat has saved."""
    return [saved.title for saved in await store.saved.list_all(chat)]


async def test_an_article_is_saved_once_as_it_was(store: Store) -> None:
    """By each chat for itself; the second time nothing changes."""
    await keep(store, 0)
    await meet(store, 2)

    assert not await store.saved.add(HERE, replace(KIM, title="Anders", saved_at=NOW + minutes(9)), limit=9, now=NOW)

    assert list(await store.saved.list_all(HERE)) == [replace(KIM, title="Kim 0")]
    assert await store.saved.has(HERE, KIM.key)
    assert not await store.saved.has(ChatId(2), KIM.key)
    assert not await store.saved.has(HERE, article(7).key)


async def test_pages_begin_with_the_newest(store: Store) -> None:
    """Behind the end comes the last one; an offset within a page leads to that page."""
    await keep(store, *range(SAVED_PAGE + 2))
    first = await store.saved.list_page(HERE, 0)
    assert [saved.title for saved in first.articles] == [f"Kim {number}" for number in range(SAVED_PAGE + 1, 1, -1)]
    assert (first.total, first.has_newer, first.has_older) == (SAVED_PAGE + 2, False, True)

    last = await store.saved.list_page(HERE, 999)
    assert [saved.title for saved in last.articles] == ["Kim 1", "Kim 0"]
    assert (last.offset, last.has_newer, last.has_older) == (SAVED_PAGE, True, False)
    assert (await store.saved.list_page(HERE, SAVED_PAGE + 1)).offset == SAVED_PAGE
    empty = await store.saved.list_page(ChatId(2), 5)
    assert (empty.articles, empty.offset, empty.total) == ((), 0, 0)


async def test_what_was_removed_comes_back_in_its_place(store: Store) -> None:
    """Once removed it counts for nothing, and only its own chat removes or restores it."""
    await keep(store, 0, 1, 2)
    await meet(store, 2)
    assert await store.saved.remove(ChatId(2), article(1).key, NOW) is None

    assert await store.saved.remove(HERE, article(1).key, NOW) == article(1)
    assert await store.saved.remove(HERE, article(1).key, NOW) is None
    assert await titles(store) == ["Kim 2", "Kim 0"]
    assert (await store.saved.list_page(HERE, 0)).total == 2

    assert await store.saved.restore(ChatId(2), article(1).key, limit=9) is None
    assert [await store.saved.restore(HERE, article(1).key, limit=3) for _ in range(2)] == [article(1)] * 2
    assert await titles(store) == ["Kim 2", "Kim 1", "Kim 0"]


async def test_there_is_room_for_so_many(store: Store) -> None:
    """Also for those that are restored, and when two come at once."""
    await keep(store, 0, 1)
    with pytest.raises(Refusal, match=r"saved\.limit\(limit=2\)"):
        await store.saved.add(HERE, article(2), limit=2, now=NOW)
    await store.saved.remove(HERE, article(0).key, NOW)

    together = [store.saved.add(HERE, article(number), limit=2, now=NOW) for number in (3, 4, 5)]
    outcomes = await asyncio.gather(*together, return_exceptions=True)

    assert sorted(map(str, outcomes)) == ["True", "saved.limit(limit=2)", "saved.limit(limit=2)"]
    with pytest.raises(Refusal, match=r"saved\.limit"):
        await store.saved.restore(HERE, article(0).key, limit=2)


async def test_what_was_removed_is_forgotten_after_a_while(store: Store) -> None:
    """A piece at a time; what is saved stays however old it is. Saved anew, it is new."""
    await keep(store, *range(4))
    for number in (0, 1, 2):
        await store.saved.remove(HERE, article(number).key, NOW + minutes(number))
    assert await store.saved.add(HERE, replace(article(0), saved_at=NOW + minutes(60)), limit=9, now=NOW)

    before = NOW + minutes(2)
    assert [await store.retention.drop_unsaved(before, 1) for _ in range(2)] == [1, 0]

    assert await store.saved.restore(HERE, article(1).key, limit=9) is None
    assert await store.saved.restore(HERE, article(2).key, limit=9) == article(2)
    assert await titles(store) == ["Kim 0", "Kim 3", "Kim 2"]


async def test_a_group_that_becomes_a_supergroup_keeps_what_it_saved(store: Store) -> None:
    """What both have is there once."""
    await keep(store, 1, 2, chat=GROUP)
    await keep(store, 2, 3, chat=SUPERGROUP)

    await store.chats.move(GROUP, SUPERGROUP, NOW)

    assert await titles(store, SUPERGROUP) == ["Kim 3", "Kim 2", "Kim 1"]
    assert await titles(store, GROUP) == []
