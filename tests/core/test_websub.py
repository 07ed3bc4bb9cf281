"""What becomes of a subscription at a hub, which signatures count, and how rarely a feed is polled that is pushed."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.ids import FeedId
from bot.core.websub import HubState, HubSubscription, spare
from tests.builders import NOW, make_feed

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
WANTED = HubSubscription(
    feed_id=FeedId(1), hub="https://hub.example/", topic="https://a.example/", token="t", secret="key", next_try_at=NOW
)


def test_a_lease_is_renewed_before_it_ends() -> None:
    """It stays in force while it is renewed, and ends with its time."""
    active = WANTED.asked(NOW).verified(10 * DAY, NOW)
    assert (active.next_try_at, active.lease_until) == (NOW + 8 * DAY, NOW + 10 * DAY)
    renewing = active.asked(NOW + 8 * DAY)
    assert renewing.is_in_force(NOW + 9 * DAY)
    assert not renewing.is_in_force(NOW + 10 * DAY)
    assert renewing.verified(10 * DAY, NOW + 8 * DAY).is_in_force(NOW + 17 * DAY)


def test_a_hub_that_does_not_answer_is_asked_ever_more_rarely() -> None:
    """At least once a day; one that never asks back counts as not answering."""
    subscription, now, pauses = WANTED, NOW, []
    for _ in range(12):
        subscription = subscription.asked(now).refused(now)
        pauses.append(subscription.next_try_at - now)
        now = subscription.next_try_at
    assert pauses[:3] == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE]
    assert pauses[-1] == DAY
    assert WANTED.asked(NOW).next_try_at == NOW + 10 * MINUTE


def test_a_hub_that_denies_is_left_alone_for_a_week() -> None:
    """It tells of nothing from then on."""
    denied = WANTED.asked(NOW).verified(DAY, NOW).denied(NOW)
    assert (denied.state, denied.next_try_at) == (HubState.DENIED, NOW + 7 * DAY)
    assert not denied.is_in_force(NOW)


@pytest.mark.parametrize(("asked", "given"), [(1, MINUTE), (3600, HOUR), (10**8, 90 * DAY)])
def test_no_lease_is_absurd(asked: int, given: timedelta) -> None:
    """One of a second would be renewed without end, one of three years outlive the hub."""
    assert WANTED.verified(timedelta(seconds=asked), NOW).lease_until == NOW + given


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signature_with_the_secret_counts(algorithm: str) -> None:
    """Of that very body, by the four methods of the standard."""
    digest = hmac.new(b"key", b"body", getattr(hashlib, algorithm)).hexdigest()
    assert WANTED.is_signed(f"{algorithm}={digest}", b"body")
    assert WANTED.is_signed(f"{algorithm.upper()}={digest.upper()}", b"body")
    assert not WANTED.is_signed(f"{algorithm}={digest}", b"body2")
    assert not WANTED.is_signed(f"{algorithm}={digest[:-1]}", b"body")
    assert not replace(WANTED, secret="other").is_signed(f"{algorithm}={digest}", b"body")


@pytest.mark.parametrize("signature", ["", "sha256", "sha256=", "md5=9e107d9d372bb6826bd81d3542a419d6", "sha256=ü"])
def test_anything_else_is_no_signature(signature: str) -> None:
    """Nor a method that is broken."""
    assert not WANTED.is_signed(signature, b"body")


def test_a_feed_that_is_pushed_is_polled_less_often() -> None:
    """Four times, within the longest interval and the lease; what a publisher asked for still holds."""
    feed = make_feed(interval=10 * MINUTE, next_poll_at=NOW + 10 * MINUTE)
    assert spare(feed, 6 * HOUR, NOW + DAY, NOW).next_poll_at == NOW + 40 * MINUTE
    assert spare(feed, 30 * MINUTE, NOW + DAY, NOW).next_poll_at == NOW + 30 * MINUTE
    assert spare(feed, 6 * HOUR, NOW + 20 * MINUTE, NOW).next_poll_at == NOW + 20 * MINUTE
    assert spare(replace(feed, next_poll_at=NOW + HOUR), 6 * HOUR, NOW + DAY, NOW).next_poll_at == NOW + HOUR
    assert spare(feed, 6 * HOUR, None, NOW) == feed
    assert spare(feed, 6 * HOUR, NOW, NOW) == feed
