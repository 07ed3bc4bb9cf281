"""The bot's account at Telegram: the library's `Bot` on our transport, and the few calls it makes of its own."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, cast

from telegram import Bot
from telegram._utils.types import JSONDict
from telegram.error import InvalidToken

from bot.chat import lenient
from bot.chat.transport import Transport, UnclearError

UPDATES = ("message", "callback_query", "my_chat_member")
_LONGEST_POLL = timedelta(seconds=50)


class TokenRefusedError(Exception):
    """Telegram does not accept the token; the text never holds it."""


class BotClient(Bot):
    """A token at one Bot API server."""

    @classmethod
    def at(cls, api_url: str, token: str, *, proxy: str | None = None) -> BotClient:
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
        if not isinstance(answer, list):
            raise UnclearError("what came is no list of updates")
        return tuple(cast(dict[str, Any], each) for each in answer if isinstance(each, dict) and _is_update(each))

    async def find_standing(self, chat_id: int, user_id: int) -> str:
        """Say what somebody is in a chat, in Telegram's words; the library wants every right of an administrator."""
        answer = await self._post("getChatMember", {"chat_id": chat_id, "user_id": user_id})
        return str(answer.get("status", "")) if isinstance(answer, dict) else ""

    async def _post(self, endpoint: str, data: JSONDict | None = None, **how: Any) -> Any:
        return lenient.result(endpoint, await super()._post(endpoint, data, **how), self.token)


def _is_update(raw: dict[str, Any]) -> bool:
    number = raw.get("update_id")
    return lenient.is_number(number) and number >= 0


def hush() -> None:
    """Keep the library from logging calls and updates, which hold what people write."""
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
