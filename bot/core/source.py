"""A source: a feed as one chat sees it, from the catalogue or its own, followed or switched off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

from bot.core.feed import Feed, address_key
from bot.core.ids import ChatId, FeedId

_HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}"
    r"(?:ch|de|at|li|fr|it|lu|be|nl|es|pt|pl|cz|dk|se|no|fi|uk|ie|us|ca|au|eu|com|org|net|info|news|online|media|press)"
)
"""A bare host in small letters, in a domain under which news are published."""
_LONGEST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestArticle:
    """The newest article of a source."""

    title: str
    url: str | None
    published_at: datetime
    is_day: bool = False
    """Of `published_at` only the day is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A feed and what a chat made of it."""

    feed: Feed
    is_followed: bool
    newest: NewestArticle | None

    @property
    def is_own(self) -> bool:
        """Whether it is this chat's own feed, which nobody else sees."""
        return self.feed.owner is not None


class SourceRepository(Protocol):
    """What chats follow."""

    async def list_for(self, chat_id: ChatId, *, newest: bool = True, most: int | None = None) -> tuple[Source, ...]:
        """
        List what the chat can see: the feeds of everybody, then its own, each by id; nothing of other chats.

        Without `newest` no article is looked at. Of a catalogue of thousands `most` gives the first.
        """
        ...

    async def count_for(self, chat_id: ChatId) -> int:
        """Count what the chat can see."""
        ...

    async def find_by_id(self, chat_id: ChatId, feed_id: FeedId) -> Source | None:
        """Find what the chat can see by its id; no article is looked at."""
        ...

    async def find(self, chat_id: ChatId, url: str) -> Source | None:
        """Find what the chat can see at an address, however that is spelled; no article is looked at."""
        ...

    async def choose(self, chat_id: ChatId, feed_ids: Sequence[FeedId], *, followed: bool) -> None:
        """Switch feeds of everybody on or off for a chat that is known; ids of anything else change nothing."""
        ...


def read_address(text: str) -> str | None:
    """Give the web address somebody typed, completed where only its beginning is missing; None when it is none."""
    typed = text.strip().strip("<>")
    if not typed or len(typed) > _LONGEST or any(each.isspace() or not each.isprintable() for each in typed):
        return None
    address = typed if "://" in typed else f"https://{typed}"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    is_host = "." in host.strip(".") or ":" in host
    return address if parts.scheme.lower() in ("http", "https") and is_host and port != 0 else None


def is_address(text: str) -> bool:
    """Say whether a text is a web address and nothing else, such as srf.ch; "Node.js" and "z.B" are none."""
    begins_so = text.lower().startswith(("http://", "https://", "www."))
    return (begins_so or _HOST.fullmatch(text) is not None) and read_address(text) is not None


def find_address(text: str) -> str | None:
    """Find the only web address in a sentence; None where there is none or several."""
    words = (word.strip(".,;:!?()<>\"'«»“”„") for word in text.split())
    found = [word for word in words if is_address(word)]
    return found[0] if len(found) == 1 else None


def without_password(url: str) -> str:
    """Give an address as it may be shown."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return ""
    return urlunsplit((parts.scheme, host, parts.path, parts.query, parts.fragment))


def spellings(url: str) -> tuple[str, ...]:
    """Give the keys (see `address_key`) under which a feed at this address may be known: with www. and without."""
    key = address_key(url)
    user, at, place = key.rpartition("@")
    other = place.removeprefix("www.") if place.startswith("www.") else f"www.{place}"
    return (key, f"{user}{at}{other}")
