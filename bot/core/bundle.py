"""Several articles in one message: a digest, alerts that waited, or a burst."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core import story
from bot.core.article import Article
from bot.core.chat import Chat
from bot.core.delivery import Delivery, DeliveryKind, SendOutcome
from bot.core.ids import DeliveryId, MessageId
from bot.core.subscription import Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEntry:
    """One story in the message."""

    ids: tuple[DeliveryId, ...]
    """The alerts it stands for."""
    article: Article
    subscriptions: tuple[Subscription, ...]
    """Those it hits that are active now, by number; in a digest, first those that are in the digest."""
    source_titles: tuple[str, ...]
    """Who tells it, the article's own source first."""
    was_sent: bool = False
    """It came as an alert before; here it is only marked."""

    @property
    def sources(self) -> int:
        """How many sources tell it."""
        return len(self.source_titles)

    @property
    def published_at(self) -> datetime:
        """When it was told."""
        return self.article.published_at


@dataclass(frozen=True, slots=True)
class QueryGroup:
    """What there is on one keyword."""

    subscription: Subscription
    tellings: tuple[StoryEntry, ...]

    @property
    def sources(self) -> int:
        """How many different sources told of it."""
        return len({title for telling in self.tellings for title in telling.source_titles})


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinedMessage:
    """Everything such a message is made of, before it has words."""

    kind: DeliveryKind
    reason: str
    """Why the alerts waited; of a digest, its key."""
    part: int
    """From 1; 0 while it has not been looked at how many parts it needs."""
    parts: int
    chat: Chat
    tellings: tuple[StoryEntry, ...]
    message_id: MessageId | None
    """The message there is already, which is then edited."""
    waits: bool = False
    """The part before it is still on its way."""
    shown: str = ""
    """The mark of the text the message shows; empty while there is none."""


def group(tellings: Sequence[StoryEntry]) -> tuple[QueryGroup, ...]:
    """Put what belongs to one keyword together, each story once, under its first keyword; most told first."""
    found: dict[int, tuple[Subscription, list[StoryEntry]]] = {}
    for telling in tellings:
        first = telling.subscriptions[0]
        found.setdefault(first.number, (first, []))[1].append(telling)
    return tuple(QueryGroup(subscription, story.rank(told)) for _, (subscription, told) in sorted(found.items()))


class CombinedMessageRepository(Protocol):
    """What messages about several articles are made of."""

    async def find_rolling(self, delivery_id: DeliveryId) -> Delivery | None:
        """Find a rolling message that is out."""
        ...

    async def load(self, delivery: Delivery, now: datetime) -> CombinedMessage | None:
        """Gather it; a story whose subscriptions are all gone, paused or muted is left out. None: the chat is gone."""
        ...

    async def note_shown(self, delivery: Delivery, mark: str) -> None:
        """Note what a message that grows shows now."""
        ...

    async def split(self, delivery: Delivery, parts: Sequence[Sequence[DeliveryId]], now: datetime) -> None:
        """Make parts of a message: this delivery keeps the first, each other becomes a delivery of its own, once."""
        ...


class CombinedMessenger(Protocol):
    """Speaks such messages to Telegram; every outcome is a value."""

    def part(self, bundle: CombinedMessage) -> tuple[tuple[StoryEntry, ...], ...]:
        """Say which stories go into which message, if one has not room for all."""
        ...

    def mark(self, delivery: Delivery, bundle: CombinedMessage) -> str:
        """Give a mark of the text that would be shown: the same text has the same mark."""
        ...

    async def send_bundle(self, delivery: Delivery, bundle: CombinedMessage) -> SendOutcome:
        """Render in the chat's language of this moment and send, or edit the message that is there."""
        ...
