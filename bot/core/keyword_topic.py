"""
Topics of private chats: with Bot API 9.3 and where the bot's owner switched them on, a chat may have one per keyword.

A topic is made with the first alert of its keyword and known by its thread. One that the reader deleted is remembered
as gone and not made anew: whoever deletes a topic does not want it; switched off and on again, all are made anew. What
belongs to the chat as a whole (digests, bursts, answers) comes outside of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.ids import ChatId, SubscriptionId, ThreadId


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordTopic:
    """The topic of a keyword."""

    subscription_id: SubscriptionId
    thread_id: ThreadId
    is_gone: bool
    """The reader deleted it."""


def can_have_topics(chat_id: ChatId, thread_id: ThreadId | None = None) -> bool:
    """Return whether alerts for a receiver can have topics of their own: only those of a private chat as a whole."""
    return chat_id > 0 and not thread_id


class KeywordTopicRepository(Protocol):
    """Which chats want topics, and the topics they have."""

    async def is_on(self, chat_id: ChatId) -> bool:
        """Return whether a chat wants a topic for each keyword."""
        ...

    async def switch(self, chat_id: ChatId, now: datetime, *, is_on: bool) -> None:
        """Want topics, or none any more; those there are then count as unknown."""
        ...

    async def find(self, chat_id: ChatId, subscription_id: SubscriptionId) -> KeywordTopic | None:
        """Find the topic of a keyword."""
        ...

    async def save(self, chat_id: ChatId, topic: KeywordTopic) -> None:
        """Store the topic of a keyword, new or changed; of a keyword that is gone nothing is stored."""
        ...
