"""A topic is gone, or a group has a new id: whatever was on its way is told in the new place, once."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.chat import ChatKind, ChatState
from bot.core.delivery.delivery import DeliveryKind, Finished, SendAgain, SetAside, UnsentReason
from bot.core.ids import MessageId
from bot.core.subscription import Urgency
from storage.store import Store
from tests.builders import MAIN, NOW, make_hit
from tests.contracts.lost_chats import (
    DAY,
    GROUP,
    HOUR,
    NEW,
    POLICY,
    SECOND,
    TOPIC,
    bring,
    burst,
    come_back,
    make_digest,
    make_rolling,
    make_roundup,
    release,
    rows,
    send,
    told_by,
    turns,
)
from tests.contracts.scenes import add_feed, claim, publish, subscribe


async def move(store: Store, now: Any = NOW) -> None:
    """Make a supergroup of the group."""
    await store.chats.move(GROUP, NEW, now)


@pytest.mark.parametrize("make", [make_digest, make_roundup])
async def test_a_message_about_many_articles_finds_the_group_when_its_topic_is_gone(store: Store, make: Any) -> None:
    """What it tells moves along, and so does what waits for the next one."""
    message, ids = await make(store, GROUP, "eins", "zwei", "drei", "vier", thread=TOPIC)

    await store.outbox.finish(message, SendAgain(at=NOW + HOUR, main_thread=True), NOW + HOUR)

    again = [each for each in await claim(store, now=NOW + HOUR) if each.id == message.id]
    assert [(each.thread_id, await told_by(store, each, NOW + HOUR)) for each in again] == [(MAIN, ids)]


async def test_what_topic_and_group_both_have_is_told_once(store: Store) -> None:
    """The one that got farther stays: what the group was told is not in the topic's digest any more."""
    digest, ids = await make_digest(store, GROUP, "eins", "zwei", thread=TOPIC)
    own = await subscribe(store, GROUP, urgency=Urgency.INSTANT)
    (row,) = await rows(store, article_id=ids[0])
    await store.outbox.enqueue_notice(GROUP, MAIN, row.key, "", NOW)
    (notice,) = await claim(store, now=NOW + HOUR)
    await send(store, notice, 3, NOW + HOUR)

    await store.outbox.finish(digest, SendAgain(at=NOW + HOUR, main_thread=True), NOW + HOUR)

    (again,) = [each for each in await claim(store, now=NOW + HOUR) if each.id == digest.id]
    assert await told_by(store, again, NOW + HOUR) == ids[1:]
    assert [each.id for each in await store.subscriptions.list_for(GROUP, MAIN)] == [own.id]


async def test_two_digests_of_one_hour_are_both_sent(store: Store) -> None:
    """The topic's, and that of the group."""
    topics, ids = await make_digest(store, GROUP, "eins", thread=TOPIC)
    own = await subscribe(store, GROUP, "Kim", urgency=Urgency.DIGEST)
    await store.digests.set_digest(GROUP, MAIN, "13:00", NOW + HOUR)
    ids += await bring(store, own, "zwei")
    await store.digests.gather_due(NOW + HOUR, 10, turns)

    await store.outbox.finish(topics, SendAgain(at=NOW + HOUR, main_thread=True), NOW + HOUR)

    found = [each for each in await claim(store, now=NOW + HOUR) if each.kind is DeliveryKind.DIGEST]
    assert sorted([await told_by(store, each, NOW + HOUR) for each in found]) == [[each] for each in ids]


@pytest.mark.parametrize(("own", "after"), [("07:00", "07:00"), (None, "13:00")])
async def test_the_hours_of_a_topic_become_those_of_the_group_if_it_has_none(
    store: Store, own: str | None, after: str
) -> None:
    """A group that has hours of its own keeps them."""
    digest, _ = await make_digest(store, GROUP, "eins", thread=TOPIC)
    await store.digests.set_digest(GROUP, TOPIC, "13:00", NOW + DAY)
    if own is not None:
        await store.digests.set_digest(GROUP, MAIN, own, NOW + DAY)

    await store.outbox.finish(digest, SendAgain(at=NOW + HOUR, main_thread=True), NOW + HOUR)

    assert [(receiver.thread_id, receiver.digest) for receiver in await store.digests.list_of(GROUP)] == [(MAIN, after)]


