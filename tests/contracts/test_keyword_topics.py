"""What the repository of topics per keyword promises."""

from __future__ import annotations

from dataclasses import replace

from bot.core.ids import ChatId, ThreadId
from bot.core.keyword_topic import KeywordTopic
from storage.store import Store
from tests.builders import NOW
from tests.contracts.scenes import subscribe

ANNA, BEN = ChatId(1), ChatId(2)


async def test_topics_are_off_until_a_chat_wants_them(store: Store) -> None:
    """Each chat for itself; twice is once."""
    await subscribe(store, 1)
    await subscribe(store, 2)
    assert not await store.keyword_topics.is_on(ANNA)
    for _ in range(2):
        await store.keyword_topics.switch(ANNA, NOW, is_on=True)
    assert (await store.keyword_topics.is_on(ANNA), await store.keyword_topics.is_on(BEN)) == (True, False)


async def test_a_topic_is_kept_with_its_keyword_and_forgotten_when_switched_off(store: Store) -> None:
    """Of another chat's keyword nothing is stored; one that is gone is remembered as such."""
    kept = await subscribe(store, 1)
    await store.keyword_topics.switch(ANNA, NOW, is_on=True)
    topic = KeywordTopic(subscription_id=kept.id, thread_id=ThreadId(7), is_gone=False)
    await store.keyword_topics.save(BEN, topic)
    assert await store.keyword_topics.find(ANNA, kept.id) is None
    await store.keyword_topics.save(ANNA, topic)
    assert await store.keyword_topics.find(ANNA, kept.id) == topic
    assert await store.keyword_topics.find(BEN, kept.id) is None
    await store.keyword_topics.save(ANNA, replace(topic, is_gone=True))
    assert await store.keyword_topics.find(ANNA, kept.id) == replace(topic, is_gone=True)

    await store.keyword_topics.switch(ANNA, NOW, is_on=False)
    assert await store.keyword_topics.find(ANNA, kept.id) is None
    assert not await store.keyword_topics.is_on(ANNA)


async def test_a_topic_goes_with_its_keyword_and_with_its_chat(store: Store) -> None:
    """Nothing is left of either."""
    first, second = await subscribe(store, 1), await subscribe(store, 1, "Bern")
    await store.keyword_topics.switch(ANNA, NOW, is_on=True)
    for number, subscription in enumerate((first, second), 5):
        topic = KeywordTopic(subscription_id=subscription.id, thread_id=ThreadId(number), is_gone=False)
        await store.keyword_topics.save(ANNA, topic)
    await store.subscriptions.remove([first.id], NOW)
    assert await store.keyword_topics.find(ANNA, first.id) is None
    assert await store.keyword_topics.find(ANNA, second.id) is not None
    await store.chats.forget(ANNA, NOW)
    assert await store.keyword_topics.find(ANNA, second.id) is None
    assert not await store.keyword_topics.is_on(ANNA)
