"""
Push by WebSub (https://www.w3.org/TR/websub/): a publisher names a hub, and the hub tells us of a changed feed.

What is pushed only makes the feed due at once: what is read is always what the publisher's own address serves, so a hub
can tell us nothing untrue. Polling goes on as a backup, less often while a subscription is in force.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.core.feed import Feed
from bot.core.ids import FeedId

LEASE = timedelta(days=10)
"""What a hub is asked for; it decides."""
_LONGEST_LEASE = timedelta(days=90)
_SHORTEST_LEASE = timedelta(seconds=60)
_RENEW_AT = 0.8
"""The part of a lease after which it is renewed."""
_VERIFICATION = timedelta(minutes=10)
"""How long a hub may take until it asks whether we meant it."""
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=5), timedelta(days=1)
_DENIED_PAUSE = timedelta(days=7)
_BACKUP = 4
"""By how much rarer a feed is polled while a hub tells of it."""
_ALGORITHMS = ("sha256", "sha384", "sha512", "sha1")


class HubState(StrEnum):
    """What became of a subscription at a hub."""

    WANTED = "wanted"
    ASKED = "asked"
    """The hub was asked, and has not asked back yet."""
    ACTIVE = "active"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class HubLink:
    """The hub that a feed names, and the address under which the hub knows the feed."""

    hub: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSubscription:
    """The subscription to one feed at one hub."""

    feed_id: FeedId
    hub: str
    topic: str
    token: str
    """Names it in the address that the hub calls; not to be guessed."""
    secret: str
    """The key of the hub's signatures."""
    state: HubState = HubState.WANTED
    next_try_at: datetime
    lease_until: datetime | None = None
    failures: int = 0

    def asked(self, now: datetime) -> HubSubscription:
        """Note a request before it goes out; without verification it counts as failed when its time is over."""
        pause = max(_pause(self.failures), _VERIFICATION)
        state = self.state if self.is_in_force(now) else HubState.ASKED
        return replace(self, state=state, failures=self.failures + 1, next_try_at=now + pause)

    def refused(self, now: datetime) -> HubSubscription:
        """Note that the hub did not take a request."""
        return replace(self, next_try_at=now + _pause(self.failures - 1))

    def verified(self, lease: timedelta, now: datetime) -> HubSubscription:
        """Note that the hub asked back; it is renewed before the lease ends."""
        lease = min(max(lease, _SHORTEST_LEASE), _LONGEST_LEASE)
        return replace(
            self,
            state=HubState.ACTIVE,
            lease_until=now + lease,
            next_try_at=now + lease * _RENEW_AT,
            failures=0,
        )

    def denied(self, now: datetime) -> HubSubscription:
        """Note that the hub does not want it, or no longer."""
        return replace(self, state=HubState.DENIED, lease_until=None, next_try_at=now + _DENIED_PAUSE)

    def is_in_force(self, now: datetime) -> bool:
        """Say whether the hub tells of the feed at the moment."""
        return self.state is HubState.ACTIVE and self.lease_until is not None and self.lease_until > now

    def is_signed(self, signature: str, body: bytes) -> bool:
        """Say whether `X-Hub-Signature` is the body's (https://www.w3.org/TR/websub/#signature-validation)."""
        algorithm, _, digest = signature.strip().partition("=")
        if algorithm.lower() not in _ALGORITHMS:
            return False
        expected = hmac.new(self.secret.encode(), body, algorithm.lower()).hexdigest()
        return hmac.compare_digest(expected.encode(), digest.strip().lower().encode("utf-8", "replace"))


def spare(feed: Feed, longest: timedelta, covered_until: datetime | None, now: datetime) -> Feed:
    """Poll a feed less often while a hub tells of it, but not after the lease has ended."""
    if covered_until is None or covered_until <= now:
        return feed
    backup = min(now + min(feed.interval * _BACKUP, longest), covered_until)
    return replace(feed, next_poll_at=max(feed.next_poll_at, backup))


def _pause(failures: int) -> timedelta:
    factor: int = 2 ** min(max(failures, 0), 16)
    return min(_FIRST_PAUSE * factor, _LONGEST_PAUSE)


class HubRepository(Protocol):
    """Subscriptions at hubs, of feeds that are polled."""

    async def find(self, token: str) -> HubSubscription | None:
        """Find the subscription that a hub's call is about."""
        ...

    async def find_of(self, feed_id: FeedId) -> HubSubscription | None:
        """Find the subscription to a feed."""
        ...

    async def save(self, subscription: HubSubscription) -> None:
        """Store a subscription in place of the feed's earlier one."""
        ...

    async def drop(self, feed_id: FeedId) -> None:
        """Forget the subscription to a feed that names no hub any more."""
        ...

    async def list_due(self, now: datetime, limit: int) -> Sequence[tuple[Feed, HubSubscription]]:
        """List what is to be asked for or renewed now, with its feed."""
        ...

    async def list_leases(self, now: datetime) -> Sequence[tuple[FeedId, datetime]]:
        """List the feeds of which a hub tells, and until when."""
        ...

    async def note_push(self, feed_id: FeedId, now: datetime) -> None:
        """Note that the hub told of a change; `poll_pushed` acts on it."""
        ...

    async def poll_pushed(self, now: datetime, gap: timedelta) -> int:
        """
        Make the feeds due that were told of, except those that are being polled now, which may have missed the change.

        A feed is due no sooner than `gap` after its last poll. Returns how many feeds became due.
        """
        ...
