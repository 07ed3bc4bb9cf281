"""What a chat gets when it can be reached again, and what is forgotten when it cannot for too long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.core.chat import AccessLevel, ChatState, Person
from bot.core.delivery.delivery import Dropped, Finished, UnsentReason
from bot.core.ids import ChatId, MessageId, UserId
from bot.core.subscription import Urgency
from storage import unreachable_chats
from storage.store import Store
from storage.tables import articles, deliveries, feeds, subscriptions
from tests.builders import MAIN, NOW
from tests.contracts.scenes import add_feed, announce, claim, publish, queue_alert, subscribe

DAY = timedelta(days=1)
BLOCKED = Dropped(UnsentReason.BLOCKED, silence_chat=True)


async def rows_of(store: Store, chat: int) -> list[Any]:
    """Read what is stored for a chat."""
    async with store._database.read() as connection:
        wanted = select(deliveries).where(deliveries.c.chat_id == chat).order_by(deliveries.c.id)
        return list((await connection.execute(wanted)).all())


async def count(store: Store, table: Any) -> int:
    """Count rows."""
    async with store._database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0


async def test_who_comes_back_is_owed_what_he_missed(store: Store) -> None:
    """What waited when he left, and what came meanwhile, also for his digest; not what he had, nor another's."""
    feed = await add_feed(store)
    wish, other = await subscribe(store, 1), await subscribe(store, 2, "Putin")
    silent = await subscribe(store, 1, "Kim", urgency=Urgency.DIGEST)
    had, refused = await publish(store, feed, "eins", "zwei")
    await announce(store, had, wish)
    (delivery,) = await claim(store)
    await store.outbox.finish(delivery, Finished(MessageId(1)), NOW)
    await announce(store, refused, wish)
    (delivery,) = await claim(store)
    await store.outbox.finish(delivery, BLOCKED, NOW)
    later = NOW + timedelta(hours=1)
    missed, foreign, for_digest = await publish(store, feed, "drei", "vier", "fünf", now=later, seen_at=later)
    for article, hit in ((missed, wish), (foreign, other), (for_digest, silent)):
        await announce(store, article, hit, now=later)

    await store.chats.set_state(ChatId(1), ChatState.ACTIVE, later)
    await store.chats.set_state(ChatId(1), ChatState.ACTIVE, later)

    found = [(row.article_id, row.state, row.reason) for row in await rows_of(store, 1)]
    assert found == [
        (had.id, "sent", None),
        (refused.id, "held", "away"),
        (missed.id, "held", "away"),
        (for_digest.id, "held", "digest"),
    ]


async def test_what_is_old_is_forgotten_in_pieces(store: Store) -> None:
    """Articles with their matches, messages that came to their end; what still waits stays."""
    done, waits = await queue_alert(store, 1, "eins"), await queue_alert(store, 2, "zwei")
    await store.outbox.finish(done, Finished(MessageId(1)), NOW)

    assert await store.retention.drop_deliveries(NOW, 10) == 0
    assert await store.retention.drop_deliveries(NOW + DAY, 10) == 1
    assert [row.id for row in await rows_of(store, 2)] == [waits.id]
    assert await store.retention.drop_articles(NOW, 10) == 0
    assert [await store.retention.drop_articles(NOW + DAY, 1) for _ in range(3)] == [1, 1, 0]
    assert await count(store, articles) == 0
    assert (await store.outbox.load_alerts([waits])) == {}


async def test_who_is_lost_for_long_is_forgotten(store: Store) -> None:
    """With all that was his, also what his own feed brought and his name; others keep theirs."""
    lost, kept = await queue_alert(store, 1), await queue_alert(store, 2, "zwei")
    (private,) = await publish(store, await add_feed(store, "own", owner=ChatId(1)), "privat")
    for number in (1, 2):
        person = Person(
            id=UserId(number), access=AccessLevel.APPROVED, is_operator=False, name=f"Anna {number}", language="de"
        )
        await store.chats.save_person(person, NOW)
    await store.key_value.set("menu.1", "old")
    await store.key_value.set("groups.7", "[1, 11]")
    await store.outbox.finish(lost, BLOCKED, NOW)

    assert await store.retention.drop_chats(NOW, 10) == 0
    assert await store.retention.drop_chats(NOW + DAY, 10) == 1

    assert await store.chats.find(ChatId(1)) is None
    assert await rows_of(store, 1) == []
    assert await store.subscriptions.list_for(ChatId(1), MAIN) == ()
    assert [row.id for row in await rows_of(store, 2)] == [kept.id]
    assert await count(store, subscriptions) == 1
    assert len(await store.subscriptions.list_unused_queries()) == 1
    async with store._database.read() as connection:
        own_feeds = list(await connection.scalars(select(feeds.c.id).where(feeds.c.owner == 1)))
        owners = list(await connection.scalars(select(articles.c.owner)))
    assert own_feeds == []
    assert private.owner == 1
    assert owners == [0, 0]
    assert await store.key_value.get("menu.1") is None
    assert await store.key_value.get("groups.7") == "[11]"
    people = [await store.chats.find_person(UserId(number)) for number in (1, 2)]
    assert [(each.name, each.access) for each in people if each] == [("", "approved"), ("Anna 2", "approved")]


async def test_what_waits_to_be_sent_is_never_forgotten(store: Store) -> None:
    """Queued, claimed or in the air, however old; what is held or told elsewhere goes with its time."""
    states = ("queued", "leased", "sending", "held", "folded")
    kept = {state: (await queue_alert(store, number, state)).id for number, state in enumerate(states, 1)}
    async with store._database.write() as connection:
        for state, delivery_id in kept.items():
            await connection.execute(deliveries.update().where(deliveries.c.id == delivery_id).values(state=state))
    while await store.retention.drop_deliveries(NOW + 365 * DAY, 10):
        pass
    async with store._database.read() as connection:
        left = set(await connection.scalars(select(deliveries.c.id)))
    assert left == {kept[state] for state in ("queued", "leased", "sending")}


async def test_articles_whose_readers_are_still_sought_are_not_forgotten(store: Store) -> None:
    """However old: a fan-out that waited for long has alerts to make."""
    feed = await add_feed(store)
    sought, done = await publish(store, feed, "eins", "zwei")
    await announce(store, done, await subscribe(store))
    while await store.retention.drop_articles(NOW + 365 * DAY, 10):
        pass
    async with store._database.read() as connection:
        assert list(await connection.scalars(select(articles.c.id))) == [sought.id]


async def test_after_a_long_absence_the_newest_are_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred of them in all, and as many for the digest; here three."""
    assert unreachable_chats._MOST == 100
    monkeypatch.setattr(unreachable_chats, "_MOST", 3)
    wishes = [await subscribe(store, 1), await subscribe(store, 1, "Kim", urgency=Urgency.DIGEST)]
    await store.chats.set_state(ChatId(1), ChatState.BLOCKED, NOW)
    later = NOW + timedelta(hours=1)
    missed = [
        await publish(
            store, await add_feed(store, name), *(f"{name} {at}" for at in range(5)), now=later, seen_at=later
        )
        for name in ("srf", "nzz")
    ]
    for wish, those in zip(wishes, missed, strict=True):
        for article in those:
            await announce(store, article, wish, now=later)
    await store.chats.set_state(ChatId(1), ChatState.ACTIVE, later)
    found = [(row.article_id, row.reason) for row in await rows_of(store, 1)]
    assert found == [
        *((article.id, "away") for article in missed[0][2:]),
        *((article.id, "digest") for article in missed[1][2:]),
    ]