async def test_a_topic_closed_in_the_middle_of_a_fan_out_misses_nothing_and_gets_nothing_twice(store: Store) -> None:
    """The group itself lies before the cursor, its topic after it; of another article the topic was told."""
    wish, _ = await subscribe(store, GROUP, thread=5), await subscribe(store, GROUP, thread=TOPIC)
    told, new = await publish(store, await add_feed(store), "eins", "zwei")
    for article, chunks in ((told, 2), (new, 1)):
        await store.articles.record_matches(article.id, [make_hit(wish.query_id)])
        for _ in range(chunks):
            assert await store.articles.enqueue(article.id, NOW, limit=1) == 1
    (alert,) = [each for each in await claim(store) if each.thread_id == TOPIC]
    await send(store, alert, 1, NOW)
    await store.outbox.enqueue_notice(GROUP, TOPIC, "hello", "", NOW)
    (notice,) = await claim(store)

    await store.outbox.finish(notice, SendAgain(at=NOW, main_thread=True), NOW)
    for article in (told, new):
        while await store.articles.enqueue(article.id, NOW, limit=1) is not None:
            pass

    found = {article: await rows(store, article_id=article.id) for article in (told, new)}
    assert [(row.thread_id, row.state) for row in found[told]] == [(5, "leased"), (MAIN, "sent")]
    assert [(row.thread_id, row.state) for row in found[new]] == [(5, "leased"), (MAIN, "queued")]


async def test_the_group_is_told_each_time_a_topic_is_closed(store: Store) -> None:
    """Once, by however many messages we learn of it; and again when it was opened and closed again."""
    wish = await subscribe(store, GROUP, thread=TOPIC)
    await bring(store, wish, "eins", "zwei")
    both = await claim(store)
    for each in both:
        await store.outbox.finish(each, SendAgain(at=NOW, main_thread=True), NOW)
    assert len(await rows(store, kind="reply")) == 1

    wish = await subscribe(store, GROUP, "Kim", thread=TOPIC)
    await bring(store, wish, "drei", now=NOW + HOUR)
    (third,) = [each for each in await claim(store, now=NOW + HOUR) if each.thread_id == TOPIC]
    await store.outbox.finish(third, SendAgain(at=NOW + HOUR, main_thread=True), NOW + HOUR)
    assert len(await rows(store, kind="reply")) == 2


async def test_after_a_move_no_message_of_the_old_group_is_changed(store: Store) -> None:
    """Its message ids belong to others in the new one; that it was sent is still known."""
    wish = await subscribe(store, GROUP)
    await bring(store, wish, "eins")
    (alert,) = await claim(store)
    await send(store, alert, 4, NOW)
    assert await store.stories.find_sent(alert.id) is not None

    await move(store)

    assert await store.stories.find_sent(alert.id) is None
    assert [(row.chat_id, row.state, row.message_id) for row in await rows(store)] == [(NEW, "sent", None)]


async def test_what_was_taken_in_the_old_group_during_the_move_has_no_message_in_the_new(store: Store) -> None:
    """The outcome is written down after the move."""
    wish = await subscribe(store, GROUP)
    await bring(store, wish, "eins")
    (alert,) = await claim(store)
    await store.outbox.start([alert.id], NOW)

    await move(store)
    await store.outbox.finish(alert, Finished(MessageId(4)), NOW)

    assert [(row.chat_id, row.state, row.message_id) for row in await rows(store)] == [(NEW, "sent", None)]


@pytest.mark.parametrize("leave", [move, None], ids=["upgrade", "topic"])
async def test_a_rolling_message_begins_anew_in_the_new_place(store: Store, leave: Any) -> None:
    """With what the old one does not show; the next hits join the new one."""
    thread = MAIN if leave else TOPIC
    wish, rolling, ids = await make_rolling(store, GROUP, thread)
    if leave:
        await leave(store, NOW + 4 * SECOND)
    else:
        await store.outbox.enqueue_notice(GROUP, TOPIC, "hello", "", NOW)
        (notice,) = await claim(store, now=NOW + 4 * SECOND)
        await store.outbox.finish(notice, SendAgain(at=NOW + DAY, main_thread=True), NOW + 4 * SECOND)

    place = (NEW if leave else GROUP, MAIN)
    found = [each for each in await claim(store, now=NOW + 9 * SECOND) if each.kind is DeliveryKind.ROLLING]
    assert [(each.id, each.chat_id, each.thread_id) for each in found] == [(rolling.id, *place)]
    combined = await store.combined_messages.load(found[0], NOW + 9 * SECOND)
    assert combined is not None
    assert (combined.message_id, [each.article.id for each in combined.tellings]) == (None, ids[2:])
    await send(store, found[0], 2, NOW + 9 * SECOND)
    (wish,) = await store.subscriptions.list_for(*place)
    await burst(store, wish, "vier", now=NOW + 10 * SECOND)
    assert await store.held.refresh_rolling(NOW + 20 * SECOND, POLICY) == 1


