"""A broadcast: one text of an operator to every active chat, previewed, confirmed, and sent through the queue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.core.ids import BroadcastId, ChatId, MessageId, ThreadId, UserId


class BroadcastState(StrEnum):
    """How far a broadcast is."""

    DRAFT = "draft"
    """It was previewed and waits for its confirmation."""
    QUEUEING = "queueing"
    """Its messages are being queued, some thousand chats at a time."""
    SENDING = "sending"
    """All its messages are queued."""
    STOPPING = "stopping"
    """Nothing more of it is sent; what is still queued is being dropped."""
    FINISHED = "finished"
    """Nothing is left to send; its text is deleted."""


RUNNING = (BroadcastState.QUEUEING, BroadcastState.SENDING, BroadcastState.STOPPING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """A broadcast as it is stored."""

    id: BroadcastId
    user_id: UserId
    """Who wrote it."""
    chat_id: ChatId
    """Where it was written, and where its progress is shown."""
    thread_id: ThreadId
    message_id: MessageId | None
    """The message that shows its progress; None before its confirmation."""
    text: str
    """Telegram's HTML; empty when it is finished."""
    state: BroadcastState
    chats: int
    """How many chats it was to reach when it was confirmed."""
    is_stopped: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastCounts:
    """What became of the messages of a broadcast."""

    sent: int = 0
    waiting: int = 0
    unreachable: int = 0
    """The bot was blocked there, or the chat is gone."""
    refused: int = 0
    """Telegram did not accept the message."""
    stopped: int = 0
    """Not sent, because the operator stopped it."""


_KEY = re.compile(r"broadcast:(\d+)")


def key_of(broadcast_id: BroadcastId) -> str:
    """Return the key of the deliveries of a broadcast: a chat gets one with it, ever."""
    return f"broadcast:{broadcast_id}"


def read_key(key: str) -> BroadcastId | None:
    """Return the broadcast to which a delivery with this key belongs."""
    found = _KEY.match(key)
    return BroadcastId(int(found[1])) if found else None


class BroadcastRepository(Protocol):
    """Broadcasts, and their messages in the queue."""

    async def count_receivers(self) -> int:
        """Count the chats that would get a broadcast now."""
        ...

    async def add_draft(
        self, user_id: UserId, chat_id: ChatId, thread_id: ThreadId, text: str, now: datetime
    ) -> BroadcastId:
        """Store a text that waits for its confirmation; drafts of an earlier day are deleted."""
        ...

    async def find(self, broadcast_id: BroadcastId) -> Broadcast | None:
        """Find a broadcast."""
        ...

    async def list_running(self) -> tuple[Broadcast, ...]:
        """List the broadcasts that are being queued, sent or stopped, by id."""
        ...

    async def start(self, broadcast_id: BroadcastId, message_id: MessageId, not_before: datetime) -> Broadcast | None:
        """Confirm a draft that is not older; None where there is none, as at a second confirmation."""
        ...

    async def cancel(self, broadcast_id: BroadcastId) -> bool:
        """Delete a draft; returns whether there was one."""
        ...

    async def stop(self, broadcast_id: BroadcastId) -> Broadcast | None:
        """Let nothing more of it be sent; None where it does not run."""
        ...

    async def queue_more(self, broadcast_id: BroadcastId, limit: int, now: datetime) -> int:
        """
        Queue its message for the next chats, at most so many, and note how far that got, in one transaction.

        Chats come in the order of falling ids, so that a group that becomes a supergroup meanwhile, whose new id is
        lower, is not passed over. Returns how many chats there were; fewer than `limit`: all are queued.
        """
        ...

    async def drop_more(self, broadcast_id: BroadcastId, limit: int, now: datetime) -> int:
        """Drop messages of it that are still queued, at most so many; returns how many."""
        ...

    async def count(self, broadcast_id: BroadcastId) -> BroadcastCounts:
        """Count what became of its messages."""
        ...

    async def finish(self, broadcast_id: BroadcastId) -> None:
        """Note that nothing is left to send, and delete the text."""
        ...
