"""What becomes of a keyword with many readers."""

from __future__ import annotations

import pytest

from bot.core.chat import Chat, ChatKind
from bot.core.delivery.delivery import Delivered, Delivery, Dropped, SendOutcome, UnsentReason
from bot.core.errors import Refusal
from bot.core.hot_topic import HotTopic
from bot.core.ids import ChatId, MessageId
from bot.core.process_state import SoleLeader
from bot.core.query.matcher import Matcher
from bot.services.alerts import MatcherSync
from bot.services.hot_topics import HotTopicLoop, HotTopicPreparation, HotTopicService
from bot.services.subscriptions import UnsubscribeService
from storage.store import Store
from tests.builders import MAIN, NOW, the_analyser
from tests.contracts.scenes import claim, meet, subscribe
from tests.fakes.clock import FakeClock

CHANNEL = ChatId(-1001234567890)
READERS = 3


class Operators:
    """Remembers what the operators were asked about, if there are any."""

    def __init__(self, *, are_there: bool = True) -> None:
        self.are_there = are_there
        self.asked: list[str] = []

    async def __call__(self, topic: HotTopic) -> bool:
        """Note the question."""
        if self.are_there:
            self.asked.append(topic.query.normal)
        return self.are_there


def make_loop(store: Store, clock: FakeClock, operators: Operators, readers: int = READERS) -> HotTopicLoop:
    """Make a loop as a process does at its start."""
    return HotTopicLoop(
        hot_topics=store.hot_topics,
        clock=clock,
        leadership=SoleLeader(),
        readers=readers,
        ask=operators,
        queued=lambda: None,
    )


def make_service(store: Store, clock: FakeClock, limit: int = 100) -> HotTopicService:
    """Make the service."""
    return HotTopicService(
        hot_topics=store.hot_topics,
        subscriptions=store.subscriptions,
        unsubscribe=UnsubscribeService(subscriptions=store.subscriptions, clock=clock, max_subscriptions=limit),
        matcher_sync=MatcherSync(store.subscriptions, Matcher(the_analyser())),
        clock=clock,
        max_subscriptions=limit,
    )


async def find_topic(store: Store, clock: FakeClock) -> HotTopic:
    """Let people subscribe, ask about the keyword, and give the topic."""
    for number in range(1, READERS + 1):
        await subscribe(store, number)
    await make_loop(store, clock, Operators()).look()
    (subscription, *_) = await store.subscriptions.list_for(ChatId(1), MAIN)
    topic = await store.hot_topics.find(subscription.query_id)
    assert topic is not None
    return topic


async def test_operators_are_asked_once_and_not_before_there_is_one(store: Store, clock: FakeClock) -> None:
    """With 0 they are never asked."""
    for number in range(1, READERS + 1):
        await subscribe(store, number)
    nobody, olga = Operators(are_there=False), Operators()
    await make_loop(store, clock, nobody).look()
    await make_loop(store, clock, olga, readers=0).look()
    await make_loop(store, clock, olga, readers=READERS + 1).look()
    assert olga.asked == []
    for _ in range(2):
        await make_loop(store, clock, olga).look()
    assert olga.asked == ["Nordkorea"]


async def test_the_channel_is_subscribed_and_its_readers_are_told(store: Store, clock: FakeClock) -> None:
    """Also where it had the keyword before; who left meanwhile is told nothing, who comes later is."""
    topic, service, sent = await find_topic(store, clock), make_service(store, clock), list[tuple[int, str]]()
    await store.chats.meet(CHANNEL, ChatKind.CHANNEL, "de", NOW)
    given = await service.give(topic, CHANNEL, "@nordkorea")
    assert given is not None
    assert await service.give(topic, CHANNEL, "@nordkorea") is None
    assert await service.find(topic.query_id) is None
    (subscribed,) = await store.subscriptions.list_for(CHANNEL, MAIN)
    assert subscribed.query_id == topic.query_id

    async def send(delivery: Delivery, shown: HotTopic, chat: Chat) -> SendOutcome:
        sent.append((chat.id, shown.channel))
        return Delivered(MessageId(1))

    loop = make_loop(store, clock, Operators())
    await loop.announce()
    assert await service.leave(ChatId(2), MAIN, topic.query_id) is not None
    assert await service.leave(ChatId(2), MAIN, topic.query_id) is None
    prepare = HotTopicPreparation(
        hot_topics=store.hot_topics, subscriptions=store.subscriptions, chats=store.chats, send=send
    )
    prepared = {delivery.chat_id: await prepare(delivery) for delivery in await claim(store)}
    assert prepared.pop(ChatId(2)) == Dropped(UnsentReason.UNSUBSCRIBED)
    for call in prepared.values():
        assert callable(call)
        await call()
    assert sent == [(1, "@nordkorea"), (3, "@nordkorea")]

    await subscribe(store, 9)
    await loop.announce()
    assert await claim(store) == ()
    await loop.look()
    assert [delivery.chat_id for delivery in await claim(store)] == [9]


async def test_a_channel_with_too_many_keywords_is_refused(store: Store, clock: FakeClock) -> None:
    """Then the topic still waits for a channel."""
    topic = await find_topic(store, clock)
    await meet(store, CHANNEL)
    await subscribe(store, CHANNEL, "Bern")
    service = make_service(store, clock, limit=1)
    with pytest.raises(Refusal, match=r"subscription\.limit"):
        await service.give(topic, CHANNEL, "@nordkorea")
    assert await service.find(topic.query_id) == topic
