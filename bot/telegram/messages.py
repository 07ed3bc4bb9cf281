"""
Sends alerts and notices; what Telegram says to it becomes a value, and what follows from that is decided in core.

Sends messages about several articles, and edits the one about a burst as it grows.

Something the bot says, and how else it may be said where Telegram does not take it as it was meant.

Answers that could not go at once: kept in the queue of messages, with their buttons, until Telegram takes them.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field, replace
from hashlib import sha256

from telegram import ForceReply, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.core.chat import Chat
from bot.core.delivery.alert import Alert, Summary
from bot.core.delivery.delivery import (
    THREAD_GONE,
    ChatMoved,
    Delivered,
    Delivery,
    DeliveryKind,
    Refused,
    RefusedReason,
    SendOutcome,
    SendPriority,
)
from bot.core.delivery.digest import CombinedMessage, StoryEntry
from bot.core.delivery.outbox import DeliveryRepository
from bot.core.errors import StorageError
from bot.core.ids import ChatId, MessageId, ThreadId
from bot.core.ports import Clock
from bot.core.repositories import ChatRepository, SentAlert
from bot.i18n import markup
from bot.i18n.catalog import Catalog
from bot.i18n.markup import Html
from bot.services.message import Call
from bot.telegram.api import errors
from bot.telegram.api.client import BotClient
from bot.telegram.text import alert as alert_text
from bot.telegram.text import digest
from bot.telegram.text.alert import AlertContext

UNCHANGED = "message is not modified"
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramMessenger:
    """The `Messenger` of the real world; it waits for nothing, the sender has asked the gate already."""

    def __init__(
        self, *, account: BotClient, catalog: Catalog, clock: Clock, timezone: str, allow_paid_broadcast: bool = False
    ) -> None:
        self._account = account
        self._catalog = catalog
        self._clock = clock
        self._timezone = timezone
        self._paid = True if allow_paid_broadcast else None

    async def send_alert(self, delivery: Delivery, alert: Alert, summary: Summary) -> SendOutcome:
        """Render in the chat's language of this moment and send."""
        setting = self._setting(alert)
        if delivery.plain:
            return await self._send(delivery, alert_text.plain_alert(alert, summary, setting), html=False)
        row = alert_text.buttons(delivery.id, summary, setting.speech, opened=False)
        return await self._send(delivery, alert_text.alert(alert, summary, setting), html=True, row=row)

    async def edit_alert(self, sent: SentAlert, alert: Alert, summary: Summary) -> SendOutcome:
        """Render an alert that is out anew and change its message; one that looks like that already counts as done."""
        setting, delivery = self._setting(alert), sent.delivery
        row = alert_text.buttons(delivery.id, summary, setting.speech, opened=sent.opened)
        plain = delivery.plain
        text = (
            alert_text.plain_alert(alert, summary, setting)
            if plain
            else alert_text.alert(alert, summary, setting, opened=sent.opened)
        )
        try:
            await self._account.edit_message_text(
                text,
                chat_id=delivery.chat_id,
                message_id=sent.message_id,
                parse_mode=None if plain else ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=None if plain else row,
            )
        except TelegramError as error:
            outcome = errors.read(error)
            if isinstance(outcome, Refused) and UNCHANGED in outcome.detail.lower():
                return Delivered(sent.message_id)
            return outcome
        return Delivered(sent.message_id)

    async def send_notice(self, delivery: Delivery, chat: Chat | None) -> SendOutcome:
        """Send what the bot has to say on its own account: the payload, word for word."""
        return await self._send(delivery, alert_text.cut(delivery.payload, alert_text.MESSAGE), html=False)

    def _setting(self, alert: Alert) -> AlertContext:
        return AlertContext(
            speech=self._catalog.speak(alert.chat.language), now=self._clock.now(), timezone=self._timezone
        )

    async def _send(
        self, delivery: Delivery, text: str, *, html: bool, row: InlineKeyboardMarkup | None = None
    ) -> SendOutcome:
        try:
            message = await self._account.send_message(
                delivery.chat_id,
                text,
                parse_mode=ParseMode.HTML if html else None,
                link_preview_options=NO_PREVIEW,
                disable_notification=True if delivery.silent else None,
                message_thread_id=delivery.thread_id or None,
                reply_parameters=_reply(delivery),
                reply_markup=row,
                allow_paid_broadcast=self._paid,
            )
        except TelegramError as error:
            return errors.read(error)
        return Delivered(MessageId(message.message_id))


