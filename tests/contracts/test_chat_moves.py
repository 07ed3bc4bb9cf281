"""What `SendAgain.chat_id` promises: a group that became a supergroup is the same chat under its new id, everywhere."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import and_, func, select

from bot.core.chat import ChatKind, PendingQuestion
from bot.core.delivery.delivery import Finished, SendAgain
from bot.core.errors import Refusal
from bot.core.feed import Origin
from bot.core.ids import ChatId, MessageId, ThreadId, UserId
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.core.subscription import Urgency
from storage import tables
from storage.columns import list_chat_columns
from storage.engine import insert
from storage.store import Store
from tests.builders import MAIN, NOW, make_hit
from tests.contracts.scenes import (
    add_feed,
    announce,
    claim,
    meet,
    notice,
    publish,
    queue_alert,
    set_chat,
    subscribe,
)
from tests.fakes.full_database import fill
from tests.fakes.stores import recent_articles

OLD, NEW = ChatId(-5), ChatId(-1005)
HOUR = timedelta(hours=1)


async def move(store: Store) -> None:
    """Let Telegram answer that the group has a new id."""
    await notice(store, OLD, "probe")
    probe = next(each for each in await claim(store) if each.key == "probe")
    await store.outbox.finish(probe, SendAgain(at=NOW, chat_id=NEW), NOW)
    await store.outbox.release("first", NOW)


async def meet_supergroup(store: Store) -> None:
    """Let an update of the new id come before we learn that it is the old group."""
    await store.chats.meet(NEW, ChatKind.SUPERGROUP, "en", NOW + HOUR)


async def test_everything_moves_to_the_new_id(store: Store) -> None:
    """Settings, subscriptions, queued and sent messages, open questions, own feeds and their articles."""
    await subscribe(store, OLD, "Kim", thread=9)
    await set_chat(store, OLD, reads=("de", "fr"))
    feed = await add_feed(store, "own", origin=Origin.CHAT, owner=OLD)
    await publish(store, feed, "privat")
    sent = await queue_alert(store, OLD, "eins")
    await store.outbox.finish(sent, Finished(MessageId(1)), NOW)
    queued = await queue_alert(store, OLD, "zwei")
    await store.chats.ask(
        PendingQuestion(chat_id=OLD, thread_id=MAIN, user_id=UserId(3), kind="sub", expires_at=NOW + HOUR)
    )
    async with store._database.write() as connection:
        await connection.execute(
            insert(connection, tables.feed_choices).values(chat_id=OLD, feed_id=feed.id, followed=False)
        )
        await connection.execute(insert(connection, tables.receivers).values(chat_id=OLD, thread_id=9, digest="08:00"))

    await move(store)

    moved = await store.chats.find(NEW)
    assert moved is not None
    assert (moved.kind, moved.language, moved.reads, moved.created_at) == (ChatKind.SUPERGROUP, "de", ("de", "fr"), NOW)
    assert await store.chats.find(OLD) is None
    assert len(await store.subscriptions.list_for(NEW, ThreadId(9))) == 1
    assert [(each.key, each.chat_id) for each in await claim(store)] == [("probe", NEW), (queued.key, NEW)]
    assert await store.chats.find_pending(NEW, MAIN, UserId(3), NOW) is not None
    assert (await store.feeds.list_all())[0].owner == NEW
    assert (await recent_articles(store, since=NOW, limit=1))[0].owner == NEW
    for table in (tables.deliveries, tables.subscriptions, tables.feed_choices, tables.receivers, tables.pendings):
        async with store._database.read() as connection:
            left = select(func.count()).select_from(table).where(table.c.chat_id == OLD)
            assert await connection.scalar(left) == 0


async def test_no_column_that_names_a_chat_is_forgotten(store: Store) -> None:
    """Every table there is has a row of the group; afterwards none has, and all these rows are the new chat's."""
    async with store._database.write() as connection:
        await fill(connection, OLD)

    await store.chats.move(OLD, NEW, NOW)

    async with store._database.read() as connection:
        for column in list_chat_columns(tables.metadata):
            found = set(await connection.scalars(select(column)))
            assert found == ({None} if column is tables.fanouts.c.chat_cursor else {NEW}), str(column)


async def test_a_chat_that_was_only_met_takes_the_settings_of_the_group(store: Store) -> None:
    """The new id had no wishes of its own yet: it is not new to the bot, it only looked so."""
    await subscribe(store, OLD)
    await set_chat(store, OLD, language="fr", timezone="Europe/Zurich")
    await meet_supergroup(store)

    await move(store)

    moved = await store.chats.find(NEW)
    assert moved is not None
    assert (moved.language, moved.timezone, moved.created_at) == ("fr", "Europe/Zurich", NOW)


async def test_subscriptions_of_both_are_united_under_unique_numbers(store: Store) -> None:
    """A double ends; a number that is taken is replaced by one that was never given; the settings in use stay."""
    for normal in ("Kim", "Putin", "Nordkorea"):
        await subscribe(store, OLD, normal)
    await meet_supergroup(store)
    for normal in ("Trump", "Kim"):
        await store.subscriptions.add(
            NEW, MAIN, parser.stored(normal), MatchMode.EXACT, Urgency.SILENT, limit=9, now=NOW
        )

    await move(store)

    listed = await store.subscriptions.list_for(NEW, MAIN)
    assert [(each.number, each.query.normal) for each in listed] == [
        (1, "Trump"),
        (2, "Kim"),
        (3, "Nordkorea"),
        (4, "Putin"),
    ]
    added = await store.subscriptions.add(
        NEW, MAIN, parser.stored("Xi"), MatchMode.EXACT, Urgency.SILENT, limit=9, now=NOW
    )
    assert added.number == 5
    assert (await store.chats.find(NEW)).language == "en"  # type: ignore[union-attr]


