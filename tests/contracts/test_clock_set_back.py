"""A clock ran ahead and was set back: nothing waits for a time that never was."""

from __future__ import annotations

from bot.core.chat import ChatState
from bot.core.delivery.delivery import DeliveryKind
from bot.core.ids import ChatId
from bot.core.quiet_hours import FOREVER
from bot.core.subscription import Urgency
from storage.store import Store
from tests.builders import MAIN, NOW
from tests.contracts.lost_chats import DAY, HOUR, bring, come_back, send, told_by, turns
from tests.contracts.scenes import change, claim, subscribe


async def test_digests_go_on_when_a_clock_that_ran_ahead_is_set_back(store: Store) -> None:
    """At their true hours; neither an early one, nor one that a false digest of the same day stands in the way of."""
    wish = await subscribe(store, urgency=Urgency.DIGEST)
    await store.digests.set_digest(ChatId(1), MAIN, "13:00", NOW + HOUR)
    await bring(store, wish, "eins")
    ahead = NOW + 3 * DAY + 2 * HOUR
    assert await store.digests.gather_due(ahead, 10, turns) == 1
    (false,) = await claim(store, now=ahead)
    await send(store, false, 1, ahead)

    await store.outbox.turn_back(NOW, ahead - NOW)

    second = await bring(store, wish, "zwei")
    assert await store.digests.gather_due(NOW, 10, turns) == 0
    assert await store.digests.gather_due(NOW + HOUR, 10, turns) == 1
    (true,) = await claim(store, now=NOW + HOUR)
    assert (true.key, await told_by(store, true, NOW + HOUR)) == ("digest:2026-01-05T13:00", second)
    await bring(store, wish, "drei", now=NOW + 3 * DAY)
    assert await store.digests.gather_due(NOW + 3 * DAY + HOUR, 10, turns) == 1, "the day the false one bore"


async def test_what_was_wished_of_a_false_clock_lasts_as_long_as_it_was_meant_to(store: Store) -> None:
    """A pause of two hours, a mute of eight, a flood; what was wished before, and a pause without end, stay."""
    ahead = NOW + 10 * DAY
    wishes = [await subscribe(store, number) for number in (1, 2, 3)]
    await store.held.set_pause(ChatId(1), ahead + 2 * HOUR, ahead)
    await store.held.set_pause(ChatId(2), NOW + DAY, NOW)
    await store.held.set_pause(ChatId(3), FOREVER, NOW)
    await change(store, wishes[0].id, muted_until=ahead + 8 * HOUR)
    await store.outbox.note_flood(ChatId(1), ahead + HOUR)
    await store.outbox.note_flood(None, ahead + HOUR)

    await store.outbox.turn_back(NOW, 10 * DAY)

    found = [await store.chats.find(ChatId(number)) for number in (1, 2, 3)]
    assert [each.paused_until for each in found if each] == [NOW + 2 * HOUR, NOW + DAY, FOREVER]
    (muted,) = await store.subscriptions.list_for(ChatId(1), MAIN)
    assert muted.muted_until == NOW + 8 * HOUR
    assert await store.outbox.list_floods(NOW) == {ChatId(1): NOW + HOUR, None: NOW + HOUR}


async def test_who_left_by_a_false_clock_is_owed_what_came_since(store: Store) -> None:
    """Nothing has happened in the future."""
    wish = await subscribe(store)
    await store.chats.set_state(ChatId(1), ChatState.BLOCKED, NOW + 10 * DAY)
    await store.outbox.turn_back(NOW, 10 * DAY)
    ids = await bring(store, wish, "eins", "zwei", now=NOW + HOUR)

    assert await come_back(store, 1, NOW + 2 * HOUR) == [(DeliveryKind.ROUNDUP, ids)]


async def test_what_a_false_clock_sent_makes_no_burst(store: Store) -> None:
    """It came now, at the latest."""
    wish = await subscribe(store)
    await bring(store, wish, "eins")
    (alert,) = await claim(store, now=NOW + 10 * DAY)
    await send(store, alert, 1, NOW + 10 * DAY)

    await store.outbox.turn_back(NOW, 10 * DAY)

    assert (await store.held.pace([(ChatId(1), MAIN)], NOW + HOUR)).singles == {}
