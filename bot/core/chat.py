"""Chats and persons: who receives alerts, and who may use the bot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.ids import ChatId, ThreadId, UserId


class ChatKind(StrEnum):
    """Telegram's kinds of chat."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class ChatState(StrEnum):
    """Whether anything is delivered to a chat."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    """The reader blocked the bot, or it was kicked; everything is kept, /start resumes."""
    GONE = "gone"
    """Deleted account, deleted group, or a chat Telegram does not know any more."""


class AccessLevel(StrEnum):
    """What a person may do with the bot."""

    STRANGER = "stranger"
    ASKED = "asked"
    """A stranger who waits for the operators' answer."""
    APPROVED = "approved"
    BANNED = "banned"


class Authorization(StrEnum):
    """How the bot treats somebody."""

    WELCOME = "welcome"
    STRANGER = "stranger"
    BANNED = "banned"


class PictureSize(StrEnum):
    """How large the picture of an article is below its alert: the preview that Telegram makes of its link."""

    OFF = "off"
    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A receiver with its settings."""

    id: ChatId
    kind: ChatKind
    language: str | None
    """The language the bot speaks there; None: not yet known."""
    reads: tuple[str, ...]
    """Languages whose articles alert this chat; empty: its own language and English."""
    timezone: str | None
    state: ChatState
    paused_until: datetime | None
    one_per_story: bool
    created_at: datetime
    quiet_from: int | None = None
    """Minutes after midnight, by the chat's clock; alerts wait from then …"""
    quiet_to: int | None = None
    """… until then, on the next day where that is earlier."""
    pictures: PictureSize = PictureSize.OFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A Telegram user as stored by the bot."""

    id: UserId
    access: AccessLevel
    is_operator: bool
    name: str
    language: str | None
    asked: str | None = None
    """What the person wrote before approval; it is handled on approval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingQuestion:
    """A question the bot asked and whose answer it still waits for."""

    chat_id: ChatId
    thread_id: ThreadId
    user_id: UserId
    """Whose answer it is; 0: that of anybody who may change things in the chat."""
    kind: str
    """The name of the question; after a colon may stand what it is about."""
    expires_at: datetime
