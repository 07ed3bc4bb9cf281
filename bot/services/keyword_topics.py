"""Sends alerts of private chats that want it into the topic of their keyword, which is made when it is needed."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.core.chat import Chat
from bot.core.delivery.alert import Alert, Summary
from bot.core.delivery.delivery import Delivery, Refused, RefusedReason, SendOutcome
from bot.core.delivery.rules import SentAlert
from bot.core.ids import ChatId, ThreadId
from bot.core.keyword_topic import KeywordTopic, KeywordTopicRepository, can_have_topics
from bot.core.ports import Messenger
from bot.core.subscription import Subscription

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMessenger:
    """Implements `bot.core.ports.Messenger`: an alert goes into the topic of the first keyword that it names."""

    messenger: Messenger
    topics: KeywordTopicRepository
    has_topics: Callable[[], bool]
    """Says whether the bot's owner switched on topics in private chats."""
    create: Callable[[ChatId, str], Awaitable[ThreadId | None]]
    """Opens a topic; None where Telegram does not."""

    async def send_alert(self, delivery: Delivery, alert: Alert, summary: Summary) -> SendOutcome:
        """Send into the topic; where the reader deleted it, into the chat, now and from then on."""
        topic = await self._find(delivery, alert)
        if topic is None or topic.is_gone:
            return await self.messenger.send_alert(delivery, alert, summary)
        # What it replies to may be in another topic.
        placed = replace(delivery, thread_id=topic.thread_id, reply_to=None)
        outcome = await self.messenger.send_alert(placed, alert, summary)
        if not isinstance(outcome, Refused) or outcome.reason is not RefusedReason.THREAD_GONE:
            return outcome
        _log.info("topic.gone", extra={"chat": delivery.chat_id})
        await self.topics.save(delivery.chat_id, replace(topic, is_gone=True))
        return await self.messenger.send_alert(delivery, alert, summary)

    async def edit_alert(self, sent: SentAlert, alert: Alert, summary: Summary) -> SendOutcome:
        """Edit a message, wherever it is."""
        return await self.messenger.edit_alert(sent, alert, summary)

    async def send_notice(self, delivery: Delivery, chat: Chat | None) -> SendOutcome:
        """Send a notice into the chat."""
        return await self.messenger.send_notice(delivery, chat)

    async def _find(self, delivery: Delivery, alert: Alert) -> KeywordTopic | None:
        """Find the topic for an alert, or open it; None where it is to come without."""
        is_possible = can_have_topics(delivery.chat_id, delivery.thread_id)
        if not (is_possible and alert.matches and self.has_topics() and await self.topics.is_on(delivery.chat_id)):
            return None
        subscription = alert.matches[0].subscription
        return await self.topics.find(delivery.chat_id, subscription.id) or await self._open(subscription)

    async def _open(self, subscription: Subscription) -> KeywordTopic | None:
        thread_id = await self.create(subscription.chat_id, subscription.name)
        if thread_id is None:
            return None
        topic = KeywordTopic(subscription_id=subscription.id, thread_id=thread_id, is_gone=False)
        await self.topics.save(subscription.chat_id, topic)  # before anything is sent: a kill costs an empty topic
        return topic
