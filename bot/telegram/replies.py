"""
Replies to readers: sent through the rate limiter, retried, and edited only where the content changed.

Calls of the sender of alerts do not come here; they use the same rate limiter directly.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

from telegram import BotCommand, BotCommandScope, ForceReply, InlineKeyboardMarkup, Message
from telegram.constants import ChatMemberStatus

from bot.core.delivery.delivery import Refused, SendOutcome, SendPriority
from bot.core.errors import StorageError
from bot.core.ids import ChatId, ThreadId, UserId
from bot.core.ports import Clock
from bot.i18n import markup
from bot.i18n.markup import Html
from bot.telegram.api.client import BotClient, CallFailed, CallPolicy, Result, RetryingCaller
from bot.telegram.api.rate_limiter import TelegramRateLimiter
from bot.telegram.chat_executor import Aside, stay
from bot.telegram.messages import UNCHANGED, MessageCalls, OutgoingText
from bot.telegram.text import alert

_log = logging.getLogger(__name__)
_REMEMBERED = 2_000

Key = tuple[int, int]
"""A chat and the number of a message in it."""
Look = tuple[Html, InlineKeyboardMarkup | None]


class MessageVersions:
    """The current content of recent messages; of several edits of one message the latest wins."""

    def __init__(self) -> None:
        self._looks: OrderedDict[Key, Look] = OrderedDict()
        self._changes: dict[Key, asyncio.Task[None]] = {}

    def find(self, key: Key) -> Look | None:
        """Return the content a message has, or will have once the edit under way is made."""
        return self._looks.get(key)

    def note(self, key: Key, look: Look) -> None:
        """Remember the content of a message."""
        self._looks[key] = look
        self._looks.move_to_end(key)
        while len(self._looks) > _REMEMBERED:
            self._looks.popitem(last=False)

    def undo(self, key: Key, look: Look, before: Look | None) -> None:
        """Forget content that was not accepted, unless there is newer content."""
        if self._looks.get(key) != look:
            return
        if before is None:
            del self._looks[key]
        else:
            self._looks[key] = before

    async def change(self, key: Key, work: Coroutine[Any, Any, None], seconds: float) -> None:
        """Edit a message; an edit that takes longer continues in the background until the next edit of it."""
        if earlier := self._changes.pop(key, None):
            earlier.cancel()
        task = self._changes[key] = asyncio.create_task(work)
        task.add_done_callback(lambda done: self._end(key, done))
        await asyncio.wait((task,), timeout=seconds)

    async def close(self) -> None:
        """Cancel all edits under way."""
        tasks = tuple(self._changes.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _end(self, key: Key, task: asyncio.Task[None]) -> None:
        if self._changes.get(key) is task:
            del self._changes[key]
        if not task.cancelled() and (error := task.exception()):
            _log.error("edit.failed", extra={"error": type(error).__name__})


_PROMPT = timedelta(seconds=15)
"""How long a reply may take before it is given up, or left to the stored queue."""
_ANSWER_PATIENCE = timedelta(minutes=1)
"""About how long Telegram accepts the answer to a press."""
_MENU_PATIENCE = timedelta(days=1)
_EDIT_SECONDS = 3.0
"""How long the next update of the chat waits for an edit; then the edit continues in the background."""
_RANKS = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR})

Move = Callable[[ChatId, ChatId], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message goes: a chat, or a topic of it."""

    chat_id: ChatId
    thread_id: ThreadId


class Late(Protocol):
    """Port to the stored queue of replies that could not be sent at once."""

    async def is_behind(self, chat_id: ChatId) -> bool:
        """Return whether earlier replies to this chat wait, which a new one must not overtake."""
        ...

    async def keep(self, wording: OutgoingText, rank: SendPriority) -> bool:
        """Queue a reply, or one sentence for all that are too many; returns whether it was stored."""
        ...


