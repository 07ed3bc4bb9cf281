"""A chat or one of its topics as somebody who gets digests, and what the store keeps about it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.chat import Chat
from bot.core.holding import HeldDelivery, HoldBackPolicy, ReleasePlan, SubscriptionActivity
from bot.core.ids import ChatId, DeliveryId, ThreadId
from bot.core.schedule import Slot


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
