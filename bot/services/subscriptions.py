"""Adds, changes and removes subscriptions, quiet hours, pauses and time zones, or refuses with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

from bot.core import quiet_hours
from bot.core.delivery import schedule
from bot.core.delivery.digest import DigestReceiver, DigestRepository, HeldRepository
from bot.core.delivery.schedule import Schedule
from bot.core.errors import Refusal
from bot.core.ids import ChatId, SubscriptionId, ThreadId
from bot.core.ports import Clock
from bot.core.query import parser
from bot.core.query.parser import MatchMode, Query
from bot.core.repositories import ChatRepository, StoredQuery, SubscriptionRepository
from bot.core.subscription import NamedSubscriptions, Subscription, Urgency, find_named
from bot.services import digests
from bot.services.alerts import MatcherSync


@dataclass(frozen=True, slots=True)
class DigestSet:
    """The new digest hours of a receiver, and which keywords changed with them."""

    schedule: Schedule
    next_due: datetime
    keywords: tuple[Subscription, ...]
    """The keywords that come in the digest."""
    others: int = 0
    """How many keywords keep coming as they did."""
    is_moved: bool = False
    """Whether they came at once before; they were moved because the digest would have been empty."""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A subscription as it is now."""

    subscription: Subscription
    hour_set: Schedule | None = None
    """The receiver had no digest hour; now it has this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsService:
    """Changes settings of chats, receivers and subscriptions."""

    chats: ChatRepository
    subscriptions: SubscriptionRepository
    digests: DigestRepository
    held: HeldRepository
    matcher_sync: MatcherSync
    clock: Clock
    timezone: str
    """The time zone of chats that have set none."""

    async def receiver(self, chat_id: ChatId, thread_id: ThreadId) -> DigestReceiver | None:
        """Return a receiver's digest hours."""
        return await self.digests.find(chat_id, thread_id)

    async def set_digest(self, chat_id: ChatId, thread_id: ThreadId, planned: Schedule) -> DigestSet:
        """Set the hours; where no keyword is in the digest yet, all of them are moved into it."""
        next_due = await self._set_hours(chat_id, thread_id, planned)
        listed = await self.subscriptions.list_for(chat_id, thread_id)
        in_digest = tuple(subscription for subscription in listed if subscription.urgency is Urgency.DIGEST)
        if not in_digest:
            await self.subscriptions.set_urgency([subscription.id for subscription in listed], Urgency.DIGEST)
            return DigestSet(planned, next_due, listed, is_moved=bool(listed))
        return DigestSet(planned, next_due, in_digest, len(listed) - len(in_digest))

    async def restore_digest(self, chat_id: ChatId, thread_id: ThreadId, planned: Schedule) -> None:
        """Set the hours, and leave every keyword as it comes."""
        await self._set_hours(chat_id, thread_id, planned)

    async def end_digest(self, chat_id: ChatId, thread_id: ThreadId) -> tuple[Subscription, ...]:
        """End the digest: what waits is sent now, its keywords come as before; returns those, as they are now."""
        await self.digest_now(chat_id, thread_id)
        left = await self.leave_digest(chat_id, thread_id)
        await self.digests.set_digest(chat_id, thread_id, None, None)
        return left

    async def leave_digest(self, chat_id: ChatId, thread_id: ThreadId) -> tuple[Subscription, ...]:
        """Let every keyword of the digest come as it did before; returns them as they are now."""
        return await self.subscriptions.leave_digest(chat_id, thread_id)

    async def digest_now(self, chat_id: ChatId, thread_id: ThreadId) -> bool:
        """Send what waits for the digest; returns whether there is anything."""
        now = self.clock.now()
        key = f"digest:now:{now.isoformat()}"
        return await self.digests.gather_now(chat_id, thread_id, key, now)

    async def set_quiet(self, chat_id: ChatId, quiet: tuple[int, int] | None) -> None:
        """Set the quiet hours, or end them."""
        await self.held.set_quiet(chat_id, quiet, self.clock.now())

    async def pause(self, chat_id: ChatId, length: timedelta | None) -> datetime:
        """Pause a chat for a while, or (None) until it is ended; returns until when."""
        now = self.clock.now()
        until = quiet_hours.FOREVER if length is None else now + length
        await self.held.set_pause(chat_id, until, now)
        return until

    async def resume(self, chat_id: ChatId) -> bool:
        """End the pause; returns whether there was one."""
        now = self.clock.now()
        chat = await self.chats.find(chat_id)
        await self.held.set_pause(chat_id, None, now)
        return bool(chat and chat.paused_until and chat.paused_until > now)

    async def set_timezone(self, chat_id: ChatId, timezone: str) -> None:
        """Change the zone; every digest of the chat keeps its hour by the new clock."""
        now = self.clock.now()
        await self.held.set_timezone(chat_id, timezone, now)
        for receiver in await self.digests.list_of(chat_id):
            due = digests.turn(receiver, timezone, now).next_due
            await self.digests.set_digest(chat_id, receiver.thread_id, receiver.digest, due)

    async def come_as(
        self, chat_id: ChatId, thread_id: ThreadId, subscription_id: SubscriptionId, urgency: Urgency
    ) -> Adjusted | None:
        """Choose how a keyword comes; a receiver without digest hours gets the usual one when needed."""
        if await self._own(chat_id, thread_id, subscription_id) is None:
            return None
        await self.subscriptions.set_urgency([subscription_id], urgency)
        hour_set = None
        if urgency is Urgency.DIGEST:
            receiver = await self.digests.find(chat_id, thread_id)
            if receiver is None or not digests.read(receiver.digest):
                hour_set = schedule.read(schedule.DEFAULT)
                await self._set_hours(chat_id, thread_id, hour_set)
        found = await self._own(chat_id, thread_id, subscription_id)
        return None if found is None else Adjusted(found, hour_set)

    async def show(self, chat_id: ChatId, thread_id: ThreadId, subscription_id: SubscriptionId) -> Adjusted | None:
        """Return the settings of a keyword, and change nothing."""
        found = await self._own(chat_id, thread_id, subscription_id)
        return None if found is None else Adjusted(found)

    async def match_as(
        self, chat_id: ChatId, thread_id: ThreadId, subscription_id: SubscriptionId, mode: MatchMode
    ) -> Adjusted | None:
        """Choose how exactly a keyword is meant."""
        if await self._own(chat_id, thread_id, subscription_id) is None:
            return None
        found = await self.subscriptions.set_mode(subscription_id, mode, self.clock.now())
        return self._learned(found)

    async def rename(
        self, chat_id: ChatId, thread_id: ThreadId, subscription_id: SubscriptionId, title: str | None
    ) -> Adjusted | None:
        """Give a keyword a name, or (None) call it by its query again."""
        known = await self._own(chat_id, thread_id, subscription_id)
        if known is None:
            return None
        await self.subscriptions.set_title(subscription_id, title)
        return Adjusted(replace(known, title=title))

    async def pause_keyword(
        self, chat_id: ChatId, thread_id: ThreadId, subscription_id: SubscriptionId, *, paused: bool
    ) -> Adjusted | None:
        """Stop the alerts of a keyword until they are started again; they are dropped, not held."""
        known = await self._own(chat_id, thread_id, subscription_id)
        if known is None:
            return None
        await self.subscriptions.set_paused(subscription_id, paused)
        return Adjusted(replace(known, paused=paused))

    async def mute_keyword(
        self, chat_id: ChatId, thread_id: ThreadId, subscription_id: SubscriptionId, length: timedelta | None
    ) -> Adjusted | None:
        """Drop the alerts of a keyword for a while; None: they come again."""
        known = await self._own(chat_id, thread_id, subscription_id)
        if known is None:
            return None
        until = None if length is None else self.clock.now() + length
        await self.subscriptions.set_muted([subscription_id], until)
        return Adjusted(replace(known, muted_until=until))

    async def set_headline_only(
        self, chat_id: ChatId, thread_id: ThreadId, subscription_id: SubscriptionId, *, headline_only: bool
    ) -> Adjusted | None:
        """Send a keyword's alerts with a summary or without one."""
        known = await self._own(chat_id, thread_id, subscription_id)
        if known is None:
            return None
        await self.subscriptions.set_headline_only(subscription_id, headline_only)
        return Adjusted(replace(known, headline_only=headline_only))

    def _learned(self, changed: Subscription | None) -> Adjusted | None:
        """Tell the matcher of a query that changed."""
        if changed is None:
            return None
        self.matcher_sync.learn(StoredQuery(changed.query_id, changed.query, changed.mode))
        return Adjusted(changed)

    async def change_query(
        self, chat_id: ChatId, thread_id: ThreadId, subscription_id: SubscriptionId, query: Query
    ) -> Adjusted | None:
        """
        Let a keyword ask for another query; its number and settings stay.

        Raises `Refusal`: the receiver has another keyword with this query.
        """
        if await self._own(chat_id, thread_id, subscription_id) is None:
            return None
        return self._learned(await self.subscriptions.set_query(subscription_id, query, self.clock.now()))

    async def _own(self, chat_id: ChatId, thread_id: ThreadId, subscription_id: SubscriptionId) -> Subscription | None:
        listed = await self.subscriptions.list_for(chat_id, thread_id)
        return next((subscription for subscription in listed if subscription.id == subscription_id), None)

    async def _set_hours(self, chat_id: ChatId, thread_id: ThreadId, planned: Schedule) -> datetime:
        if not planned:
            raise Refusal("digest.which_hour")
        chat = await self.chats.find(chat_id)
        where = quiet_hours.zone(chat.timezone if chat else None, self.timezone)
        next_due = schedule.next_slot(planned, where, self.clock.now()).at
        await self.digests.set_digest(chat_id, thread_id, schedule.write(planned), next_due)
        return next_due


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The subscription is stored, and articles are matched against it from now on."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class NotSubscribed:
    """Nothing was stored for this part of what the reader typed."""

    text: str
    refusal: Refusal


