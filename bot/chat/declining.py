"""What is too much: a press gets a note, texts get one sentence a minute for all of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from dataclasses import dataclass, field

from telegram import Chat

from bot.chat.answers import CallbackAnswers
from bot.chat.lenient import RawPress
from bot.chat.throttle import Throttle
from bot.chat.turn import Request
from bot.core.errors import StorageError
from bot.core.ids import ChatId, UserId
from bot.core.shelves import ChatRepository
from bot.texts.catalog import Catalog

_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclinedRequests:
    """
    Counts, and says no.

    Presses that are declined may come by the thousand, so they ask the store for nothing but the language of their
    chat, and for that once.
    """

    throttle: Throttle
    chats: ChatRepository
    catalog: Catalog
    answers: CallbackAnswers
    _languages: OrderedDict[ChatId, str | None] = field(default_factory=OrderedDict)
    _banned: OrderedDict[UserId, None] = field(default_factory=OrderedDict)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def forget_language(self, chat: Chat | None) -> None:
        """Take note that something was handled which may have changed the language of a chat."""
        if chat is not None:
            self._languages.pop(ChatId(chat.id), None)

    def note_ban(self, user_id: UserId, is_banned: bool) -> None:
        """Remember who is told nothing, as far as that is known without a look at the store."""
        self._banned.pop(user_id, None)
        if is_banned:
            self._banned[user_id] = None
            if len(self._banned) > _REMEMBERED:
                self._banned.popitem(last=False)

    async def press(self, press: RawPress) -> None:
        """Answer a press that is not handled, in the language of its chat."""
        chat_id = None if press.chat_id is None else ChatId(press.chat_id)
        note = ""
        if UserId(press.user_id) not in self._banned:
            language = None if chat_id is None else await self._find_language(chat_id)
            speech = self.catalog.speak(language or self.catalog.find(press.language))
            note = speech.label("One moment, please: that was a lot at once.")
        await self.answers.decline(press.query_id, note, chat_id)

    async def _find_language(self, chat_id: ChatId) -> str | None:
        if chat_id in self._languages:
            return self._languages[chat_id]
        async with self._reading:  # of those that come at the same time, only the first one reads
            if chat_id not in self._languages:
                with contextlib.suppress(StorageError):  # it is said all the same
                    chat = await self.chats.find(chat_id)
                    self._languages[chat_id] = chat.language if chat else None
                    if len(self._languages) > _REMEMBERED:
                        self._languages.popitem(last=False)
            return self._languages.get(chat_id)

    async def say(self, turn: Request) -> None:
        """Say that it was too much, unless the chat was told within this minute."""
        if self.throttle.may_say_so(turn.place.chat_id):
            await turn.reply(turn.speech.t("That is a lot at once. Please wait a minute."))
