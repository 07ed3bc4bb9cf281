"""The subscriber: asks, renews and gives up in time, and is not led astray by hubs that lie."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from itertools import count

import pytest

from bot.core.feed import Feed
from bot.core.process_state import SoleLeader
from bot.core.websub import HubLink
from bot.services.websub import PushOutcome, WebSubPorts, WebSubSubscriber
from storage.store import Store, open_store
from tests.contracts.scenes import add_feed
from tests.fakes.clock import FakeClock

DAY = 86_400


@dataclass
class Hub:
    """Keeps the forms it gets; may be away."""

    forms: list[Mapping[str, str]] = field(default_factory=list)
    is_away: bool = False

    async def post_form(self, feed: Feed, url: str, form: Mapping[str, str]) -> str | None:
        """Keep a form."""
        self.forms.append(form)
        return "The server cannot be reached." if self.is_away else None


@dataclass
class Desk:
    """A subscriber with a feed."""

    store: Store
    hub: Hub
    clock: FakeClock
    subscriber: WebSubSubscriber
    feed: Feed

    @property
    def token(self) -> str:
        """The token of the newest request."""
        return self.hub.forms[-1]["hub.callback"].rpartition("/")[2]

    async def ask_back(self, **changes: str) -> str | None:
        """Ask as an honest hub does, except for what is changed."""
        form = self.hub.forms[-1]
        query = {"mode": "subscribe", "topic": form["hub.topic"], "challenge": "c", "lease_seconds": str(10 * DAY)}
        return await self.subscriber.verify(
            self.token, {f"hub.{name}": value for name, value in (query | changes).items()}
        )


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Make a subscriber that knows of one hub."""
    store, hub, clock, numbers = await open_store("sqlite://"), Hub(), FakeClock(), count()
    ports = WebSubPorts(hubs=store.hubs, client=hub, clock=clock, leadership=SoleLeader())
    subscriber = WebSubSubscriber(ports, public_url="https://bot.example/x/", make_token=lambda: f"t{next(numbers)}")
    feed = await add_feed(store)
    subscriber.note(feed, HubLink("https://hub.example/", "https://paper.example/feed"))
    await subscriber.tick()
    yield Desk(store, hub, clock, subscriber, feed)
    await store.close()


async def test_a_subscription_is_asked_for_confirmed_and_renewed(desk: Desk) -> None:
    """Under the same address and secret; polls learn of it at the next tick, and of the end of the lease."""
    (form,) = desk.hub.forms
    assert form["hub.callback"] == "https://bot.example/x/websub/t0"
    assert (form["hub.mode"], form["hub.topic"], form["hub.secret"]) == (
        "subscribe",
        "https://paper.example/feed",
        "t1",
    )
    assert await desk.ask_back() == "c"
    await desk.subscriber.tick()
    assert desk.subscriber.covered_until(desk.feed.id) is not None
    desk.clock.move(days=8)
    await desk.subscriber.tick()
    assert desk.hub.forms == [form, form]
    desk.hub.is_away = True
    desk.clock.move(days=3)
    await desk.subscriber.tick()
    assert desk.subscriber.covered_until(desk.feed.id) is None
    assert len(desk.hub.forms) == 3


async def test_a_hub_that_asks_for_what_nobody_wants_is_told_no(desk: Desk) -> None:
    """Another topic, another mode, no challenge, an absurd lease, an unknown token, or long after it was asked."""
    assert await desk.ask_back(topic="https://other.example/") is None
    assert await desk.ask_back(mode="unsubscribe") is None
    assert await desk.ask_back(challenge="") is None
    for lease in ("", "-5", "1e9", "99999999999"):
        assert await desk.ask_back(lease_seconds=lease) is None
    assert await desk.subscriber.verify("guessed", {"hub.mode": "subscribe"}) is None
    assert await desk.ask_back() == "c"
    desk.clock.move(minutes=10)
    assert await desk.ask_back() is None


async def test_a_hub_that_missed_our_answer_may_ask_once_more(desk: Desk) -> None:
    """It gets the same answer; the lease is that of the first one."""
    assert await desk.ask_back() == "c"
    (lease,) = await desk.store.hubs.list_leases(desk.clock.now())
    desk.clock.move(minutes=9)
    assert await desk.ask_back(challenge="d", lease_seconds=str(90 * DAY)) == "d"
    assert await desk.store.hubs.list_leases(desk.clock.now()) == [lease]


async def test_a_push_before_confirmation_or_after_the_lease_is_not_taken(desk: Desk) -> None:
    """However well it is signed."""
    signature = "sha256=" + hmac.new(b"t1", b"body", hashlib.sha256).hexdigest()
    assert await desk.subscriber.receive(desk.token, signature, b"body") is PushOutcome.UNKNOWN
    await desk.ask_back()
    assert await desk.subscriber.receive(desk.token, signature, b"body") is PushOutcome.TAKEN
    assert await desk.subscriber.receive(desk.token, signature, b"another") is PushOutcome.FORGED
    assert await desk.subscriber.receive(desk.token, None, b"body") is PushOutcome.UNSIGNED
    assert await desk.subscriber.receive("guessed", signature, b"body") is PushOutcome.UNKNOWN
    desk.clock.move(days=11)
    assert await desk.subscriber.receive(desk.token, signature, b"body") is PushOutcome.UNKNOWN


async def test_a_hub_that_is_away_is_asked_again_later(desk: Desk) -> None:
    """And one that denies not for a week."""
    desk.hub.is_away = True
    desk.clock.move(minutes=10)
    await desk.subscriber.tick()
    await desk.subscriber.tick()
    assert len(desk.hub.forms) == 2
    assert await desk.ask_back(mode="denied") == ""
    desk.clock.move(days=6)
    await desk.subscriber.tick()
    assert len(desk.hub.forms) == 2
    desk.clock.move(days=1)
    await desk.subscriber.tick()
    assert len(desk.hub.forms) == 3


async def test_another_hub_is_another_subscription(desk: Desk) -> None:
    """With a token and secret of its own; without a hub there is none, and a feed with a password is never shown."""
    old = desk.token
    desk.subscriber.note(desk.feed, HubLink("https://second.example/", "https://paper.example/feed"))
    await desk.subscriber.tick()
    assert desk.token != old
    assert await desk.subscriber.verify(old, {"hub.mode": "denied", "hub.topic": "https://paper.example/feed"}) is None
    desk.subscriber.note(desk.feed, HubLink("https://second.example/", "https://me:secret@paper.example/feed"))
    await desk.subscriber.tick()
    assert await desk.store.hubs.find_of(desk.feed.id) is None
