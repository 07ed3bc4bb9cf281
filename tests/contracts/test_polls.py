"""What `FeedRepository.finish_poll` promises: each entry is news once, and nothing of a poll is stored by halves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.article import ArticleDraft, draft
from bot.core.errors import StorageError
from bot.core.feed import FeedState, Origin
from bot.core.ids import ChatId
from bot.core.repositories import FinishedPoll
from storage.store import Store
from tests.builders import NOW, make_draft
from tests.contracts.scenes import LEASE, OWNER, add_feed, meet, poll, publish
from tests.fakes.publishers import make_entry
from tests.fakes.stores import recent_articles


async def test_a_poll_stores_the_state_and_what_is_new(store: Store) -> None:
    """Every field of the feed and of the articles comes back as it went in."""
    feed = await add_feed(store)
    draft = make_draft(
        feed, body="Text\nmit Absätzen", key_points=("Eins.", "Zwei."), tags=("Politik",), guid_key=None, url=None
    )
    polled = replace(
        feed,
        title="SRF",
        declared_language="de-CH",
        state=FeedState.FAILING,
        etag='W/"x"',
        last_modified="Mon, 05 Jan 2026 12:00:00 GMT",
        validators_url="https://cdn.example/rss",
        body_hash="abc",
        interval=timedelta(seconds=90),
        next_poll_at=NOW + timedelta(microseconds=1),
        first_success_at=NOW,
        last_success_at=NOW,
        last_polled_at=NOW,
        failures=3,
        error="It was slow.",
        site_url="https://srf.example",
        ttl=timedelta(minutes=30),
        skip_hours=frozenset({23, 0, 1}),
        skip_days=frozenset({6}),
        listed_at=NOW,
        moved_to="https://new.example/rss",
        moved_since=NOW,
        moved_times=2,
        strikes=3,
    )

    stored = await store.feeds.finish_poll(FinishedPoll(feed=polled, drafts=[draft]), NOW)

    assert await store.feeds.list_all() == (polled,)
    assert await recent_articles(store, since=NOW, limit=10) == stored
    (article,) = stored
    assert {name: getattr(article, name) for name in draft.__dataclass_fields__} == {
        name: getattr(draft, name) for name in draft.__dataclass_fields__
    }


async def test_an_entry_is_news_once(store: Store) -> None:
    """The second poll brings only what the first did not."""
    feed = await add_feed(store)
    await publish(store, feed, "eins", "zwei")

    new = await publish(store, feed, "zwei", "drei")

    assert [article.title for article in new] == ["Nordkorea: drei"]


async def test_an_entry_is_known_by_its_guid_when_its_link_has_changed(store: Store) -> None:
    """And from then on by the new link too, even when the guid changes as well."""
    feed = await add_feed(store)
    await poll(store, feed, make_draft(feed, key="a", guid_key="g"))

    assert await poll(store, feed, make_draft(feed, key="b", guid_key="g")) == ()
    assert await poll(store, feed, make_draft(feed, key="b", guid_key="h")) == ()


async def test_a_guid_says_nothing_about_other_feeds(store: Store) -> None:
    """Two feeds that number their entries 1, 2, 3 have different ones."""
    first, second = await add_feed(store, "srf"), await add_feed(store, "nzz")
    await poll(store, first, make_draft(first, key="a", guid_key="1"))

    assert len(await poll(store, second, make_draft(second, key="b", guid_key="1"))) == 1


async def test_an_entry_listed_twice_in_one_document_is_stored_once(store: Store) -> None:
    """By link or by guid, the first one counts."""
    feed = await add_feed(store)
    drafts = [make_draft(feed, key=key, guid_key=guid) for key, guid in (("a", "1"), ("a", "2"), ("b", "1"))]

    assert [article.key for article in await poll(store, feed, *drafts)] == ["a"]


async def test_an_entry_stays_known_while_the_feed_lists_it_however_long(store: Store) -> None:
    """An evergreen entry does not come back as news."""
    feed = await add_feed(store)
    for week in range(60):
        new = await publish(store, feed, "dauerbrenner", now=NOW + timedelta(weeks=week))
        assert len(new) == (week == 0)


async def test_new_articles_are_numbered_from_the_oldest(store: Store) -> None:
    """Feeds list the newest first; readers are told in the order in which it happened."""
    feed = await add_feed(store)
    dated = [make_draft(feed, name, published_at=NOW - timedelta(hours=at)) for at, name in enumerate("abc")]
    undated = [make_draft(feed, name) for name in "xyz"]

    assert [article.title[-1] for article in await poll(store, feed, *dated)] == ["c", "b", "a"]
    assert [article.title[-1] for article in await poll(store, feed, *undated)] == ["z", "y", "x"]


async def test_with_alert_each_new_article_waits_for_its_readers(store: Store) -> None:
    """The task is there as soon as the article is; without `alert` there is none."""
    feed = await add_feed(store)
    await poll(store, feed, make_draft(feed, "still"), alert=False)
    await poll(store, feed, make_draft(feed, "laut"), alert=True)
    await poll(store, feed, make_draft(feed, "verpasst"), alert=True, catch_up=True)

    fanouts = await store.articles.claim_fanouts(OWNER, NOW, LEASE, 10)

    assert [(each.article.title, each.matched, each.catch_up) for each in fanouts] == [
        ("Nordkorea: laut", False, False),
        ("Nordkorea: verpasst", False, True),
    ]


async def test_a_poll_that_cannot_be_stored_leaves_nothing_behind(store: Store) -> None:
    """State, articles and tasks are one transaction."""
    feed = await add_feed(store)
    naive = make_draft(feed, "kaputt", seen_at=NOW.replace(tzinfo=None))

    with pytest.raises(StorageError):
        await poll(store, replace(feed, etag='"new"'), make_draft(feed, "gut"), naive)

    assert await store.feeds.list_all() == (feed,)
    assert await recent_articles(store, since=NOW - timedelta(days=1), limit=10) == ()
    assert await store.articles.claim_fanouts(OWNER, NOW, LEASE, 10) == ()


async def test_text_that_no_database_can_hold_does_not_stop_a_feed(store: Store) -> None:
    """NUL and half surrogate pairs are cut out, emoji stay."""
    feed = await add_feed(store)

    (article,) = await poll(store, feed, make_draft(feed, title="A\0B\ud800C 🚀", tags=("x\0y",)))

    (stored,) = await recent_articles(store, since=NOW, limit=1)
    assert (article.id, stored.title, stored.tags) == (stored.id, "ABC 🚀", ("xy",))


async def test_a_poll_of_a_feed_that_was_removed_meanwhile_changes_nothing(store: Store) -> None:
    """It does not come back to life, and its articles are not stored."""
    feed = await add_feed(store)
    await store.feeds.remove(feed.id, NOW)

    assert await publish(store, feed, "zu spät") == ()
    assert await store.feeds.list_all() == ()


async def test_articles_of_a_readers_own_feed_name_their_owner(store: Store) -> None:
    """So that whoever looks into the past knows who may see them."""
    await meet(store, 7)
    feed = await add_feed(store, "own", origin=Origin.CHAT, owner=ChatId(7))

    (article,) = await publish(store, feed, "privat")

    assert article.owner == 7
    assert (await recent_articles(store, since=NOW, limit=1))[0].owner == 7


async def test_a_large_feed_is_stored_whole(store: Store) -> None:
    """More entries than fit into one statement."""
    feed = await add_feed(store)
    names = [f"nummer {number}" for number in range(1500)]

    assert len(await publish(store, feed, *names)) == 1500
    assert len(await publish(store, feed, *names, "neu")) == 1


async def test_marks_stay_until_there_are_new_ones(store: Store) -> None:
    """What recognises a feed's entries is stored with its poll, and a poll that has none leaves it as it is."""
    feed, other = await add_feed(store), await add_feed(store, "nzz")
    assert await store.feeds.load_marks(feed.id) == b""

    for marks in (b"\0\x80eins", None, b"zwei", None):
        await store.feeds.finish_poll(FinishedPoll(feed=feed, alert=True, marks=marks), NOW)
    assert await store.feeds.load_marks(feed.id) == b"zwei"
    assert await store.feeds.load_marks(other.id) == b""


async def test_the_same_text_under_another_guid_is_no_news(store: Store) -> None:
    """Some feeds make new guids for every answer; another text at the same place is news, and so is a later day's."""
    feed = await add_feed(store)

    def say(guid: str, lead: str = "Es beginnt.") -> ArticleDraft:
        return draft(
            feed, make_entry("Ticker", guid=guid, link="https://n.example/ticker", summary=lead), language="de", now=NOW
        )

    assert len(await poll(store, feed, say("1"), say("2"))) == 1
    assert await poll(store, feed, say("3")) == ()
    assert len(await poll(store, feed, say("4", "Es geht weiter."), say("3"))) == 1
    assert len(await poll(store, feed, say("5"), now=NOW + timedelta(days=4))) == 1
