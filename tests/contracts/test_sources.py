"""What the repository of sources promises, on every database."""

from __future__ import annotations

from datetime import timedelta

from bot.core.chat import ChatState
from bot.core.feed import Origin
from bot.core.ids import ChatId
from storage.store import Store
from tests.builders import NOW
from tests.contracts.scenes import add_feed, announce, meet, publish, subscribe
from tests.fakes.stores import recent_articles


async def test_a_chat_sees_the_feeds_of_everybody_and_its_own(store: Store) -> None:
    """In that order, each with its newest article; nothing of another chat, nothing that was removed."""
    await meet(store, 1)
    own = await add_feed(store, "own", origin=Origin.CHAT, owner=ChatId(1))
    await add_feed(store, "foreign", origin=Origin.CHAT, owner=ChatId(2))
    common, gone = await add_feed(store, "srf"), await add_feed(store, "gone")
    await store.feeds.remove(gone.id, NOW)
    await publish(store, common, "alt", "neu")

    found = await store.sources.list_for(ChatId(1))

    assert [(each.feed.id, each.is_own, each.is_followed) for each in found] == [
        (common.id, False, True),
        (own.id, True, True),
    ]
    newest = found[0].newest
    assert newest is not None
    assert (newest.title, newest.published_at) == ("Nordkorea: neu", NOW + timedelta(seconds=1))
    assert found[1].newest is None


async def test_what_is_switched_off_brings_no_alert_until_it_is_on_again(store: Store) -> None:
    """For that chat alone; the last choice counts, and making it twice changes nothing."""
    feed = await add_feed(store)
    first, second = await subscribe(store, 1), await subscribe(store, 2)
    for followed, told in ((False, 1), (False, 1), (True, 2)):
        await store.sources.choose(ChatId(1), [feed.id], followed=followed)
        (article,) = await publish(
            store, feed, f"{followed} {told} {len(await recent_articles(store, since=NOW, limit=9))}"
        )
        assert await announce(store, article, first, second) == told
        assert [each.is_followed for each in await store.sources.list_for(ChatId(1))] == [followed]
        assert [each.is_followed for each in await store.sources.list_for(ChatId(2))] == [True]


async def test_only_feeds_of_everybody_can_be_switched_off(store: Store) -> None:
    """An own feed is removed instead, and what does not exist is no choice."""
    await meet(store, 1)
    own = await add_feed(store, "own", origin=Origin.CHAT, owner=ChatId(1))

    await store.sources.choose(ChatId(1), [own.id, own.id + 1], followed=False)  # type: ignore[list-item] # an id of nothing

    assert [each.is_followed for each in await store.sources.list_for(ChatId(1))] == [True]


async def test_an_own_feed_alerts_its_chat_alone(store: Store) -> None:
    """Whoever else has the same keyword hears nothing of it."""
    own = await add_feed(store, "own", origin=Origin.CHAT, owner=ChatId(1))
    first, second = await subscribe(store, 1), await subscribe(store, 2)
    (article,) = await publish(store, own, "treffen")

    assert await announce(store, article, first, second) == 1


async def test_the_feed_of_a_chat_that_left_is_not_polled(store: Store) -> None:
    """Nobody would read it; it is due again when the chat comes back, and others are none the worse."""
    await meet(store, 1)
    await add_feed(store, "own", origin=Origin.CHAT, owner=ChatId(1))
    common = await add_feed(store, "srf")
    await store.chats.set_state(ChatId(1), ChatState.BLOCKED, NOW)

    assert [feed.id for feed in await store.feeds.claim_due("first", NOW, timedelta(minutes=1), 10)] == [common.id]
    await store.chats.set_state(ChatId(1), ChatState.ACTIVE, NOW)
    assert [feed.owner for feed in await store.feeds.claim_due("first", NOW, timedelta(minutes=1), 10)] == [1]


async def test_a_source_is_found_at_any_spelling_of_its_address(store: Store) -> None:
    """Of everybody's first, then the chat's own; nothing of another chat, nothing removed; with what was chosen."""
    await meet(store, 1)
    common = await add_feed(store, "srf", url="https://www.srf.example/rss")
    own = await add_feed(store, "own", url="http://own.example/?a=1", origin=Origin.CHAT, owner=ChatId(1))
    gone = await add_feed(store, "gone")
    await store.feeds.remove(gone.id, NOW)
    await store.sources.choose(ChatId(1), [common.id], followed=False)

    async def find(chat: int, url: str) -> tuple[int, bool] | None:
        found = await store.sources.find(ChatId(chat), url)
        return None if found is None else (found.feed.id, found.is_followed)

    for url in ("http://srf.example/rss/", "https://WWW.srf.example:443/rss"):
        assert await find(1, url) == (common.id, False)
        assert await find(2, url) == (common.id, True)
    assert await find(1, "https://www.own.example/?a=1") == (own.id, True)
    assert await find(2, "http://own.example/?a=1") is None
    assert await find(1, gone.url) is None
    assert await find(1, "https://[x/") is None


async def test_a_source_is_found_by_its_id_where_the_chat_sees_it(store: Store) -> None:
    """Own or of everybody, on or off; nothing of another chat, nothing that was removed."""
    await meet(store, 1)
    common, gone = await add_feed(store, "srf"), await add_feed(store, "gone")
    own = await add_feed(store, "own", origin=Origin.CHAT, owner=ChatId(1))
    foreign = await add_feed(store, "foreign", origin=Origin.CHAT, owner=ChatId(2))
    await store.feeds.remove(gone.id, NOW)
    await store.sources.choose(ChatId(1), [common.id], followed=False)

    found = [await store.sources.find_by_id(ChatId(1), feed.id) for feed in (common, gone, own, foreign)]

    assert [(each.feed.id, each.is_followed) if each else None for each in found] == [
        (common.id, False),
        None,
        (own.id, True),
        None,
    ]


async def test_of_many_sources_the_first_are_listed_and_all_counted(store: Store) -> None:
    """A catalogue may have thousands, of which a page shows some."""
    await meet(store, 1)
    common = [await add_feed(store, f"paper{number}") for number in range(3)]
    await add_feed(store, "own", origin=Origin.CHAT, owner=ChatId(1))
    await add_feed(store, "foreign", origin=Origin.CHAT, owner=ChatId(2))

    listed = await store.sources.list_for(ChatId(1), newest=False, most=2)

    assert [source.feed.id for source in listed] == [feed.id for feed in common[:2]]
    assert await store.sources.count_for(ChatId(1)) == 4