def _reply(delivery: Delivery) -> ReplyParameters | None:
    """Hang the message below an earlier one; should the reader have deleted that, it comes all the same."""
    if delivery.reply_to is None:
        return None
    return ReplyParameters(delivery.reply_to, allow_sending_without_reply=True)


class DigestMessenger:
    """The `CombinedMessenger` of the real world; it waits for nothing, the sender has asked the gate already."""

    def __init__(
        self, *, account: BotClient, catalog: Catalog, clock: Clock, timezone: str, allow_paid_broadcast: bool = False
    ) -> None:
        self._account = account
        self._catalog = catalog
        self._clock = clock
        self._timezone = timezone
        self._paid = True if allow_paid_broadcast else None

    def part(self, bundle: CombinedMessage) -> tuple[tuple[StoryEntry, ...], ...]:
        """Say which stories go into which message, if one has not room for all."""
        return digest.part(bundle, self._setting(bundle))

    def mark(self, delivery: Delivery, bundle: CombinedMessage) -> str:
        """Give a mark of the text that would be shown."""
        return sha256(self._write(delivery, bundle).encode()).hexdigest()[:16]

    async def send_bundle(self, delivery: Delivery, bundle: CombinedMessage) -> SendOutcome:
        """Render in the chat's language of this moment and send, or edit the message that is there."""
        text = self._write(delivery, bundle)
        if bundle.message_id is not None:
            return await self._edit(delivery, bundle.message_id, text, self._keyboard(delivery, bundle))
        try:
            message = await self._account.send_message(
                delivery.chat_id,
                text,
                parse_mode=None if delivery.plain else ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                disable_notification=True if delivery.silent else None,
                message_thread_id=delivery.thread_id or None,
                reply_markup=self._keyboard(delivery, bundle),
                allow_paid_broadcast=self._paid,
            )
        except TelegramError as error:
            return errors.read(error)
        return Delivered(MessageId(message.message_id))

    async def _edit(
        self, delivery: Delivery, message_id: MessageId, text: str, keyboard: InlineKeyboardMarkup | None
    ) -> SendOutcome:
        """Edit the message; should the reader have deleted it, that is an outcome, and a new one is another call."""
        try:
            await self._account.edit_message_text(
                text,
                chat_id=delivery.chat_id,
                message_id=message_id,
                parse_mode=None if delivery.plain else ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=keyboard,
            )
        except TelegramError as error:
            if not (isinstance(error, BadRequest) and "not modified" in error.message.lower()):
                return errors.read(error)
        return Delivered(message_id)

    def _keyboard(self, delivery: Delivery, bundle: CombinedMessage) -> InlineKeyboardMarkup | None:
        return digest.keyboard(bundle, delivery.id, self._catalog.speak(bundle.chat.language))

    def _write(self, delivery: Delivery, bundle: CombinedMessage) -> str:
        setting = self._setting(bundle)
        if delivery.plain:
            return alert_text.cut(digest.write_plain(bundle, setting), alert_text.MESSAGE)
        return digest.write(bundle, setting)

    def _setting(self, bundle: CombinedMessage) -> AlertContext:
        speech = self._catalog.speak(bundle.chat.language)
        return AlertContext(speech=speech, now=self._clock.now(), timezone=self._timezone)


