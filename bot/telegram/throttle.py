"""
Rate limits of persons and groups per minute; what exceeds them is declined, with one sentence a minute.

A press that exceeds them gets a note on the button.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from telegram import Chat

from bot.core.errors import StorageError
from bot.core.ids import ChatId, UserId
from bot.core.ports import Clock
from bot.core.repositories import ChatRepository
from bot.i18n.catalog import Catalog
from bot.telegram.access import CommandRateLimit
from bot.telegram.api.transport import RawPress
from bot.telegram.callback_answers import CallbackAnswers
from bot.telegram.request import Request

_SILENCE = timedelta(minutes=1)
_REMEMBERED = 20_000


class Throttle:
    """
    Counts commands and presses, each for a person and for a group as a whole: thirty a minute.

    A group has a bound of its own because its members share one rate: Telegram takes twenty messages a minute there.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._commands = CommandRateLimit(clock)
        self._presses = CommandRateLimit(clock)
        self._told: OrderedDict[ChatId, datetime] = OrderedDict()

    def takes_command(self, user_id: UserId, chat_id: ChatId, *, anonymous: bool = False) -> bool:
        """
        Count a command and return whether it is to be handled.

        Anonymous administrators have one id in all groups, so they are counted in each.
        """
        return _takes(self._commands, (user_id, chat_id if anonymous else 0), chat_id)

    def takes_press(self, user_id: UserId, chat_id: ChatId | None) -> bool:
        """Count a press and return whether it is to be handled; the others are answered with a note."""
        return _takes(self._presses, (user_id, 0), chat_id or ChatId(0))

    def may_say_so(self, chat_id: ChatId) -> bool:
        """Return whether a chat is to be told now that it exceeded its rate: once a minute."""
        now, told_at = self._clock.now(), self._told.get(chat_id)
        if told_at is not None and abs(now - told_at) < _SILENCE:  # a clock set back must not silence us
            return False
        self._told[chat_id] = now
        self._told.move_to_end(chat_id)
        while len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        return True


def _takes(pace: CommandRateLimit, person: object, chat_id: ChatId) -> bool:
    """
    Count for the person and, in a group, for the group; what exceeds the person's limit does not count for the group.
    """
    if pace.step(person):
        return False
    return chat_id >= 0 or not pace.step(("group", chat_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclinedRequests:
    """
    Declines what exceeds the rate limits.

    Presses that are declined may come by the thousand, so the store is asked only for the language of their chat, and
    for that once.
    """

    throttle: Throttle
    chats: ChatRepository
    catalog: Catalog
    answers: CallbackAnswers
    _languages: OrderedDict[ChatId, str | None] = field(default_factory=OrderedDict)
    _banned: OrderedDict[UserId, None] = field(default_factory=OrderedDict)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def forget_language(self, chat: Chat | None) -> None:
        """Forget the cached language of a chat, because the update that was handled may have changed it."""
        if chat is not None:
            self._languages.pop(ChatId(chat.id), None)

    def note_ban(self, user_id: UserId, is_banned: bool) -> None:
        """Remember whether a person is banned, so that presses are declined without a query."""
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
                    if len(self._languages) > _REMEMBERED:
                        self._languages.popitem(last=False)
            return self._languages.get(chat_id)

    async def say(self, request: Request) -> None:
        """Decline with a sentence, unless the chat was told within this minute."""
        if self.throttle.may_say_so(request.place.chat_id):
            await request.reply(request.translation.t("That is a lot at once. Please wait a minute."))