class ReplySender:
    """Sends the bot's replies; what Telegram refuses is logged in one line, and the conversation goes on."""

    def __init__(
        self,
        account: BotClient,
        rate_limiter: TelegramRateLimiter,
        clock: Clock,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        *,
        aside: Aside = stay,
        allow_paid_broadcast: bool = False,
    ) -> None:
        self._account = account
        self._aside = aside
        self._call = RetryingCaller(rate_limiter, clock, pause, aside)
        self._calls = MessageCalls(account=account, allow_paid_broadcast=allow_paid_broadcast)
        self.late: Late | None = None
        """Where an answer goes that cannot go at once."""
        self.moved: Move | None = None
        """Told of a group that became a supergroup: its old id and its new one."""
        self._looks = MessageVersions()

    async def close(self) -> None:
        """Cancel what continues in the background."""
        await self._looks.close()

    async def say(
        self,
        place: Destination,
        text: Html,
        keyboard: InlineKeyboardMarkup | None = None,
        *,
        asks: str | None = None,
        rank: SendPriority = SendPriority.REPLY,
    ) -> bool:
        """
        Send a message, in several parts if it is long; `asks` opens the reader's keyboard with this hint.

        Returns whether it was sent or stored to be sent later.
        """
        pages = alert.pages(text)
        reply = ForceReply(selective=True, input_field_placeholder=asks) if asks else keyboard
        for number, page in enumerate(pages, 1):
            wording = OutgoingText(
                chat_id=place.chat_id,
                thread_id=place.thread_id,
                text=page,
                reply=reply if number == len(pages) else None,
            )
            if not await self._say_one(wording, rank):
                return False
        return True

    async def _say_one(self, wanted: OutgoingText, rank: SendPriority) -> bool:
        late = self.late
        terms = replace(_terms(wanted.chat_id, paced=True), rank=rank)
        if late is not None:
            if await late.is_behind(wanted.chat_id) and await self._keep(late, wanted, rank):
                return True
            terms = replace(terms, patience=_PROMPT, longest_wait=_PROMPT)
        sent, wording = await self._worded(wanted, self._send_message, terms)
        if not isinstance(sent, CallFailed):
            keyboard = wording.reply if isinstance(wording.reply, InlineKeyboardMarkup) else None
            self._looks.note((wording.chat_id, sent.message_id), (wording.text, keyboard))
            return True
        here = replace(wanted, chat_id=wording.chat_id, thread_id=wording.thread_id)
        if sent.may_pass and late and await self._keep(late, here, rank):
            return True
        _tell(sent, wording.chat_id)
        return False

    async def _keep(self, late: Late, wanted: OutgoingText, rank: SendPriority) -> bool:
        """Leave a reply to the stored queue."""
        is_kept = await late.keep(wanted, rank)
        if is_kept:
            _log.info("reply.comes_later", extra={"chat": wanted.chat_id})
        return is_kept

    async def _send_message(self, wording: OutgoingText) -> Message:
        return await self._calls.send(
            wording.chat_id,
            wording.shown(alert.MESSAGE),
            html=not wording.plain,
            thread_id=wording.thread_id,
            buttons=wording.reply,
        )

    async def edit(self, message: Message, text: Html, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Edit a message of the bot, unless it has this content already."""
        now, buttons = self.look_of(message)
        if markup.plain(now) == markup.plain(text) and buttons == keyboard:
            return
        key = message.chat_id, message.message_id
        async with self._aside():
            await self._looks.change(key, self._edit(key, (text, keyboard)), _EDIT_SECONDS)

    async def _edit(self, key: Key, look: Look) -> None:
        chat_id, message_id = key
        before = self._looks.find(key)
        self._looks.note(key, look)

        async def change(wording: OutgoingText) -> object:
            text = wording.shown(alert.MESSAGE)
            return await self._calls.edit(ChatId(chat_id), message_id, text, html=not wording.plain, buttons=look[1])

        wanted = OutgoingText(chat_id=ChatId(chat_id), thread_id=ThreadId(0), text=look[0])
        edited, _ = await self._worded(wanted, change, _terms(ChatId(chat_id)), is_edit=True)
        if isinstance(edited, CallFailed) and not _is_unchanged(edited.outcome):
            self._looks.undo(key, look, before)
            _tell(edited, ChatId(chat_id))

    def look_of(self, message: Message) -> Look:
        """Return the current content of a message; a press carries only the content at the time of the press."""
        known = self._looks.find((message.chat_id, message.message_id))
        return known or (Html(message.text_html if message.text else ""), message.reply_markup)

    async def answer(
        self, query_id: str, text: str = "", chat_id: ChatId | None = None, *, rank: SendPriority = SendPriority.REPLY
    ) -> None:
        """Answer a press, with a short note if there is one; a flood of the chat does not delay it."""
        done = await self._call(
            lambda: self._account.answer_callback_query(query_id, alert.cut(text, alert.NOTE) or None),
            CallPolicy(floods=chat_id, patience=_ANSWER_PATIENCE, rank=rank),
        )
        if isinstance(done, CallFailed):
            _tell(done, chat_id)

    async def send_file(self, place: Destination, name: str, content: bytes, caption: Html) -> bool:
        """Send a document."""

        async def send(wording: OutgoingText) -> Message:
            shown, html = wording.shown(alert.CAPTION), not wording.plain
            return await self._calls.send_file(
                wording.chat_id, name, content, shown, html=html, thread_id=wording.thread_id
            )

        wanted = OutgoingText(
            chat_id=place.chat_id,
            thread_id=place.thread_id,
            text=caption,
            plain=alert.visible(caption) > alert.CAPTION,
        )
        sent, _ = await self._worded(wanted, send, _terms(place.chat_id, paced=True))
        if isinstance(sent, CallFailed):
            _tell(sent, place.chat_id)
        return not isinstance(sent, CallFailed)

    async def leave(self, chat_id: ChatId) -> None:
        """Leave a group or channel, after all calls that somebody waits for."""
        terms = replace(_terms(chat_id), rank=SendPriority.BULK)
        left = await self._call(lambda: self._account.leave_chat(chat_id), terms)
        if isinstance(left, CallFailed):
            _tell(left, chat_id)

    async def is_administrator(self, chat_id: ChatId, user_id: UserId) -> bool:
        """Ask Telegram whether a person is an administrator of the group; False when in doubt."""
        terms = replace(_terms(chat_id), patience=_PROMPT)
        standing = await self._call(lambda: self._account.find_standing(chat_id, user_id), terms)
        if isinstance(standing, CallFailed):
            _tell(standing, chat_id)
        return standing in _RANKS

    async def set_commands(
        self, commands: Sequence[BotCommand], scope: BotCommandScope, language: str | None = None
    ) -> bool:
        """Set the menu of a scope and language, however long that takes, after all other calls."""
        done = await self._call(
            lambda: self._account.set_my_commands(commands, scope=scope, language_code=language),
            CallPolicy(rank=SendPriority.BULK, patience=_MENU_PATIENCE),
        )
        if isinstance(done, CallFailed):
            _tell(done, None)
        return not isinstance(done, CallFailed)

    async def _worded(
        self,
        wording: OutgoingText,
        make: Callable[[OutgoingText], Awaitable[Result]],
        terms: CallPolicy,
        *,
        is_edit: bool = False,
    ) -> tuple[Result | CallFailed, OutgoingText]:
        """Make a call; where Telegram refuses the form or the place, the plainer variant is sent."""
        while True:
            done = await self._call(partial(make, wording), terms)
            if not isinstance(done, CallFailed):
                return done, wording
            other = wording.changed(done.outcome) if is_edit else wording.otherwise(done.outcome)
            if other is None:
                return done, wording
            _log.info("reply.otherwise", extra={"chat": wording.chat_id, "outcome": _why(done.outcome)})
            if other.chat_id != wording.chat_id:
                await self._follow(wording.chat_id, other.chat_id)
                terms = replace(terms, paced=other.chat_id, heeds=other.chat_id, floods=other.chat_id)
            wording = other

    async def _follow(self, old: ChatId, new: ChatId) -> None:
        if self.moved is not None:
            with contextlib.suppress(StorageError):  # the sender meets it too
                await self.moved(old, new)


def _terms(chat_id: ChatId, *, paced: bool = False) -> CallPolicy:
    return CallPolicy(paced=chat_id if paced else None, heeds=chat_id, floods=chat_id)


def _is_unchanged(outcome: SendOutcome) -> bool:
    return isinstance(outcome, Refused) and UNCHANGED in outcome.detail.lower()


def _why(outcome: SendOutcome) -> str:
    """Name a failed call for the log without Telegram's own text, which may quote the message."""
    return str(getattr(outcome, "reason", type(outcome).__name__))


def _tell(failed: CallFailed, chat_id: ChatId | None) -> None:
    _log.warning("reply.refused", extra={"chat": chat_id, "outcome": _why(failed.outcome)})
