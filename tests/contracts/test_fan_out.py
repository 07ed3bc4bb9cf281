"""What `ArticleRepository.enqueue` promises: who is told of an article, once, and that no crash loses anybody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.chat import ChatState
from bot.core.delivery.delivery import DeliveryKind, Finished, SendPriority
from bot.core.feed import Origin
from bot.core.ids import ChatId, MessageId
from bot.core.subscription import Urgency
from storage.engine import insert
from storage.store import Store
from storage.tables import feed_choices
from tests.builders import NOW, make_draft, make_hit
from tests.contracts.scenes import add_feed, announce, change, claim, poll, publish, set_chat, subscribe

HOUR = timedelta(hours=1)


async def test_a_delivery_says_what_to_send_to_whom(store: Store) -> None:
    """An alert of its article, in the article's lane, not sent yet."""
    wish = await subscribe(store, 1, thread=9)
    (article,) = await publish(store, await add_feed(store), "eins", seen_at=NOW - HOUR)

    assert await announce(store, article, wish) == 1

    (delivery,) = await claim(store)
    assert (delivery.chat_id, delivery.thread_id, delivery.key) == (1, 9, article.key)
    assert (delivery.kind, delivery.rank, delivery.article_id) == (DeliveryKind.ALERT, SendPriority.ALERT, article.id)
    assert (delivery.silent, delivery.plain, delivery.attempts, delivery.payload) == (False, False, 0, "")
    assert (delivery.seen_at, delivery.created_at) == (NOW - HOUR, NOW)


async def test_several_subscriptions_of_a_receiver_give_one_delivery(store: Store) -> None:
    """Two topics of a group are two receivers, though."""
    wishes = [await subscribe(store, -5, normal, thread=0) for normal in ("Nordkorea", "Kim", "Putin")]
    wishes.append(await subscribe(store, -5, "Kim", thread=7))
    (article,) = await publish(store, await add_feed(store), "eins")

    assert await announce(store, article, *wishes) == 2
    assert sorted(delivery.thread_id for delivery in await claim(store)) == [0, 7]


async def test_the_same_article_of_two_feeds_is_told_once(store: Store) -> None:
    """One delivery per receiver and key, ever, also when the first was sent long ago."""
    wish = await subscribe(store)
    first, second = await add_feed(store, "srf"), await add_feed(store, "nzz")
    (article,) = await publish(store, first, "eins")
    await announce(store, article, wish)
    (delivery,) = await claim(store)
    await store.outbox.finish(delivery, Finished(MessageId(1)), NOW)

    (other,) = await publish(store, second, "eins")

    assert await announce(store, other, wish) == 0
    assert await claim(store, now=NOW + 9 * HOUR) == ()


async def test_the_strongest_urgency_decides_the_sound(store: Store) -> None:
    """Instant beats silent; for whoever wants it only in a digest it is set aside."""
    pairs = {1: ("instant", "silent"), 2: ("silent", "digest"), 3: ("digest",), 4: ("silent", "instant")}
    wishes = [
        await subscribe(store, number, f"Wort {at}", urgency=Urgency(urgency))
        for number, urgencies in pairs.items()
        for at, urgency in enumerate(urgencies)
    ]
    (article,) = await publish(store, await add_feed(store), "eins")

    await announce(store, article, *wishes)

    assert {each.chat_id: each.silent for each in await claim(store)} == {1: False, 2: True, 4: False}


async def test_paused_and_muted_subscriptions_do_not_count(store: Store) -> None:
    """Not even for the sound; a mute that has ended does not mute."""
    wishes = {number: await subscribe(store, number) for number in (1, 2, 3, 4)}
    loud = await subscribe(store, 4, "Putin", urgency=Urgency.SILENT)
    await change(store, wishes[1].id, paused=True)
    await change(store, wishes[2].id, muted_until=NOW + HOUR)
    await change(store, wishes[3].id, muted_until=NOW)
    await change(store, wishes[4].id, muted_until=NOW + HOUR)
    (article,) = await publish(store, await add_feed(store), "eins")

    await announce(store, article, *wishes.values(), loud)

    assert {each.chat_id: each.silent for each in await claim(store)} == {3: False, 4: True}


@pytest.mark.parametrize("state", [ChatState.BLOCKED, ChatState.GONE])
async def test_an_inactive_chat_gets_nothing(store: Store, state: ChatState) -> None:
    """Its subscriptions stay, and work again when it is active again."""
    wish = await subscribe(store)
    feed = await add_feed(store)
    await store.chats.set_state(ChatId(1), state, NOW)
    (article,) = await publish(store, feed, "eins")
    assert await announce(store, article, wish) == 0

    await store.chats.set_state(ChatId(1), ChatState.ACTIVE, NOW)
    (article,) = await publish(store, feed, "zwei")
    assert await announce(store, article, wish) == 1


