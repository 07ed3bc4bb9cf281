"""Private feeds on both databases: one for each chat, found by its digest, with the alerts that were delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import update

from bot.core.delivery import rules
from bot.core.delivery.delivery import Delivered, SetAside, UnsentReason, next_step
from bot.core.delivery.rules import HoldBackPolicy
from bot.core.ids import ChatId, MessageId
from bot.core.private_feed import PrivateFeed
from bot.core.subscription import Subscription
from storage.store import Store
from storage.tables import articles
from tests.builders import MAIN, NOW
from tests.contracts.scenes import add_feed, announce, claim, meet, publish, subscribe

HERE, GROUP, SUPERGROUP = ChatId(1), ChatId(-5), ChatId(-1005)
FEED = PrivateFeed(chat_id=HERE, salt="salt", digest="digest", created_at=NOW)
MINUTE = timedelta(minutes=1)


async def test_a_chat_has_one_feed_and_a_new_address_ends_the_old_one(store: Store) -> None:
    """It is found by the digest of its token alone, with its chat."""
    chat = await meet(store)
    assert await store.private_feeds.find(HERE) is None
    await store.private_feeds.save(FEED)
    assert await store.private_feeds.find(HERE) == FEED
    assert await store.private_feeds.find_by_digest("digest") == (FEED, chat)

    fresh = replace(FEED, salt="other", digest="another")
    await store.private_feeds.save(fresh)

    assert await store.private_feeds.find_by_digest("digest") is None
    assert await store.private_feeds.find_by_digest("another") == (fresh, chat)
    assert [await store.private_feeds.revoke(HERE) for _ in range(2)] == [True, False]
    assert await store.private_feeds.find_by_digest("another") is None


async def test_the_key_is_made_once(store: Store) -> None:
    """Of 256 bits, and stays."""
    key = await store.private_feeds.get_key()
    assert len(key) == 32
    assert await store.private_feeds.get_key() == key


async def test_a_feed_moves_with_its_group_and_ends_with_it(store: Store) -> None:
    """Its address stays, because it does not depend on the chat's id."""
    await meet(store, GROUP)
    await store.private_feeds.save(replace(FEED, chat_id=GROUP))
    await store.chats.move(GROUP, SUPERGROUP, NOW)
    found = await store.private_feeds.find_by_digest("digest")
    assert found is not None
    assert (found[0].chat_id, found[1].id) == (SUPERGROUP, SUPERGROUP)

    await store.chats.forget(SUPERGROUP, NOW)

    assert await store.private_feeds.find_by_digest("digest") is None


async def deliver(store: Store, *names: str, now: datetime = NOW, wishes: Sequence[Subscription] = ()) -> None:
    """Publish articles and have their alerts sent to whoever subscribed, or to these."""
    feed = next(iter(await store.feeds.list_all()), None) or await add_feed(store)
    for article in await publish(store, feed, *names, now=now):
        await announce(store, article, *(wishes or await store.subscriptions.list_for(HERE, MAIN)), now=now)
    for delivery in await claim(store, now=now):
        await store.outbox.start([delivery.id], now)
        await store.outbox.finish(delivery, next_step(delivery, Delivered(MessageId(delivery.id)), now), now)


async def shown(store: Store, limit: int = 50, chat: ChatId = HERE) -> list[str]:
    """List the headlines that a feed shows."""
    contents = await store.private_feeds.look(chat, limit)
    return [alert.article.title for _, alert in await store.private_feeds.load(contents.delivery_ids)]


async def test_a_feed_shows_what_was_delivered_last(store: Store) -> None:
    """The newest first, also what came within a message that tells several; what is held or under way is not there."""
    wish = await subscribe(store)
    await deliver(store, "eins")
    later = NOW + MINUTE
    for article in await publish(store, (await store.feeds.list_all())[0], "a", "b", "c", "d", now=later):
        await announce(store, article, wish, now=later)
    for delivery in await claim(store, now=later):
        await store.outbox.finish(delivery, SetAside(UnsentReason.PAUSE, later + MINUTE), later)
    assert await shown(store) == ["Nordkorea: eins"]

    policy, at = HoldBackPolicy(timezone="UTC"), later + MINUTE
    await store.held.release_due(at, 10, lambda chat, held: rules.plan(chat, held, policy, at), policy)
    (roundup,) = await claim(store, now=at)
    assert await shown(store) == ["Nordkorea: eins"]
    await store.outbox.start([roundup.id], at)
    await store.outbox.finish(roundup, next_step(roundup, Delivered(MessageId(9)), at), at)
    await deliver(store, "zwei", now=at + MINUTE)

    told = ["Nordkorea: d", "Nordkorea: c", "Nordkorea: b", "Nordkorea: a"]
    assert await shown(store) == ["Nordkorea: zwei", *told, "Nordkorea: eins"]
    assert await shown(store, limit=3) == ["Nordkorea: zwei", *told[:2]]


async def test_a_chat_sees_its_own_alerts_alone(store: Store) -> None:
    """And of other readers' own feeds nothing."""
    await subscribe(store)
    await subscribe(store, 2, "Putin")
    await deliver(store, "eins")
    assert await shown(store, chat=ChatId(2)) == []
    async with store._database.write() as connection:
        await connection.execute(update(articles).values(owner=2))
    assert await shown(store) == []


async def test_the_mark_is_another_as_soon_as_anything_is(store: Store) -> None:
    """A new alert, a changed article, another name of a keyword; else it is the same."""
    wish = await subscribe(store)
    await deliver(store, "eins")
    marks = [(await store.private_feeds.look(HERE, 50)).mark for _ in range(2)]
    assert marks[0] == marks[1]

    await deliver(store, "zwei", now=NOW + MINUTE)
    contents = await store.private_feeds.look(HERE, 50)
    assert contents.changed_at == NOW + MINUTE
    marks.append(contents.mark)
    async with store._database.write() as connection:
        await connection.execute(update(articles).values(updated_at=NOW + 2 * MINUTE))
    contents = await store.private_feeds.look(HERE, 50)
    assert contents.changed_at == NOW + 2 * MINUTE
    marks.append(contents.mark)
    await store.subscriptions.set_title(wish.id, "Der Norden")
    marks.append((await store.private_feeds.look(HERE, 50)).mark)

    assert len(set(marks)) == 4
    assert (await store.private_feeds.look(ChatId(2), 50)).changed_at is None


async def test_a_keyword_that_was_paused_since_names_its_alerts_still(store: Store) -> None:
    """What is out is out."""
    wish = await subscribe(store)
    await deliver(store, "eins")
    await store.subscriptions.set_paused(wish.id, True)

    contents = await store.private_feeds.look(HERE, 50)

    ((_, alert),) = await store.private_feeds.load(contents.delivery_ids)
    assert [match.subscription.name for match in alert.matches] == ["Nordkorea"]
