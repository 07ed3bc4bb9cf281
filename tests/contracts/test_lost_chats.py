"""A chat is lost in the middle of something: whatever was on its way is told when it returns, once."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.chat import ChatKind, ChatState
from bot.core.delivery.delivery import DeliveryKind, Dropped, SetAside, UnsentReason
from bot.core.ids import ChatId, MessageId
from bot.core.subscription import Urgency
from storage.store import Store
from storage.tables import articles
from tests.builders import MAIN, NOW
from tests.contracts.lost_chats import (
    DAY,
    HOUR,
    POLICY,
    SECOND,
    bring,
    come_back,
    make_digest,
    make_rolling,
    make_roundup,
    release,
    rows,
    send,
    states,
    told_by,
    turns,
)
from tests.contracts.scenes import add_feed, announce, change, claim, publish, set_chat, subscribe

FATES = [
    Dropped(UnsentReason.BLOCKED, silence_chat=True),
    Dropped(UnsentReason.GONE, silence_chat=True),
    Dropped(UnsentReason.INACTIVE),
]


@pytest.mark.parametrize("step", FATES, ids=["blocked", "gone", "inactive"])
@pytest.mark.parametrize("make", [make_digest, make_roundup])
async def test_a_message_about_many_articles_that_meets_a_lost_chat_loses_none_of_them(
    store: Store, make: Any, step: Dropped
) -> None:
    """They wait for the chat's return, and come with what came meanwhile in one message."""
    message, ids = await make(store, 1, "eins", "zwei", "drei", "vier")
    if step.reason == UnsentReason.INACTIVE:
        await set_chat(store, 1, state=ChatState.BLOCKED, state_at=NOW + HOUR)
    await store.outbox.finish(message, step, NOW + HOUR)
    assert await states(store) == [("held", "away")] * 4
    assert {row.parent for row in await rows(store, kind="alert")} == {None}
    (wish,) = await store.subscriptions.list_for(ChatId(1), MAIN)
    await store.subscriptions.set_urgency([wish.id], Urgency.INSTANT)
    ids += await bring(store, wish, "fünf", now=NOW + 2 * HOUR)

    assert await come_back(store, 1, NOW + 3 * HOUR) == [(DeliveryKind.ROUNDUP, ids)]


@pytest.mark.parametrize("make", [make_digest, make_roundup])
async def test_a_message_about_many_articles_that_still_waits_when_the_reader_leaves_loses_none(
    store: Store, make: Any
) -> None:
    """Telegram said that he blocked the bot, before anything was sent."""
    message, ids = await make(store, 1, "eins", "zwei", "drei", "vier")
    await store.outbox.finish(message, SetAside(UnsentReason.PAUSE, NOW + 2 * HOUR), NOW + HOUR)
    await store.chats.set_state(ChatId(1), ChatState.BLOCKED, NOW + HOUR)
    assert await states(store) == [("held", "away")] * 4

    assert await come_back(store, 1, NOW + 3 * HOUR) == [(DeliveryKind.ROUNDUP, ids)]


async def test_a_part_that_was_sent_is_not_told_again(store: Store) -> None:
    """Of a long digest the second part meets a lost chat."""
    digest, ids = await make_digest(store, 1, "eins", "zwei", "drei")
    combined = await store.combined_messages.load(digest, NOW + HOUR)
    assert combined is not None
    one, two, three = [telling.ids for telling in combined.tellings]
    await store.combined_messages.split(digest, [one, two + three], NOW + HOUR)
    await send(store, digest, 1, NOW + HOUR)
    (second,) = await claim(store, now=NOW + HOUR)

    await store.outbox.finish(second, FATES[0], NOW + HOUR)

    assert await states(store) == [("folded", "digest"), ("held", "away"), ("held", "away")]
    assert await come_back(store, 1, NOW + 2 * HOUR) == [(DeliveryKind.ROUNDUP, ids[1:])]


async def test_what_a_lost_digest_only_marked_is_marked_by_the_next(store: Store) -> None:
    """It came as an alert, and is not told again."""
    wish = await subscribe(store, urgency=Urgency.DIGEST)
    loud = await subscribe(store, 1, "Putin")
    await store.digests.set_digest(ChatId(1), MAIN, "13:00", NOW + HOUR)
    both, _ = await publish(store, await add_feed(store), "beide", "eins")
    await announce(store, both, wish, loud)
    (alert,) = await claim(store)
    await send(store, alert, 1, NOW)
    await bring(store, wish, "zwei")
    await store.digests.gather_due(NOW + HOUR, 10, turns)
    (digest,) = await claim(store, now=NOW + HOUR)

    await store.outbox.finish(digest, FATES[0], NOW + HOUR)

    (marked,) = await rows(store, article_id=both.id)
    assert (marked.state, marked.parent) == ("sent", None)


async def test_of_a_rolling_message_only_what_it_does_not_show_is_told_again(store: Store) -> None:
    """Its edit meets a lost chat; what it shows, the reader has got."""
    _, rolling, ids = await make_rolling(store, 1)
    assert await store.held.refresh_rolling(NOW + 9 * SECOND, POLICY) == 1
    (edit,) = await claim(store, now=NOW + 9 * SECOND)
    assert edit.id == rolling.id
    assert await store.archive.find_alerted(ChatId(1), MessageId(7)) is None, "it is no single alert"

    await store.outbox.finish(edit, FATES[0], NOW + 9 * SECOND)

    assert await states(store) == [("folded", "burst"), ("folded", "burst"), ("held", "away")]
    assert await come_back(store, 1, NOW + HOUR) == [(DeliveryKind.ALERT, ids[2:])]


