"""Messages about several articles (digests, held alerts, bursts): their contents, receivers and ports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core import story
from bot.core.article import Article
from bot.core.chat import Chat
from bot.core.delivery.delivery import Delivery, DeliveryKind, SendOutcome
from bot.core.delivery.rules import HeldDelivery, HoldBackPolicy, ReleasePlan, SubscriptionActivity
from bot.core.delivery.schedule import Slot
from bot.core.ids import ChatId, DeliveryId, MessageId, ThreadId
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

    def part(self, combined: CombinedMessage) -> tuple[tuple[StoryEntry, ...], ...]:
        """Say which stories go into which message, if one has not room for all."""
        ...

    def mark(self, delivery: Delivery, combined: CombinedMessage) -> str:
        """Give a mark of the text that would be shown: the same text has the same mark."""
        ...

    async def send_combined(self, delivery: Delivery, combined: CombinedMessage) -> SendOutcome:
        """Render in the chat's language of this moment and send, or edit the message that is there."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestReceiver:
    """When a chat or topic gets its digests."""

    chat_id: ChatId
    thread_id: ThreadId
    digest: str | None
    """The hours in their normal form; None: no digest."""
    next_due: datetime | None
    last_digest_at: datetime | None


@dataclass(frozen=True, slots=True)
class DigestTurn:
    """What follows from a due time: the digest that is due now, if one is, and the next due time."""

    slot: Slot | None
    next_due: datetime | None


Turns = Callable[[DigestReceiver, str | None, datetime], DigestTurn]
"""Decides for a receiver in a zone (None: the operator's) what is due at this moment."""


class DigestRepository(Protocol):
    """Digests: their hours, and what is gathered for them."""

    async def find(self, chat_id: ChatId, thread_id: ThreadId) -> DigestReceiver | None:
        """Look a receiver up; one that never set an hour is None."""
        ...

    async def list_of(self, chat_id: ChatId) -> tuple[DigestReceiver, ...]:
        """List the receivers of a chat that have hours."""
        ...

    async def set_digest(
        self, chat_id: ChatId, thread_id: ThreadId, digest: str | None, next_due: datetime | None
    ) -> None:
        """Set the hours and the next due time, or (None) end the digest."""
        ...

    async def gather_due(self, now: datetime, limit: int, turns: Turns) -> int | None:
        """
        Make the digests that are due, oldest first, of at most `limit` receivers; returns how many were made.

        A digest of a key that was made before is not made again, and one with nothing new in it is not made at all;
        what was gathered is told by one digest only. Due times, digests and what is in them are one transaction, and of
        several processes one takes a receiver. A chat that is paused or inactive is left for later. None: nobody was
        due.
        """
        ...

    async def gather_now(self, chat_id: ChatId, thread_id: ThreadId, key: str, now: datetime) -> bool:
        """Make a digest of what waits at this moment, in front of all alerts; say whether there was anything."""
        ...


class HeldRepository(Protocol):
    """What is held back, and the reader's hours that decide about it."""

    async def set_pause(self, chat_id: ChatId, until: datetime | None, now: datetime) -> None:
        """Pause a chat, or (None) end its pause; what is held is looked at then."""
        ...

    async def set_quiet(self, chat_id: ChatId, quiet: tuple[int, int] | None, now: datetime) -> None:
        """Set the quiet hours (minutes after midnight), or end them; what is held is looked at now."""
        ...

    async def set_timezone(self, chat_id: ChatId, timezone: str, now: datetime) -> None:
        """Set the zone by which all hours of a chat are meant; what is held is looked at now."""
        ...

    async def pace(
        self, receivers: Sequence[tuple[ChatId, ThreadId]], since: datetime, admitted: Collection[DeliveryId] = ()
    ) -> SubscriptionActivity:
        """
        Count what subscriptions of these receivers got one by one since then, and find those that are rolling.

        Of the alerts `admitted` to come singly, those that still wait to be sent are counted too.
        """
        ...

    async def release_due(
        self,
        now: datetime,
        limit: int,
        plan: Callable[[Chat, Sequence[HeldDelivery]], ReleasePlan],
        policy: HoldBackPolicy,
    ) -> int | None:
        """
        Do what is planned for the held alerts of chats that are to be looked at now; returns how many chats.

        Released alerts are queued, folded ones told by a new delivery, and bursts by the rolling message of their
        subscription. One transaction; of several processes one takes a chat. None: no chat was due.
        """
        ...

    async def refresh_rolling(self, now: datetime, policy: HoldBackPolicy) -> int:
        """Queue the edits of rolling messages that do not show everything yet; returns how many."""
        ...
