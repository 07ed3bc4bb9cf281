"""
Messages in flight: those of which Telegram may already show what the store does not know yet.

Between Telegram's acceptance of a message and the transaction that stores its number, a quick reader can answer it or
press its buttons. Whoever looks a message up by its number looks through `InFlight.find`, which waits for that
transaction instead of taking the message for an unknown one. The process that receives updates is the one that sends.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

from bot.core.ids import ChatId

_LONGEST_WAIT = 2.0
"""Seconds; a call that hangs must not keep a reader waiting."""
Found = TypeVar("Found")


class InFlight:
    """The chats to which a message is on its way, at most one each; belongs to one event loop."""

    def __init__(self) -> None:
        self._chats: dict[ChatId, asyncio.Event] = {}

    @contextlib.contextmanager
    def sending(self, chat_id: ChatId) -> Iterator[None]:
        """Count a message as on its way until the block, which sends it and stores the outcome, has ended."""
        landed = self._chats[chat_id] = asyncio.Event()
        try:
            yield
        finally:
            landed.set()
            if self._chats.get(chat_id) is landed:
                del self._chats[chat_id]

    async def find(self, chat_id: ChatId, look_up: Callable[[], Awaitable[Found | None]]) -> Found | None:
        """Look a message of a chat up; where it is unknown while one was on its way, once more when that is stored."""
        landed = self._chats.get(chat_id)  # read first: it may land while the store looks
        found = await look_up()
        if found is not None or landed is None:
            return found
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(landed.wait(), _LONGEST_WAIT)
        return await look_up()
