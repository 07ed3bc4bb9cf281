"""What a chat leaves behind when it is forgotten: nothing, but the keyed hash of a ban."""

from __future__ import annotations

import pytest
from sqlalchemy import MetaData, insert, select, update

from bot.core import shared_list
from bot.core.chat import AccessLevel, ChatState, PendingQuestion, Person
from bot.core.delivery.delivery import Delivery, Dropped, Finished, NextStep, SendAgain, SetAside, UnsentReason
from bot.core.hot_topic import HotTopic
from bot.core.ids import ChatId, MessageId, StoryId, ThreadId, UserId
from bot.core.keyword_topic import KeywordTopic
from bot.core.shared_list import SharedList, SharedListId
from bot.core.story import StoryPlacement
from bot.core.subscription import Urgency
from bot.services.search import WordIndexing
from storage import columns, tables
from storage.private_feeds import private_feeds
from storage.saved import saved_articles
from storage.store import Store
from tests.builders import MAIN, NOW, the_analyser
from tests.contracts.scenes import add_feed, announce, claim, meet, publish, subscribe

WHO = 7_700_123_456
"""The private chat with a person has the person's number; nothing else here contains it."""
OTHER = 7_700_999_999
METADATA: MetaData = tables.metadata
STEPS = [
    Finished(MessageId(7)),
    SendAgain(at=NOW),
    SendAgain(at=NOW, plain=True, main_thread=True, uncertain=True),
    SendAgain(at=NOW, chat_id=ChatId(-1005)),
    SetAside(UnsentReason.PAUSE, NOW),
    Dropped(UnsentReason.BLOCKED, silence_chat=True),
    Dropped(UnsentReason.NOT_FOUND, strike=True),
]


async def traces(store: Store, number: int) -> list[str]:
    """List the columns in which a number stands, by itself or within a text."""
    found = set()
    async with store._database.read() as connection:
        for table in METADATA.sorted_tables:
            for row in (await connection.execute(select(table))).mappings():
                found |= {f"{table.name}.{name}" for name, value in row.items() if str(number) in str(value)}
    return sorted(found)


async def live(store: Store, chat: int) -> Delivery:
    """Let a chat leave a trace in every table there is; gives its alert, which is being sent."""
    await meet(store, chat)
    wish = await subscribe(store, chat)
    await subscribe(store, chat, "Putin", urgency=Urgency.DIGEST)
    known = await store.feeds.list_all()
    common = known[0] if known else await add_feed(store)
    gone = await subscribe(store, chat, "Trump")
    await store.subscriptions.remove([gone.id], NOW)
    own = await add_feed(store, f"own of {chat}", owner=ChatId(chat))
    await store.sources.choose(ChatId(chat), [common.id], followed=False)
    await store.digests.set_digest(ChatId(chat), MAIN, "08:00", NOW)
    await store.channels.save(ChatId(chat), UserId(chat), "Kanal", NOW)
    await store.keyword_topics.switch(ChatId(chat), NOW, is_on=True)
    topic = KeywordTopic(subscription_id=wish.id, thread_id=ThreadId(7), is_gone=False)
    await store.keyword_topics.save(ChatId(chat), topic)
    hot = HotTopic(query_id=wish.query_id, query=wish.query, mode=wish.mode, readers=1)
    await store.hot_topics.note_asked(hot, NOW)
    await store.hot_topics.give(hot.query_id, ChatId(chat), "@kanal")
    await store.broadcasts.add_draft(UserId(chat), ChatId(chat), MAIN, "Hallo", NOW)
    await store.chats.ask(
        PendingQuestion(chat_id=ChatId(chat), thread_id=MAIN, user_id=UserId(chat), kind="sub", expires_at=NOW)
    )
    (article,) = await publish(store, own, "privat" if chat == WHO else "eigen")
    await announce(store, article, wish)
    place = StoryPlacement(story_id=StoryId(article.id), related_id=None)
    await store.stories.assign(article, after=0, since=NOW, place=lambda _: place)
    async with store._database.write() as connection:
        search = {"chat_id": chat, "words": "Kim", "article_ids": frozenset({1}), "created_at": NOW}
        await connection.execute(insert(tables.searches).values(search))
        action = {"chat_id": chat, "thread_id": 0, "delivery_id": 1, "article_id": 1, "kind": "story-muted"}
        saved = {"chat_id": chat, "key": "a", "title": "Kim", "source": "SRF", "summary": ""}
        await connection.execute(insert(saved_articles).values(saved | {"published_at": NOW, "saved_at": NOW}))
        feed = {"chat_id": chat, "salt": f"salt of {WHO - chat}", "digest": f"{WHO - chat}", "created_at": NOW}
        await connection.execute(insert(private_feeds).values(feed))
        await connection.execute(insert(tables.alert_actions).values(action | {"before": "{}", "created_at": NOW}))
    keywords = shared_list.snapshot([wish])
    shared = SharedList(
        id=SharedListId(f"list of {chat}"), chat_id=ChatId(chat), thread_id=MAIN, keywords=keywords, created_at=NOW
    )
    await store.shared_lists.share(shared, 20)
    person = Person(id=UserId(chat), access=AccessLevel.APPROVED, is_operator=False, name="Anna", language="de")
    await store.chats.save_person(person, NOW)
    await store.key_value.set(f"menu.{chat}", "old")
    await store.key_value.set(f"groups.{chat}", "[-6]")
    (alert,) = [each for each in await claim(store) if each.chat_id == chat]
    await store.outbox.start([alert.id], NOW)
    return alert


