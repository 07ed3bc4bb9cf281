"""
Sends alerts, notices, combined messages and late replies; gives what Telegram answered as a value.

What follows from an answer is decided in `bot.core.delivery`. A message may have a plainer variant, which is sent where
Telegram refuses the first. Replies that cannot be sent at once are stored in the queue of deliveries, with their
buttons.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field, replace
from hashlib import sha256

from telegram import ForceReply, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import TelegramError

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
Reply = InlineKeyboardMarkup | ForceReply
_MAIN = ThreadId(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCalls:
    """Sends or edits messages by calls that raise `TelegramError`."""

    account: BotClient
    allow_paid_broadcast: bool = False

    async def send(
        self,
        chat_id: ChatId,
        text: str,
        *,
        html: bool = True,
        thread_id: ThreadId = _MAIN,
        buttons: Reply | None = None,
        silent: bool = False,
        reply_to: MessageId | None = None,
    ) -> Message:
        """Send; below the message `reply_to`, should that still be there."""
        hangs = None if reply_to is None else ReplyParameters(reply_to, allow_sending_without_reply=True)
        return await self.account.send_message(
            chat_id,
            text,
            parse_mode=ParseMode.HTML if html else None,
            link_preview_options=NO_PREVIEW,
            disable_notification=True if silent else None,
            message_thread_id=thread_id or None,
            reply_parameters=hangs,
            reply_markup=buttons,
            allow_paid_broadcast=True if self.allow_paid_broadcast else None,
        )

    async def send_file(
        self,
        chat_id: ChatId,
        name: str,
        content: bytes,
        caption: str,
        *,
        html: bool = True,
        thread_id: ThreadId = _MAIN,
    ) -> Message:
        """Send a document under that file name."""
        return await self.account.send_document(
            chat_id,
            InputFile(content, filename=name),
            caption=caption,
            parse_mode=ParseMode.HTML if html else None,
            message_thread_id=thread_id or None,
            allow_paid_broadcast=True if self.allow_paid_broadcast else None,
        )

    async def edit(
        self,
        chat_id: ChatId,
        message_id: int,
        text: str,
        *,
        html: bool = True,
        buttons: InlineKeyboardMarkup | None = None,
    ) -> object:
        """Change text and buttons."""
        return await self.account.edit_message_text(
            text,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML if html else None,
            link_preview_options=NO_PREVIEW,
            reply_markup=buttons,
        )

    async def deliver(
        self, delivery: Delivery, text: str, *, buttons: InlineKeyboardMarkup | None = None, html: bool | None = None
    ) -> SendOutcome:
        """Send the text of a delivery; as HTML unless it is plain."""
        try:
            message = await self.send(
                delivery.chat_id,
                text,
                html=not delivery.plain if html is None else html,
                thread_id=delivery.thread_id,
                buttons=buttons,
                silent=delivery.silent,
                reply_to=delivery.reply_to,
            )
        except TelegramError as error:
            return errors.read(error)
        return Delivered(MessageId(message.message_id))

    async def change(
        self, delivery: Delivery, message_id: MessageId, text: str, buttons: InlineKeyboardMarkup | None
    ) -> SendOutcome:
        """Edit the message of a delivery; one that has this content already counts as done."""
        try:
            await self.edit(delivery.chat_id, message_id, text, html=not delivery.plain, buttons=buttons)
        except TelegramError as error:
            outcome = errors.read(error)
            if not (isinstance(outcome, Refused) and UNCHANGED in outcome.detail.lower()):
                return outcome
        return Delivered(message_id)


class TelegramMessenger:
    """Implements `bot.core.ports.Messenger`; it waits for nothing, the sender has asked the rate limiter already."""

    def __init__(
        self, *, account: BotClient, catalog: Catalog, clock: Clock, timezone: str, allow_paid_broadcast: bool = False
    ) -> None:
        self._calls = MessageCalls(account=account, allow_paid_broadcast=allow_paid_broadcast)
        self._catalog = catalog
        self._clock = clock
        self._timezone = timezone

    async def send_alert(self, delivery: Delivery, alert: Alert, summary: Summary) -> SendOutcome:
        """Render in the chat's language of this moment and send."""
        setting = self._setting(alert)
        if delivery.plain:
            return await self._calls.deliver(delivery, alert_text.plain_alert(alert, summary, setting))
        row = alert_text.buttons(delivery.id, summary, setting.translation, opened=False)
        return await self._calls.deliver(delivery, alert_text.alert(alert, summary, setting), buttons=row)

    async def edit_alert(self, sent: SentAlert, alert: Alert, summary: Summary) -> SendOutcome:
        """Render an alert that was sent anew and change its message."""
        setting, delivery = self._setting(alert), sent.delivery
        if delivery.plain:
            text = alert_text.plain_alert(alert, summary, setting)
            return await self._calls.change(delivery, sent.message_id, text, None)
        row = alert_text.buttons(delivery.id, summary, setting.translation, opened=sent.opened)
        text = alert_text.alert(alert, summary, setting, opened=sent.opened)
        return await self._calls.change(delivery, sent.message_id, text, row)

    async def send_notice(self, delivery: Delivery, chat: Chat | None) -> SendOutcome:
        """Send a notice of the bot: the payload, word for word."""
        return await self._calls.deliver(delivery, alert_text.cut(delivery.payload, alert_text.MESSAGE), html=False)

    def _setting(self, alert: Alert) -> AlertContext:
        return AlertContext(
            translation=self._catalog.speak(alert.chat.language), now=self._clock.now(), timezone=self._timezone
        )


