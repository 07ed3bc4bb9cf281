"""What the repository of broadcasts promises."""

from __future__ import annotations

from datetime import timedelta

from bot.core.broadcast import BroadcastCounts, BroadcastState
from bot.core.chat import ChatState
from bot.core.delivery.delivery import Delivered, DeliveryKind, Refused, RefusedReason, SendPriority, next_step
from bot.core.ids import BroadcastId, ChatId, MessageId, ThreadId, UserId
from storage.store import Store
from tests.builders import MAIN, NOW
from tests.contracts.scenes import claim, meet

OLGA, HERE, PROGRESS = UserId(77), ChatId(77), MessageId(5)
HOUR = timedelta(hours=1)


async def start(store: Store) -> BroadcastId:
    """Store a draft and confirm it."""
    broadcast_id = await store.broadcasts.add_draft(OLGA, HERE, ThreadId(0), "<b>Hallo</b>", NOW)
    started = await store.broadcasts.start(broadcast_id, PROGRESS, NOW - HOUR)
    assert started is not None
    return broadcast_id


async def queue_all(store: Store, broadcast_id: BroadcastId, limit: int = 2) -> int:
    """Queue the messages in portions; returns how many portions there were."""
    portions = 1
    while await store.broadcasts.queue_more(broadcast_id, limit, NOW) == limit:
        portions += 1
    return portions


async def test_a_draft_is_confirmed_once_and_not_when_it_is_old(store: Store) -> None:
    """A cancelled one is gone."""
    await meet(store, 1)
    first = await store.broadcasts.add_draft(OLGA, HERE, MAIN, "Hallo", NOW)
    assert await store.broadcasts.start(first, PROGRESS, NOW + HOUR) is None
    started = await store.broadcasts.start(first, PROGRESS, NOW)
    assert started is not None
    assert (started.state, started.chats, started.message_id) == (BroadcastState.QUEUEING, 1, PROGRESS)
    assert await store.broadcasts.start(first, PROGRESS, NOW) is None
    assert not await store.broadcasts.cancel(first)
    second = await store.broadcasts.add_draft(OLGA, HERE, MAIN, "Hallo", NOW)
    assert await store.broadcasts.cancel(second)
    assert await store.broadcasts.find(second) is None
    assert [running.id for running in await store.broadcasts.list_running()] == [first]


async def test_every_active_chat_gets_one_message_at_the_lowest_rank(store: Store) -> None:
    """In portions, whatever is done twice; blocked chats get none."""
    for number in (1, 2, 3, -100200, -7):
        await meet(store, number)
    await store.chats.set_state(ChatId(3), ChatState.BLOCKED, NOW)
    broadcast_id = await start(store)
    assert await queue_all(store, broadcast_id) == 3
    assert await store.broadcasts.queue_more(broadcast_id, 2, NOW) == 0

    queued = await claim(store)
    assert sorted(delivery.chat_id for delivery in queued) == [-100200, -7, 1, 2]
    assert {(delivery.kind, delivery.rank) for delivery in queued} == {(DeliveryKind.BROADCAST, SendPriority.BULK)}
    running = await store.broadcasts.find(broadcast_id)
    assert running is not None
    assert running.state is BroadcastState.SENDING


async def test_a_group_that_moves_between_two_portions_gets_exactly_one(store: Store) -> None:
    """Its new id is lower than the old one, which has its message already, or has not been reached."""
    for number in (1, -5, -6):
        await meet(store, number)
    broadcast_id = await start(store)
    assert await store.broadcasts.queue_more(broadcast_id, 2, NOW) == 2
    await store.chats.move(ChatId(-5), ChatId(-100_5), NOW)
    await store.chats.move(ChatId(-6), ChatId(-100_6), NOW)
    await queue_all(store, broadcast_id)
    assert sorted(delivery.chat_id for delivery in await claim(store)) == [-100_6, -100_5, 1]


async def test_what_became_of_the_messages_is_counted(store: Store) -> None:
    """Sent, unreachable, refused, waiting; and what a stop has kept back."""
    for number in range(1, 7):
        await meet(store, number)
    broadcast_id = await start(store)
    await queue_all(store, broadcast_id, 100)
    assert await store.broadcasts.count(broadcast_id) == BroadcastCounts(waiting=6)
    first, second, third = await claim(store, limit=3)
    await store.outbox.start([first.id, second.id, third.id], NOW)
    outcomes = (
        Delivered(MessageId(1)),
        Refused(RefusedReason.BLOCKED, ""),
        Refused(RefusedReason.MESSAGE_GONE, ""),
    )
    for delivery, outcome in zip((first, second, third), outcomes, strict=True):
        await store.outbox.finish(delivery, next_step(delivery, outcome, NOW), NOW)
    assert await store.broadcasts.count(broadcast_id) == BroadcastCounts(sent=1, unreachable=1, refused=1, waiting=3)

    stopped = await store.broadcasts.stop(broadcast_id)
    assert stopped is not None
    assert stopped.is_stopped
    assert await store.broadcasts.drop_more(broadcast_id, 2, NOW) == 2
    assert await store.broadcasts.drop_more(broadcast_id, 2, NOW) == 1
    assert await store.broadcasts.drop_more(broadcast_id, 2, NOW) == 0
    assert await claim(store) == ()
    counts = await store.broadcasts.count(broadcast_id)
    assert counts == BroadcastCounts(sent=1, unreachable=1, refused=1, stopped=3)
    await store.broadcasts.finish(broadcast_id)
    finished = await store.broadcasts.find(broadcast_id)
    assert finished is not None
    assert (finished.state, finished.text, finished.is_stopped) == (BroadcastState.FINISHED, "", True)
    assert await store.broadcasts.stop(broadcast_id) is None


async def test_a_stop_while_messages_are_queued_ends_the_queueing(store: Store) -> None:
    """And two broadcasts do not count each other's messages."""
    for number in (1, 2, 3):
        await meet(store, number)
    first, second = await start(store), await start(store)
    await store.broadcasts.queue_more(first, 1, NOW)
    await store.broadcasts.stop(first)
    assert await store.broadcasts.queue_more(first, 1, NOW) == 0
    await queue_all(store, second)
    assert (await store.broadcasts.count(first)).waiting == 1
    assert (await store.broadcasts.count(second)).waiting == 3
