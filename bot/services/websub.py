"""Subscribes to feeds at their WebSub hubs, renews in time, answers the hubs, and makes feeds due that they tell of."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol
from urllib.parse import urlsplit

from bot.core.feed import Feed
from bot.core.ids import FeedId
from bot.core.ports import Clock
from bot.core.process_state import Leadership
from bot.core.websub import LEASE, HubLink, HubRepository, HubState, HubSubscription

_log = logging.getLogger(__name__)
_AT_ONCE = 10
"""Hubs asked in one round."""
_PUSH_GAP = timedelta(seconds=1)
"""Least time between two polls of a feed for which a hub asks: one that calls without end costs no more."""
_ASKED_AGAIN = timedelta(minutes=10)
"""For so long a hub that did not get our answer may repeat its question."""


class HubClient(Protocol):
    """Posts forms to hubs."""

    async def post_form(self, feed: Feed, url: str, form: Mapping[str, str]) -> str | None:
        """Post a form on behalf of a feed, within what its origin may reach; returns what went wrong, if anything."""
        ...


class PushOutcome(Enum):
    """What became of a hub's push."""

    TAKEN = auto()
    UNKNOWN = auto()
    UNSIGNED = auto()
    FORGED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSubPorts:
    """What the subscriber works with."""

    hubs: HubRepository
    client: HubClient
    clock: Clock
    leadership: Leadership


class WebSubSubscriber:
    """Subscriptions at hubs; `note` and `covered_until` are called by every poll and touch no store."""

    def __init__(self, ports: WebSubPorts, *, public_url: str, make_token: Callable[[], str]) -> None:
        self._ports = ports
        self._callback = f"{public_url.rstrip('/')}/websub/"
        self._make_token = make_token
        self._noted: dict[FeedId, HubLink | None] = {}
        self._known: dict[FeedId, HubLink | None] = {}
        self._leases: dict[FeedId, datetime] = {}
        self._answered: dict[str, datetime] = {}
        """By token: until when the question that was answered may come again."""

    def note(self, feed: Feed, link: HubLink | None) -> None:
        """Note the hub that a document names; a feed with a password is no hub's business."""
        if link is not None and (urlsplit(feed.url).username or urlsplit(link.topic).username):
            link = None
        if feed.id not in self._known or self._known[feed.id] != link:
            self._noted[feed.id] = link

    def covered_until(self, feed_id: FeedId) -> datetime | None:
        """Return until when a hub tells of a feed."""
        return self._leases.get(feed_id)

    async def tick(self) -> None:
        """Store what polls noted, and ask the hubs for what is wanted or ends soon."""
        while self._noted:
            feed_id, link = next(iter(self._noted.items()))
            await self._take_note(feed_id, link)
            if self._noted.get(feed_id) == link:
                del self._noted[feed_id]
        if self._ports.leadership.is_ours():
            due = await self._ports.hubs.list_due(self._ports.clock.now(), _AT_ONCE)
            await asyncio.gather(*(self._ask(feed, subscription) for feed, subscription in due))
        self._leases = dict(await self._ports.hubs.list_leases(self._ports.clock.now()))

    async def poll_pushed(self) -> None:
        """Make the feeds due that hubs told of."""
        await self._ports.hubs.poll_pushed(self._ports.clock.now(), _PUSH_GAP)

    async def verify(self, token: str, query: Mapping[str, str]) -> str | None:
        """Answer the hub's question whether we asked for something; returns the challenge, or None for no."""
        subscription, now = await self._ports.hubs.find(token), self._ports.clock.now()
        if subscription is None or query.get("hub.topic") != subscription.topic:
            return None
        mode = query.get("hub.mode")
        if mode == "denied":
            await self._ports.hubs.save(subscription.denied(now))
            _log.info("hub.denied", extra={"feed": subscription.feed_id})
            return ""
        challenge, lease = query.get("hub.challenge", ""), _read_seconds(query.get("hub.lease_seconds", ""))
        if mode != "subscribe" or not challenge or lease is None or subscription.state is HubState.DENIED:
            return None
        if not subscription.failures:  # nothing was asked since the last answer
            return challenge if now < self._answered.get(token, now) else None
        self._answered = {each: until for each, until in self._answered.items() if now < until}
        self._answered[token] = now + _ASKED_AGAIN
        await self._ports.hubs.save(subscription.verified(lease, now))
        _log.info("hub.subscribed", extra={"feed": subscription.feed_id, "seconds": int(lease.total_seconds())})
        return challenge

    async def receive(self, token: str, signature: str | None, body: bytes) -> PushOutcome:
        """Take a push; what it holds is not read, only that it is signed."""
        subscription, now = await self._ports.hubs.find(token), self._ports.clock.now()
        if subscription is None:
            return PushOutcome.UNKNOWN
        if signature is None:
            return PushOutcome.UNSIGNED
        if not subscription.is_signed(signature, body):
            return PushOutcome.FORGED
        if not subscription.is_in_force(now):
            return PushOutcome.UNKNOWN
        await self._ports.hubs.note_push(subscription.feed_id, now)
        await self.poll_pushed()
        return PushOutcome.TAKEN

    async def _take_note(self, feed_id: FeedId, link: HubLink | None) -> None:
        """Store the hub that a feed names now; another hub or address is another subscription."""
        stored = await self._ports.hubs.find_of(feed_id)
        if link is None:
            if stored is not None:
                await self._ports.hubs.drop(feed_id)
        elif stored is None or HubLink(stored.hub, stored.topic) != link:
            subscription = HubSubscription(
                feed_id=feed_id,
                hub=link.hub,
                topic=link.topic,
                token=self._make_token(),
                secret=self._make_token(),
                next_try_at=self._ports.clock.now(),
            )
            await self._ports.hubs.save(subscription)
        self._known[feed_id] = link

    async def _ask(self, feed: Feed, subscription: HubSubscription) -> None:
        """Ask a hub; that is stored first, since it may ask back before it answers."""
        asked = subscription.asked(self._ports.clock.now())
        await self._ports.hubs.save(asked)
        form = {
            "hub.mode": "subscribe",
            "hub.topic": asked.topic,
            "hub.callback": self._callback + asked.token,
            "hub.secret": asked.secret,
            "hub.lease_seconds": str(int(LEASE.total_seconds())),
        }
        why = await self._ports.client.post_form(feed, asked.hub, form)
        if why is not None and await self._ports.hubs.find_of(feed.id) == asked:
            await self._ports.hubs.save(asked.refused(self._ports.clock.now()))
            _log.warning("hub.refused", extra={"feed": feed.id, "why": why})


def _read_seconds(text: str) -> timedelta | None:
    return timedelta(seconds=int(text)) if text.isascii() and text.isdecimal() and 0 < len(text) < 10 else None
