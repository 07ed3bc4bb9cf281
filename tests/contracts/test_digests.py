"""What is held and gathered, on both databases: nothing lost, nothing told twice, each digest once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.core.article import Article
from bot.core.chat import ChatState
from bot.core.delivery import rules
from bot.core.delivery.delivery import Delivered, Delivery, DeliveryKind, Finished, SetAside, UnsentReason, next_step
from bot.core.delivery.digest import CombinedMessage, DigestReceiver, DigestTurn
from bot.core.delivery.rules import HoldBackPolicy
from bot.core.ids import ChatId, MessageId
from bot.core.subscription import Subscription, Urgency
from bot.services import digests
from storage.store import Store
from storage.tables import deliveries, receivers
from tests.builders import MAIN, NOW
from tests.contracts.scenes import OWNER, add_feed, announce, change, claim, publish, set_chat, subscribe

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
POLICY = HoldBackPolicy(timezone="UTC")


def turns(receiver: DigestReceiver, timezone: str | None, now: Any) -> DigestTurn:
    """Decide as the bot does."""
    return digests.turn(receiver, timezone or "UTC", now)


async def rows(store: Store, **where: Any) -> Sequence[Any]:
    """List deliveries as they are stored."""
    wanted = select(deliveries).order_by(deliveries.c.id)
    for name, value in where.items():
        wanted = wanted.where(deliveries.c[name] == value)
    async with store._database.read() as connection:
        return (await connection.execute(wanted)).all()


async def release(store: Store, now: Any = NOW) -> int | None:
    """Look at what is held."""
    return await store.held.release_due(now, 10, lambda chat, held: rules.plan(chat, held, POLICY, now), POLICY)


async def hold(store: Store, number: int, reason: str, until: Any, **changes: Any) -> list[Delivery]:
    """Have so many alerts of chat 1 held."""
    feeds = await store.feeds.list_all()
    feed = feeds[0] if feeds else await add_feed(store)
    known = await store.subscriptions.list_for(ChatId(1), MAIN)
    wish = known[0] if known else await subscribe(store, **changes)
    for article in await publish(store, feed, *(f"{reason} {at}" for at in range(number))):
        await announce(store, article, wish)
    claimed = await claim(store)
    for each in claimed:
        await store.outbox.finish(each, SetAside(reason, until), NOW)
    return list(claimed)


async def combined_of(store: Store, delivery: Delivery) -> CombinedMessage:
    """Load what a message is made of."""
    found = await store.combined_messages.load(delivery, NOW)
    assert found is not None
    return found


@pytest.mark.parametrize("number", [1, 3])
async def test_a_few_held_alerts_come_one_by_one(store: Store, number: int) -> None:
    """When their time has come, and not before; they are marked as released."""
    held = await hold(store, number, "quiet", NOW + HOUR)
    assert await release(store) is None
    assert await claim(store) == ()

    assert await release(store, NOW + HOUR) == 1
    assert await release(store, NOW + HOUR) is None
    claimed = await claim(store, now=NOW + HOUR)
    assert {each.id for each in claimed} == {each.id for each in held}
    assert all(each.released for each in claimed)


async def test_more_than_three_come_as_one_message(store: Store) -> None:
    """It tells them all, once; they are folded."""
    held = await hold(store, 4, "pause", NOW + HOUR)
    await release(store, NOW + HOUR)

    (one,) = await claim(store, now=NOW + HOUR)
    assert one.kind is DeliveryKind.ROUNDUP
    combined = await combined_of(store, one)
    assert (combined.reason, len(combined.tellings)) == ("pause", 4)
    assert [row.state for row in await rows(store, kind="alert")] == ["folded"] * 4
    assert {row.parent for row in await rows(store, kind="alert")} == {one.id}
    assert len(held) == 4


async def test_a_pause_that_goes_on_is_looked_at_when_it_ends(store: Store) -> None:
    """Nothing is released before; /resume ends it at once."""
    await hold(store, 1, "pause", NOW + HOUR)
    await store.held.set_pause(ChatId(1), NOW + 2 * HOUR, NOW)
    assert await release(store, NOW + HOUR) == 1
    assert await claim(store, now=NOW + HOUR) == ()

    await store.held.set_pause(ChatId(1), None, NOW + HOUR)
    await release(store, NOW + HOUR)
    assert len(await claim(store, now=NOW + HOUR)) == 1


async def test_a_chat_that_returns_gets_what_waited(store: Store) -> None:
    """Held while it was away; nothing is looked at before it is active."""
    await hold(store, 5, "away", None)
    await store.chats.set_state(ChatId(1), ChatState.BLOCKED, NOW)
    assert await release(store, NOW) is None
    await store.chats.set_state(ChatId(1), ChatState.ACTIVE, NOW + HOUR)
    await release(store, NOW + HOUR)

    (one,) = await claim(store, now=NOW + HOUR)
    assert len((await combined_of(store, one)).tellings) == 5


async def test_a_burst_grows_in_one_message(store: Store) -> None:
    """The first sight is queued, what follows marks it stale, and its edit is queued when it was sent."""
    await hold(store, 2, "burst", NOW)
    await release(store, NOW + timedelta(seconds=1))
    later = NOW + timedelta(seconds=3)
    (one,) = await claim(store, now=later)
    assert one.kind is DeliveryKind.ROLLING
    assert len((await combined_of(store, one)).tellings) == 2
    await store.outbox.start([one.id], later)
    await store.outbox.finish(one, next_step(one, Delivered(MessageId(7)), later), later)

    await hold(store, 1, "burst 2", NOW)
    (new,) = [row for row in await rows(store, kind="alert") if row.state == "held"]
    async with store._database.write() as connection:
        await connection.execute(deliveries.update().where(deliveries.c.id == new.id).values(reason="burst"))
    await release(store, later)
    assert await store.held.refresh_rolling(later, POLICY) == 0
    assert await store.held.refresh_rolling(later + timedelta(seconds=6), POLICY) == 1
    assert await store.held.refresh_rolling(later + timedelta(seconds=6), POLICY) == 0
    (edit,) = await claim(store, now=later + timedelta(seconds=6))
    combined = await combined_of(store, edit)
    assert (edit.id, combined.message_id, len(combined.tellings)) == (one.id, 7, 3)
    pace = await store.held.pace([(ChatId(1), MAIN)], NOW)
    assert list(pace.rolling.values()) == [one.id]


async def test_what_a_message_showed_is_noted_beside_its_other_facts(store: Store) -> None:
    """Whatever is said of it already stays; the last mark counts."""
    await hold(store, 2, "burst", NOW)
    await release(store, NOW + timedelta(seconds=1))
    (one,) = await claim(store, now=NOW + timedelta(seconds=3))
    before = json.loads(one.payload or "{}")
    for mark in ("first", "second"):
        await store.combined_messages.note_shown(one, mark)
        (row,) = await rows(store, id=one.id)
        assert json.loads(row.payload) == before | {"shown": mark}


async def test_the_pace_counts_single_alerts_of_the_last_hour(store: Store) -> None:
    """By subscription."""
    wish = await subscribe(store)
    for article in await publish(store, await add_feed(store), "eins", "zwei"):
        await announce(store, article, wish)
    for each in await claim(store):
        await store.outbox.start([each.id], NOW)
        await store.outbox.finish(each, Finished(MessageId(1)), NOW)

    assert (await store.held.pace([(ChatId(1), MAIN)], NOW - HOUR)).singles == {wish.id: 2}
    assert (await store.held.pace([(ChatId(1), MAIN)], NOW)).singles == {}
    assert (await store.held.pace([], NOW)).singles == {}


async def test_what_is_to_come_singly_counts_once_while_it_waits_and_when_it_is_out(store: Store) -> None:
    """And no more when it was set aside instead."""
    wish = await subscribe(store)
    for article in await publish(store, await add_feed(store), "eins", "zwei", "drei"):
        await announce(store, article, wish)
    first, second, third = await claim(store)
    admitted = (first.id, second.id, third.id)
    await store.outbox.start([first.id], NOW)
    await store.outbox.finish(first, Finished(MessageId(1)), NOW)
    await store.outbox.finish(second, SetAside(UnsentReason.QUIET), NOW)

    assert (await store.held.pace([(ChatId(1), MAIN)], NOW - HOUR, admitted)).singles == {wish.id: 2}
    assert (await store.held.pace([(ChatId(1), MAIN)], NOW - HOUR)).singles == {wish.id: 1}


async def digest_wish(store: Store, number: int = 1) -> Any:
    """Subscribe a chat that wants its digest at one in the afternoon; it is noon."""
    wish = await subscribe(store, number, urgency=Urgency.DIGEST)
    await store.digests.set_digest(ChatId(number), MAIN, "13:00", NOW + HOUR)
    return wish


async def test_a_digest_is_made_once_a_day_with_what_is_new(store: Store) -> None:
    """Not before its hour, not twice, and not at all when nothing is new."""
    wish = await digest_wish(store)
    feed = await add_feed(store)
    for article in await publish(store, feed, "eins", "zwei"):
        await announce(store, article, wish)
    assert await claim(store) == ()
    assert await store.digests.gather_due(NOW, 10, turns) is None

    assert await store.digests.gather_due(NOW + HOUR, 10, turns) == 1
    assert await store.digests.gather_due(NOW + HOUR, 10, turns) is None
    (one,) = await claim(store, now=NOW + HOUR)
    combined = await combined_of(store, one)
    assert (one.key, one.kind, len(combined.tellings)) == ("digest:2026-01-05T13:00", DeliveryKind.DIGEST, 2)
    assert await store.digests.gather_due(NOW + HOUR + DAY, 10, turns) == 0
    receiver = await store.digests.find(ChatId(1), MAIN)
    assert receiver is not None
    assert receiver.next_due == NOW + HOUR + 2 * DAY


async def test_after_a_long_absence_one_digest_makes_good_for_all(store: Store) -> None:
    """Never several."""
    wish = await digest_wish(store)
    (article,) = await publish(store, await add_feed(store), "eins")
    await announce(store, article, wish)
    late = NOW + 5 * DAY
    assert await store.digests.gather_due(late, 10, turns) == 1
    assert await store.digests.gather_due(late, 10, turns) is None
    assert [each.key for each in await claim(store, now=late)] == ["digest:2026-01-09T13:00"]


async def test_the_same_hour_of_the_same_day_comes_once_however_the_clock_is_set(store: Store) -> None:
    """What is new then waits for the next one."""
    wish = await digest_wish(store)
    first, second = await publish(store, await add_feed(store), "eins", "zwei")
    await announce(store, first, wish)
    await store.digests.gather_due(NOW + HOUR, 10, turns)
    await store.digests.set_digest(ChatId(1), MAIN, "13:00", NOW + HOUR)
    await announce(store, second, wish)

    assert await store.digests.gather_due(NOW + HOUR, 10, turns) == 0
    assert len(await rows(store, kind="digest")) == 1
    assert await store.digests.gather_due(NOW + HOUR + DAY, 10, turns) == 1


async def test_what_came_as_an_alert_is_only_marked(store: Store) -> None:
    """An article that hits an instant and a digest keyword."""
    wish = await digest_wish(store)
    loud = await subscribe(store, 1, "Putin")
    both, single = await publish(store, await add_feed(store), "beide", "eins")
    await announce(store, both, wish, loud)
    await announce(store, single, wish)
    (alert,) = await claim(store)
    await store.outbox.start([alert.id], NOW)
    await store.outbox.finish(alert, Finished(MessageId(1)), NOW)
    await store.digests.gather_due(NOW + HOUR, 10, turns)

    (one,) = await claim(store, now=NOW + HOUR)
    tellings = (await combined_of(store, one)).tellings
    assert {each.article.id: each.was_sent for each in tellings} == {both.id: True, single.id: False}


async def test_a_digest_shows_a_story_under_a_keyword_of_its_own(store: Store) -> None:
    """Also where an instant keyword with a smaller number hit it."""
    loud = await subscribe(store, 1, "Putin")
    wish = await digest_wish(store)
    await sent_alone(store, loud, wish)
    (new,) = await publish(store, (await store.feeds.list_all())[0], "neu")
    await announce(store, new, wish)
    await store.digests.gather_due(NOW + HOUR, 10, turns)

    (one,) = await claim(store, now=NOW + HOUR)
    tellings = (await combined_of(store, one)).tellings
    assert sorted([each.query.normal for each in told.subscriptions] for told in tellings) == [
        ["Nordkorea"],
        ["Nordkorea", "Putin"],
    ]


async def test_a_paused_chat_gets_its_digest_afterwards(store: Store) -> None:
    """It stays due."""
    wish = await digest_wish(store)
    (article,) = await publish(store, await add_feed(store), "eins")
    await announce(store, article, wish)
    await set_chat(store, 1, paused_until=NOW + 2 * HOUR)
    assert await store.digests.gather_due(NOW + HOUR, 10, turns) is None
    assert await store.digests.gather_due(NOW + 2 * HOUR, 10, turns) == 1


async def test_a_digest_now_takes_what_waits_once(store: Store) -> None:
    """And says when there is nothing."""
    wish = await digest_wish(store)
    assert not await store.digests.gather_now(ChatId(1), MAIN, "digest:now:1", NOW)
    (article,) = await publish(store, await add_feed(store), "eins")
    await announce(store, article, wish)
    assert await store.digests.gather_now(ChatId(1), MAIN, "digest:now:2", NOW)
    assert len(await claim(store)) == 1
    assert not await store.digests.gather_now(ChatId(1), MAIN, "digest:now:3", NOW)


async def sent_alone(store: Store, *hit: Subscription, name: str = "allein") -> Article:
    """Let an article come as an alert."""
    feeds = await store.feeds.list_all()
    (article,) = await publish(store, feeds[0] if feeds else await add_feed(store), name)
    await announce(store, article, *hit)
    (alert,) = [each for each in await claim(store) if each.article_id == article.id]
    await store.outbox.start([alert.id], NOW)
    await store.outbox.finish(alert, Finished(MessageId(1)), NOW)
    return article


async def test_a_digest_now_of_what_came_before_is_none(store: Store) -> None:
    """Neither of an instant keyword, nor of one in the digest; and what nobody wants any more is no news."""
    wish = await digest_wish(store)
    loud = await subscribe(store, 1, "Putin")
    await sent_alone(store, loud)
    await sent_alone(store, loud, wish, name="beide")
    assert not await store.digests.gather_now(ChatId(1), MAIN, "digest:now:1", NOW)

    (article,) = await publish(store, (await store.feeds.list_all())[0], "neu")
    await announce(store, article, wish)
    assert await claim(store) == ()
    await change(store, wish.id, muted_until=NOW + HOUR)
    assert not await store.digests.gather_now(ChatId(1), MAIN, "digest:now:2", NOW)
    await change(store, wish.id, muted_until=None)
    assert await store.digests.gather_now(ChatId(1), MAIN, "digest:now:3", NOW)


async def test_a_digest_now_marks_only_what_its_keywords_hit(store: Store) -> None:
    """What an instant keyword alone brought is none of its business."""
    wish = await digest_wish(store)
    loud = await subscribe(store, 1, "Putin")
    await sent_alone(store, loud)
    both = await sent_alone(store, loud, wish, name="beide")
    (new,) = await publish(store, (await store.feeds.list_all())[0], "neu")
    await announce(store, new, wish)
    assert await claim(store) == ()
    await store.digests.gather_now(ChatId(1), MAIN, "digest:now:1", NOW)

    (one,) = await claim(store)
    tellings = (await combined_of(store, one)).tellings
    assert {each.article.id: each.was_sent for each in tellings} == {both.id: True, new.id: False}


@pytest.mark.parametrize(
    ("last", "after", "marked"),
    [(None, 23 * HOUR, True), (None, 25 * HOUR, False), (-DAY, 6 * DAY, True), (-DAY, 8 * DAY, False)],
)
async def test_a_digest_marks_what_came_lately(
    store: Store, last: timedelta | None, after: timedelta, marked: bool
) -> None:
    """The first one of a day, any other of a week at most: what came before is not listed without end."""
    wish = await digest_wish(store)
    loud = await subscribe(store, 1, "Putin")
    old = await sent_alone(store, loud, wish)
    (new,) = await publish(store, (await store.feeds.list_all())[0], "neu")
    await announce(store, new, wish)
    assert await claim(store) == ()
    async with store._database.write() as connection:
        when = None if last is None else NOW + last
        await connection.execute(receivers.update().values(last_digest_at=when))
    assert await store.digests.gather_now(ChatId(1), MAIN, "digest:now:1", NOW + after)

    (one,) = await claim(store, now=NOW + after)
    told = {each.article.id for each in (await combined_of(store, one)).tellings}
    assert told == ({old.id, new.id} if marked else {new.id})


async def told_together(store: Store, reason: str, number: int, *hit: Subscription) -> Delivery:
    """Let alerts wait and be told by one message, which is sent."""
    feeds = await store.feeds.list_all()
    feed = feeds[0] if feeds else await add_feed(store)
    for article in await publish(store, feed, *(f"{reason} {at}" for at in range(number))):
        await announce(store, article, *hit)
    for each in await claim(store):
        await store.outbox.finish(each, SetAside(reason, NOW), NOW)
    await release(store)
    later = NOW + timedelta(seconds=2)
    (one,) = await claim(store, now=later)
    await store.outbox.start([one.id], later)
    await store.outbox.finish(one, Finished(MessageId(1)), later)
    return one


@pytest.mark.parametrize(("reason", "number"), [("pause", 4), ("quiet", 5), ("burst", 2)])
async def test_what_another_message_told_is_only_marked(store: Store, reason: str, number: int) -> None:
    """Once, and that message goes on telling it; also when the digest is made in parts."""
    wish = await digest_wish(store)
    loud = await subscribe(store, 1, "Putin")
    feed = await add_feed(store)
    other = await told_together(store, reason, number, loud, wish)
    await sent_alone(store, loud)
    for each in ("neu 1", "neu 2"):
        (article,) = await publish(store, feed, each)
        await announce(store, article, wish)
    assert await claim(store) == ()
    assert await store.digests.gather_due(NOW + HOUR, 10, turns) == 1

    (one,) = await claim(store, now=NOW + HOUR)
    tellings = (await combined_of(store, one)).tellings
    assert [each.was_sent for each in sorted(tellings, key=lambda each: each.was_sent)] == [False] * 2 + [True] * number
    assert len((await combined_of(store, other)).tellings) == number

    new, old = ([each for each in tellings if each.was_sent is told] for told in (False, True))
    parts = [[*new[0].ids, *old[0].ids], [*new[1].ids, *(number for each in old[1:] for number in each.ids)]]
    await store.combined_messages.split(one, parts, NOW + HOUR)
    await store.outbox.release(OWNER, NOW + HOUR)
    shown = [(await combined_of(store, each)).tellings for each in await claim(store, now=NOW + HOUR)]
    assert [[number for each in part for number in each.ids] for part in shown] == parts
    assert [sum(each.was_sent for each in part) for part in shown] == [1, number - 1]
    assert len((await combined_of(store, other)).tellings) == number

    (article,) = await publish(store, feed, "neu 3")
    await announce(store, article, wish)
    assert await store.digests.gather_due(NOW + HOUR + DAY, 10, turns) == 1
    (row,) = [row for row in await rows(store, kind="digest") if row.key == "digest:2026-01-06T13:00"]
    assert [each.parent for each in await rows(store, article_id=article.id)] == [row.id]
    assert "marked" not in row.payload


async def test_what_another_message_could_not_tell_is_no_mark(store: Store) -> None:
    """Telegram refused it for good: the reader has not seen it."""
    wish = await digest_wish(store)
    loud = await subscribe(store, 1, "Putin")
    other = await told_together(store, "pause", 4, loud, wish)
    async with store._database.write() as connection:
        await connection.execute(deliveries.update().where(deliveries.c.id == other.id).values(state="dead"))
    (article,) = await publish(store, (await store.feeds.list_all())[0], "neu")
    await announce(store, article, wish)
    await store.digests.gather_due(NOW + HOUR, 10, turns)

    (one,) = await claim(store, now=NOW + HOUR)
    assert [each.article.id for each in (await combined_of(store, one)).tellings] == [article.id]


async def test_a_message_is_split_once_and_its_parts_keep_their_order(store: Store) -> None:
    """The second waits until the first is through."""
    wish = await digest_wish(store)
    for article in await publish(store, await add_feed(store), "eins", "zwei", "drei"):
        await announce(store, article, wish)
    await store.digests.gather_due(NOW + HOUR, 10, turns)
    (one,) = await claim(store, now=NOW + HOUR)
    tellings = (await combined_of(store, one)).tellings
    await store.combined_messages.split(one, [tellings[0].ids, tellings[1].ids + tellings[2].ids], NOW + HOUR)
    await store.outbox.release(OWNER, NOW + HOUR)

    first, second = await claim(store, now=NOW + HOUR)
    shown = [await combined_of(store, each) for each in (first, second)]
    assert [(each.part, each.parts, len(each.tellings), each.waits) for each in shown] == [
        (1, 2, 1, False),
        (2, 2, 2, True),
    ]
    await store.outbox.start([first.id], NOW + HOUR)
    await store.outbox.finish(first, Finished(MessageId(1)), NOW + HOUR)
    assert not (await combined_of(store, second)).waits


async def test_two_processes_make_each_digest_once(stores: tuple[Store, Store]) -> None:
    """They take different receivers, or find the work done."""
    first, second = stores
    wishes = [await digest_wish(first, number) for number in range(1, 21)]
    (article,) = await publish(first, await add_feed(first), "eins")
    await announce(first, article, *wishes)

    async def work(store: Store) -> int:
        made = 0
        while (some := await store.digests.gather_due(NOW + HOUR, 3, turns)) is not None:
            made += some
        return made

    assert sum(await asyncio.gather(work(first), work(second))) == 20
    assert len(await rows(first, kind="digest")) == 20
    assert len(await rows(first, state="folded")) == 20
