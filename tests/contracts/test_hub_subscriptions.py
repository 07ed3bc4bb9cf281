"""Subscriptions at hubs on both databases: found by their token, due in time, and acting on pushes exactly once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.repositories import FinishedPoll
from bot.core.websub import HubState, HubSubscription
from storage.store import Store
from tests.builders import NOW
from tests.contracts.scenes import add_feed

MINUTE, LEASE = timedelta(minutes=1), timedelta(minutes=3)


async def subscribed(store: Store) -> HubSubscription:
    """Store a subscription to a feed that is not due for an hour."""
    feed = await add_feed(store)
    await store.feeds.claim_due("a", NOW, LEASE, 10)
    polled = replace(feed, next_poll_at=NOW + timedelta(hours=1), last_polled_at=NOW - MINUTE)
    await store.feeds.finish_poll(FinishedPoll(feed=polled), NOW)
    subscription = HubSubscription(
        feed_id=feed.id, hub="https://hub.example/", topic=feed.url, token="t", secret="s", next_try_at=NOW
    )
    await store.hubs.save(subscription)
    return subscription


async def test_a_subscription_is_kept_and_found(store: Store) -> None:
    """By its feed and its token, and with its feed when it is due; another one of the feed takes its place."""
    subscription = await subscribed(store)
    assert await store.hubs.find("t") == subscription
    assert await store.hubs.find_of(subscription.feed_id) == subscription
    assert [found for _, found in await store.hubs.list_due(NOW, 10)] == [subscription]
    assert await store.hubs.list_due(NOW - MINUTE, 10) == []

    active = replace(subscription, token="u").verified(timedelta(days=1), NOW)
    await store.hubs.save(active)
    assert await store.hubs.find("t") is None
    assert await store.hubs.find("u") == active
    assert active.state is HubState.ACTIVE
    assert await store.hubs.list_leases(NOW) == [(active.feed_id, NOW + timedelta(days=1))]
    assert await store.hubs.list_leases(NOW + timedelta(days=2)) == []

    await store.hubs.drop(active.feed_id)
    assert await store.hubs.find("u") is None


async def test_a_push_makes_its_feed_due_once(store: Store) -> None:
    """Not sooner after its last poll than the gap, and again after a poll that was under way and may have missed it."""
    subscription = await subscribed(store)
    assert await store.hubs.poll_pushed(NOW, MINUTE) == 0
    await store.hubs.note_push(subscription.feed_id, NOW)
    assert await store.hubs.poll_pushed(NOW, 3 * MINUTE) == 1
    assert await store.hubs.poll_pushed(NOW, MINUTE) == 0
    assert await store.feeds.claim_due("a", NOW, LEASE, 10) == ()

    (feed,) = await store.feeds.claim_due("a", NOW + 2 * MINUTE, LEASE, 10)
    await store.hubs.note_push(subscription.feed_id, NOW + 2 * MINUTE)
    assert await store.hubs.poll_pushed(NOW + 2 * MINUTE, MINUTE) == 0
    polled = replace(feed, next_poll_at=NOW + timedelta(hours=1), last_polled_at=NOW)
    await store.feeds.finish_poll(FinishedPoll(feed=polled), NOW + 2 * MINUTE)
    assert await store.hubs.poll_pushed(NOW + 2 * MINUTE, MINUTE) == 1
    assert len(await store.feeds.claim_due("a", NOW + 2 * MINUTE, LEASE, 10)) == 1