Reply = InlineKeyboardMarkup | ForceReply
_FORM = (RefusedReason.BAD_MARKUP, RefusedReason.TOO_LONG)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingText:
    """A text with its place and its buttons."""

    chat_id: ChatId
    thread_id: ThreadId
    text: Html
    reply: Reply | None = None
    plain: bool = False
    moved: bool = False
    """The chat has another id than the one it was meant for."""

    @property
    def parse_mode(self) -> ParseMode | None:
        """How Telegram is to read it."""
        return None if self.plain else ParseMode.HTML

    def shown(self, limit: int) -> str:
        """Give the text to send."""
        return alert_text.cut(markup.plain(self.text), limit) if self.plain else self.text

    def otherwise(self, outcome: SendOutcome) -> OutgoingText | None:
        """Say it plainly, without buttons, or where the chat is now; None when there is no other way."""
        match outcome:
            case Refused(reason) if reason in _FORM and not self.plain:
                return replace(self, plain=True)
            case Refused(reason) if reason in _FORM or reason is RefusedReason.BAD_REQUEST:
                bare = replace(self, plain=True, reply=None)
                return None if bare == self else bare
            case Refused(RefusedReason.THREAD_GONE) if self.thread_id:
                return replace(self, thread_id=ThreadId(0))
            case ChatMoved(chat_id) if not self.moved:
                return replace(self, chat_id=chat_id, moved=True)
            case _:
                return None

    def changed(self, outcome: SendOutcome) -> OutgoingText | None:
        """The same for a message that is out: only its form can be another."""
        is_form = isinstance(outcome, Refused) and outcome.reason in _FORM
        return replace(self, plain=True) if is_form and not self.plain else None


MOST_WAITING = 20
"""Answers that wait for one chat; further ones would come when nobody remembers the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateReplies:
    """Keeps answers, and prepares them for the sender."""

    outbox: DeliveryRepository
    account: BotClient
    clock: Clock
    chats: ChatRepository
    catalog: Catalog
    allow_paid_broadcast: bool = False
    _chats: set[ChatId] = field(default_factory=set)
    """Chats for which answers wait, or waited until a short time ago."""

    async def load(self) -> None:
        """Learn what an earlier process left waiting."""
        self._chats.update(await self.outbox.count_replies())

    async def is_behind(self, chat_id: ChatId) -> bool:
        """Say whether earlier answers to this chat wait, which a new one must not overtake."""
        if chat_id not in self._chats:
            return False
        try:
            waiting = await self.outbox.count_replies(chat_id)
        except StorageError:
            return True
        if not waiting:
            self._chats.discard(chat_id)
        return bool(waiting)

    async def keep(self, wording: OutgoingText, rank: SendPriority) -> bool:
        """
        Queue an answer; returns whether the store took it.

        Where twenty wait already, one sentence stands for all that would come after them.
        """
        chat_id, now = wording.chat_id, self.clock.now()
        key, text, reply = f"reply.{uuid.uuid4().hex}", wording.text, wording.reply
        try:
            waiting = (await self.outbox.count_replies(chat_id)).get(chat_id, 0)
            if waiting > MOST_WAITING:
                return True  # the sentence is among them
            if waiting == MOST_WAITING:
                chat = await self.chats.find(chat_id)
                speech = self.catalog.speak(chat.language if chat else None)
                text, reply = speech.t("There was more to answer than fits here. Please ask again in a while."), None
            payload = json.dumps({"text": text, "reply": reply.to_dict() if reply else None}, ensure_ascii=False)
            await self.outbox.enqueue_notice(
                chat_id, wording.thread_id, key, payload, now, DeliveryKind.REPLY, rank=rank
            )
        except StorageError:
            return False
        self._chats.add(chat_id)
        return True

    async def prepare(self, delivery: Delivery) -> Call:
        """Read it back."""
        kept = json.loads(delivery.payload)
        if kept.get("say") == THREAD_GONE:
            chat = await self.chats.find(delivery.chat_id)
            speech = self.catalog.speak(chat.language if chat else None)
            said = speech.t("A topic here was closed or deleted. What was subscribed there comes here from now on.")
            return lambda: self._send(delivery, said, None)
        text, reply = Html(kept["text"]), kept["reply"]
        buttons = InlineKeyboardMarkup.de_json(reply, None) if reply and "inline_keyboard" in reply else None
        return lambda: self._send(delivery, text, buttons)

    async def _send(self, delivery: Delivery, text: Html, buttons: InlineKeyboardMarkup | None) -> SendOutcome:
        shown = alert_text.cut(markup.plain(text), alert_text.MESSAGE) if delivery.plain else text
        try:
            message = await self.account.send_message(
                delivery.chat_id,
                shown,
                parse_mode=None if delivery.plain else ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                message_thread_id=delivery.thread_id or None,
                reply_markup=buttons,
                allow_paid_broadcast=True if self.allow_paid_broadcast else None,
            )
        except TelegramError as error:
            return errors.read(error)
        return Delivered(MessageId(message.message_id))
