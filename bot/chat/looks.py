"""How the bot's messages look by now, and the changes of them that are under way."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any

from telegram import InlineKeyboardMarkup

from bot.texts.markup import Html

_log = logging.getLogger(__name__)
_REMEMBERED = 2_000

Key = tuple[int, int]
"""A chat and the number of a message in it."""
Look = tuple[Html, InlineKeyboardMarkup | None]


class MessageVersions:
    """The looks of the latest messages; of changes to one message the latest wins."""

    def __init__(self) -> None:
        self._looks: OrderedDict[Key, Look] = OrderedDict()
        self._changes: dict[Key, asyncio.Task[None]] = {}

    def find(self, key: Key) -> Look | None:
        """Give how a message looks, or will once the change under way is made."""
        return self._looks.get(key)

    def note(self, key: Key, look: Look) -> None:
        """Remember how a message looks."""
        self._looks[key] = look
        self._looks.move_to_end(key)
        while len(self._looks) > _REMEMBERED:
            self._looks.popitem(last=False)

    def undo(self, key: Key, look: Look, before: Look | None) -> None:
        """Take back a look that did not come about, unless there is a newer one."""
        if self._looks.get(key) != look:
            return
        if before is None:
            del self._looks[key]
        else:
            self._looks[key] = before

    async def change(self, key: Key, work: Coroutine[Any, Any, None], seconds: float) -> None:
        """Change a message; what takes longer goes on by itself, until the next change of it."""
        if earlier := self._changes.pop(key, None):
            earlier.cancel()
        task = self._changes[key] = asyncio.create_task(work)
        task.add_done_callback(lambda done: self._end(key, done))
        await asyncio.wait((task,), timeout=seconds)

    async def close(self) -> None:
        """Let no change go on."""
        tasks = tuple(self._changes.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _end(self, key: Key, task: asyncio.Task[None]) -> None:
        if self._changes.get(key) is task:
            del self._changes[key]
        if not task.cancelled() and (error := task.exception()):
            _log.error("edit.failed", extra={"error": type(error).__name__})
