"""What the store promises when several processes use one database at the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from bot.core.delivery.delivery import Finished, SendAgain
from bot.core.errors import Refusal
from bot.core.ids import ChatId, MessageId, QueryId
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.core.subscription import Subscription, Urgency
from bot.demo.telegram_server.clock import HANG_SECONDS
from storage.store import Store
from tests.builders import MAIN, NOW, make_hit
from tests.contracts.scenes import LEASE, add_feed, claim, meet, notice, publish, subscribe
from tests.fakes.stores import recent_articles

Stores = tuple[Store, Store]


def owners_of(found: Iterable[Iterable[Any]]) -> Counter[int]:
    """Count how often each row was given out."""
    return Counter(each.id for batch in found for each in batch)


async def test_two_senders_never_claim_the_same_delivery(stores: Stores) -> None:
    """Every delivery goes to exactly one of them, and none is left."""
    for number in range(60):
        await notice(stores[0], number, "hello")

    batches = await asyncio.gather(*(claim(stores[turn % 2], f"owner {turn % 2}", limit=7) for turn in range(20)))
    rest = await claim(stores[0], "rest", limit=100)

    given = owners_of([*batches, rest])
    assert len(given) == 60
    assert set(given.values()) == {1}


async def test_two_pollers_never_claim_the_same_feed_or_task(stores: Stores) -> None:
    """One fetch per feed, one matching per article."""
    feeds = [await add_feed(stores[0], f"feed{number}") for number in range(12)]
    await publish(stores[0], feeds[0], *[f"artikel {number}" for number in range(12)])
    later = NOW + timedelta(hours=1)

    polls = await asyncio.gather(
        *(stores[turn % 2].feeds.claim_due(f"{turn % 2}", later, LEASE, 3) for turn in range(8))
    )
    tasks = await asyncio.gather(
        *(stores[turn % 2].articles.claim_fanouts(f"{turn % 2}", later, LEASE, 3) for turn in range(8))
    )

    assert max(owners_of(polls).values()) == 1
    assert max(owners_of([[each.article for each in batch] for batch in tasks]).values()) == 1


async def test_an_article_that_two_processes_queue_reaches_everybody_once(stores: Stores) -> None:
    """As when a lease ran out while its owner was only slow."""
    for number in range(1, 31):
        wish = await subscribe(stores[0], number)
    (article,) = await publish(stores[0], await add_feed(stores[0]), "eins")
    await stores[0].articles.record_matches(article.id, [make_hit(wish.query_id)])

    async def queue_all(store: Store) -> int:
        total = 0
        while (queued := await store.articles.enqueue(article.id, NOW, limit=4)) is not None:
            total += queued
        return total

    assert sum(await asyncio.gather(*map(queue_all, stores))) == 30
    assert Counter(each.chat_id for each in await claim(stores[1])) == Counter(range(1, 31))


async def test_a_feed_that_two_processes_finish_is_stored_once(stores: Stores) -> None:
    """The slower one finds that its entries are known."""
    feed = await add_feed(stores[0])

    stored = await asyncio.gather(*(publish(store, feed, "eins", "zwei") for store in stores))

    assert sorted(map(len, stored)) == [0, 2]
    assert len(await recent_articles(stores[0], since=NOW, limit=9)) == 2


async def test_numbers_are_unique_and_the_limit_holds_under_a_rush(stores: Stores) -> None:
    """Two presses at once must not get past the checks."""
    await meet(stores[0], 1)

    async def add(turn: int) -> Subscription | Refusal:
        try:
            return await stores[turn % 2].subscriptions.add(
                ChatId(1), MAIN, parser.stored(f"Wort {turn // 2}"), MatchMode.FORMS, Urgency.INSTANT, limit=5, now=NOW
            )
        except Refusal as refusal:
            return refusal

    results = await asyncio.gather(*map(add, range(16)))

    added = [each for each in results if isinstance(each, Subscription)]
    assert sorted(each.number for each in added) == [1, 2, 3, 4, 5]
    assert len({each.query.normal for each in added}) == 5
    listed = await stores[1].subscriptions.list_for(ChatId(1), MAIN)
    assert listed == tuple(sorted(added, key=lambda each: each.number))


async def test_nobody_is_subscribed_to_a_query_that_others_forget(stores: Stores) -> None:
    """Whoever joins while the last one leaves has a query that is in use."""
    for number in (1, 2):
        await meet(stores[0], number)

    async def come_and_go(number: int) -> None:
        for _ in range(15):
            wish = await subscribe(stores[number - 1], number, "Kim")
            used = await stores[number - 1].subscriptions.list_queries(QueryId(wish.query_id - 1))
            assert wish.query_id in [each.id for each in used]
            await stores[number - 1].subscriptions.remove([wish.id])

    await asyncio.gather(come_and_go(1), come_and_go(2))

    assert await stores[0].subscriptions.list_queries(QueryId(0)) == ()


async def test_updates_that_two_processes_receive_are_handled_by_one(stores: Stores) -> None:
    """At a take-over both may have got the same ones."""
    updates = [(number, "{}") for number in range(50)]

    first, second = await asyncio.gather(*(store.inbox.receive(updates, NOW) for store in stores))

    assert sorted([*first, *second]) == list(range(50))


async def test_a_chat_that_two_learn_to_have_moved_moves_once(stores: Stores) -> None:
    """Both senders had a message for it in the air."""
    await subscribe(stores[0], -5)
    await notice(stores[0], -5, "a")
    await notice(stores[0], -5, "b")
    first, second = await claim(stores[0])

    await asyncio.gather(
        stores[0].outbox.finish(first, SendAgain(at=NOW, chat_id=ChatId(-1005)), NOW),
        stores[1].outbox.finish(second, SendAgain(at=NOW, chat_id=ChatId(-1005)), NOW),
    )

    assert [(each.key, each.chat_id) for each in await claim(stores[1])] == [("a", -1005), ("b", -1005)]
    assert len(await stores[1].subscriptions.list_for(ChatId(-1005), MAIN)) == 1


async def test_readers_see_neither_halves_nor_wait_for_writers(stores: Stores) -> None:
    """While one process writes, others read what was there before."""
    await meet(stores[0], 1, "de")
    async with asyncio.timeout(HANG_SECONDS), stores[0]._database.write() as connection:
        await connection.exec_driver_sql("UPDATE chats SET language = 'fr'")
        for store in stores:
            chat = await store.chats.find(ChatId(1))
            assert chat is not None
            assert chat.language == "de"

    chat = await stores[1].chats.find(ChatId(1))
    assert chat is not None
    assert chat.language == "fr"


@pytest.mark.parametrize("moment", [0.0, 0.001, 0.003, 0.01])
async def test_a_write_that_is_cut_off_leaves_the_store_usable(stores: Stores, moment: float) -> None:
    """At a stop, tasks are cancelled anywhere; all of it is stored or nothing."""
    store = stores[0]
    feed = await add_feed(store)
    task = asyncio.create_task(publish(store, feed, *map(str, range(50))))
    await asyncio.sleep(moment)
    task.cancel()
    await asyncio.wait([task])

    assert len(await recent_articles(store, since=NOW, limit=99)) in (0, 50)
    await publish(store, feed, *map(str, range(50)))
    assert len(await recent_articles(stores[1], since=NOW, limit=99)) == 50


async def test_marks_of_many_messages_at_once_are_all_kept(stores: Stores) -> None:
    """The sender has many in the air."""
    for number in range(40):
        await notice(stores[0], number, "hello")
    claimed = await claim(stores[0])

    await asyncio.gather(*(stores[0].outbox.start([each.id], NOW) for each in claimed))
    await asyncio.gather(*(stores[0].outbox.finish(each, Finished(MessageId(1)), NOW) for each in claimed))

    assert ((await stores[1].status.take_stock(NOW)).queue)["reply"] == 0
