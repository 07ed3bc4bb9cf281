"""
Replies to readers: sent through the rate limiter, retried, and edited only where the content changed.

A message may have a plainer variant, which is sent where Telegram refuses the first. A reply that cannot be sent soon
is stored in the queue of deliveries, with its buttons, and sent from there. Messages of the sender do not come here.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Protocol

from telegram import ForceReply, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ChatMemberStatus

from bot.core.delivery.delivery import (
    ChatMoved,
    Refused,
    RefusedReason,
    SendOutcome,
    SendPriority,
)
from bot.core.errors import StorageError
from bot.core.ids import ChatId, MessageId, ThreadId, UserId
from bot.i18n import markup
from bot.i18n.markup import Html
from bot.telegram.api import errors
from bot.telegram.api.client import (
    BotClient,
    Buttons,
    CallFailed,
    CallPolicy,
    ChannelRights,
    ChatSummary,
    Result,
    RetryingCaller,
)
from bot.telegram.message_versions import MessageContent, MessageKey, MessageVersions
from bot.telegram.named_channel import NamedChannel
from bot.telegram.text import alert

_log = logging.getLogger(__name__)
_FORM = (RefusedReason.BAD_MARKUP, RefusedReason.TOO_LONG)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message goes: a chat, or a topic of it."""

    chat_id: ChatId
    thread_id: ThreadId
    answer_to: Destination | None = None  # the private chat that a channel is managed from, or a topic of this one
    channel: NamedChannel | None = None  # the channel, where it is managed from there

    @property
    def is_managed(self) -> bool:
        """Whether this is a channel that is managed from a private chat."""
        return self.answer_to is not None and self.answer_to.chat_id != self.chat_id


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingText:
    """A text with its destination and its buttons."""

    chat_id: ChatId
    thread_id: ThreadId
    text: Html
    buttons: Buttons | None = None
    plain: bool = False
    moved: bool = False
    """Whether the chat has moved to another id than the one the text was meant for."""

    def shown(self, limit: int) -> str:
        """Return the text to send."""
        return alert.cut(markup.plain(self.text), limit) if self.plain else self.text

    def plainer(self, outcome: SendOutcome) -> OutgoingText | None:
        """Return the next variant (plain text, no buttons, no topic, or the chat's new id); None without one."""
        match outcome:
            case Refused(reason) if reason in _FORM and not self.plain:
                return replace(self, plain=True)
            case Refused(reason) if reason in _FORM or reason is RefusedReason.BAD_REQUEST:
                bare = replace(self, plain=True, buttons=None)
                return None if bare == self else bare
            case Refused(RefusedReason.THREAD_GONE) if self.thread_id:
                return replace(self, thread_id=ThreadId(0))
            case ChatMoved(chat_id) if not self.moved:
                return replace(self, chat_id=chat_id, moved=True)
            case _:
                return None

    def plainer_edit(self, outcome: SendOutcome) -> OutgoingText | None:
        """Return the next variant of an edit, where only the form can differ; None without one."""
        is_form = isinstance(outcome, Refused) and outcome.reason in _FORM
        return replace(self, plain=True) if is_form and not self.plain else None


class ReplyQueue(Protocol):
    """Port to the stored queue of replies that could not be sent soon."""

    async def is_waiting(self, chat_id: ChatId) -> bool:
        """Return whether earlier replies to this chat wait, which a new one must not overtake."""
        ...

    async def store(self, text: OutgoingText, rank: SendPriority) -> bool:
        """Queue a reply, or one sentence for all that are too many; returns whether it was stored."""
        ...


_MOST_MARKS = 100


def split_pages(text: Html) -> list[Html]:
    """
    Cut a long message between its lines; no markup of ours goes over a line's end.

    Telegram heeds a hundred pieces of markup in a message: one that has more is a long one too.
    """
    if alert.visible_length(text) <= alert.MESSAGE and _marks(text) <= _MOST_MARKS:
        return [text]
    done: list[Html] = []
    room, left, lines = 0, 0, list[Html]()
    for line in map(Html, text.split("\n")):
        needed, marks = alert.visible_length(line) + 1, _marks(line)
        if lines and (needed > room or marks > left):
            done.append(markup.join("\n", lines))
            lines = []
        if not lines:
            room, left = alert.MESSAGE, _MOST_MARKS
        if needed > alert.MESSAGE:
            line, needed = markup.escape(alert.cut(markup.plain(line), alert.MESSAGE)), alert.MESSAGE
        lines.append(line)
        room, left = room - needed, left - marks
    return [*done, markup.join("\n", lines)] if lines else done


