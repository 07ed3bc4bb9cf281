"""
Answers every press of a button, in time also where its handler takes long.

The time runs from the arrival of the press and not from the start of its handler: Telegram shows a waiting circle until
the answer, and accepts none after a while.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from bot.core.delivery.delivery import SendPriority
from bot.core.ids import ChatId
from bot.telegram.chat_executor import Aside, stay
from bot.telegram.replies import ReplySender

_LINGER_SECONDS = 2.0
"""For this long the next update of a chat waits for a slow answer to a press."""

_REMEMBERED = 10_000
"""Most presses remembered as answered before they were handled."""


class CallbackAnswers:
    """The presses that still need an answer; `prompt_seconds` is how long a press waits for its note."""

    def __init__(self, replies: ReplySender, prompt_seconds: float, aside: Aside = stay) -> None:
        self._replies = replies
        self._aside = aside
        self._prompt_seconds = prompt_seconds
        self._owed: OrderedDict[str, tuple[asyncio.Future[str], asyncio.Task[None]]] = OrderedDict()

    def expect(self, query_id: str, chat_id: ChatId | None) -> None:
        """Register a press; it is answered when its note is given, or soon without one."""
        if query_id not in self._owed:
            note = asyncio.get_running_loop().create_future()
            answering = asyncio.create_task(self._answer(query_id, chat_id, note))
            self._owed[query_id] = note, answering
            while len(self._owed) > _REMEMBERED:
                self._owed.popitem(last=False)

    async def give(self, query_id: str, note: str) -> None:
        """Answer with this note, unless the press is answered already."""
        owed = self._owed.get(query_id)
        if owed is None:
            return
        told, answering = owed
        if not told.done():
            told.set_result(note)
        async with self._aside():
            await asyncio.wait((answering,), timeout=_LINGER_SECONDS)
        if answering.done():
            self._owed.pop(query_id, None)
        else:
            answering.add_done_callback(lambda _: self._owed.pop(query_id, None))

    async def decline(self, query_id: str, note: str, chat_id: ChatId | None) -> None:
        """Answer a press that is not handled, after all calls that somebody waits for; an expected one as usual."""
        if query_id in self._owed:
            await self.give(query_id, note)
        else:
            await self._replies.answer(query_id, note, chat_id, rank=SendPriority.BULK)

    async def close(self) -> None:
        """Drop all presses that are not answered yet."""
        tasks = [answering for _, answering in self._owed.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, query_id: str, chat_id: ChatId | None, note: asyncio.Future[str]) -> None:
        await asyncio.wait((note,), timeout=self._prompt_seconds)
        await self._replies.answer(query_id, note.result() if note.done() else "", chat_id)
