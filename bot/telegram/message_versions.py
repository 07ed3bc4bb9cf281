"""What recent messages of the bot show now: a press carries only what its message showed at the time of the press."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any

from telegram import InlineKeyboardMarkup

from bot.core.errors import without_text
from bot.i18n.markup import Html

_log = logging.getLogger(__name__)
_REMEMBERED = 2_000

MessageKey = tuple[int, int]
"""A chat and the number of a message in it."""
MessageContent = tuple[Html, InlineKeyboardMarkup | None]


class MessageVersions:
    """The current content of recent messages; of several edits of one message the latest wins."""

    def __init__(self) -> None:
        self._contents: OrderedDict[MessageKey, MessageContent] = OrderedDict()
        self._edits: dict[MessageKey, asyncio.Task[None]] = {}

    def find(self, key: MessageKey) -> MessageContent | None:
        """Return the content a message has, or will have once the edit under way is made."""
        return self._contents.get(key)

    def note(self, key: MessageKey, content: MessageContent) -> None:
        """Remember the content of a message."""
        self._contents[key] = content
        self._contents.move_to_end(key)
        while len(self._contents) > _REMEMBERED:
            self._contents.popitem(last=False)

    def undo(self, key: MessageKey, content: MessageContent, before: MessageContent | None) -> None:
        """Forget content that was not accepted, unless there is newer content."""
        if self._contents.get(key) != content:
            return
        if before is None:
            del self._contents[key]
        else:
            self._contents[key] = before

    async def edit(self, key: MessageKey, work: Coroutine[Any, Any, None], seconds: float) -> None:
        """Edit a message; an edit that takes longer continues in the background until the next edit of it."""
        if earlier := self._edits.pop(key, None):
            earlier.cancel()
        task = self._edits[key] = asyncio.create_task(work)
        task.add_done_callback(lambda done: self._end(key, done))
        await asyncio.wait((task,), timeout=seconds)

    async def close(self) -> None:
        """Cancel all edits under way."""
        tasks = tuple(self._edits.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _end(self, key: MessageKey, task: asyncio.Task[None]) -> None:
        if self._edits.get(key) is task:
            del self._edits[key]
        if not task.cancelled() and (error := task.exception()):
            _log.error("edit.failed", extra={"error": without_text(error)})
