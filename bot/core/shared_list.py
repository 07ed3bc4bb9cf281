"""
Shared lists: keywords of a chat as they were when they were shared, under an id that nobody can guess.

Whoever has the id may take keywords over; who made the list is never told. What was taken belongs to who took it, and
stays when the list is revoked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol

from bot.core.ids import ChatId, ThreadId
from bot.core.query.parser import MatchMode, Query
from bot.core.subscription import Subscription

SharedListId = NewType("SharedListId", str)
"""128 random bits as base64url: it is also the right to read the list."""
MOST_KEYWORDS = 50
"""Keywords in a list; further ones are left out."""
MOST_LISTS = 20
"""Lists that a chat may share at the same time."""
_PAYLOAD = "pack_"
_ID = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedKeyword:
    """A keyword, and how exactly it is meant; how its alerts come is up to who takes it."""

    query: Query
    mode: MatchMode


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedList:
    """A list that is shared."""

    id: SharedListId
    chat_id: ChatId
    thread_id: ThreadId
    keywords: tuple[SharedKeyword, ...]
    created_at: datetime


def snapshot(subscriptions: Sequence[Subscription]) -> tuple[SharedKeyword, ...]:
    """Return what is shared of subscriptions: the first ones, without those that this version cannot read."""
    readable = (subscription for subscription in subscriptions if subscription.query.is_readable)
    keywords = [SharedKeyword(query=subscription.query, mode=subscription.mode) for subscription in readable]
    return tuple(keywords[:MOST_KEYWORDS])


def write_payload(list_id: SharedListId) -> str:
    """Write the payload of a link to the bot, which Telegram takes up to 64 characters."""
    return f"{_PAYLOAD}{list_id}"


def is_payload(text: str) -> bool:
    """Return whether the payload of a link is meant for a shared list, be it well formed or not."""
    return text.startswith(_PAYLOAD)


def read_payload(text: str) -> SharedListId | None:
    """Read the id in the payload of a link."""
    return read_id(text.removeprefix(_PAYLOAD)) if is_payload(text) else None


def read_id(text: str) -> SharedListId | None:
    """Read an id; None for what cannot be one."""
    return SharedListId(text) if _ID.fullmatch(text) else None


class SharedListRepository(Protocol):
    """Shared lists; all but `find` concern those of one receiver alone."""

    async def share(self, wanted: SharedList, limit: int) -> SharedList:
        """
        Store a list, or return the one of this receiver that is shared already with the same keywords.

        Raises `Refusal`: "share.limit" (limit=…), where the chat shares that many lists.
        """
        ...

    async def find(self, list_id: SharedListId) -> SharedList | None:
        """Find a list that is shared and not revoked, whoever asks."""
        ...

    async def list_for(self, chat_id: ChatId, thread_id: ThreadId) -> tuple[SharedList, ...]:
        """List what a receiver shares, the oldest first."""
        ...

    async def list_all_of(self, chat_id: ChatId) -> tuple[SharedList, ...]:
        """List what a chat shares in all its topics, the oldest first."""
        ...

    async def revoke(
        self, chat_id: ChatId, thread_id: ThreadId, list_id: SharedListId, now: datetime
    ) -> SharedList | None:
        """Revoke a list; returns it, or None where the receiver shares none with this id."""
        ...

    async def share_again(
        self, chat_id: ChatId, thread_id: ThreadId, list_id: SharedListId, limit: int
    ) -> SharedList | None:
        """
        Undo a revocation; returns the list, or None where nothing is kept of it.

        Raises `Refusal`: "share.limit" (limit=…).
        """
        ...
