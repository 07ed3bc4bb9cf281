"""What `FeedRepository` promises of the catalogue and of turns; what polls bring is in `test_polls.py`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.core.chat import ChatState
from bot.core.errors import Refusal
from bot.core.feed import FeedState, Origin
from bot.core.ids import ChatId
from storage.store import Store
from tests.builders import NOW, make_wish
from tests.contracts.scenes import LEASE, add_feed, meet, poll, subscribe


async def test_a_new_catalogue_is_due_at_once(store: Store) -> None:
    """Every wish becomes an active feed that was never polled."""
    await store.feeds.sync_catalogue([make_wish("srf"), make_wish("nzz")], NOW)

    feeds = await store.feeds.list_all()

    assert [(feed.url, feed.title, feed.language) for feed in feeds] == [
        ("https://srf.example/rss", "SRF", "de"),
        ("https://nzz.example/rss", "NZZ", "de"),
    ]
    assert {(feed.state, feed.next_poll_at, feed.first_success_at) for feed in feeds} == {(FeedState.ACTIVE, NOW, None)}
    assert await store.feeds.next_due() == NOW


async def test_a_second_sync_ends_missing_feeds_and_keeps_the_state_of_the_rest(store: Store) -> None:
    """Missing ones end, the rest keep their state; what the operator says of them is taken over."""
    await store.feeds.sync_catalogue([make_wish("srf"), make_wish("nzz")], NOW)
    srf, _ = await store.feeds.list_all()
    await poll(store, replace(srf, etag='"1"', first_success_at=NOW))

    await store.feeds.sync_catalogue([make_wish("srf", title="Radio", language=None)], NOW + timedelta(hours=1))

    (kept,) = await store.feeds.list_all()
    assert (kept.id, kept.etag, kept.first_success_at, kept.next_poll_at) == (
        srf.id,
        '"1"',
        NOW,
        NOW + srf.interval,
    )
    assert (kept.title, kept.language) == ("Radio", None)


async def test_a_large_catalogue_changes_in_bulk_and_only_where_it_differs(store: Store) -> None:
    """Thousands of feeds begin, change, end and come back together, each as it would alone."""
    wishes = [make_wish(f"feed{number}") for number in range(1_500)]
    await store.feeds.sync_catalogue(wishes, NOW)
    assert len(await store.feeds.list_all()) == 1_500
    kept = [
        replace(wish, title=f"New {wish.title}") if number % 3 else wish for number, wish in enumerate(wishes[:900])
    ]

    gone = await store.feeds.sync_catalogue(kept, NOW + timedelta(hours=1))

    assert [feed.url for feed in gone] == [wish.url for wish in wishes[900:]]
    there = await store.feeds.list_all()
    assert [(feed.url, feed.title) for feed in there] == [(wish.url, wish.title) for wish in kept]
    later = NOW + timedelta(hours=2)
    assert await store.feeds.sync_catalogue([*kept, *wishes[900:]], later) == ()
    again = await store.feeds.list_all()
    assert [(feed.id, feed.url) for feed in again[900:]] == [(feed.id, feed.url) for feed in gone]
    assert {feed.next_poll_at for feed in again[:900]} == {NOW}
    assert {feed.next_poll_at for feed in again[900:]} == {later}


async def test_a_catalogue_that_did_not_change_writes_nothing(store: Store) -> None:
    """A start with ten thousand known feeds reads them once."""
    wishes = [make_wish(f"feed{number}") for number in range(20)]
    await store.feeds.sync_catalogue(wishes, NOW)
    statements: list[str] = []
    engine = store._database._writer.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *what: statements.append(what[2]))

    await store.feeds.sync_catalogue(wishes, NOW + timedelta(hours=1))

    about_feeds = [statement for statement in statements if "feeds" in statement]
    assert [statement.split()[0] for statement in about_feeds] == ["SELECT"]


async def test_what_feeds_need_is_the_sum_of_their_rates(store: Store) -> None:
    """Each at its own interval; who is not polled needs nothing."""
    assert await store.feeds.polls_a_second() == 0.0
    fast, slow, gone = [await add_feed(store, name) for name in ("fast", "slow", "gone")]
    await poll(store, replace(fast, interval=timedelta(seconds=2)))
    await poll(store, replace(slow, interval=timedelta(seconds=10)))
    await poll(store, replace(gone, state=FeedState.GONE))

    assert await store.feeds.polls_a_second() == pytest.approx(0.6)


async def test_a_title_found_by_a_poll_survives_a_sync_without_title(store: Store) -> None:
    """An empty title in the configuration leaves the one that the feed gave itself."""
    await store.feeds.sync_catalogue([make_wish("srf", title="")], NOW)
    (feed,) = await store.feeds.list_all()
    await poll(store, replace(feed, title="SRF News"))

    await store.feeds.sync_catalogue([make_wish("srf", title="")], NOW)

    assert (await store.feeds.list_all())[0].title == "SRF News"


async def test_sync_leaves_feeds_of_operators_and_readers_alone(store: Store) -> None:
    """Only the catalogue is made exactly this."""
    await add_feed(store, "ops", origin=Origin.OPERATOR)
    await meet(store, 7)
    await add_feed(store, "own", origin=Origin.CHAT, owner=ChatId(7))

    await store.feeds.sync_catalogue([], NOW)

    assert [feed.owner for feed in await store.feeds.list_all()] == [None, ChatId(7)]


async def test_a_feed_that_moved_is_known_by_the_address_of_its_wish(store: Store) -> None:
    """A permanent redirect rewrites the address; the configuration may go on naming the old one, or name the new."""
    await store.feeds.sync_catalogue([make_wish("srf")], NOW)
    (feed,) = await store.feeds.list_all()
    moved = "https://www.srf.example/feed"
    await poll(store, replace(feed, url=moved))

    for url in (feed.url, moved):
        await store.feeds.sync_catalogue([replace(make_wish("srf"), url=url)], NOW)
        assert [(each.id, each.url) for each in await store.feeds.list_all()] == [(feed.id, moved)]


async def test_a_feed_that_comes_back_keeps_its_past_and_is_polled_silently_first(store: Store) -> None:
    """What it brought before is still known; what it published meanwhile is not news."""
    await store.feeds.sync_catalogue([make_wish("srf")], NOW)
    (feed,) = await store.feeds.list_all()
    await poll(store, replace(feed, first_success_at=NOW, etag='"1"'))
    assert [each.id for each in await store.feeds.sync_catalogue([], NOW)] == [feed.id]
    assert await store.feeds.list_all() == ()

    later = NOW + timedelta(days=9)
    await store.feeds.sync_catalogue([make_wish("srf")], later)

    (again,) = await store.feeds.list_all()
    assert (again.id, again.first_success_at, again.etag, again.next_poll_at) == (feed.id, None, None, later)


async def test_adding_a_feed_that_everybody_has_is_refused(store: Store) -> None:
    """Neither a second time for all, nor for one chat, which sees it anyway."""
    await add_feed(store, "srf")
    await meet(store, 7)

    for owner in (None, ChatId(7)):
        with pytest.raises(Refusal) as refused:
            await add_feed(store, "srf", owner=owner)
        assert refused.value.reason == "feed.exists"


async def test_two_chats_may_have_the_same_feed_of_their_own(store: Store) -> None:
    """A reader's own feed is refused only to the reader who has it."""
    for number in (7, 8):
        await meet(store, number)
        await add_feed(store, "own", origin=Origin.CHAT, owner=ChatId(number))

    with pytest.raises(Refusal):
        await add_feed(store, "own", origin=Origin.CHAT, owner=ChatId(7))
    await add_feed(store, "own", origin=Origin.OPERATOR)

    assert [feed.owner for feed in await store.feeds.list_all()] == [ChatId(7), ChatId(8), None]


