"""Subscribe and unsubscribe: what a reader typed becomes a stored wish, or a refusal that says why."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core import query
from bot.core.errors import Refusal
from bot.core.ids import ChatId, SubscriptionId, ThreadId
from bot.core.ports import Clock
from bot.core.query import MatchMode
from bot.core.shelves import StoredQuery, SubscriptionRepository
from bot.core.subscription import Subscription, Urgency
from bot.flow.watch import MatcherSync


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The wish is stored, and from now on articles are matched against it."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class NotSubscribed:
    """Nothing was stored for this part of what the reader typed."""

    text: str
    refusal: Refusal


SubscribeResult = Subscribed | NotSubscribed


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeService:
    """Take one or several queries from a reader."""

    subscriptions: SubscriptionRepository
    watch: MatcherSync
    clock: Clock
    max_subscriptions: int

    async def __call__(self, chat_id: ChatId, thread_id: ThreadId, text: str) -> tuple[SubscribeResult, ...]:
        """Subscribe to each query in `text`; every part has its own result, in the order typed."""
        parts = query.split(text)
        return tuple([await self._one(chat_id, thread_id, part) for part in parts])

    async def _one(self, chat_id: ChatId, thread_id: ThreadId, part: str) -> SubscribeResult:
        try:
            parsed = query.parse(part)
            subscription = await self.subscriptions.add(
                chat_id,
                thread_id,
                parsed.normal,
                MatchMode.COMPOUNDS,
                Urgency.INSTANT,
                limit=self.max_subscriptions,
                now=self.clock.now(),
            )
        except Refusal as refusal:
            return NotSubscribed(part, refusal)
        self.watch.learn(StoredQuery(subscription.query_id, subscription.normal, subscription.mode))
        return Subscribed(subscription)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubscribeService:
    """Take wishes back; numbers and ids of other receivers are as good as unknown."""

    subscriptions: SubscriptionRepository

    async def by_number(self, chat_id: ChatId, thread_id: ThreadId, number: int) -> Subscription | None:
        """Remove the subscription with this number; returns it, or None when there is none."""
        return await self._remove(
            [each for each in await self.subscriptions.list_for(chat_id, thread_id) if each.number == number]
        )

    async def by_id(self, chat_id: ChatId, thread_id: ThreadId, subscription_id: SubscriptionId) -> Subscription | None:
        """Remove the subscription with this id; returns it, or None when there is none."""
        return await self._remove(
            [each for each in await self.subscriptions.list_for(chat_id, thread_id) if each.id == subscription_id]
        )

    async def by_query(self, chat_id: ChatId, thread_id: ThreadId, text: str) -> Subscription | None:
        """Remove the subscription with this query, however it is spelled; returns it, or None when there is none."""
        wanted = _comparable(text)
        return await self._remove(
            [
                each
                for each in await self.subscriptions.list_for(chat_id, thread_id)
                if wanted in (_comparable(each.normal), _comparable(each.name))
            ]
        )

    async def all(self, chat_id: ChatId, thread_id: ThreadId) -> tuple[Subscription, ...]:
        """Remove everything this receiver subscribed to; returns what there was."""
        there = await self.subscriptions.list_for(chat_id, thread_id)
        await self.subscriptions.remove([each.id for each in there])
        return there

    async def _remove(self, found: list[Subscription]) -> Subscription | None:
        if not found:
            return None
        await self.subscriptions.remove([found[0].id])
        return found[0]


def _comparable(text: str) -> str:
    try:
        return query.parse(text).normal.casefold()
    except Refusal:
        return " ".join(text.split()).casefold()
