"""
Answers every press of a button, in time also where its handler takes long or the press exceeds the rate limit.

The time runs from the arrival of the press and not from the start of its handler: Telegram shows a waiting circle until
the answer, and accepts none after a while.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from dataclasses import dataclass, field

from bot.core.delivery.delivery import SendPriority
from bot.core.errors import StorageError
from bot.core.ids import ChatId, UserId
from bot.core.repositories import ChatRepository
from bot.i18n.catalog import Catalog
from bot.telegram.access import Throttle
from bot.telegram.api.client import WithoutSlot
from bot.telegram.api.transport import RawPress
from bot.telegram.replies import ReplySender

_LINGER_SECONDS = 2.0
"""For this long the next update of a chat waits for a slow answer to a press."""

_REMEMBERED = 10_000
"""Most presses remembered as answered before they were handled."""


class CallbackAnswers:
    """The presses that still need an answer; `prompt_seconds` is how long a press waits for its note."""

    def __init__(self, replies: ReplySender, prompt_seconds: float, without_slot: WithoutSlot) -> None:
        self._replies = replies
        self._without_slot = without_slot
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
        given, answering = owed
        if not given.done():
            given.set_result(note)
        async with self._without_slot():
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
            await self._replies.answer_press(query_id, note, chat_id, rank=SendPriority.BULK)

    async def close(self) -> None:
        """Drop all presses that are not answered yet."""
        tasks = [answering for _, answering in self._owed.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, query_id: str, chat_id: ChatId | None, note: asyncio.Future[str]) -> None:
        await asyncio.wait((note,), timeout=self._prompt_seconds)
        await self._replies.answer_press(query_id, note.result() if note.done() else "", chat_id)


_MOST_CHATS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PressLimit:
    """
    Declines presses that exceed the rate limit, with a note.

    They may come by the thousand, so the store is asked only for the language of their chat, and for that once.
    """

    throttle: Throttle
    chats: ChatRepository
    catalog: Catalog
    answers: CallbackAnswers
    _languages: OrderedDict[ChatId, str | None] = field(default_factory=OrderedDict)
    _banned: OrderedDict[UserId, None] = field(default_factory=OrderedDict)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def is_exceeded(self, press: RawPress) -> bool:
        """Count a press on its arrival; one within the limit is answered soon, however long its handler takes."""
        chat_id = None if press.chat_id is None else ChatId(press.chat_id)
        if not self.throttle.takes_press(UserId(press.user_id), chat_id):
            return True
        self.answers.expect(press.query_id, chat_id)
        return False

    def forget_language(self, chat_id: ChatId) -> None:
        """Forget the cached language of a chat, because the update that was handled may have changed it."""
        self._languages.pop(chat_id, None)

    def note_ban(self, user_id: UserId, is_banned: bool) -> None:
        """Remember whether a person is banned, so that presses are declined without a query."""
        self._banned.pop(user_id, None)
        if is_banned:
            self._banned[user_id] = None
            if len(self._banned) > _MOST_CHATS:
                self._banned.popitem(last=False)

    async def decline(self, press: RawPress) -> None:
        """Answer a press that is not handled, in the language of its chat."""
        chat_id = None if press.chat_id is None else ChatId(press.chat_id)
        note = ""
        if UserId(press.user_id) not in self._banned:
            language = None if chat_id is None else await self._find_language(chat_id)
            translation = self.catalog.speak(language or self.catalog.find(press.language))
            note = translation.label("One moment, please: that was a lot at once.")
        await self.answers.decline(press.query_id, note, chat_id)

    async def _find_language(self, chat_id: ChatId) -> str | None:
        if chat_id in self._languages:
            return self._languages[chat_id]
        async with self._reading:  # of those that come at the same time, only the first one reads
            if chat_id not in self._languages:
                with contextlib.suppress(StorageError):  # it is said all the same
                    chat = await self.chats.find(chat_id)
                    self._languages[chat_id] = chat.language if chat else None
                    if len(self._languages) > _MOST_CHATS:
                        self._languages.popitem(last=False)
            return self._languages.get(chat_id)
