"""What the repository of totals promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.chat import ChatState
from bot.core.feed import FeedState
from bot.core.ids import ChatId
from bot.core.statistics import Delay
from storage.store import Store
from tests.builders import NOW, make_draft
from tests.contracts.scenes import add_feed, meet, notice, poll, queue_alert


async def test_an_empty_store_names_every_state(store: Store) -> None:
    """A gauge that is missing looks like one that is broken."""
    stock = await store.status.take_stock(NOW)

    assert stock.feeds == {"active": 0, "failing": 0, "gone": 0}
    assert stock.chats == {"active": 0, "blocked": 0, "gone": 0}
    assert stock.queue == {"reply": 0, "alert": 0, "bulk": 0}
    assert stock.oldest_at is None


async def test_everything_is_counted_by_its_state(store: Store) -> None:
    """Removed feeds and sent messages are none."""
    feed, removed = await add_feed(store, "srf"), await add_feed(store, "old")
    await store.feeds.remove(removed.id, NOW)
    await poll(store, replace(feed, state=FeedState.FAILING, failures=1))
    await meet(store, 1)
    await meet(store, 2)
    await store.chats.set_state(ChatId(2), ChatState.BLOCKED, NOW)
    await queue_alert(store, 3)
    await notice(store, 1)

    stock = await store.status.take_stock(NOW + timedelta(minutes=1))

    assert stock.feeds["failing"] + stock.feeds["active"] == 1
    assert stock.chats == {"active": 2, "blocked": 1, "gone": 0}
    assert stock.queue == {"reply": 1, "alert": 1, "bulk": 0}
    assert stock.oldest_at == NOW


async def test_the_health_of_a_feed_has_its_pace(store: Store) -> None:
    """Articles of the last two weeks, by the day; None before the first success."""
    feed, other = await add_feed(store, "srf"), await add_feed(store, "nzz")
    drafts = [make_draft(feed, str(day), published_at=NOW - timedelta(days=day)) for day in range(20)]
    await poll(store, replace(feed, first_success_at=NOW), *drafts)

    first, second = await store.status.list_health(NOW)

    assert (first.feed.id, first.per_day, first.begun_at) == (feed.id, 14 / 13, NOW)
    assert (second.feed.id, second.per_day) == (other.id, None)
    await store.feeds.remove(other.id, NOW)
    assert await store.status.list_health(NOW) == (first,)


async def test_troubled_feeds_are_those_that_fail_and_those_that_are_asked_for(store: Store) -> None:
    """Whoever was told that one is dead wants to know that it works again."""
    well, failing, asked, removed = [await add_feed(store, name) for name in ("well", "failing", "asked", "removed")]
    for each in (failing, removed):
        await poll(store, replace(each, state=FeedState.FAILING, failures=1))
    await store.feeds.remove(removed.id, NOW)

    found = await store.status.list_troubled({asked.id, removed.id})

    assert [each.feed.id for each in found] == [failing.id, asked.id]
    assert well.id not in [each.feed.id for each in await store.status.list_troubled(())]


async def test_the_database_says_what_it_is_and_how_large(store: Store, url: str) -> None:
    """In bytes, of what is stored on disk."""
    described = await store.status.describe_database()
    assert described.product == ("PostgreSQL" if url.startswith("postgresql") else "SQLite")
    assert described.size > 100_000
    assert store.state.written_at is None
    await store.key_value.set("a", "b")
    assert store.state.written_at is not None


async def test_articles_are_counted_by_the_hour_in_which_they_were_seen(store: Store) -> None:
    """An end is not part of its hour."""
    feed = await add_feed(store, "srf")
    hour = timedelta(hours=1)
    moments = (NOW - hour, NOW - hour, NOW - timedelta(minutes=1), NOW)
    await poll(store, feed, *(make_draft(feed, str(name), seen_at=at) for name, at in enumerate(moments)))

    assert await store.status.count_articles((NOW - 2 * hour, NOW - hour, NOW)) == (0, 3)


async def test_how_long_after_publication_articles_are_seen(store: Store) -> None:
    """Without those of the first poll, of which only the day is known, or that are older than the question."""
    feed = replace(await add_feed(store, "srf"), first_success_at=NOW - timedelta(hours=2))
    assert await store.status.find_publishing_delay(NOW - timedelta(days=1)) is None
    seconds = (10, 20, 30)
    drafts = [make_draft(feed, str(late), published_at=NOW - timedelta(seconds=late)) for late in seconds]
    first = make_draft(feed, "first", seen_at=NOW - timedelta(hours=2), published_at=NOW - timedelta(days=9))
    day = make_draft(feed, "day", is_day=True, published_at=NOW - timedelta(hours=9))
    await poll(store, feed, *drafts, first, day)

    delay = await store.status.find_publishing_delay(NOW - timedelta(days=1))

    assert delay == Delay(median=timedelta(seconds=20), percentile_95=timedelta(seconds=30))
    assert await store.status.find_publishing_delay(NOW + timedelta(seconds=1)) is None
