"""Why an article did not come as an alert of its own is stored with its delivery, whatever becomes of that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.core.delivery.delivery import Delivery, DeliveryState, Finished, SetAside, UnsentReason
from bot.core.delivery.rules import CarrierMessage, Fate, HoldBackPolicy, plan
from bot.core.ids import ArticleId, MessageId
from storage.store import Store
from tests.builders import NOW
from tests.contracts.scenes import OWNER, add_feed, announce, change, claim, publish, queue_alert, subscribe

POLICY = HoldBackPolicy(timezone="UTC")
LATER = NOW + timedelta(hours=1)


async def fate_of(store: Store, delivery: Delivery) -> Fate | None:
    """Ask what became of an alert."""
    return await store.stories.find_fate(delivery.chat_id, delivery.thread_id, delivery.key)


async def hold(store: Store, count: int, reason: UnsentReason) -> tuple[Delivery, ...]:
    """Hold alerts of one reader back."""
    feed, wish = await add_feed(store), await subscribe(store)
    for article in await publish(store, feed, *map(str, range(count))):
        await announce(store, article, wish)
    claimed = await claim(store)
    for delivery in claimed:
        await store.outbox.finish(delivery, SetAside(reason, LATER), NOW)
    return claimed


async def release(store: Store) -> int | None:
    """Do what is to be done an hour later."""
    return await store.held.release_due(LATER, 10, lambda chat, held: plan(chat, held, POLICY, LATER), POLICY)


async def test_a_folded_alert_knows_why_and_in_which_message_it_came(store: Store) -> None:
    """Before that message is out, and after."""
    (first, *_) = await hold(store, 4, UnsentReason.QUIET)
    assert await fate_of(store, first) == Fate(state=DeliveryState.HELD, reason=UnsentReason.QUIET)

    await release(store)

    folded = Fate(
        state=DeliveryState.FOLDED,
        reason=UnsentReason.QUIET,
        carrier=CarrierMessage(state=DeliveryState.QUEUED),
    )
    assert await fate_of(store, first) == folded
    (roundup,) = await claim(store, now=LATER)
    await store.outbox.finish(roundup, Finished(MessageId(7)), LATER)
    fate = await fate_of(store, first)
    assert fate is not None
    assert fate.carrier == CarrierMessage(state=DeliveryState.SENT, sent_at=LATER)


async def test_a_released_alert_knows_why_it_came_late(store: Store) -> None:
    """It goes out by itself."""
    (first,) = await hold(store, 1, UnsentReason.PAUSE)
    assert await release(store) == 1
    assert await release(store) is None, "nothing more is due"
    (delivery,) = await claim(store, now=LATER)
    await store.outbox.finish(delivery, Finished(MessageId(7)), LATER)

    assert await fate_of(store, first) == Fate(state=DeliveryState.SENT, reason=UnsentReason.PAUSE, sent_at=LATER)


async def test_what_is_late_with_others_knows_it_though_it_was_never_held(store: Store) -> None:
    """The one that waited too long takes the rest of the queue along."""
    feed, wish = await add_feed(store), await subscribe(store)
    for article in await publish(store, feed, "eins", "zwei"):
        await announce(store, article, wish)
    first, second = await claim(store)
    await store.outbox.finish(first, SetAside(UnsentReason.LATE, NOW), NOW)
    await store.outbox.release(OWNER, NOW)
    await release(store)

    for delivery in (first, second):
        fate = await fate_of(store, delivery)
        assert fate is not None
        assert (fate.state, fate.reason) == (DeliveryState.FOLDED, UnsentReason.LATE)


async def test_what_a_burst_takes_along_knows_it(store: Store) -> None:
    """Each is told by the rolling message."""
    (first, second) = await hold(store, 2, UnsentReason.BURST)
    await release(store)

    for delivery in (first, second):
        fate = await fate_of(store, delivery)
        assert fate is not None
        assert (fate.state, fate.reason) == (DeliveryState.FOLDED, UnsentReason.BURST)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"paused": True}, UnsentReason.SUBSCRIPTION_PAUSED),
        ({"muted_until": NOW + timedelta(days=1)}, UnsentReason.MUTED),
        (None, UnsentReason.UNSUBSCRIBED),
        ({}, None),
    ],
)
async def test_an_alert_that_nobody_wants_any_more_says_why(
    store: Store, changes: dict[str, Any] | None, reason: UnsentReason | None
) -> None:
    """Paused, muted and left are different things."""
    delivery = await queue_alert(store)
    (wish,) = await store.subscriptions.list_for(delivery.chat_id, delivery.thread_id)
    if changes is None:
        await store.subscriptions.remove([wish.id])
    elif changes:
        await change(store, wish.id, **changes)

    alert = (await store.outbox.load_alerts([delivery]))[delivery.id]

    assert alert.unheard == reason
    assert bool(alert.matches) is (reason is None)


async def test_it_is_known_whether_readers_are_still_sought(store: Store) -> None:
    """From the poll on until the last of them has his alert."""
    feed, wish = await add_feed(store), await subscribe(store)
    (article,) = await publish(store, feed, "treffen")
    assert await store.articles.is_announced(article.id) is False

    await announce(store, article, wish)

    assert await store.articles.is_announced(article.id) is True
    assert await store.articles.is_announced(ArticleId(99)) is True
