"""What the repository of figures promises."""

from __future__ import annotations

from datetime import timedelta

from bot.core.delivery.delivery import Delivered, next_step
from bot.core.ids import MessageId
from bot.core.statistics import BusyKeyword
from storage.store import Store
from tests.builders import NOW
from tests.contracts.scenes import add_feed, announce, claim, notice, publish, subscribe

DAY = timedelta(days=1)


async def send_all(store: Store, *, after: timedelta = timedelta(seconds=3)) -> None:
    """Send whatever is queued, so long after it was seen."""
    now = NOW + after
    claimed = await claim(store, now=now, limit=500)
    await store.outbox.start([delivery.id for delivery in claimed], now)
    for number, delivery in enumerate(claimed):
        await store.outbox.finish(delivery, next_step(delivery, Delivered(MessageId(number + 1)), now), now)


async def test_an_empty_store_has_no_figures(store: Store) -> None:
    """No alerts, no delay, no keywords."""
    assert await store.statistics.count_alerts([NOW - DAY, NOW, NOW + DAY]) == (0, 0)
    assert await store.statistics.find_delay(NOW - DAY) is None
    assert await store.statistics.list_busiest(NOW - DAY, 10) == ()


async def test_alerts_are_counted_by_day_and_keyword(store: Store) -> None:
    """Alerts only, no notices; a keyword counts each of its readers once and each of their alerts."""
    feed = await add_feed(store)
    many = [await subscribe(store, number, "Nordkorea") for number in (1, 2, 3)]
    few = await subscribe(store, 1, "Kim")
    first, second = await publish(store, feed, "first", "second")
    await announce(store, first, many[0], few)
    await announce(store, second, many[0])
    await notice(store, 1)
    await send_all(store)

    assert await store.statistics.count_alerts([NOW - DAY, NOW, NOW + DAY]) == (0, 6)
    assert await store.statistics.list_busiest(NOW, 10) == (
        BusyKeyword(alerts=6, readers=3),
        BusyKeyword(alerts=1, readers=1),
    )
    assert await store.statistics.list_busiest(NOW, 1) == (BusyKeyword(alerts=6, readers=3),)
    assert await store.statistics.list_busiest(NOW + DAY, 10) == ()


async def test_the_delay_is_that_of_alerts_nobody_held_back(store: Store) -> None:
    """Of 20 the 10th and the 19th."""
    feed = await add_feed(store)
    subscriptions = [await subscribe(store, number) for number in range(1, 21)]
    (article,) = await publish(store, feed, "first")
    await announce(store, article, subscriptions[0])
    claimed = await claim(store, limit=500)
    assert len(claimed) == 20
    await store.outbox.start([delivery.id for delivery in claimed], NOW)
    for number, delivery in enumerate(claimed, 1):
        at = delivery.seen_at + timedelta(seconds=number)
        await store.outbox.finish(delivery, next_step(delivery, Delivered(MessageId(number)), at), at)
    delay = await store.statistics.find_delay(NOW - DAY)
    assert delay is not None
    assert (delay.median, delay.percentile_95) == (timedelta(seconds=10), timedelta(seconds=19))