def _marks(text: str) -> int:
    """Count the pieces of markup."""
    return text.count("</")


_FILE_TIMEOUT = timedelta(minutes=1)
_REPLY_TIMEOUT = timedelta(seconds=15)
"""How long a reply may take before it is given up, or left to the stored queue."""
_ANSWER_TIMEOUT = timedelta(minutes=1)
"""About how long Telegram accepts the answer to a press."""
_EDIT_SECONDS = 3.0
"""How long the next update of the chat waits for an edit; then the edit continues in the background."""
_ADMINISTRATORS = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR})


class ReplySender:
    """
    Sends the bot's replies; what Telegram refuses is logged in one line, and the conversation goes on.

    `move_chat` is called with the old and the new id of a group that became a supergroup. Without a `queue`, a reply
    that cannot be sent soon is retried here.
    """

    def __init__(
        self,
        call: RetryingCaller,
        *,
        queue: ReplyQueue | None = None,
        move_chat: Callable[[ChatId, ChatId], Awaitable[object]] | None = None,
        versions: MessageVersions | None = None,
    ) -> None:
        self._call = call
        self._queue = queue
        self._move_chat = move_chat
        self._versions = versions or MessageVersions()

    async def close(self) -> None:
        """Cancel what continues in the background."""
        await self._versions.close()

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
        pages = split_pages(text)
        buttons = ForceReply(selective=True, input_field_placeholder=asks) if asks else keyboard
        for number, page in enumerate(pages, 1):
            message = OutgoingText(
                chat_id=place.chat_id,
                thread_id=place.thread_id,
                text=page,
                buttons=buttons if number == len(pages) else None,
            )
            if not await self._send(message, rank):
                return False
        return True

    async def try_say(self, place: Destination, text: Html) -> SendOutcome | None:
        """Send a text exactly as it is, or not at all; returns None, or why not."""
        policy = CallPolicy(chat=place.chat_id, counts=True, timeout=_REPLY_TIMEOUT, longest_wait=_REPLY_TIMEOUT)
        sent = await self._call(
            lambda account: account.send_text(place.chat_id, text, thread_id=place.thread_id), policy
        )
        return sent.outcome if isinstance(sent, CallFailed) else None

    async def rewrite(
        self, chat_id: ChatId, message_id: MessageId, text: Html, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """Edit a message of the bot by its number, unless it is known to have this content."""
        key = chat_id, int(message_id)
        if self._versions.find(key) != (text, keyboard):
            await self._versions.edit(key, self._edit(key, (text, keyboard), None), _EDIT_SECONDS)

    async def _send(self, message: OutgoingText, rank: SendPriority) -> bool:
        """Send one message now, or store it behind those that wait for the chat."""
        queue, policy = self._queue, CallPolicy(chat=message.chat_id, counts=True, rank=rank)
        if queue is not None:
            if await queue.is_waiting(message.chat_id) and await queue.store(message, rank):
                return True
            policy = replace(policy, timeout=_REPLY_TIMEOUT, longest_wait=_REPLY_TIMEOUT)

        async def send(text: OutgoingText, account: BotClient) -> Message:
            shown = text.shown(alert.MESSAGE)
            return await account.send_text(
                text.chat_id, shown, html=not text.plain, thread_id=text.thread_id, buttons=text.buttons
            )

        sent, variant = await self._call_with_variants(message, send, policy)
        if not isinstance(sent, CallFailed):
            keyboard = variant.buttons if isinstance(variant.buttons, InlineKeyboardMarkup) else None
            self._versions.note((variant.chat_id, sent.message_id), (variant.text, keyboard))
            return True
        message = replace(message, chat_id=variant.chat_id, thread_id=variant.thread_id)
        if sent.may_pass and queue is not None and await queue.store(message, rank):
            return True
        _log_refusal(sent, message.chat_id)
        return False

    async def edit(
        self,
        message: Message,
        text: Html,
        keyboard: InlineKeyboardMarkup | None = None,
        *,
        preview: LinkPreviewOptions | None = None,
    ) -> None:
        """Edit a message of the bot, unless it has this content already."""
        now, buttons = self.find_content(message)
        if markup.plain(now) == markup.plain(text) and buttons == keyboard:
            return
        key = message.chat_id, message.message_id
        async with self._call.without_slot():
            await self._versions.edit(key, self._edit(key, (text, keyboard), preview), _EDIT_SECONDS)

    async def _edit(self, key: MessageKey, content: MessageContent, preview: LinkPreviewOptions | None) -> None:
        chat_id, message_id = ChatId(key[0]), key[1]
        before = self._versions.find(key)
        self._versions.note(key, content)

        async def edit(text: OutgoingText, account: BotClient) -> object:
            shown = text.shown(alert.MESSAGE)
            return await account.edit_text(
                chat_id,
                message_id,
                shown,
                html=not text.plain,
                buttons=content[1],
                preview=None if text.plain else preview,
            )

        wanted = OutgoingText(chat_id=chat_id, thread_id=ThreadId(0), text=content[0])
        edited, _ = await self._call_with_variants(wanted, edit, CallPolicy(chat=chat_id), is_edit=True)
        if isinstance(edited, CallFailed) and not errors.is_unchanged(edited.outcome):
            self._versions.undo(key, content, before)
            _log_refusal(edited, chat_id)

    async def edit_keyboard(self, message: Message, keyboard: InlineKeyboardMarkup | None) -> None:
        """Change the buttons below a message of the bot and leave its text, which may change meanwhile."""
        text, shown = self.find_content(message)
        if shown == keyboard:
            return
        key = message.chat_id, message.message_id
        async with self._call.without_slot():
            await self._versions.edit(key, self._edit_keyboard(key, (text, keyboard)), _EDIT_SECONDS)

    async def _edit_keyboard(self, key: MessageKey, content: MessageContent) -> None:
        chat_id, message_id = ChatId(key[0]), key[1]
        before = self._versions.find(key)
        self._versions.note(key, content)
        edited = await self._call(
            lambda account: account.edit_buttons(chat_id, message_id, content[1]), CallPolicy(chat=chat_id)
        )
        if isinstance(edited, CallFailed) and not errors.is_unchanged(edited.outcome):
            self._versions.undo(key, content, before)
            _log_refusal(edited, chat_id)

    def find_content(self, message: Message) -> MessageContent:
        """Return the current content of a message; a press carries only the content at the time of the press."""
        known = self._versions.find((message.chat_id, message.message_id))
        return known or (Html(message.text_html if message.text else ""), message.reply_markup)

    async def answer_press(
        self, query_id: str, note: str = "", chat_id: ChatId | None = None, *, rank: SendPriority = SendPriority.REPLY
    ) -> None:
        """Answer a press, with a short note if there is one; a flood of the chat does not delay it."""
        shown = alert.cut(note, alert.NOTE) or None
        answered = await self._call(
            lambda account: account.answer_callback_query(query_id, shown),
            CallPolicy(chat=chat_id, ignores_flood=True, timeout=_ANSWER_TIMEOUT, rank=rank),
        )
        if isinstance(answered, CallFailed):
            _log_refusal(answered, chat_id)

    async def send_file(self, place: Destination, name: str, content: bytes, caption: Html) -> bool:
        """Send a document."""

        async def send(text: OutgoingText, account: BotClient) -> Message:
            shown, html = text.shown(alert.CAPTION), not text.plain
            return await account.send_file(text.chat_id, name, content, shown, html=html, thread_id=text.thread_id)

        return await self._send_captioned(place, caption, send)

    async def send_picture(self, place: Destination, name: str, content: bytes, caption: Html) -> bool:
        """Send a picture."""

        async def send(text: OutgoingText, account: BotClient) -> Message:
            shown, html = text.shown(alert.CAPTION), not text.plain
            return await account.send_picture(text.chat_id, name, content, shown, html=html, thread_id=text.thread_id)

        return await self._send_captioned(place, caption, send)

    async def _send_captioned(
        self, place: Destination, caption: Html, send: Callable[[OutgoingText, BotClient], Awaitable[Message]]
    ) -> bool:
        """Send a file or a picture."""
        message = OutgoingText(
            chat_id=place.chat_id,
            thread_id=place.thread_id,
            text=caption,
            plain=alert.visible_length(caption) > alert.CAPTION,
        )
        sent, _ = await self._call_with_variants(message, send, CallPolicy(chat=place.chat_id, counts=True))
        if isinstance(sent, CallFailed):
            _log_refusal(sent, place.chat_id)
        return not isinstance(sent, CallFailed)

    async def fetch_file(self, file_id: str) -> bytes | None:
        """Fetch a file that somebody sent; None when Telegram does not hand it out."""
        content = await self._call(lambda account: account.fetch_file(file_id), CallPolicy(timeout=_FILE_TIMEOUT))
        if isinstance(content, CallFailed):
            _log_refusal(content, None)
            return None
        return content

    async def leave(self, chat_id: ChatId) -> None:
        """Leave a group or channel, after all calls that somebody waits for."""
        policy = CallPolicy(chat=chat_id, rank=SendPriority.BULK)
        left = await self._call(lambda account: account.leave_chat(chat_id), policy)
        if isinstance(left, CallFailed):
            _log_refusal(left, chat_id)

    @property
    def account(self) -> BotClient:
        """The bot's account, whose name and id are known once it is open."""
        return self._call.account

    async def find_chat(self, reference: int | str) -> ChatSummary | None:
        """Ask Telegram for a chat by id or @name; None where the bot cannot see it."""
        result = await self._call(lambda account: account.find_chat(reference), CallPolicy(timeout=_REPLY_TIMEOUT))
        return None if isinstance(result, CallFailed) else result

    async def find_member(self, chat_id: ChatId, user_id: UserId) -> ChannelRights:
        """Ask Telegram for somebody's rights in a channel; none when in doubt."""
        policy = CallPolicy(chat=chat_id, timeout=_REPLY_TIMEOUT)
        member = await self._call(lambda account: account.find_member(chat_id, user_id), policy)
        if isinstance(member, CallFailed):
            _log_refusal(member, chat_id)
            return ChannelRights(is_administrator=False, may_post=False)
        status, may_post = member
        return ChannelRights(is_administrator=status in _ADMINISTRATORS, may_post=may_post)

    async def is_administrator(self, chat_id: ChatId, user_id: UserId) -> bool:
        """Ask Telegram whether a person is an administrator of the group; False when in doubt."""
        policy = CallPolicy(chat=chat_id, timeout=_REPLY_TIMEOUT)
        standing = await self._call(lambda account: account.find_standing(chat_id, user_id), policy)
        if isinstance(standing, CallFailed):
            _log_refusal(standing, chat_id)
        return standing in _ADMINISTRATORS

    async def _call_with_variants(
        self,
        text: OutgoingText,
        make: Callable[[OutgoingText, BotClient], Awaitable[Result]],
        policy: CallPolicy,
        *,
        is_edit: bool = False,
    ) -> tuple[Result | CallFailed, OutgoingText]:
        """Make a call; where Telegram refuses the form or the place, with the plainer variants of the text."""
        while True:
            result = await self._call(partial(make, text), policy)
            if not isinstance(result, CallFailed):
                return result, text
            variant = text.plainer_edit(result.outcome) if is_edit else text.plainer(result.outcome)
            if variant is None:
                return result, text
            _log.info("reply.otherwise", extra={"chat": text.chat_id, "outcome": _name_outcome(result.outcome)})
            if variant.chat_id != text.chat_id:
                policy = replace(policy, chat=variant.chat_id)
                if self._move_chat is not None:
                    with contextlib.suppress(StorageError):  # the sender meets it too
                        await self._move_chat(text.chat_id, variant.chat_id)
            text = variant


def _name_outcome(outcome: SendOutcome) -> str:
    """Name a failed call for the log without Telegram's own text, which may quote the message."""
    return str(getattr(outcome, "reason", type(outcome).__name__))


def _log_refusal(failed: CallFailed, chat_id: ChatId | None) -> None:
    _log.warning("reply.refused", extra={"chat": chat_id, "outcome": _name_outcome(failed.outcome)})