async def test_a_removed_feed_is_not_polled_and_may_be_added_again(store: Store) -> None:
    """Removing ends polling; the address is free."""
    feed = await add_feed(store)
    await store.feeds.remove(feed.id, NOW)

    assert await store.feeds.claim_due("a", NOW, LEASE, 10) == ()
    assert await store.feeds.next_due() is None
    assert (await add_feed(store)).state is FeedState.ACTIVE


async def test_due_feeds_come_longest_overdue_first_and_to_one_owner_only(store: Store) -> None:
    """A lease keeps everybody else away until it ends."""
    early, late, future = [await add_feed(store, name) for name in ("early", "late", "future")]
    await poll(store, replace(late, interval=timedelta(minutes=-1)))
    await poll(store, replace(early, interval=timedelta(minutes=-2)))
    await poll(store, replace(future, interval=timedelta(minutes=1)))

    first = await store.feeds.claim_due("a", NOW, LEASE, 1)
    second = await store.feeds.claim_due("b", NOW, LEASE, 10)

    assert [feed.id for feed in (*first, *second)] == [early.id, late.id]
    assert await store.feeds.claim_due("c", NOW, LEASE, 10) == ()
    again = await store.feeds.claim_due("c", NOW + LEASE, LEASE, 10)
    assert [feed.id for feed in again] == [early.id, late.id, future.id]


async def test_the_next_poll_is_due_when_the_lease_or_the_time_allows(store: Store) -> None:
    """Nothing is due earlier than it can be claimed."""
    feed = await add_feed(store)
    assert await store.feeds.next_due() == NOW
    await store.feeds.claim_due("a", NOW, LEASE, 10)
    assert await store.feeds.next_due() == NOW + LEASE
    await poll(store, feed)
    assert await store.feeds.next_due() == NOW + feed.interval