SubscribeResult = Subscribed | NotSubscribed


@dataclass(frozen=True, slots=True)
class FullChat:
    """A chat that has no room for another keyword, so that the store need not be asked for each of hundreds."""

    REASON: ClassVar[str] = "subscription.limit"
    refusal: Refusal
    there: Sequence[Subscription]

    def refuse(self, part: str) -> NotSubscribed:
        """Say why a query cannot be added: it cannot be read, is there already, or finds no room."""
        try:
            return NotSubscribed(part, self.refuse_query(parser.parse(part)))
        except Refusal as refusal:
            return NotSubscribed(part, refusal)

    def refuse_query(self, query: Query) -> Refusal:
        """Say why a query cannot be added."""
        known = (kept for kept in self.there if parser.is_respelled(query.normal, kept.query.normal))
        found = next(known, None)
        return self.refusal if found is None else Refusal("subscription.exists", number=found.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeService:
    """Subscribes a reader to one or several queries."""

    subscriptions: SubscriptionRepository
    matcher_sync: MatcherSync
    clock: Clock
    max_subscriptions: int

    async def __call__(self, chat_id: ChatId, thread_id: ThreadId, text: str) -> tuple[SubscribeResult, ...]:
        """Subscribe to each query in `text`; every part has its own result, in the order typed."""
        results: list[SubscribeResult] = []
        full: FullChat | None = None
        for part in parser.split(text):
            result = await self._one(chat_id, thread_id, part) if full is None else full.refuse(part)
            results.append(result)
            if full is None and isinstance(result, NotSubscribed) and result.refusal.reason == FullChat.REASON:
                full = FullChat(result.refusal, await self.subscriptions.list_for(chat_id, thread_id))
        return tuple(results)

    async def _one(self, chat_id: ChatId, thread_id: ThreadId, part: str) -> SubscribeResult:
        try:
            subscription = await self.subscriptions.add(
                chat_id,
                thread_id,
                parser.parse(part),
                MatchMode.COMPOUNDS,
                Urgency.INSTANT,
                limit=self.max_subscriptions,
                now=self.clock.now(),
            )
        except Refusal as refusal:
            return NotSubscribed(part, refusal)
        self.matcher_sync.learn(StoredQuery(subscription.query_id, subscription.query, subscription.mode))
        return Subscribed(subscription)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubscribeService:
    """Removes subscriptions, and brings them back; those of other receivers are treated as unknown."""

    subscriptions: SubscriptionRepository
    clock: Clock
    max_subscriptions: int

    async def by_id(self, chat_id: ChatId, thread_id: ThreadId, subscription_id: SubscriptionId) -> Subscription | None:
        """Remove the subscription with this id; returns it, or None when there is none."""
        listed = await self.subscriptions.list_for(chat_id, thread_id)
        removed = next((subscription for subscription in listed if subscription.id == subscription_id), None)
        if removed is not None:
            await self._remove([removed])
        return removed

    async def by_text(self, chat_id: ChatId, thread_id: ThreadId, text: str) -> NamedSubscriptions:
        """Remove the subscriptions that a text names, by number, query or title; returns them and what is unknown."""
        named = find_named(text, await self.subscriptions.list_for(chat_id, thread_id))
        await self._remove(named.subscriptions)
        return named

    async def all(self, chat_id: ChatId, thread_id: ThreadId, up_to: int | None = None) -> tuple[Subscription, ...]:
        """Remove the subscriptions of this receiver up to a number, or (None) all; returns them."""
        listed = await self.subscriptions.list_for(chat_id, thread_id)
        removed = tuple(subscription for subscription in listed if up_to is None or subscription.number <= up_to)
        await self._remove(removed)
        return removed

    async def remove(self, subscriptions: Sequence[Subscription]) -> tuple[Subscription, ...]:
        """Remove these subscriptions, which the caller has from this receiver's list; returns them."""
        await self._remove(subscriptions)
        return tuple(subscriptions)

    async def undo(self, chat_id: ChatId, thread_id: ThreadId, subscription_id: SubscriptionId) -> Subscription | None:
        """
        Bring back what was removed lately, as it was; None when it is not kept any more.

        Raises `Refusal`: "subscription.exists", "subscription.limit".
        """
        return await self.subscriptions.bring_back(
            chat_id, thread_id, subscription_id, limit=self.max_subscriptions, now=self.clock.now()
        )

    async def _remove(self, removed: Sequence[Subscription]) -> None:
        if removed:
            await self.subscriptions.remove([subscription.id for subscription in removed], self.clock.now())
