"""Adding the starter feeds of a language: room, feeds that moved, and what counts as speaking a language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.feed import FeedState, Origin
from bot.services.starter_feeds import LanguageGap, StarterFeeds
from storage.store import Store
from tests.builders import NOW, make_wish
from tests.contracts.scenes import add_feed, meet, poll
from tests.fakes.clock import FakeClock

WISHES = tuple(make_wish(name, title=name) for name in ("a", "b", "c", "d"))


def make(store: Store, clock: FakeClock, most: int = 100) -> StarterFeeds:
    """Wire it, with four German starter feeds."""
    return StarterFeeds(
        feeds=store.feeds,
        sources=store.sources,
        archive=store.archive,
        clock=clock,
        starter={"de": WISHES},
        is_open=True,
        most=most,
    )


async def test_no_more_is_offered_than_there_is_room_for(store: Store, clock: FakeClock) -> None:
    """Own feeds of the chat count; those added are known by their bits, and Undo gives up these alone."""
    chat = await meet(store)
    mine = await add_feed(store, "mine", language="en", origin=Origin.CHAT, owner=chat.id)
    starter = make(store, clock, most=3)

    assert await starter.find_gap(chat) == LanguageGap("de", 2)
    done = await starter.add(chat.id, "de")
    assert (done.added, done.switched_on, done.changed) == (("a", "b"), (), 0b11)
    assert await starter.find_gap(chat) is None
    assert await starter.undo(chat.id, "de", 0b10) == 1
    assert {feed.title for feed in await store.feeds.list_all()} == {mine.title, "a"}
    assert await starter.undo(chat.id, "de", 0b10) == 0
    assert (await starter.add(chat.id, "rm")).changed == 0


async def test_a_starter_feed_that_moved_is_not_added_twice(store: Store, clock: FakeClock) -> None:
    """It lives at another address by now, switched off by the chat: it is switched on there."""
    chat = await meet(store)
    feed = await store.feeds.add(WISHES[2], NOW)
    await poll(store, replace(feed, url="https://moved.example/rss", first_success_at=NOW))
    await store.sources.choose(chat.id, [feed.id], followed=False)

    done = await make(store, clock).add(chat.id, "de")

    assert (done.added, done.switched_on, done.changed) == (("a", "b", "d"), ("c",), 0b1111)
    assert len(await store.feeds.list_all()) == 4


@pytest.mark.parametrize(
    ("language", "state", "is_gap"),
    [
        ("de-CH", FeedState.ACTIVE, False),
        ("de", FeedState.FAILING, False),
        ("de", FeedState.GONE, True),
        ("en", FeedState.ACTIVE, True),
    ],
)
async def test_what_the_document_declares_counts_while_the_feed_lives(
    store: Store, clock: FakeClock, language: str, state: FeedState, *, is_gap: bool
) -> None:
    """A region is no other language, and a feed that no longer exists speaks none."""
    chat = await meet(store)
    feed = await add_feed(store, "paper", language=None)
    await poll(store, replace(feed, declared_language=language, state=state, first_success_at=NOW))
    assert (await make(store, clock).find_gap(chat) is not None) is is_gap


async def test_chats_of_no_known_language_and_without_any_source_are_told_nothing(
    store: Store, clock: FakeClock
) -> None:
    """There is nothing to say, or /feeds says it."""
    starter = make(store, clock)
    german, unknown = await meet(store, 1), await meet(store, 2, language=None)
    assert await starter.find_gap(german) is None
    await add_feed(store, "times", language="en")
    assert await starter.find_gap(german) == LanguageGap("de", 4)
    assert await starter.find_gap(unknown) is None
