"""
A hot topic: a keyword with so many readers that a public channel reaches them with one message instead of one each.

Its operator is asked once. When there is a channel, each reader in a private chat is told of it once, and may leave the
push. A topic is known by the number of its query, which is never used again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.core.ids import ChatId, QueryId
from bot.core.query.parser import MatchMode, Query


class HotTopicState(StrEnum):
    """How far the channel of a topic is."""

    ASKED = "asked"
    """The operators were asked to make one."""
    DECLINED = "declined"
    """They want none; they are not asked again."""
    ANNOUNCING = "announcing"
    """There is one, and its readers are being told of it."""
    ANNOUNCED = "announced"
    """Everybody who was a reader was told; who subscribes later is told within a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HotTopic:
    """A keyword with many readers."""

    query_id: QueryId
    query: Query
    mode: MatchMode
    readers: int
    """How many it had when the operators were asked."""
    state: HotTopicState = HotTopicState.ASKED
    channel_id: ChatId | None = None
    channel: str = ""
    """The channel's public name with its @; empty as long as there is none."""

    @property
    def link(self) -> str:
        """The address of the channel."""
        return f"https://t.me/{self.channel.removeprefix('@')}"


_KEY = re.compile(r"hot-topic:(\d+)")


def key_of(query_id: QueryId) -> str:
    """Return the key of the messages about a topic: a reader gets one with it, ever."""
    return f"hot-topic:{query_id}"


def read_key(key: str) -> QueryId | None:
    """Return the topic that a delivery with this key tells of."""
    found = _KEY.match(key)
    return QueryId(int(found[1])) if found else None


class HotTopicRepository(Protocol):
    """Hot topics, and what is queued for their readers."""

    async def list_new(self, readers: int) -> tuple[HotTopic, ...]:
        """List the keywords with at least so many private chats that can be reached, about which nobody was asked."""
        ...

    async def note_asked(self, topic: HotTopic, now: datetime) -> None:
        """Store that the operators were asked; done twice it changes nothing."""
        ...

    async def find(self, query_id: QueryId) -> HotTopic | None:
        """Find a topic about which the operators were asked."""
        ...

    async def decline(self, query_id: QueryId) -> HotTopic | None:
        """Let there be no channel; None where there is one already, or nobody was asked."""
        ...

    async def give(self, query_id: QueryId, channel_id: ChatId, channel: str) -> HotTopic | None:
        """Give a topic its channel, of which readers are told from now on; None where it has one already."""
        ...

    async def list_in(self, state: HotTopicState) -> tuple[HotTopic, ...]:
        """List the topics in a state, by number."""
        ...

    async def queue_more(self, query_id: QueryId, limit: int, now: datetime) -> int:
        """
        Queue the message for the next readers, at most so many, and note how far that got, in one transaction.

        Readers come in the order in which they subscribed; fewer than `limit` are returned when all were told.
        """
        ...