async def test_a_rolling_message_that_shows_all_is_not_changed_after_a_move(store: Store) -> None:
    """The next burst is another message."""
    wish = await subscribe(store, GROUP)
    await burst(store, wish, "eins", "zwei", now=NOW)
    (rolling,) = await claim(store, now=NOW + 2 * SECOND)
    await send(store, rolling, 7, NOW + 2 * SECOND)

    await move(store, NOW + 3 * SECOND)
    ids = await burst(store, wish, "drei", now=NOW + 4 * SECOND)

    (new,) = await claim(store, now=NOW + 9 * SECOND)
    assert (new.id != rolling.id, new.chat_id, new.kind) == (True, NEW, DeliveryKind.ROLLING)
    assert await told_by(store, new, NOW + 9 * SECOND) == ids


@pytest.mark.parametrize("is_used", [False, True])
async def test_what_a_group_has_held_is_released_under_its_new_id(store: Store, is_used: bool) -> None:
    """Also where the new chat has subscriptions of its own, and therefore its own settings."""
    wish = await subscribe(store, GROUP)
    ids = await bring(store, wish, "eins")
    (alert,) = await claim(store)
    await store.outbox.finish(alert, SetAside(UnsentReason.PAUSE, NOW + HOUR), NOW)
    await store.chats.meet(NEW, ChatKind.SUPERGROUP, "de", NOW)
    if is_used:
        await subscribe(store, NEW, "Kim")

    await move(store)
    await release(store, NOW + HOUR)

    assert [each.article_id for each in await claim(store, now=NOW + HOUR)] == ids


@pytest.mark.parametrize("is_met", [False, True])
async def test_a_group_that_was_away_when_it_moved_is_owed_what_it_missed(store: Store, is_met: bool) -> None:
    """At once where the new chat can be reached, else when it returns."""
    wish = await subscribe(store, GROUP)
    ids = await bring(store, wish, "eins")
    await store.chats.set_state(GROUP, ChatState.BLOCKED, NOW)
    ids += await bring(store, wish, "zwei", now=NOW + HOUR)
    if is_met:
        await store.chats.meet(NEW, ChatKind.SUPERGROUP, "de", NOW + 2 * HOUR)

    await move(store, NOW + 2 * HOUR)

    if is_met:
        await release(store, NOW + 2 * HOUR)
        (one,) = await claim(store, now=NOW + 2 * HOUR)
        assert await told_by(store, one, NOW + 2 * HOUR) == ids
    else:
        assert await come_back(store, NEW, NOW + 3 * HOUR) == [(DeliveryKind.ROUNDUP, ids)]


async def test_a_digest_on_its_way_when_a_group_moves_loses_nothing(store: Store) -> None:
    """Though the new chat had one of the same hour."""
    digest, ids = await make_digest(store, GROUP, "eins", "zwei")
    await store.outbox.release("first", NOW + HOUR)
    own, _ = await make_digest(store, NEW, "drei")
    await send(store, own, 1, NOW + HOUR)

    await move(store, NOW + HOUR)

    found = [each for each in await claim(store, now=NOW + DAY) if each.kind is DeliveryKind.DIGEST]
    assert [(each.id, await told_by(store, each, NOW + DAY)) for each in found] == [(digest.id, ids)]


async def test_the_hours_of_a_digest_move_to_a_chat_that_has_none(store: Store) -> None:
    """A chat that ended its digest once has a row without hours."""
    await subscribe(store, GROUP, urgency=Urgency.DIGEST)
    await store.digests.set_digest(GROUP, MAIN, "13:00", NOW + HOUR)
    await store.chats.meet(NEW, ChatKind.SUPERGROUP, "de", NOW)
    await store.digests.set_digest(NEW, MAIN, None, None)

    await move(store)

    receiver = await store.digests.find(NEW, MAIN)
    assert receiver is not None
    assert (receiver.digest, receiver.next_due) == ("13:00", NOW + HOUR)
