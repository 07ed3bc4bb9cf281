"""The address of updates: who may post there, and what is answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.core.errors import StorageError
from bot.web.connections import ConnectionPolicy
from bot.web.server import WebServer
from bot.web.status import Readiness
from bot.web.webhook import WebhookEndpoint
from tests.web.test_server import FakeInsight

SECRET, TOKEN = "s" * 32, "correct horse"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Sink:
    """Keeps what it takes, unless the database is away."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.is_away = False

    async def receive(self, update: dict[str, Any]) -> None:
        """Keep an update."""
        if self.is_away:
            raise StorageError("away")
        self.updates.append(update)


class Post:
    """A server that takes updates."""

    def __init__(self, session: aiohttp.ClientSession, url: str, sink: Sink, server: WebServer) -> None:
        self.session, self.url, self.sink, self.server = session, url, sink, server

    async def send(self, body: Any, *secrets: str, path: str = "/t", **headers: str) -> int:
        """Post a body, and give the code of the answer."""
        given = [*((HEADER, secret) for secret in secrets), *headers.items()]
        async with self.session.post(self.url + path, data=body, headers=given) as answer:
            assert answer.headers["Cache-Control"] == "no-store"
            return answer.status


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """Run a server with a web token."""
    health, sink = Readiness(), Sink()
    policy = ConnectionPolicy(answer=0.6)
    server = WebServer(listen="127.0.0.1:0", token=TOKEN, health=health, policy=policy, webhook_path="/t")
    url = await server.start()
    async with aiohttp.ClientSession() as session:
        yield Post(session, url, sink, server)
    await server.stop()
    await health.close()


def show(post: Post) -> None:
    """Let the server take updates."""
    post.server.show(FakeInsight(), None, WebhookEndpoint(sink=post.sink, secret=SECRET))


async def test_an_update_with_the_secret_is_taken(post: Post) -> None:
    """Not before the bot is there; then without the web token, and confirmed only once it is stored."""
    update = b'{"update_id": 5, "message": {"text": "hallo"}}'
    assert await post.send(update, SECRET) == 503
    show(post)
    assert await post.send(update, SECRET) == 200
    assert post.sink.updates == [{"update_id": 5, "message": {"text": "hallo"}}]
    post.sink.is_away = True
    assert await post.send(update, SECRET) == 503


@pytest.mark.parametrize(
    ("secrets", "code"),
    [
        ((), 401),
        (("",), 403),
        (("s" * 31,), 403),
        (("s" * 33,), 403),
        (("S" * 32,), 403),
        ((f"{SECRET}é",), 403),
        ((SECRET, "x"), 403),
        (("x", SECRET), 403),
        ((TOKEN,), 403),
    ],
)
async def test_no_other_secret_opens(post: Post, secrets: tuple[str, ...], code: int) -> None:
    """Missing, too short, too long, nearly right, or one among several."""
    show(post)
    assert await post.send(b'{"update_id": 5}', *secrets) == code
    assert await post.send(b'{"update_id": 5}', *secrets, Authorization=f"Bearer {TOKEN}") == code
    assert post.sink.updates == []


@pytest.mark.parametrize(
    "body",
    [b"", b"no json", b"[]", b"{}", b'{"update_id": "5"}', b'{"update_id": true}', b'{"update_id": -1}', b"[" * 90_000],
)
async def test_what_is_no_update_is_refused(post: Post, body: bytes) -> None:
    """Also with the secret."""
    show(post)
    assert await post.send(body, SECRET) == 400


async def test_a_body_of_more_than_a_megabyte_is_refused(post: Post) -> None:
    """Whether its length is announced or not; one byte less is read."""
    show(post)

    async def in_pieces(size: int) -> AsyncIterator[bytes]:
        for _ in range(size // 100_000):
            yield b" " * 100_000
        yield b" " * (size % 100_000)

    assert await post.send(b" " * 1_000_001, SECRET) == 413
    assert await post.send(in_pieces(1_000_001), SECRET) == 413
    assert await post.send(b'{"update_id": 5}'.ljust(1_000_000), SECRET) == 200


async def test_a_body_that_does_not_come_holds_nobody_up(post: Post) -> None:
    """With the secret it is refused after the time of an answer, and others are served meanwhile."""
    show(post)

    async def never() -> AsyncIterator[bytes]:
        yield b'{"update_id"'
        await asyncio.Event().wait()

    slow = [asyncio.create_task(post.send(never(), SECRET)) for _ in range(5)]
    assert await post.send(b'{"update_id": 6}', SECRET) == 200
    answers = await asyncio.gather(*slow, return_exceptions=True)
    assert all(answer == 503 or isinstance(answer, aiohttp.ClientError) for answer in answers)
    assert len(post.sink.updates) == 1


async def test_only_posts_to_that_very_path_go_there(post: Post) -> None:
    """The secret opens nothing else."""
    show(post)
    async with post.session.get(f"{post.url}/t", headers={HEADER: SECRET}) as answer:
        assert answer.status == 405
    assert await post.send(b'{"update_id": 5}', SECRET, path="/t/") == 401
    async with post.session.get(f"{post.url}/metrics", headers={HEADER: SECRET}) as answer:
        assert answer.status == 401