async def test_a_gone_feed_is_never_polled_again_but_still_listed(store: Store) -> None:
    """A 410 ends polling; the operator sees the feed and why."""
    feed = await add_feed(store)
    await poll(store, replace(feed, state=FeedState.GONE, error="The server says it is gone."))

    assert await store.feeds.claim_due("a", NOW + timedelta(days=9), LEASE, 10) == ()
    (listed,) = await store.feeds.list_all()
    assert (listed.state, listed.error) == (FeedState.GONE, "The server says it is gone.")


async def test_subscribers_are_active_chats_with_a_subscription(store: Store) -> None:
    """A chat counts once; silent ones and those without a wish do not."""
    for number, normal in ((1, "Nordkorea"), (1, "Putin"), (2, "Nordkorea"), (3, "Nordkorea")):
        await subscribe(store, number, normal)
    await meet(store, 4)
    await store.chats.set_state(ChatId(3), ChatState.BLOCKED, NOW)

    assert await store.feeds.count_subscribers() == 2


async def test_a_postponed_feed_comes_back_at_its_time_to_anybody(store: Store) -> None:
    """It keeps its due time, so that it is the first in its turn."""
    feed = await add_feed(store)
    await store.feeds.claim_due("a", NOW, LEASE, 10)
    later = NOW + timedelta(seconds=20)
    await store.feeds.postpone([feed.id], later)

    assert await store.feeds.count_due(NOW) == 0
    assert await store.feeds.claim_due("b", NOW + timedelta(seconds=19), LEASE, 10) == ()
    assert await store.feeds.next_due() == later
    assert await store.feeds.count_due(later) == 1
    assert await store.feeds.claim_due("b", later, LEASE, 10) == (feed,)


async def test_a_hold_puts_off_the_feeds_of_its_hosts_alone(store: Store) -> None:
    """Whatever their port, and never to an earlier time."""
    here = await add_feed(store, url="https://Busy.example:8443/rss")
    other = await add_feed(store, "other")
    late = await add_feed(store, url="https://busy.example/late")
    await poll(store, replace(late, interval=timedelta(days=2)))

    assert await store.feeds.hold(lambda host: host == "busy.example", NOW + timedelta(hours=1)) == 1

    due = {feed.id: feed.next_poll_at - NOW for feed in await store.feeds.list_all()}
    assert due == {here.id: timedelta(hours=1), other.id: timedelta(0), late.id: timedelta(days=2)}


async def test_twins_are_leased_together(store: Store) -> None:
    """Feeds with the same address in any spelling, due or not, but not one that somebody else has or that ended."""
    for number in range(1, 6):
        await meet(store, number)
    urls = ("https://n.example/rss", "http://n.example/rss/", "https://N.example:443/rss", "https://n.example/rss2")
    first, second, third, _ = [
        await add_feed(store, url=url, origin=Origin.CHAT, owner=ChatId(number))
        for number, url in enumerate(urls, start=1)
    ]
    await poll(store, replace(second, interval=timedelta(hours=1)))
    gone = await add_feed(store, url=urls[0], origin=Origin.CHAT, owner=ChatId(5))
    await store.feeds.remove(gone.id, NOW)

    due = await store.feeds.claim_due("a", NOW, LEASE, 1)
    assert [feed.id for feed in due] == [first.id]
    assert {feed.id for feed in await store.feeds.claim_twins("a", due, NOW, LEASE)} == {second.id, third.id}
    assert await store.feeds.claim_twins("b", due, NOW, LEASE) == ()


async def test_another_spelling_is_the_same_feed(store: Store) -> None:
    """What everybody has is not added again with a slash at its end."""
    await add_feed(store, url="https://n.example/rss")
    with pytest.raises(Refusal):
        await add_feed(store, url="http://n.example:80/rss/")


async def test_a_feed_that_is_leased_to_us_and_not_in_hand_is_claimed_again(store: Store) -> None:
    """The answer to a claim was lost after its commit; a feed put off or somebody else's is not free for that."""
    known, lost, put_off, others = [await add_feed(store, name) for name in ("a", "b", "c", "d")]
    await store.feeds.claim_due("us", NOW, LEASE, 3)
    await store.feeds.claim_due("other", NOW, LEASE, 9)
    await store.feeds.postpone([put_off.id], NOW + timedelta(seconds=20))

    assert await store.feeds.claim_due("us", NOW, LEASE, 9) == ()
    assert [feed.id for feed in await store.feeds.claim_due("us", NOW, LEASE, 9, [known.id])] == [lost.id]
    assert {feed.id for feed in await store.feeds.claim_due("other", NOW, LEASE, 9, [])} == {others.id}
