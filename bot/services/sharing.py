"""Sharing keywords by a link, and taking over what somebody else shares."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core import shared_list
from bot.core.errors import Refusal
from bot.core.ids import ChatId, SubscriptionId, ThreadId
from bot.core.ports import Clock
from bot.core.repositories import StoredQuery, SubscriptionRepository
from bot.core.shared_list import MOST_LISTS, SharedKeyword, SharedList, SharedListId, SharedListRepository
from bot.core.subscription import Subscription, Urgency
from bot.services.alerts import MatcherSync
from bot.services.subscriptions import UnsubscribeService

_ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A list that is shared now, or was before with the same keywords."""

    shared: SharedList
    is_cut: bool
    """Whether there are more keywords than a list has room for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedView:
    """A shared list as somebody sees it who opens it."""

    shared: SharedList
    known: tuple[Subscription | None, ...]
    """What the receiver has of each keyword."""

    @property
    def missing(self) -> tuple[int, ...]:
        """The places of the keywords that the receiver does not have."""
        return tuple(place for place, known in enumerate(self.known) if known is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was taken over of a list."""

    subscriptions: tuple[Subscription, ...]
    refusal: Refusal | None = None
    """Why the rest was not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingService:
    """Shares the keywords of a receiver, and takes over those of a shared list."""

    shared_lists: SharedListRepository
    subscriptions: SubscriptionRepository
    unsubscribe: UnsubscribeService
    matcher_sync: MatcherSync
    clock: Clock
    max_subscriptions: int

    async def share(
        self, chat_id: ChatId, thread_id: ThreadId, subscription_id: SubscriptionId | None = None
    ) -> Shared | None:
        """
        Share one keyword, or (None) all of a receiver; returns None where there is none.

        Raises `Refusal`: "share.limit" (limit=…).
        """
        listed = await self.subscriptions.list_for(chat_id, thread_id)
        wanted = [each for each in listed if subscription_id is None or each.id == subscription_id]
        keywords = shared_list.snapshot(wanted)
        if not keywords:
            return None
        shared = SharedList(
            id=SharedListId(secrets.token_urlsafe(_ID_BYTES)),
            chat_id=chat_id,
            thread_id=thread_id,
            keywords=keywords,
            created_at=self.clock.now(),
        )
        stored = await self.shared_lists.share(shared, MOST_LISTS)
        return Shared(shared=stored, is_cut=len(wanted) > shared_list.MOST_KEYWORDS)

    async def list_own(self, chat_id: ChatId, thread_id: ThreadId) -> tuple[SharedList, ...]:
        """List what a receiver shares, the oldest first."""
        return await self.shared_lists.list_for(chat_id, thread_id)

    async def find_own(self, chat_id: ChatId, thread_id: ThreadId, list_id: SharedListId) -> SharedList | None:
        """Find a list of this receiver."""
        shared = await self.shared_lists.find(list_id)
        is_own = shared is not None and (shared.chat_id, shared.thread_id) == (chat_id, thread_id)
        return shared if is_own else None

    async def revoke(self, chat_id: ChatId, thread_id: ThreadId, list_id: SharedListId) -> SharedList | None:
        """Let the link of a list lead nowhere; returns the list, or None where the receiver has none with this id."""
        return await self.shared_lists.revoke(chat_id, thread_id, list_id, self.clock.now())

    async def share_again(self, chat_id: ChatId, thread_id: ThreadId, list_id: SharedListId) -> SharedList | None:
        """
        Undo a revocation, so that the same link leads to the list again; None where it is not kept any more.

        Raises `Refusal`: "share.limit" (limit=…).
        """
        return await self.shared_lists.share_again(chat_id, thread_id, list_id, MOST_LISTS)

    async def open(self, chat_id: ChatId, thread_id: ThreadId, list_id: SharedListId) -> SharedView | None:
        """Look into a shared list; None where it was revoked or never was."""
        shared = await self.shared_lists.find(list_id)
        if shared is None:
            return None
        listed = await self.subscriptions.list_for(chat_id, thread_id)
        by_query = {subscription.query.normal: subscription for subscription in listed}
        return SharedView(shared=shared, known=tuple(by_query.get(keyword.query.normal) for keyword in shared.keywords))

    async def take(self, chat_id: ChatId, thread_id: ThreadId, keywords: Sequence[SharedKeyword]) -> Taken:
        """Subscribe to keywords of a list as far as there is room; those that are there already stay as they are."""
        taken: list[Subscription] = []
        for keyword in keywords:
            try:
                taken.append(await self._subscribe(chat_id, thread_id, keyword))
            except Refusal as refusal:
                if refusal.reason != "subscription.exists":
                    return Taken(subscriptions=tuple(taken), refusal=refusal)
        return Taken(subscriptions=tuple(taken))

    async def give_back(self, chat_id: ChatId, thread_id: ThreadId, numbers: range) -> tuple[Subscription, ...]:
        """Unsubscribe from what was taken over under these numbers, whether its list is still shared or not."""
        listed = await self.subscriptions.list_for(chat_id, thread_id)
        return await self.unsubscribe.remove([each for each in listed if each.number in numbers])

    async def _subscribe(self, chat_id: ChatId, thread_id: ThreadId, keyword: SharedKeyword) -> Subscription:
        subscription = await self.subscriptions.add(
            chat_id,
            thread_id,
            keyword.query,
            keyword.mode,
            Urgency.INSTANT,
            limit=self.max_subscriptions,
            now=self.clock.now(),
        )
        self.matcher_sync.learn(StoredQuery(subscription.query_id, subscription.query, subscription.mode))
        return subscription
