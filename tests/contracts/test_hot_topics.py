"""What the repository of hot topics promises."""

from __future__ import annotations

from dataclasses import replace

from bot.core import hot_topic
from bot.core.chat import ChatState
from bot.core.delivery.delivery import DeliveryKind, SendPriority
from bot.core.hot_topic import HotTopic, HotTopicState
from bot.core.ids import ChatId
from storage.store import Store
from tests.builders import NOW
from tests.contracts.scenes import claim, meet, subscribe

CHANNEL = ChatId(-1001234567890)


async def ask(store: Store, readers: int = 3) -> HotTopic:
    """Let so many people read one keyword, and note that the operators were asked about it."""
    for number in range(1, readers + 1):
        await subscribe(store, number)
    (topic,) = await store.hot_topics.list_new(readers)
    await store.hot_topics.note_asked(topic, NOW)
    return topic


async def test_only_private_chats_in_use_are_counted_as_readers(store: Store) -> None:
    """Groups, and who blocked the bot, do not make a topic hot; from the number on it is one, and listed once."""
    for number in (1, 2, 3, -5):
        await subscribe(store, number)
    await subscribe(store, 1, "Bern")
    await store.chats.set_state(ChatId(3), ChatState.BLOCKED, NOW)
    assert await store.hot_topics.list_new(3) == ()

    (topic,) = await store.hot_topics.list_new(2)
    assert (topic.query.normal, topic.readers, topic.channel_id) == ("Nordkorea", 2, None)
    assert await store.hot_topics.find(topic.query_id) is None
    await store.hot_topics.note_asked(topic, NOW)
    await store.hot_topics.note_asked(replace(topic, readers=9), NOW)
    assert await store.hot_topics.find(topic.query_id) == topic
    assert await store.hot_topics.list_new(2) == ()


async def test_a_topic_gets_one_channel_and_may_be_declined_before(store: Store) -> None:
    """Who changes their mind may still name one; when there is one, neither happens again."""
    topic = await ask(store)
    assert await store.hot_topics.decline(topic.query_id) == replace(topic, state=HotTopicState.DECLINED)
    given = await store.hot_topics.give(topic.query_id, CHANNEL, "@nordkorea")
    announcing = replace(topic, state=HotTopicState.ANNOUNCING, channel_id=CHANNEL, channel="@nordkorea")
    assert given == announcing
    assert given.link == "https://t.me/nordkorea"
    assert await store.hot_topics.decline(topic.query_id) is None
    assert await store.hot_topics.give(topic.query_id, ChatId(-1009), "@other") is None
    assert await store.hot_topics.list_in(HotTopicState.ANNOUNCING) == (announcing,)


async def test_each_reader_is_told_once_and_so_is_who_comes_later(store: Store) -> None:
    """In portions, each in the topic where the keyword is; groups and the channel are not told."""
    topic = await ask(store, 4)
    await subscribe(store, 5, thread=7)
    await subscribe(store, -6)
    await store.chats.set_state(ChatId(2), ChatState.BLOCKED, NOW)
    await store.hot_topics.give(topic.query_id, CHANNEL, "@nordkorea")

    portions = []
    while (queued := await store.hot_topics.queue_more(topic.query_id, 4, NOW)) == 4:
        portions.append(queued)
    assert (portions, queued) == ([4], 2)
    assert [found.state for found in await store.hot_topics.list_in(HotTopicState.ANNOUNCED)] == ["announced"]
    told = await claim(store)
    assert {(one.chat_id, one.thread_id) for one in told} == {(1, 0), (3, 0), (4, 0), (5, 7)}
    assert {(one.kind, one.rank, one.key) for one in told} == {
        (DeliveryKind.HOT_TOPIC, SendPriority.BULK, hot_topic.key_of(topic.query_id))
    }
    assert hot_topic.read_key(told[0].key) == topic.query_id

    assert await store.hot_topics.queue_more(topic.query_id, 4, NOW) == 0
    await meet(store, 8)
    await subscribe(store, 8)
    assert await store.hot_topics.queue_more(topic.query_id, 4, NOW) == 1
    assert [one.chat_id for one in await claim(store)] == [8]


async def test_a_channel_that_is_forgotten_leaves_no_topic_behind(store: Store) -> None:
    """Its keyword may become hot anew, and nobody is sent to a channel that is gone."""
    topic = await ask(store)
    await store.hot_topics.give(topic.query_id, CHANNEL, "@nordkorea")
    await store.chats.forget(CHANNEL, NOW)
    assert await store.hot_topics.find(topic.query_id) is None
