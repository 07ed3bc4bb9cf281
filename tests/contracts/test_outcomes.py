"""What `DeliveryRepository.finish` and `start` promise: a delivery is in exactly one state, and no state loses it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.core.chat import ChatKind, ChatState
from bot.core.delivery.delivery import Delivery, DeliveryKind, Dropped, Finished, RefusedReason, SendAgain, UnsentReason
from bot.core.ids import ChatId, MessageId, ThreadId
from storage.store import Store
from storage.tables import deliveries
from tests.builders import MAIN, NOW
from tests.contracts.scenes import LEASE, OWNER, claim, notice, queue_alert, subscribe

HOUR = timedelta(hours=1)


async def row_of(store: Store, delivery: Delivery) -> Any:
    """Read what is stored of a delivery, beyond what the port shows."""
    async with store._database.read() as connection:
        return (await connection.execute(select(deliveries).where(deliveries.c.id == delivery.id))).one()


async def test_what_was_sent_is_never_sent_again(store: Store) -> None:
    """Its message id is kept, for edits."""
    delivery = await queue_alert(store)
    await store.outbox.start([delivery.id], NOW)

    await store.outbox.finish(delivery, Finished(MessageId(99)), NOW)

    stored = await row_of(store, delivery)
    assert (stored.state, stored.message_id, stored.attempts, stored.lease_owner) == ("sent", 99, 1, None)
    assert await claim(store, now=NOW + 9 * HOUR) == ()
    await store.outbox.release(OWNER, NOW)
    assert await claim(store) == ()


async def test_again_queues_it_anew_for_its_time(store: Store) -> None:
    """The attempt counts, and a plain second try stays plain."""
    delivery = await queue_alert(store)
    await store.outbox.start([delivery.id], NOW)
    await store.outbox.finish(delivery, SendAgain(at=NOW + HOUR, plain=True, uncertain=True), NOW)

    assert await claim(store) == ()
    (second,) = await claim(store, now=NOW + HOUR)
    assert (second.id, second.attempts, second.plain) == (delivery.id, 1, True)
    assert (await row_of(store, delivery)).uncertain == 1

    await store.outbox.finish(second, SendAgain(at=NOW + HOUR), NOW + HOUR)
    (third,) = await claim(store, now=NOW + HOUR)
    assert (third.attempts, third.plain) == (1, True)


async def test_a_message_that_is_gone_is_sent_anew(store: Store) -> None:
    """Its old number is forgotten, so the next call is no edit."""
    delivery = await queue_alert(store)
    async with store._database.write() as connection:
        await connection.execute(update(deliveries).values(message_id=99))
    await store.outbox.start([delivery.id], NOW)
    await store.outbox.finish(delivery, SendAgain(at=NOW, anew=True), NOW)

    (again,) = await claim(store)
    assert (again.id, again.message_id, again.is_edit) == (delivery.id, None, False)


async def test_giving_a_claimed_delivery_back_is_no_attempt(store: Store) -> None:
    """The sender gives back what has to wait for its chat; that must not lengthen the pauses after failures."""
    delivery = await queue_alert(store)

    await store.outbox.finish(delivery, SendAgain(at=NOW), NOW)

    assert [each.attempts for each in await claim(store)] == [0]


async def test_a_delivery_that_was_sending_at_a_crash_is_tried_again_and_counted(store: Store) -> None:
    """Nobody knows whether it arrived; of one that was only leased we know that it did not."""
    sending = await queue_alert(store, 1)
    leased = await queue_alert(store, 2, "anderes")
    await store.outbox.start([sending.id], NOW)

    await store.outbox.release(OWNER, NOW)

    assert [(each.id, each.attempts) for each in await claim(store)] == [(sending.id, 1), (leased.id, 0)]
    assert [(await row_of(store, each)).uncertain for each in (sending, leased)] == [1, 0]


async def test_a_dropped_delivery_is_dead_and_says_why(store: Store) -> None:
    """Others of the chat go on."""
    delivery = await queue_alert(store)
    await notice(store)

    await store.outbox.finish(delivery, Dropped(UnsentReason.BAD_REQUEST), NOW)

    stored = await row_of(store, delivery)
    assert (stored.state, stored.reason) == ("dead", "bad-request")
    assert [each.key for each in await claim(store, now=NOW + LEASE)] == ["hello"]
    assert (await store.chats.find(ChatId(1))).state is ChatState.ACTIVE  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        (RefusedReason.BLOCKED, ChatState.BLOCKED),
        (RefusedReason.NO_RIGHTS, ChatState.BLOCKED),
        (RefusedReason.GONE, ChatState.GONE),
        (RefusedReason.NOT_FOUND, ChatState.GONE),
    ],
)
async def test_a_silenced_chat_is_inactive_and_what_waited_for_it_is_dead(
    store: Store, reason: RefusedReason, state: ChatState
) -> None:
    """Its subscriptions stay, and nobody else is affected."""
    delivery = await queue_alert(store, 1)
    await notice(store, 1, "wartet")
    await claim(store)
    await notice(store, 1, "wartet auch")
    await notice(store, 2, "anderer")

    await store.outbox.finish(delivery, Dropped(reason, silence_chat=True), NOW)

    chat = await store.chats.find(ChatId(1))
    assert chat is not None
    assert chat.state is state
    assert len(await store.subscriptions.list_for(ChatId(1), MAIN)) == 1
    assert [each.key for each in await claim(store, now=NOW + LEASE)] == ["anderer"]
    assert (await store.status.take_stock(NOW)).queue == {"reply": 1, "alert": 0, "bulk": 0}
    stored = await row_of(store, delivery)
    assert (stored.state, stored.reason) == ("held", "away"), "the reader may come back"


async def test_a_chat_telegram_does_not_know_three_times_on_different_days_is_gone(store: Store) -> None:
    """One odd answer silences nobody, and a message that arrives wipes the slate."""
    chat_id = ChatId(1)

    async def strike(key: str, day: int) -> ChatState:
        delivery = await queue_alert(store, 1, key)
        await store.outbox.finish(delivery, Dropped(UnsentReason.NOT_FOUND, strike=True), NOW + timedelta(days=day))
        chat = await store.chats.find(chat_id)
        assert chat is not None
        return chat.state

    assert await strike("a", 0) is ChatState.ACTIVE
    assert await strike("b", 0) is ChatState.ACTIVE
    assert await strike("c", 1) is ChatState.ACTIVE
    arrived = await queue_alert(store, 1, "d")
    await store.outbox.finish(arrived, Finished(MessageId(5)), NOW)
    assert await strike("e", 2) is ChatState.ACTIVE
    assert await strike("f", 3) is ChatState.ACTIVE
    assert await strike("g", 4) is ChatState.GONE


async def test_a_group_in_which_nobody_may_write_is_tried_again_each_hour(store: Store) -> None:
    """Nobody tells the bot when that ends; a command hastens the alerts, and what is no alert has no point later."""
    alert = await queue_alert(store, 1)
    await store.chats.meet(ChatId(1), ChatKind.SUPERGROUP, "de", NOW)
    await notice(store, 1, "hello")
    (waiting,) = await claim(store)
    refused = Dropped(UnsentReason.NO_RIGHTS, silence_chat=True)

    await store.outbox.finish(waiting, refused, NOW)
    await store.outbox.finish(alert, refused, NOW)

    chat = await store.chats.find(ChatId(1))
    assert chat is not None
    assert chat.state is ChatState.ACTIVE
    assert (await row_of(store, waiting)).state == "dead"
    assert await claim(store, now=NOW + HOUR - timedelta(seconds=1)) == ()
    (again,) = await claim(store, now=NOW + HOUR)
    assert again.id == alert.id
    await store.outbox.finish(again, refused, NOW + HOUR)
    await store.chats.meet(ChatId(1), ChatKind.SUPERGROUP, "de", NOW + HOUR)
    (hastened,) = await claim(store, now=NOW + HOUR)
    assert hastened.id == alert.id
    other = await queue_alert(store, 1, "b")
    await store.outbox.finish(hastened, refused, NOW + HOUR)
    await store.outbox.finish(other, Finished(MessageId(5)), NOW + HOUR)
    assert [each.id for each in await claim(store, now=NOW + HOUR)] == [alert.id], "what arrives hastens the rest"


async def test_what_was_sent_stays_sent_when_the_chat_is_silenced(store: Store) -> None:
    """The past is not rewritten."""
    first = await queue_alert(store, 1, "eins")
    await store.outbox.finish(first, Finished(MessageId(5)), NOW)
    second = await queue_alert(store, 1, "zwei")

    await store.outbox.finish(second, Dropped(UnsentReason.BLOCKED, silence_chat=True), NOW)

    assert (await row_of(store, first)).state == "sent"


async def test_everything_of_a_closed_topic_goes_to_the_chat_itself(store: Store) -> None:
    """What waits and what was subscribed there; what the chat has itself is kept once."""
    delivery = await queue_alert(store, -5, thread=9)
    await subscribe(store, -5, "Putin", thread=9)
    await subscribe(store, -5, "Kim", thread=9)
    await subscribe(store, -5, "Kim")
    await notice(store, -5, "wartet", ThreadId(9))

    await store.outbox.finish(delivery, SendAgain(at=NOW, main_thread=True), NOW)

    waiting, word, again = await claim(store)
    told = (f"thread-gone.9.{delivery.id}", DeliveryKind.REPLY, 0)
    assert (word.key, word.kind, word.thread_id) == told, "the group is told"
    assert (again.id, again.thread_id) == (delivery.id, 0)
    assert (waiting.key, waiting.thread_id) == ("wartet", 0)
    assert await store.subscriptions.list_for(ChatId(-5), ThreadId(9)) == ()
    assert [each.query.normal for each in await store.subscriptions.list_for(ChatId(-5), MAIN)] == [
        "Wort -5",
        "Putin",
        "Kim",
    ]


async def test_a_message_for_a_closed_topic_ends_when_the_chat_has_it_already(store: Store) -> None:
    """One delivery per receiver and key holds for the way round too."""
    await subscribe(store, -5)
    main = await queue_alert(store, -5, "eins")
    await store.outbox.finish(main, Finished(MessageId(1)), NOW)
    await notice(store, -5, main.key, ThreadId(9))
    (topic,) = await claim(store)

    await store.outbox.finish(topic, SendAgain(at=NOW, main_thread=True), NOW)

    assert [each.key for each in await claim(store, now=NOW + HOUR)] == [f"thread-gone.9.{topic.id}"]
    assert (await row_of(store, main)).state == "sent"