async def test_alerts_that_were_queued_when_the_reader_left_wait_for_him(store: Store) -> None:
    """Those that a sender has in hand too; a notice has no point any more."""
    wish = await subscribe(store)
    ids = await bring(store, wish, "eins", "zwei")
    (leased,) = await claim(store, limit=1)
    await store.outbox.enqueue_notice(ChatId(1), MAIN, "hello", "", NOW)

    await store.chats.set_state(ChatId(1), ChatState.BLOCKED, NOW)

    assert await store.outbox.start([leased.id], NOW) == frozenset()
    assert await states(store) == [("held", "away")] * 2
    assert [row.state for row in await rows(store, kind="notice")] == ["dead"]
    assert await come_back(store, 1, NOW + HOUR) == [(DeliveryKind.ROUNDUP, ids)]


async def test_an_alert_found_without_a_chat_that_has_come_back_by_then_is_told(store: Store) -> None:
    """The verdict was written down after the return."""
    wish = await subscribe(store)
    (article,) = await bring(store, wish, "eins")
    (alert,) = await claim(store)

    await store.outbox.finish(alert, Dropped(UnsentReason.INACTIVE), NOW)
    await release(store, NOW)

    assert [each.article_id for each in await claim(store)] == [article]


async def test_what_came_for_a_digest_while_its_reader_was_away_is_in_the_next(store: Store) -> None:
    """With what waited before."""
    wish = await subscribe(store, urgency=Urgency.DIGEST)
    await store.digests.set_digest(ChatId(1), MAIN, "16:00", NOW + 4 * HOUR)
    ids = await bring(store, wish, "eins")
    await store.chats.set_state(ChatId(1), ChatState.BLOCKED, NOW + HOUR)
    ids += await bring(store, wish, "zwei", "drei", now=NOW + 2 * HOUR)

    assert await come_back(store, 1, NOW + 3 * HOUR) == []
    await store.digests.gather_due(NOW + 4 * HOUR, 10, turns)

    (digest,) = await claim(store, now=NOW + 4 * HOUR)
    assert await told_by(store, digest, NOW + 4 * HOUR) == ids


async def test_an_article_whose_readers_were_sought_when_the_reader_left_is_told(store: Store) -> None:
    """It was seen before he left, and found him away; one from before his subscription is not his."""
    wish = await subscribe(store, 2)
    early, late = await publish(store, await add_feed(store), "alt", "eins", now=NOW - HOUR)
    await subscribe(store, 1)
    for article, seen in ((early, NOW - HOUR), (late, NOW + SECOND)):
        await _seen(store, article.id, seen)
    await store.chats.set_state(ChatId(1), ChatState.BLOCKED, NOW + 2 * SECOND)
    for article in (early, late):
        await announce(store, article, wish, now=NOW + 3 * SECOND)

    await store.chats.set_state(ChatId(1), ChatState.ACTIVE, NOW + HOUR)

    assert [row.article_id for row in await rows(store, chat_id=1)] == [late.id]


async def test_what_came_during_a_mute_does_not_come_back(store: Store) -> None:
    """Muted alerts are dropped, not held, also of a reader who was away."""
    wish = await subscribe(store)
    await change(store, wish.id, muted_until=NOW + 2 * HOUR)
    await store.chats.set_state(ChatId(1), ChatState.BLOCKED, NOW)
    await bring(store, wish, "stumm", now=NOW + HOUR)
    loud = await bring(store, wish, "laut", now=NOW + 3 * HOUR)

    assert await come_back(store, 1, NOW + 4 * HOUR) == [(DeliveryKind.ALERT, loud)]


async def test_who_goes_away_in_two_ways_is_owed_what_came_since_the_first(store: Store) -> None:
    """His account is gone, and then he blocks the bot."""
    wish = await subscribe(store)
    await store.chats.set_state(ChatId(1), ChatState.GONE, NOW)
    ids = await bring(store, wish, "eins", "zwei", now=NOW + 2 * HOUR)
    await store.chats.set_state(ChatId(1), ChatState.BLOCKED, NOW + DAY)

    assert await come_back(store, 1, NOW + 2 * DAY) == [(DeliveryKind.ROUNDUP, ids)]


@pytest.mark.parametrize("way", ["meet", "set_state"])
async def test_a_reader_who_was_not_found_and_writes_gets_his_alert_at_once(store: Store, way: str) -> None:
    """Telegram knows him after all: no strike is left."""
    wish = await subscribe(store)
    await bring(store, wish, "eins")
    (alert,) = await claim(store)
    await store.outbox.finish(alert, Dropped(UnsentReason.NOT_FOUND, strike=True), NOW)
    assert await claim(store, now=NOW + HOUR) == ()

    if way == "meet":
        await store.chats.meet(ChatId(1), ChatKind.PRIVATE, "de", NOW + HOUR)
    else:
        await store.chats.set_state(ChatId(1), ChatState.ACTIVE, NOW + HOUR)

    (again,) = await claim(store, now=NOW + HOUR)
    assert again.id == alert.id
    for day in (1, 2):
        await store.outbox.finish(again, Dropped(UnsentReason.NOT_FOUND, strike=True), NOW + day * DAY)
        assert (await store.chats.find(ChatId(1))).state is ChatState.ACTIVE  # type: ignore[union-attr]


async def _seen(store: Store, article_id: int, at: Any) -> None:
    async with store._database.write() as connection:
        await connection.execute(articles.update().where(articles.c.id == article_id).values(seen_at=at))
