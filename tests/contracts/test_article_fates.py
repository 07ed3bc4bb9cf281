"""What `ArticleFateRepository` promises."""

from __future__ import annotations

from dataclasses import replace

from bot.core.article import link_keys
from bot.core.delivery.delivery import DeliveryState, SetAside, UnsentReason
from bot.core.ids import ChatId
from storage.store import Store
from tests.builders import NOW, make_draft
from tests.contracts.scenes import add_feed, announce, claim, poll, publish, subscribe


async def test_alerts_are_counted_by_where_they_stand_and_why(store: Store) -> None:
    """For all chats together; queries are counted too."""
    feed = await add_feed(store)
    (article,) = await publish(store, feed, "treffen")
    wishes = [await subscribe(store, number, word) for number, word in ((1, "Nordkorea"), (2, "Nordkorea"), (3, "Kim"))]
    await announce(store, article, *wishes)
    first = (await claim(store))[0]
    await store.outbox.finish(first, SetAside(reason=UnsentReason.QUIET), NOW)

    (fate,) = await store.article_fates.find_by_title(("nordKOREA", "Treffen"), limit=5)

    assert (fate.article.id, fate.feed_title, fate.is_pending, fate.queries) == (article.id, feed.title, False, 2)
    assert fate.alerts == {(DeliveryState.HELD, UnsentReason.QUIET): 1, (DeliveryState.LEASED, None): 2}


async def test_an_article_is_found_by_its_address(store: Store) -> None:
    """In any spelling that means the same article; before its readers are found it is pending."""
    feed = await add_feed(store)
    (key,) = link_keys("https://news.example/treffen")
    (article,) = await poll(store, feed, replace(make_draft(feed), key=key))

    (fate,) = await store.article_fates.find_by_keys(link_keys("https://NEWS.example/treffen?utm_source=x#top"))

    assert (fate.article.id, fate.is_pending, fate.queries, fate.alerts) == (article.id, True, 0, {})
    assert fate.article.title == article.title


async def test_what_a_reader_follows_alone_is_nobody_elses_business(store: Store) -> None:
    """Neither by title nor by address is its article found; and a word with a sign of LIKE is a word."""
    await subscribe(store, 1)
    own, common = await add_feed(store, "own", owner=ChatId(1)), await add_feed(store, "srf")
    (key,) = link_keys("https://news.example/treffen")
    await poll(store, own, replace(make_draft(own), key=key))
    await publish(store, common, "gipfel", "markt")

    assert await store.article_fates.find_by_keys((key,)) == ()
    assert await store.article_fates.find_by_title(("treffen",), limit=5) == ()
    assert await store.article_fates.find_by_title(("%",), limit=5) == ()
    assert len(await store.article_fates.find_by_title(("nordkorea",), limit=5)) == 2
    assert len(await store.article_fates.find_by_title(("nordkorea",), limit=1)) == 1
    listed = await store.article_fates.list_of_feed(common.id, limit=5)
    assert [fate.article.title for fate in listed] == ["Nordkorea: markt", "Nordkorea: gipfel"]
    assert await store.article_fates.list_of_feed(own.id, limit=5) == ()
