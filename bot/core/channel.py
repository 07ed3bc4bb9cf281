"""Channels that somebody manages from a private chat, and what the bot tells that person of them on its own account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.core.delivery.delivery import UnsentReason
from bot.core.ids import ChatId, UserId


class ChannelNotice(StrEnum):
    """What a stored reply to the manager may say instead of a text of its own."""

    SILENCED = "channel-silenced"
    """Nothing can be posted in the channel any more; the reason is in the payload."""
    RESTORED = "channel-restored"
    """The bot may post there again."""


_LEFT = frozenset({UnsentReason.BLOCKED, UnsentReason.GONE, UnsentReason.NOT_FOUND})


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedChannel:
    """A channel and who set it up."""

    id: ChatId
    manager_id: UserId
    """Who added the bot, or was the first to use a command for the channel."""
    title: str
    """As it was when the channel was last managed."""
    silenced: UnsentReason | None
    """Why nothing can be posted there, where the manager was told so or could not be told."""

    @property
    def is_left(self) -> bool:
        """Whether the bot is not in it any more, or it is gone: then nobody can change its settings."""
        return self.silenced in _LEFT


class ChannelRepository(Protocol):
    """
    Managed channels.

    When delivery to one stops for a reason of Telegram's, its manager is told once, and once again when it goes on:
    both are queued in the transaction that changes the state of the chat, whoever changes it.
    """

    async def find(self, chat_id: ChatId) -> ManagedChannel | None:
        """Find a channel."""
        ...

    async def list_managed(self, manager_id: UserId) -> tuple[ManagedChannel, ...]:
        """List the channels of a manager by their titles."""
        ...

    async def save(self, chat_id: ChatId, manager_id: UserId, title: str, now: datetime) -> None:
        """Store who manages a known chat, and its title."""
        ...
