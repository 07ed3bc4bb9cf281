"""The bot's account at Telegram: the library's `Bot` on our transport, and the few calls it makes of its own."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, cast

from telegram import Bot
from telegram.error import InvalidToken

from bot.chat.transport import Transport

UPDATES = ("message", "callback_query", "my_chat_member")
_LONGEST_POLL = timedelta(seconds=50)


class TokenRefusedError(Exception):
    """Telegram does not accept the token; the text never holds it."""


class Account(Bot):
    """A token at one Bot API server."""

    @classmethod
    def at(cls, api_url: str, token: str, *, proxy: str | None = None) -> Account:
        """Prepare the account; nothing is asked of Telegram before `open`."""
        hush()
        root = api_url.rstrip("/")
        return cls(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=Transport(proxy=proxy),
            get_updates_request=Transport(proxy=proxy, read_timeout=timedelta(seconds=10)),
        )

    async def open(self) -> None:
        """Connect and learn who we are; raises `TokenRefusedError`, or the library's network errors."""
        try:
            await self.initialize()
        except InvalidToken:
            raise TokenRefusedError("Telegram does not accept the token") from None

    async def close_all(self) -> None:
        """Close the connections; Telegram is not told."""
        await self.shutdown()
        for request in self._request:  # the library leaves them open when it never came to know us
            await request.shutdown()

    async def list_updates(self, offset: int, wait: timedelta) -> tuple[dict[str, Any], ...]:
        """
        Confirm what is before `offset` and wait for what comes next, as Telegram wrote it.

        The library's own call drops a whole batch when it cannot read one update of it, and logs the batch.
        """
        seconds = min(wait, _LONGEST_POLL).total_seconds()
        answer = await self._post(
            "getUpdates",
            {"offset": offset, "timeout": int(seconds), "allowed_updates": list(UPDATES)},
            read_timeout=seconds + 10,
        )
        updates = answer if isinstance(answer, list) else []
        return tuple(cast(dict[str, Any], each) for each in updates if isinstance(each, dict) and "update_id" in each)


def hush() -> None:
    """Keep the library from logging calls and updates, which hold what people write."""
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