async def test_the_same_message_for_both_ids_is_one(store: Store) -> None:
    """The one that got farther is kept: what was sent to either is not sent again."""
    wish = await subscribe(store, OLD)
    await meet_supergroup(store)
    await store.subscriptions.add(NEW, MAIN, parser.stored("Kim"), MatchMode.EXACT, Urgency.INSTANT, limit=9, now=NOW)
    feed = await add_feed(store)
    keys = []
    for name, done in (("alt gesendet", OLD), ("neu gesendet", NEW), ("keines", None)):
        (article,) = await publish(store, feed, name)
        await announce(store, article, wish)
        await store.outbox.enqueue_notice(NEW, MAIN, article.key, "", NOW)
        for each in await claim(store):
            if each.chat_id == done:
                await store.outbox.finish(each, Finished(MessageId(1)), NOW)
        await store.outbox.release("first", NOW)
        keys.append(article.key)

    await move(store)

    assert sorted(each.key for each in await claim(store)) == sorted(["probe", keys[2]])


async def test_a_message_that_learns_of_the_move_is_sent_to_the_new_id(store: Store) -> None:
    """All messages in the air learn it, one after the other."""
    await subscribe(store, OLD)
    first = await queue_alert(store, OLD, "eins")
    second = await queue_alert(store, OLD, "zwei")

    for delivery in (first, second):
        await store.outbox.start([delivery.id], NOW)
        await store.outbox.finish(delivery, SendAgain(at=NOW, chat_id=NEW), NOW)

    assert [(each.id, each.chat_id) for each in await claim(store)] == [(first.id, NEW), (second.id, NEW)]
    assert len(await store.subscriptions.list_for(NEW, MAIN)) == 1


async def test_nobody_is_lost_when_a_chat_moves_during_a_fanout(store: Store) -> None:
    """The new id lies before the cursor, the old one after it."""
    wishes = [await subscribe(store, number) for number in (-900, OLD, 7)]
    (article,) = await publish(store, await add_feed(store), "eins")
    await store.articles.record_matches(article.id, [make_hit(wishes[0].query_id)])
    assert await store.articles.enqueue(article.id, NOW, limit=1) == 1

    await move(store)
    while await store.articles.enqueue(article.id, NOW, limit=1) is not None:
        pass

    told = [each.chat_id for each in await claim(store) if each.key == article.key]
    assert sorted(told) == [NEW, -900, 7]


async def test_a_readers_feed_that_both_have_is_polled_once(store: Store) -> None:
    """The double ends; its past is kept."""
    await meet(store, OLD)
    await meet_supergroup(store)
    for owner in (OLD, NEW):
        await add_feed(store, "own", origin=Origin.CHAT, owner=owner)

    await move(store)

    assert [feed.owner for feed in await store.feeds.list_all()] == [NEW]


async def test_a_moved_chat_can_be_subscribed_again(store: Store) -> None:
    """Nothing of the old id stands in the way."""
    await subscribe(store, OLD)
    await move(store)

    with pytest.raises(Refusal) as refused:
        await store.subscriptions.add(
            NEW, MAIN, parser.stored("Nordkorea"), MatchMode.EXACT, Urgency.SILENT, limit=9, now=NOW
        )
    assert refused.value.facts == {"number": 1}
    assert (
        await store.subscriptions.add(NEW, MAIN, parser.stored("Xi"), MatchMode.EXACT, Urgency.SILENT, limit=9, now=NOW)
    ).number == 2


async def test_what_is_remembered_of_a_group_moves_along(store: Store) -> None:
    """Who added it is still known to have; the menu is set anew. Telegram says it twice, in both chats."""
    await subscribe(store, -5)
    await store.key_value.set("groups.7", "[-5, -6]")
    await store.key_value.set("groups.8", "[-55]")
    await store.key_value.set("menu.-5", "old")

    await store.chats.move(ChatId(-5), ChatId(-1005), NOW)
    await store.chats.move(ChatId(-5), ChatId(-1005), NOW)

    assert await store.key_value.get("groups.7") == "[-1005, -6]"
    assert await store.key_value.get("groups.8") == "[-55]"
    assert await store.key_value.get("menu.-5") is None
    assert len(await store.subscriptions.list_for(ChatId(-1005), ThreadId(0))) == 1


STRENGTH = ("sent", "folded", "sending", "leased", "queued", "held", "dead")


async def test_of_two_that_say_the_same_the_one_farther_on_is_kept(store: Store) -> None:
    """Whichever id it was for; of two that are as far, the one of the new id."""
    kept: dict[str, int] = {}
    for ours, theirs in itertools.product(STRENGTH, repeat=2):
        key = f"{ours} and {theirs}"
        for chat in (OLD, NEW):
            await notice(store, chat, key)
        async with store._database.write() as connection:
            for chat, state in ((OLD, ours), (NEW, theirs)):
                same = and_(tables.deliveries.c.chat_id == chat, tables.deliveries.c.key == key)
                await connection.execute(tables.deliveries.update().where(same).values(state=state))
                if chat == (OLD if STRENGTH.index(ours) < STRENGTH.index(theirs) else NEW):
                    kept[key] = await connection.scalar(select(tables.deliveries.c.id).where(same)) or 0

    await store.chats.move(OLD, NEW, NOW)

    async with store._database.read() as connection:
        left = (await connection.execute(select(tables.deliveries.c.key, tables.deliveries.c.id))).all()
    assert {row.key: row.id for row in left} == kept
    assert len(left) == len(kept) == 49
