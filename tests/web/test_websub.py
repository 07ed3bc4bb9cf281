"""The addresses that hubs call: what is answered to whom."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.core.process_state import SoleLeader
from bot.core.websub import HubSubscription
from bot.services.websub import WebSubPorts, WebSubSubscriber
from bot.web.server import WebServer
from bot.web.status import Readiness
from bot.web.websub import HubCallbacks
from storage.store import open_store
from tests.contracts.scenes import add_feed
from tests.fakes.clock import FakeClock
from tests.services.test_websub import Hub
from tests.web.test_server import FakeInsight

TOPIC = {"hub.topic": "https://paper.example/feed", "hub.challenge": "<b>&", "hub.lease_seconds": "864000"}


def sign(body: bytes) -> str:
    """Sign a body as the hub does."""
    return "sha256=" + hmac.new(b"key", body, hashlib.sha256).hexdigest()


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """Serve the address of one subscription that was asked for, beside a web token."""
    store, clock, health = await open_store("sqlite://"), FakeClock(), Readiness()
    feed = await add_feed(store)
    wanted = HubSubscription(
        feed_id=feed.id,
        hub="https://hub.example/",
        topic=TOPIC["hub.topic"],
        token="token",
        secret="key",
        next_try_at=clock.now(),
    )
    await store.hubs.save(wanted.asked(clock.now()))
    ports = WebSubPorts(hubs=store.hubs, client=Hub(), clock=clock, leadership=SoleLeader())
    subscriber = WebSubSubscriber(ports, public_url="https://bot.example", make_token=lambda: "unused")
    server = WebServer(listen="127.0.0.1:0", token="correct horse", health=health)
    address = await server.start()
    server.show(FakeInsight(), hubs=HubCallbacks(subscriber=subscriber))
    yield f"{address}/websub/token"
    await server.stop()
    await health.close()
    await store.close()


async def test_only_the_hub_that_was_asked_is_answered(url: str) -> None:
    """The challenge goes back as plain text; pushes need the signature of their very body, and 1 MB is the most."""
    async with aiohttp.ClientSession() as session:

        async def push(body: bytes, *signatures: str, at: str = url) -> int:
            headers = [("X-Hub-Signature", signature) for signature in signatures]
            async with session.post(at, data=body, headers=headers) as answer:
                return answer.status

        assert await push(b"body", sign(b"body")) == 410  # not confirmed yet
        async with session.get(url, params=TOPIC | {"hub.mode": "unsubscribe"}) as answer:
            assert answer.status == 404
        async with session.get(url, params=TOPIC | {"hub.mode": "subscribe"}) as answer:
            assert (answer.status, await answer.text(), answer.content_type) == (200, "<b>&", "text/plain")
        assert await push(b"body", sign(b"body")) == 202
        assert await push(b"body") == 401
        assert await push(b"body", sign(b"other")) == 403
        assert await push(b"body", sign(b"body"), sign(b"body")) == 401
        assert await push(b" " * 1_000_001, sign(b" " * 1_000_001)) == 413
        assert await push(b"body", sign(b"body"), at=f"{url}s") == 410
        async with session.put(url) as answer:
            assert answer.status == 405
