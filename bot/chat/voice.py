"""
Everything the bot says in answer to somebody passes here: through the gate, patiently, and never twice the same edit.

Calls of the sender of alerts do not; it has its own way through the same gate.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from telegram import (
    BotCommand,
    BotCommandScope,
    ChatMemberAdministrator,
    ChatMemberOwner,
    ForceReply,
    InlineKeyboardMarkup,
    InputFile,
    Message,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.chat import lengths, outcomes
from bot.chat.account import Account
from bot.chat.gate import Gate
from bot.chat.messenger import NO_PREVIEW
from bot.core.delivery import RetryAfter, SendOutcome, Unknown, Unsent
from bot.core.ids import ChatId, ThreadId, UserId
from bot.core.ports import Clock
from bot.texts import markup
from bot.texts.markup import Html

_log = logging.getLogger(__name__)
_PATIENCE = timedelta(minutes=5)
_ANSWER_PATIENCE = timedelta(seconds=15)
_LONGEST_PAUSE = 15.0
_REMEMBERED = 2_000

Result = TypeVar("Result")
Keep = Callable[[ChatId, ThreadId, Html, InlineKeyboardMarkup | ForceReply | None], Awaitable[bool]]
Look = tuple[Html, InlineKeyboardMarkup | None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said: a chat, or a topic of it."""

    chat_id: ChatId
    thread_id: ThreadId


class Voice:
    """Speaks for the bot; what Telegram refuses is one log line, and the conversation goes on."""

    def __init__(
        self, account: Account, gate: Gate, clock: Clock, pause: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._account = account
        self._gate = gate
        self._clock = clock
        self._pause = pause
        self.keep: Keep | None = None
        """Where an answer goes that cannot go at once."""
        self._looks: OrderedDict[tuple[int, int], Look] = OrderedDict()

    async def say(
        self, place: Place, text: Html, keyboard: InlineKeyboardMarkup | None = None, *, asks: str | None = None
    ) -> bool:
        """Send a message, in several pieces if it is long; `asks` opens the reader's keyboard with this hint."""
        pages = lengths.pages(text)
        for number, page in enumerate(pages, 1):
            last = number == len(pages)
            reply = ForceReply(selective=True, input_field_placeholder=asks) if asks else keyboard
            if not await self._say_one(place, page, reply if last else None):
                return False
        return True

    async def _say_one(self, place: Place, text: Html, reply: InlineKeyboardMarkup | ForceReply | None) -> bool:
        keep = self.keep
        message = await self._call(
            place.chat_id,
            place.chat_id,
            lambda: self._account.send_message(
                place.chat_id,
                text,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                message_thread_id=place.thread_id or None,
                reply_markup=reply,
            ),
            late=(lambda: keep(place.chat_id, place.thread_id, text, reply)) if keep else None,
        )
        if message is None:
            return False
        self._remember(message, (text, reply if isinstance(reply, InlineKeyboardMarkup) else None))
        return True

    async def edit(self, message: Message, text: Html, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Change a message of ours, unless it looks like that already."""
        now, buttons = self.look_of(message)
        if markup.plain(now) == markup.plain(text) and buttons == keyboard:
            return
        edited = await self._call(
            None,
            ChatId(message.chat_id),
            lambda: self._account.edit_message_text(
                text,
                chat_id=message.chat_id,
                message_id=message.message_id,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=keyboard,
            ),
        )
        if edited is not None:
            self._remember(message, (text, keyboard))

    def look_of(self, message: Message) -> Look:
        """Say how a message looks by now; a press only tells how it looked when it was pressed."""
        known = self._looks.get((message.chat_id, message.message_id))
        return known or (Html(message.text_html if message.text else ""), message.reply_markup)

    async def answer(self, query_id: str, text: str = "") -> None:
        """Answer a press, with a short note if there is one."""
        await self._call(
            None,
            None,
            lambda: self._account.answer_callback_query(query_id, lengths.cut(text, 200) or None),
            _ANSWER_PATIENCE,
        )

    async def send_file(self, place: Place, name: str, content: bytes, caption: Html) -> bool:
        """Send a document."""
        sent = await self._call(
            place.chat_id,
            place.chat_id,
            lambda: self._account.send_document(
                place.chat_id,
                InputFile(content, filename=name),
                caption=caption,
                parse_mode=ParseMode.HTML,
                message_thread_id=place.thread_id or None,
            ),
        )
        return sent is not None

    async def leave(self, chat_id: ChatId) -> None:
        """Leave a group or channel."""
        await self._call(None, chat_id, lambda: self._account.leave_chat(chat_id))

    async def is_administrator(self, chat_id: ChatId, user_id: UserId) -> bool:
        """Ask Telegram whether somebody may change things in a group; when in doubt, no."""
        member = await self._call(
            None, chat_id, lambda: self._account.get_chat_member(chat_id, user_id), _ANSWER_PATIENCE
        )
        return isinstance(member, ChatMemberOwner | ChatMemberAdministrator)

    async def set_commands(
        self, commands: Sequence[BotCommand], scope: BotCommandScope, language: str | None = None
    ) -> bool:
        """Fill the menu for a scope and language."""
        done = await self._call(
            None, None, lambda: self._account.set_my_commands(commands, scope=scope, language_code=language)
        )
        return done is not None

    async def _call(
        self,
        paced: ChatId | None,
        chat_id: ChatId | None,
        make: Callable[[], Awaitable[Result]],
        patience: timedelta = _PATIENCE,
        late: Callable[[], Awaitable[bool]] | None = None,
    ) -> Result | None:
        """
        Make a call as often as it takes; `paced` is the chat whose rate it counts for, `chat_id` whom it is for.

        What cannot go for long is handed to `late`, if there is one.
        """
        until = self._clock.monotonic() + patience.total_seconds()
        attempt = 0
        while True:
            outcome: SendOutcome
            wait: float | None
            if (left := self._gate.paused(chat_id)) > 0:
                outcome, wait = RetryAfter(timedelta(seconds=left)), left
            else:
                await self._gate.admit(paced)
                try:
                    return await make()
                except TelegramError as error:
                    outcome = outcomes.read(error)
                attempt += 1
                wait = self._before_next(outcome, chat_id, attempt)
            most = until - self._clock.monotonic()
            if wait is None or wait > (min(most, _LONGEST_PAUSE) if late else most):
                if wait is not None and late is not None and await late():
                    _log.info("reply.comes_later", extra={"chat": chat_id})
                    return None
                why = getattr(outcome, "reason", type(outcome).__name__)  # Telegram's words may quote the message
                _log.warning("reply.refused", extra={"chat": chat_id, "outcome": why})
                return None
            await self._pause(wait)

    def _before_next(self, outcome: SendOutcome, chat_id: ChatId | None, attempt: int) -> float | None:
        """Give the seconds until the next attempt; None when there is no point in one."""
        match outcome:
            case RetryAfter(delay):
                self._gate.flooded(chat_id, delay)
                return delay.total_seconds()
            case Unsent() | Unknown():
                return min(0.25 * 2.0**attempt, _LONGEST_PAUSE)
            case _:
                return None

    def _remember(self, message: Message, look: Look) -> None:
        key = (message.chat_id, message.message_id)
        self._looks[key] = look
        self._looks.move_to_end(key)
        while len(self._looks) > _REMEMBERED:
            self._looks.popitem(last=False)