@pytest.mark.parametrize(
    ("article_language", "readers"),
    [("de", {1, 4, 5}), ("en", {1, 2, 3, 5}), ("fr", {2, 5}), ("it", {4, 5}), ("rm", {5}), (None, {1, 2, 3, 4, 5})],
)
async def test_a_chat_is_told_only_what_it_reads(store: Store, article_language: str, readers: set[int]) -> None:
    """Its own language and English unless it chose others; an article of unknown language reaches everybody."""
    languages: dict[int, tuple[str | None, tuple[str, ...]]] = {
        1: ("de", ()),
        2: ("fr", ()),
        3: (None, ()),
        4: ("fr", ("de", "it")),
        5: ("en", ("de", "en", "fr", "it", "rm")),
    }
    for number, (language, reads) in languages.items():
        wish = await subscribe(store, number)
        await set_chat(store, number, language=language, reads=reads)
    feed = await add_feed(store)
    (article,) = await poll(store, feed, make_draft(feed, language=article_language))

    await announce(store, article, wish)

    assert {each.chat_id for each in await claim(store)} == readers


async def test_a_readers_own_feed_is_told_to_that_chat_alone(store: Store) -> None:
    """Others with the same wish never hear of it."""
    wishes = [await subscribe(store, number) for number in (1, 2)]
    feed = await add_feed(store, "own", origin=Origin.CHAT, owner=ChatId(2))
    (article,) = await publish(store, feed, "privat")

    await announce(store, article, *wishes)

    assert [each.chat_id for each in await claim(store)] == [2]


async def test_a_chat_that_switched_a_feed_off_is_not_told_of_its_articles(store: Store) -> None:
    """Unless another feed brings the same."""
    wish = await subscribe(store)
    off, on = await add_feed(store, "srf"), await add_feed(store, "nzz")
    async with store._database.write() as connection:
        choice = insert(connection, feed_choices).values(chat_id=1, feed_id=off.id, followed=False)
        await connection.execute(choice)
    (first,), (second,) = await publish(store, off, "eins"), await publish(store, on, "eins")

    assert await announce(store, first, wish) == 0
    assert await announce(store, second, wish) == 1


async def test_chunks_are_no_larger_than_asked_and_reach_everybody_once(store: Store) -> None:
    """Groups with negative ids and topics too; then the task is closed."""
    wishes = [await subscribe(store, number, normal) for number in range(-4, 5) if number for normal in ("A", "B")]
    wishes += [await subscribe(store, -2, "A", thread=thread) for thread in (3, 4, 5)]
    (article,) = await publish(store, await add_feed(store), "eins")
    await store.articles.record_matches(article.id, [make_hit(each) for each in {wish.query_id for wish in wishes}])

    chunks = []
    while (queued := await store.articles.enqueue(article.id, NOW, limit=2)) is not None:
        chunks.append(queued)

    assert max(chunks) == 2
    assert sum(chunks) == 11
    assert len({(each.chat_id, each.thread_id) for each in await claim(store)}) == 11
    assert await store.articles.claim_fanouts("a", NOW + HOUR, HOUR, 9) == ()


async def test_a_fanout_goes_on_where_a_crash_ended_it(stores: tuple[Store, Store]) -> None:
    """Progress and deliveries are one transaction: nobody is left out and nobody is told twice."""
    dying, heir = stores
    for number in range(1, 8):
        wish = await subscribe(dying, number)
    (article,) = await publish(dying, await add_feed(dying), "eins")
    await dying.articles.claim_fanouts("dying", NOW, HOUR, 1)
    await dying.articles.record_matches(article.id, [make_hit(wish.query_id)])
    assert await dying.articles.enqueue(article.id, NOW, limit=3) == 3
    await dying.close()

    (fanout,) = await heir.articles.claim_fanouts("heir", NOW + HOUR, HOUR, 9)
    assert fanout.matched
    assert await heir.articles.enqueue(article.id, NOW, limit=3) == 3
    assert await heir.articles.enqueue(article.id, NOW, limit=3) == 1
    assert await heir.articles.enqueue(article.id, NOW, limit=3) is None
    assert sorted(each.chat_id for each in await claim(heir)) == [1, 2, 3, 4, 5, 6, 7]