async def share(store: Store) -> None:
    """Let others name the chat: a fan-out that stops at it, lists of other people."""
    (_, late) = await publish(store, (await store.feeds.list_all())[0], "eins", "zwei")
    async with store._database.write() as connection:
        stops = update(tables.fanouts).where(tables.fanouts.c.article_id == late.id)
        await connection.execute(stops.values(chat_cursor=WHO, thread_cursor=0))
    await store.key_value.set("groups.8", f"[{WHO}, -6]")
    await store.key_value.set("approval_card.9", f'{{"waiting": [{WHO}, 5], "decided": [], "message_id": 3}}')
    await WordIndexing(archive=store.archive, analyser=the_analyser())()


async def test_a_chat_that_is_forgotten_is_in_no_table(store: Store) -> None:
    """It was in every column that names a chat or a person; whoever adds one lets the chat into it here."""
    await live(store, WHO)
    await live(store, OTHER)
    await share(store)
    before, others = await traces(store, WHO), await traces(store, OTHER)
    naming = (*columns.list_chat_columns(METADATA), *columns.list_person_columns(METADATA))
    assert {str(column) for column in naming} - {*before} == set()

    await store.chats.forget(ChatId(WHO), NOW)

    assert await traces(store, WHO) == []
    assert await traces(store, OTHER) == others
    assert await store.key_value.get("groups.8") == "[-6]"
    assert await store.key_value.get("approval_card.9") == '{"waiting": [5], "decided": [], "message_id": 3}'
    assert await store.chats.find_person(UserId(WHO)) is None


async def test_who_was_forgotten_begins_anew(store: Store) -> None:
    """The first keyword has the first number again, and nothing of before is sent."""
    await live(store, WHO)
    await store.chats.forget(ChatId(WHO), NOW)

    wish = await subscribe(store, WHO)

    assert (wish.number, wish.urgency) == (1, Urgency.INSTANT)
    assert await store.subscriptions.list_for(ChatId(WHO), MAIN) == (wish,)
    assert await claim(store) == ()
    (article,) = await publish(store, await add_feed(store, "new"), "neu")
    await announce(store, article, wish)
    assert [each.chat_id for each in await claim(store)] == [WHO]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
async def test_a_message_in_the_air_ends_without_a_trace(store: Store, step: NextStep) -> None:
    """Whatever Telegram says of it; nothing about the chat comes back."""
    alert = await live(store, WHO)
    await store.chats.forget(ChatId(WHO), NOW)

    await store.outbox.finish(alert, step, NOW)
    await store.stories.note_look(alert.id, opened=True)

    assert await traces(store, WHO) == []
    assert await claim(store) == ()


async def test_a_poll_under_way_of_a_forgotten_feed_stores_nothing(store: Store) -> None:
    """The feed was the chat's own, and is gone with its past."""
    await meet(store, WHO)
    own = await add_feed(store, "own", owner=ChatId(WHO))
    await store.chats.forget(ChatId(WHO), NOW)

    assert await publish(store, own, "privat") == ()
    assert await traces(store, WHO) == []


async def test_a_group_is_forgotten_without_its_people(store: Store) -> None:
    """Who spoke there keeps the private chat."""
    await meet(store, -WHO)
    await meet(store, WHO)
    await subscribe(store, -WHO)

    await store.chats.forget(ChatId(-WHO), NOW)

    assert await store.chats.find(ChatId(-WHO)) is None
    assert await store.chats.find(ChatId(WHO)) is not None


async def _ban(store: Store, number: int) -> None:
    await store.chats.set_access(UserId(number), AccessLevel.BANNED, NOW)


async def _access(store: Store, number: int) -> AccessLevel | None:
    person = await store.chats.find_person(UserId(number))
    return person and person.access


async def test_a_ban_survives_as_a_keyed_hash(store: Store) -> None:
    """Nothing else of the person is known, and nobody else is banned by it."""
    await live(store, WHO)
    await _ban(store, WHO)

    await store.chats.forget(ChatId(WHO), NOW)

    assert await traces(store, WHO) == []
    async with store._database.read() as connection:
        (ban,) = (await connection.execute(select(tables.bans))).all()
    assert len(ban.hash) == 64
    assert await store.chats.find_person(UserId(WHO)) == Person(
        id=UserId(WHO), access=AccessLevel.BANNED, is_operator=False, name="", language=None
    )
    assert await _access(store, OTHER) is None


async def test_a_ban_that_survived_can_be_ended(store: Store) -> None:
    """It does not come back when the person is forgotten again."""
    await _ban(store, WHO)
    await store.chats.forget(ChatId(WHO), NOW)

    await store.chats.set_access(UserId(WHO), AccessLevel.STRANGER, NOW)
    assert await _access(store, WHO) is AccessLevel.STRANGER
    await store.chats.forget(ChatId(WHO), NOW)

    assert await _access(store, WHO) is None


async def test_who_is_banned_and_lost_for_long_stays_banned(store: Store) -> None:
    """Retention forgets him as he would himself."""
    await live(store, WHO)
    await _ban(store, WHO)
    await store.chats.set_state(ChatId(WHO), ChatState.BLOCKED, NOW)

    assert await store.retention.drop_chats(NOW.replace(year=NOW.year + 1), 10) == 1

    assert await traces(store, WHO) == []
    assert await _access(store, WHO) is AccessLevel.BANNED


async def test_a_fan_out_under_way_leaves_no_alert(stores: tuple[Store, Store]) -> None:
    """It found the chat before it was forgotten, by another process."""
    one, other = stores
    wish = await subscribe(one, WHO)
    (article,) = await publish(one, await add_feed(one), "eins")
    await one.articles.record_matches(article.id, [])
    await other.chats.forget(ChatId(WHO), NOW)
    await announce(one, article, wish)

    assert await traces(one, WHO) == []
