"""What `DeliveryRepository` promises of turns, leases and the parts of an alert; outcomes: `test_outcomes.py`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.delivery.delivery import DeliveryKind, Dropped, Finished, SendAgain, SendPriority, SetAside, UnsentReason
from bot.core.delivery.rules import HoldBackPolicy, plan
from bot.core.ids import ChatId, DeliveryId, MessageId
from bot.core.subscription import Urgency
from storage.store import Store
from tests.builders import MAIN, NOW
from tests.contracts.scenes import (
    LEASE,
    OWNER,
    add_feed,
    announce,
    change,
    claim,
    notice,
    poll,
    publish,
    queue_alert,
    subscribe,
)

HOUR = timedelta(hours=1)


async def test_a_notice_is_queued_once_per_key(store: Store) -> None:
    """For a chat and topic; with its text, before alerts, and also for a chat we never met."""
    await notice(store, 1, "hello")
    await notice(store, 1, "hello")
    await notice(store, 2, "hello")

    first, second = await claim(store)

    assert (first.kind, first.rank, first.key, first.payload) == (
        DeliveryKind.NOTICE,
        SendPriority.REPLY,
        "hello",
        "text of hello",
    )
    assert [first.chat_id, second.chat_id] == [1, 2]


async def test_answers_that_wait_are_counted_by_chat(store: Store) -> None:
    """Those that are out, and what is no answer, do not count; a rank may be told."""
    await notice(store, 1, "hello")
    for chat, key, rank in ((1, "a", SendPriority.REPLY), (1, "b", SendPriority.BULK), (2, "c", SendPriority.REPLY)):
        await store.outbox.enqueue_notice(ChatId(chat), MAIN, key, "{}", NOW, DeliveryKind.REPLY, rank=rank)
    assert await store.outbox.count_replies() == {1: 2, 2: 1}

    claimed = await claim(store)
    assert [each.key for each in claimed] == ["hello", "a", "c", "b"]
    assert await store.outbox.count_replies(ChatId(1)) == {1: 2}
    await store.outbox.finish(claimed[1], Finished(MessageId(9)), NOW)
    await store.outbox.finish(claimed[2], Finished(MessageId(9)), NOW)
    assert await store.outbox.count_replies(ChatId(1)) == {1: 1}
    assert await store.outbox.count_replies(ChatId(2)) == {}
    assert await store.outbox.count_replies() == {1: 1}


async def test_replies_go_first_then_the_oldest_alerts(store: Store) -> None:
    """However many alerts were queued before."""
    wish = await subscribe(store)
    articles = await publish(store, await add_feed(store), "eins", "zwei", "drei")
    for article in articles:
        await announce(store, article, wish)
    await notice(store, 1, "spät")

    turns = [each.key for _ in range(4) for each in await claim(store, limit=1)]

    assert turns == ["spät", *(article.key for article in articles)]


async def test_a_claimed_delivery_is_nobody_elses_until_its_lease_ends(store: Store) -> None:
    """Then it is queued again by itself; one that was on its way counts as uncertain."""
    await notice(store, 1, "a")
    await notice(store, 2, "b")
    first = await claim(store, "first")
    await store.outbox.start([first[0].id], NOW)

    assert await claim(store, "second") == ()
    again = await claim(store, "second", NOW + LEASE)

    assert [(each.id, each.attempts) for each in again] == [(first[0].id, 1), (first[1].id, 0)]


async def test_only_what_is_still_leased_may_be_sent(store: Store) -> None:
    """Of two who hold the same delivery one gets it, and nobody one whose lease ran out or that was dropped."""
    for number in (1, 2, 3):
        await notice(store, number)
    first, second, third = await claim(store)
    await store.outbox.finish(second, Dropped(UnsentReason.UNSUBSCRIBED), NOW)

    assert await store.outbox.start([first.id], NOW) == {first.id}
    assert await store.outbox.start([first.id, second.id], NOW) == set()
    assert await store.outbox.start([third.id], NOW + LEASE) == set()
    assert await store.outbox.start([], NOW) == set()


async def test_what_waits_for_its_time_is_not_claimed(store: Store) -> None:
    """And `next_due` says when it may go."""
    assert await store.outbox.next_due(NOW) is None
    await notice(store)
    assert await store.outbox.next_due(NOW) == NOW
    (delivery,) = await claim(store)
    assert await store.outbox.next_due(NOW) is None
    await store.outbox.finish(delivery, SendAgain(at=NOW + HOUR), NOW)

    assert await store.outbox.next_due(NOW) == NOW + HOUR
    assert await claim(store, now=NOW + HOUR - timedelta(microseconds=1)) == ()
    assert len(await claim(store, now=NOW + HOUR)) == 1


async def test_an_open_fanout_is_due_when_its_lease_allows(store: Store) -> None:
    """A sleeping process must not oversleep an article whose owner died."""
    await publish(store, await add_feed(store), "eins")

    assert await store.outbox.next_due(NOW) == NOW
    await store.articles.claim_fanouts(OWNER, NOW, HOUR, 1)
    assert await store.outbox.next_due(NOW) == NOW + HOUR


async def test_depth_counts_what_is_not_finished_by_rank(store: Store) -> None:
    """Claimed and sending ones are waiting too; every rank is named."""
    assert (await store.status.take_stock(NOW)).queue == {"reply": 0, "alert": 0, "bulk": 0}
    alert = await queue_alert(store)
    await notice(store)
    assert (await store.status.take_stock(NOW)).queue == {"reply": 1, "alert": 1, "bulk": 0}

    await store.outbox.finish(alert, Finished(MessageId(1)), NOW)

    assert (await store.status.take_stock(NOW)).queue == {"reply": 1, "alert": 0, "bulk": 0}


async def test_release_gives_back_all_leases_of_one_owner(store: Store) -> None:
    """Feeds, tasks and deliveries; what others hold stays theirs."""
    feed = await add_feed(store)
    await publish(store, feed, "eins")
    await notice(store, 1, "a")
    await store.feeds.claim_due("dead", NOW + feed.interval, LEASE, 9)
    await store.articles.claim_fanouts("dead", NOW, LEASE, 9)
    (sending,) = await claim(store, "dead")
    await store.outbox.start([sending.id], NOW)
    await notice(store, 1, "b")
    await claim(store, "alive")
    assert await store.outbox.list_owners() == ("alive", "dead")

    assert await store.outbox.release("dead", NOW) == 3

    assert await store.outbox.list_owners() == ("alive",)
    assert [each.id for each in await store.feeds.claim_due("new", NOW + feed.interval, LEASE, 9)] == [feed.id]
    assert len(await store.articles.claim_fanouts("new", NOW, LEASE, 9)) == 1
    (again,) = await claim(store, "new")
    assert (again.id, again.attempts) == (sending.id, 1)


async def test_an_alert_names_the_subscriptions_that_hit(store: Store) -> None:
    """By number, with the article, the chat, and how many subscriptions this receiver has."""
    wishes = [await subscribe(store, -5, normal) for normal in ("Putin", "Kim", "Nordkorea", "Fussball")]
    await subscribe(store, -5, "Kim", thread=7)
    (article,) = await publish(store, await add_feed(store), "eins")
    await announce(store, article, wishes[2], wishes[0])
    (delivery,) = await claim(store)

    alerts = await store.outbox.load_alerts([delivery])

    alert = alerts[delivery.id]
    assert alert.article == article
    assert alert.chat == await store.chats.find(ChatId(-5))
    assert [match.subscription for match in alert.matches] == [wishes[0], wishes[2]]
    assert alert.subscription_count == 4


async def test_many_alerts_are_loaded_at_once(store: Store) -> None:
    """Each with its own, and notices are none."""
    for number in range(1, 21):
        wish = await subscribe(store, number)
    for article in await publish(store, await add_feed(store), "eins", "zwei"):
        await announce(store, article, wish)
    await notice(store)

    claimed = await claim(store)
    alerts = await store.outbox.load_alerts(claimed)

    assert len(alerts) == 40
    for delivery in claimed[1:]:
        alert = alerts[delivery.id]
        assert (alert.chat.id, alert.article.id) == (delivery.chat_id, delivery.article_id)
        assert [match.subscription.chat_id for match in alert.matches] == [delivery.chat_id]
    assert await store.outbox.load_alerts([]) == {}


async def test_an_alert_has_no_match_when_the_reader_has_left_meanwhile(store: Store) -> None:
    """Unsubscribed, paused or muted; what is only wanted in a digest still knows why it matched."""
    wishes = {number: await subscribe(store, number) for number in range(1, 6)}
    (article,) = await publish(store, await add_feed(store), "eins")
    await announce(store, article, *wishes.values())
    await store.subscriptions.remove([wishes[1].id])
    await change(store, wishes[2].id, paused=True)
    await change(store, wishes[3].id, muted_until=NOW + HOUR)
    await change(store, wishes[4].id, urgency=Urgency.DIGEST)

    claimed = await claim(store)
    alerts = await store.outbox.load_alerts(claimed)

    assert {each.chat_id: len(alerts[each.id].matches) for each in claimed} == {1: 0, 2: 0, 3: 0, 4: 1, 5: 1}


async def test_a_delivery_that_names_an_unknown_article_has_no_alert(store: Store) -> None:
    """It was cleared away; the caller sees that there is nothing to say."""
    delivery = await queue_alert(store)
    lost = replace(delivery, article_id=None)

    assert await store.outbox.load_alerts([lost]) == {}


async def test_marks_for_unknown_deliveries_change_nothing(store: Store) -> None:
    """A delivery may have been cleared away meanwhile."""
    delivery = await queue_alert(store)

    await store.outbox.start([], NOW)
    await store.outbox.finish(replace(delivery, id=DeliveryId(4711)), Finished(MessageId(1)), NOW)

    assert (await store.status.take_stock(NOW)).queue["alert"] == 1


async def test_articles_take_turns_however_many_readers_they_have(store: Store) -> None:
    """Who has few is done soon beside who has many, and nobody gains by having come early."""
    feed = await add_feed(store)
    many = [await subscribe(store, number) for number in range(1, 61)]
    few = [await subscribe(store, number, "Putin") for number in range(101, 104)]
    hot, rare, late = await publish(store, feed, "eins", "zwei", "drei")
    await announce(store, hot, many[0])
    await claim(store, limit=10)
    await announce(store, rare, few[0])

    turns = [each.article_id for each in await claim(store, limit=10)]
    assert turns.count(rare.id) == 3
    await announce(store, late, few[0])
    turns = [each.article_id for each in await claim(store, limit=10)]
    assert turns.count(late.id) == 3
    assert [each.article_id for each in await claim(store)] == [hot.id] * 36


async def test_the_same_readers_are_not_always_the_last(store: Store) -> None:
    """Their order is another one every hour; within one it stays, so that two articles arrive as they came."""
    feed = await add_feed(store)
    wish, *_ = [await subscribe(store, number) for number in range(1, 31)]

    async def order(name: str, hours: int) -> list[int]:
        (article,) = await publish(store, feed, name, now=NOW + hours * HOUR)
        await announce(store, article, wish, now=NOW + hours * HOUR)
        return [each.chat_id for each in await claim(store, now=NOW + hours * HOUR) if each.key == article.key]

    first, same, other = await order("eins", 0), await order("zwei", 0), await order("drei", 1)

    assert first == same
    assert sorted(first) == sorted(other) == list(range(1, 31))
    assert first != other
    assert first != sorted(first)


async def test_what_was_put_off_can_be_let_go_at_once(store: Store) -> None:
    """Only what is queued; what was sent or dropped meanwhile stays as it is."""
    wish = await subscribe(store)
    for article in await publish(store, await add_feed(store), "eins", "zwei", "drei"):
        await announce(store, article, wish)
    first, second, third = await claim(store)
    for each in (first, second):
        await store.outbox.finish(each, SendAgain(at=NOW + HOUR), NOW)
    await store.outbox.finish(third, Dropped(UnsentReason.MUTED), NOW)

    await store.outbox.hasten([first.id, third.id], NOW)
    assert [each.id for each in await claim(store)] == [first.id]
    await store.outbox.finish(first, Dropped(UnsentReason.MUTED), NOW)
    assert [each.id for each in await claim(store, now=NOW + HOUR)] == [second.id]


async def test_a_flood_is_remembered_until_it_ends(store: Store) -> None:
    """Of a chat and of the whole bot; a new process must not ask too early."""
    await subscribe(store)
    await store.outbox.note_flood(ChatId(1), NOW + 12 * HOUR)
    await store.outbox.note_flood(None, NOW + HOUR)

    assert await store.outbox.list_floods(NOW) == {ChatId(1): NOW + 12 * HOUR, None: NOW + HOUR}
    assert await store.outbox.list_floods(NOW + HOUR) == {ChatId(1): NOW + 12 * HOUR}
    assert await store.outbox.list_floods(NOW + 12 * HOUR) == {}


async def test_a_clock_that_was_set_back_leaves_nothing_waiting_for_its_hour(store: Store) -> None:
    """Messages, polls and leases that a clock running ahead put off are brought forward."""
    ahead = NOW + 6 * HOUR
    feed = await add_feed(store)
    await poll(store, feed, now=ahead)
    await notice(store, 1, "a")
    (delivery,) = await claim(store, now=ahead)
    await store.outbox.finish(delivery, SendAgain(at=ahead + HOUR), ahead)

    await store.outbox.turn_back(NOW, 6 * HOUR)

    assert [each.id for each in await claim(store)] == [delivery.id]
    assert await store.feeds.next_due() == NOW + feed.interval


async def test_what_was_held_by_a_clock_that_ran_ahead_is_let_go_when_it_is_set_back(store: Store) -> None:
    """An alert found late by such a clock, and with it the chat, would wait for that hour to come again."""
    ahead = NOW + 6 * HOUR
    await queue_alert(store)
    (delivery,) = await claim(store, now=ahead)
    await store.outbox.finish(delivery, SetAside(UnsentReason.LATE, ahead + timedelta(seconds=3)), ahead)

    await store.outbox.turn_back(NOW, 6 * HOUR)

    policy = HoldBackPolicy(timezone="UTC")
    await store.held.release_due(NOW, 10, lambda chat, held: plan(chat, held, policy, NOW), policy)
    assert [each.id for each in await claim(store)] == [delivery.id]


async def test_what_is_leased_to_us_and_not_in_hand_is_claimed_again(store: Store) -> None:
    """The answer to a claim was lost after its commit: nobody works on these, and nobody else may."""
    for number in range(4):
        await notice(store, number, "a")
    known, under_way, *lost = await claim(store)
    await store.outbox.start([under_way.id], NOW)
    await notice(store, 9, "others")
    await claim(store, "other")

    assert await claim(store) == ()
    again = await store.outbox.claim(OWNER, NOW, LEASE, 100, [known.id])

    assert [each.id for each in again] == [each.id for each in lost]
    assert await store.outbox.claim(OWNER, NOW, LEASE, 100, [each.id for each in (known, *lost)]) == ()
    assert await store.outbox.start([known.id], NOW) == {known.id}
