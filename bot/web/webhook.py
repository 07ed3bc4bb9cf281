"""
The address to which Telegram posts updates.

The secret is compared before anything of the body is read. An update is confirmed with 200 only once it is stored;
after any other answer Telegram sends it again.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import web

from bot.core.errors import StorageError

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


class UpdateSink(Protocol):
    """Takes updates."""

    async def receive(self, update: dict[str, Any]) -> None:
        """Return when an update is stored; raises `StorageError` when it is not."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint:
    """Answers posts of updates."""

    sink: UpdateSink
    secret: str = field(repr=False)

    async def answer(self, request: web.Request) -> web.Response:
        """Store the update of a request that knows the secret; raises `HTTPRequestEntityTooLarge`."""
        offered = request.headers.getall(_SECRET_HEADER, [])
        if not offered:
            return _answer("the secret of the webhook is needed\n", 401)
        # All of them are compared, since a proxy and the bot might each heed another one.
        if not all(_is_equal(one, self.secret) for one in offered):
            return _answer("this is not the secret of the webhook\n", 403)
        update = _read(await request.read())
        if update is None:
            return _answer("this is no update\n", 400)
        try:
            await self.sink.receive(update)
        except StorageError:
            return _answer("the update cannot be stored now\n", 503)
        return _answer("stored\n", 200)


def _is_equal(offered: str, secret: str) -> bool:
    return hmac.compare_digest(offered.encode("utf-8", "replace"), secret.encode())


def _read(body: bytes) -> dict[str, Any] | None:
    """Read an update; None where there is none."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    is_number = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**62
    return update if is_number else None


def _answer(text: str, code: int) -> web.Response:
    return web.Response(text=text, status=code)
