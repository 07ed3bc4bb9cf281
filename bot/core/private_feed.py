"""
The private feed of a chat: its last alerts for any feed reader, at an address that cannot be guessed.

The address is derived from a secret key of the installation and a salt, so that it can be shown again. What is stored
of it is a digest, which tells nobody the address.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.chat import Chat
from bot.core.delivery.alert import Alert
from bot.core.ids import ChatId, DeliveryId

FEED_ENTRIES = 50
"""Alerts that a private feed shows."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def derive_token(key: bytes, salt: str) -> str:
    """Derive what the address of a feed names it by: 256 bits, as 43 letters."""
    secret = hmac.new(key, f"private feed {salt}".encode(), "sha256").digest()
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def digest_token(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_token(text: str) -> bool:
    """Say whether a text has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateFeed:
    """The private feed of a chat; a new address is another feed."""

    chat_id: ChatId
    salt: str
    digest: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedContents:
    """Which alerts a feed shows at the moment."""

    delivery_ids: tuple[DeliveryId, ...]
    """The newest first."""
    mark: str
    """Another one as soon as anything is different in the entries."""
    changed_at: datetime | None
    """When the last of them was delivered or changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedAlert:
    """An alert as an entry of a feed; every text is plain."""

    id: str
    """Names it for ever, as a URN."""
    title: str
    url: str | None
    summary: str
    source: str
    published_at: datetime
    updated_at: datetime
    keywords: tuple[str, ...]


class PrivateFeedRepository(Protocol):
    """The private feeds of chats, one each."""

    async def get_key(self) -> bytes:
        """Return the secret key of this installation, which is made at the first call."""
        ...

    async def find(self, chat_id: ChatId) -> PrivateFeed | None:
        """Find the feed of a chat."""
        ...

    async def find_by_digest(self, digest: str) -> tuple[PrivateFeed, Chat] | None:
        """Find a feed by the digest of its token, with its chat."""
        ...

    async def save(self, feed: PrivateFeed) -> None:
        """Store the feed of a known chat, in place of the one it had."""
        ...

    async def revoke(self, chat_id: ChatId) -> bool:
        """Delete the feed of a chat; False when there was none."""
        ...

    async def look(self, chat_id: ChatId, limit: int) -> FeedContents:
        """Say which alerts were delivered last, alone or within another message, in a few small statements."""
        ...

    async def load(self, delivery_ids: Sequence[DeliveryId]) -> tuple[tuple[DeliveryId, Alert], ...]:
        """Load alerts in this order, with keywords that were muted or paused since; what is gone is left out."""
        ...
