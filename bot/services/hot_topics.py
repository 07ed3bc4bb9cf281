"""
Hot topics: asks operators for a channel, subscribes it, tells the readers in portions, and lets them leave the push.

Who leaves is no subscriber any more, so that an article costs neither a row nor a message for that reader; the keyword
can be brought back like any other that was removed.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from bot.core import hot_topic
from bot.core.chat import Chat
from bot.core.delivery.delivery import Delivery, Dropped, NextStep, SendOutcome, UnsentReason
from bot.core.errors import Refusal
from bot.core.hot_topic import HotTopic, HotTopicRepository, HotTopicState
from bot.core.ids import ChatId, QueryId, ThreadId
from bot.core.ports import Clock
from bot.core.process_state import Leadership
from bot.core.repositories import ChatRepository, StoredQuery, SubscriptionRepository
from bot.core.subscription import Subscription, Urgency
from bot.services.alerts import MatcherSync
from bot.services.message import Call
from bot.services.subscriptions import UnsubscribeService

_log = logging.getLogger(__name__)
_PORTION = 250
"""Readers in one transaction, for which an alert that is to be stored meanwhile waits."""
_MAIN = ThreadId(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class HotTopicService:
    """What operators and readers do with hot topics."""

    hot_topics: HotTopicRepository
    subscriptions: SubscriptionRepository
    unsubscribe: UnsubscribeService
    matcher_sync: MatcherSync
    clock: Clock
    max_subscriptions: int

    async def find(self, query_id: QueryId) -> HotTopic | None:
        """Find a topic that still has no channel and about which the operators were asked."""
        topic = await self.hot_topics.find(query_id)
        return topic if topic is not None and topic.channel_id is None else None

    async def decline(self, query_id: QueryId) -> HotTopic | None:
        """Let there be no channel; None where there is one already."""
        return await self.hot_topics.decline(query_id)

    async def give(self, topic: HotTopic, channel_id: ChatId, channel: str) -> HotTopic | None:
        """
        Subscribe a channel to the keyword and have its readers told; None where it has a channel already.

        Raises `Refusal`: "subscription.limit".
        """
        with _unless_there():
            subscription = await self.subscriptions.add(
                channel_id,
                _MAIN,
                topic.query,
                topic.mode,
                Urgency.INSTANT,
                limit=self.max_subscriptions,
                now=self.clock.now(),
            )
            self.matcher_sync.learn(StoredQuery(subscription.query_id, subscription.query, subscription.mode))
        given = await self.hot_topics.give(topic.query_id, channel_id, channel)
        if given is not None:
            _log.info("hot_topic.given", extra={"query": topic.query_id, "chat": channel_id})
        return given

    async def leave(self, chat_id: ChatId, thread_id: ThreadId, query_id: QueryId) -> Subscription | None:
        """End a reader's subscription to a topic; None where there is none."""
        listed = await self.subscriptions.list_for(chat_id, thread_id)
        left = next((subscription for subscription in listed if subscription.query_id == query_id), None)
        return left and await self.unsubscribe.by_id(chat_id, thread_id, left.id)


@contextlib.contextmanager
def _unless_there() -> Iterator[None]:
    """Take it for done that the channel is subscribed already."""
    try:
        yield
    except Refusal as refusal:
        if refusal.reason != "subscription.exists":
            raise


@dataclass(frozen=True, slots=True, kw_only=True)
class HotTopicLoop:
    """Asks the operators about keywords with many readers, and tells readers of channels."""

    hot_topics: HotTopicRepository
    clock: Clock
    leadership: Leadership
    readers: int
    """From how many readers on the operators are asked; 0: never."""
    ask: Callable[[HotTopic], Awaitable[bool]]
    """Asks the operators; returns whether there is one who can be asked."""
    queued: Callable[[], None]

    async def look(self) -> None:
        """Ask about new topics, and tell those who subscribed to one that has a channel."""
        if not self.leadership.is_ours():
            return
        for topic in await self.hot_topics.list_new(self.readers) if self.readers else ():
            if await self.ask(topic):  # its key makes a second one, after a kill, the same message
                await self.hot_topics.note_asked(topic, self.clock.now())
                _log.info("hot_topic.asked", extra={"query": topic.query_id, "readers": topic.readers})
        await self._tell(HotTopicState.ANNOUNCED)

    async def announce(self) -> None:
        """Queue the next portion of messages about channels that are new."""
        if self.leadership.is_ours():
            await self._tell(HotTopicState.ANNOUNCING)

    async def _tell(self, state: HotTopicState) -> None:
        for topic in await self.hot_topics.list_in(state):
            if await self.hot_topics.queue_more(topic.query_id, _PORTION, self.clock.now()):
                self.queued()


@dataclass(frozen=True, slots=True, kw_only=True)
class HotTopicPreparation:
    """Prepares the messages to readers for the sender."""

    hot_topics: HotTopicRepository
    subscriptions: SubscriptionRepository
    chats: ChatRepository
    send: Callable[[Delivery, HotTopic, Chat], Awaitable[SendOutcome]]

    async def __call__(self, delivery: Delivery) -> Call | NextStep:
        """Give the call; nothing is sent to who is no reader any more."""
        query_id = hot_topic.read_key(delivery.key)
        topic = None if query_id is None else await self.hot_topics.find(query_id)
        chat = await self.chats.find(delivery.chat_id)
        if topic is None or topic.channel_id is None or chat is None:
            return Dropped(UnsentReason.FORGOTTEN)
        listed = await self.subscriptions.list_for(delivery.chat_id, delivery.thread_id)
        if not any(subscription.query_id == topic.query_id for subscription in listed):
            return Dropped(UnsentReason.UNSUBSCRIBED)
        return lambda: self.send(delivery, topic, chat)
