"""How the strict server delivers updates by webhook."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest

from bot.demo.telegram_server.server import Server

SECRET = "s" * 32


class Receiver:
    """Takes updates, or answers otherwise."""

    def __init__(self) -> None:
        self.url = ""
        self.codes: list[int] = []
        """The next answers; 200 after them."""
        self.got: list[tuple[str, str]] = []
        self.came = asyncio.Condition()

    async def take(self, request: web.Request) -> web.Response:
        """Note a text with its secret."""
        update: dict[str, Any] = await request.json()
        async with self.came:
            self.got.append((update["message"]["text"], request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")))
            self.came.notify_all()
        return web.Response(status=self.codes.pop(0) if self.codes else 200)

    async def texts(self, number: int) -> list[str]:
        """Wait for so many posts."""
        async with self.came:
            await self.came.wait_for(lambda: len(self.got) >= number)
        return [text for text, _ in self.got]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Run a receiver."""
    there, app = Receiver(), web.Application()
    app.router.add_post("/hook", there.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    there.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield there
    await runner.cleanup()


async def test_updates_come_in_order_until_they_are_taken(server: Server, bot: Bot, receiver: Receiver) -> None:
    """One that is refused comes again before the next of its chat; the reason is told, and deleting ends it."""
    receiver.codes = [503, 401]
    anna = server.person("Anna")
    anna.say("eins")
    anna.say("zwei")
    await bot.set_webhook(receiver.url, secret_token=SECRET)
    assert await receiver.texts(4) == ["eins", "eins", "eins", "zwei"]
    assert {secret for _, secret in receiver.got} == {SECRET}
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections) == (receiver.url, 40)
    assert info.last_error_message == "Wrong response from the webhook: 401 Unauthorized"
    await server.wait_until(lambda: not len(server.world.inbox))
    await bot.delete_webhook()
    anna.say("drei")
    (update,) = await bot.get_updates(timeout=30)
    assert update.message is not None
    assert update.message.text == "drei"
    assert len(receiver.got) == 4


@pytest.mark.parametrize(
    ("url", "secret", "reason"),
    [
        ("http://bot.example/hook", SECRET, "https url must be provided"),
        ("https://bot.example:8080/hook", SECRET, "only on ports 80, 88, 443 or 8443"),
        ("https://bot.example/hook", "with a space", "unallowed characters"),
        ("https://bot.example/hook", "s" * 257, "too long"),
    ],
)
async def test_what_telegram_refuses_is_refused(server: Server, bot: Bot, url: str, secret: str, reason: str) -> None:
    """And it is a mistake of the bot's."""
    with pytest.raises(BadRequest, match=reason):
        await bot.set_webhook(url, secret_token=secret)
    assert len(server.violations) == 1
    server.violations.clear()