class DigestMessenger:
    """Implements `bot.core.delivery.digest.CombinedMessenger`; the sender has asked the rate limiter already."""

    def __init__(
        self, *, account: BotClient, catalog: Catalog, clock: Clock, timezone: str, allow_paid_broadcast: bool = False
    ) -> None:
        self._calls = MessageCalls(account=account, allow_paid_broadcast=allow_paid_broadcast)
        self._catalog = catalog
        self._clock = clock
        self._timezone = timezone

    def part(self, bundle: CombinedMessage) -> tuple[tuple[StoryEntry, ...], ...]:
        """Say which stories go into which message, if one has not room for all."""
        return digest.part(bundle, self._setting(bundle))

    def mark(self, delivery: Delivery, bundle: CombinedMessage) -> str:
        """Return a hash of the text that would be shown."""
        return sha256(self._write(delivery, bundle).encode()).hexdigest()[:16]

    async def send_bundle(self, delivery: Delivery, bundle: CombinedMessage) -> SendOutcome:
        """Render in the chat's current language and send, or edit the existing message."""
        text, buttons = self._write(delivery, bundle), self._keyboard(delivery, bundle)
        if bundle.message_id is not None:
            return await self._calls.change(delivery, bundle.message_id, text, buttons)
        return await self._calls.deliver(delivery, text, buttons=buttons)

    def _keyboard(self, delivery: Delivery, bundle: CombinedMessage) -> InlineKeyboardMarkup | None:
        return digest.keyboard(bundle, delivery.id, self._catalog.speak(bundle.chat.language))

    def _write(self, delivery: Delivery, bundle: CombinedMessage) -> str:
        setting = self._setting(bundle)
        if delivery.plain:
            return alert_text.cut(digest.write_plain(bundle, setting), alert_text.MESSAGE)
        return digest.write(bundle, setting)

    def _setting(self, bundle: CombinedMessage) -> AlertContext:
        translation = self._catalog.speak(bundle.chat.language)
        return AlertContext(translation=translation, now=self._clock.now(), timezone=self._timezone)


_FORM = (RefusedReason.BAD_MARKUP, RefusedReason.TOO_LONG)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingText:
    """A text with its destination and its buttons."""

    chat_id: ChatId
    thread_id: ThreadId
    text: Html
    reply: Reply | None = None
    plain: bool = False
    moved: bool = False
    """Whether the chat has moved to another id than the one the text was meant for."""

    def shown(self, limit: int) -> str:
        """Return the text to send."""
        return alert_text.cut(markup.plain(self.text), limit) if self.plain else self.text

    def otherwise(self, outcome: SendOutcome) -> OutgoingText | None:
        """Return the next plainer variant (plain text, no buttons, or the chat's new id); None when there is none."""
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
        """Return the next plainer variant of an edit, where only the form can differ."""
        is_form = isinstance(outcome, Refused) and outcome.reason in _FORM
        return replace(self, plain=True) if is_form and not self.plain else None


MOST_WAITING = 20
"""Most replies that wait for one chat; later ones would come when nobody remembers the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateReplies:
    """Stores replies in the queue of deliveries, and prepares them for the sender."""

    outbox: DeliveryRepository
    calls: MessageCalls
    clock: Clock
    chats: ChatRepository
    catalog: Catalog
    _chats: set[ChatId] = field(default_factory=set)
    """Chats for which replies wait, or waited until recently."""

    async def load(self) -> None:
        """Load the chats for which an earlier process left replies."""
        self._chats.update(await self.outbox.count_replies())

    async def is_behind(self, chat_id: ChatId) -> bool:
        """Return whether earlier replies to this chat wait, which a new one must not overtake."""
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
        Queue a reply; returns whether it was stored.

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
                translation = self.catalog.speak(chat.language if chat else None)
                text, reply = (
                    translation.t("There was more to answer than fits here. Please ask again in a while."),
                    None,
                )
            payload = json.dumps({"text": text, "reply": reply.to_dict() if reply else None}, ensure_ascii=False)
            await self.outbox.enqueue_notice(
                chat_id, wording.thread_id, key, payload, now, DeliveryKind.REPLY, rank=rank
            )
        except StorageError:
            return False
        self._chats.add(chat_id)
        return True

    async def prepare(self, delivery: Delivery) -> Call:
        """Make the call that sends a stored reply."""
        kept = json.loads(delivery.payload)
        if kept.get("say") == THREAD_GONE:
            chat = await self.chats.find(delivery.chat_id)
            translation = self.catalog.speak(chat.language if chat else None)
            said = translation.t(
                "A topic here was closed or deleted. What was subscribed there comes here from now on."
            )
            return lambda: self._send(delivery, said, None)
        text, reply = Html(kept["text"]), kept["reply"]
        buttons = InlineKeyboardMarkup.de_json(reply, None) if reply and "inline_keyboard" in reply else None
        return lambda: self._send(delivery, text, buttons)

    async def _send(self, delivery: Delivery, text: Html, buttons: InlineKeyboardMarkup | None) -> SendOutcome:
        shown = alert_text.cut(markup.plain(text), alert_text.MESSAGE) if delivery.plain else text
        return await self.calls.deliver(delivery, shown, buttons=buttons)
