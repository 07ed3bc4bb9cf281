"""
Sends alerts, notices, combined messages and stored replies; gives what Telegram answered as a value.

What follows from an answer is decided in `bot.core.delivery`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from hashlib import sha256

from telegram import InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import TelegramError

from bot.core.chat import Chat
from bot.core.delivery.alert import Alert, Summary
from bot.core.delivery.delivery import Delivered, Delivery, SendOutcome
from bot.core.delivery.digest import CombinedMessage, StoryEntry
from bot.core.delivery.rules import SentAlert
from bot.core.hot_topic import HotTopic
from bot.core.ids import ChatId, MessageId, ThreadId
from bot.core.ports import Clock
from bot.i18n import markup
from bot.i18n.catalog import Catalog
from bot.i18n.markup import Html
from bot.telegram.api import errors
from bot.telegram.api.client import BotClient
from bot.telegram.message_versions import MessageVersions
from bot.telegram.text import alert as alert_text
from bot.telegram.text import digest, hot_topics
from bot.telegram.text.alert import AlertContext

_log = logging.getLogger(__name__)
_TOPIC_NAME = 128
"""Characters of a topic's name; https://core.telegram.org/bots/api#createforumtopic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramMessenger:
    """
    Implements `bot.core.ports.Messenger` and `bot.core.delivery.digest.CombinedMessenger`.

    It waits for nothing: the sender has asked the rate limiter already.
    """

    account: BotClient
    catalog: Catalog
    clock: Clock
    timezone: str
    versions: MessageVersions = field(default_factory=MessageVersions)
    """Shared with the answers to presses, which change the same messages."""

    async def send_alert(self, delivery: Delivery, alert: Alert, summary: Summary) -> SendOutcome:
        """Render in the chat's language of this moment and send."""
        context = self._context(alert.chat)
        if delivery.plain:
            return await self._send(delivery, alert_text.plain_alert(alert, summary, context))
        row = alert_text.buttons(delivery.id, context.translation)
        text, preview = alert_text.alert(alert, summary, context), alert_text.preview(alert)
        return await self._send(delivery, text, buttons=row, preview=preview)

    async def edit_alert(self, sent: SentAlert, alert: Alert, summary: Summary) -> SendOutcome:
        """Render an alert that was sent anew and change its message."""
        context, delivery = self._context(alert.chat), sent.delivery
        if delivery.plain:
            return await self._edit(delivery, sent.message_id, alert_text.plain_alert(alert, summary, context), None)
        shown = self.versions.find((delivery.chat_id, sent.message_id))
        rows = shown[1] if shown else alert_text.buttons(delivery.id, context.translation)
        text = alert_text.alert(alert, summary, context, opened=sent.opened)
        return await self._edit(delivery, sent.message_id, text, rows, alert_text.preview(alert))

    async def send_notice(self, delivery: Delivery, chat: Chat | None) -> SendOutcome:
        """Send a notice of the bot: the payload, word for word."""
        return await self._send(delivery, alert_text.cut(delivery.payload, alert_text.MESSAGE), html=False)

    async def send_reply(self, delivery: Delivery, text: Html, buttons: InlineKeyboardMarkup | None) -> SendOutcome:
        """Send a reply that could not be sent at once."""
        shown = alert_text.cut(markup.plain(text), alert_text.MESSAGE) if delivery.plain else text
        return await self._send(delivery, shown, buttons=buttons)

    async def send_broadcast(self, delivery: Delivery, text: str) -> SendOutcome:
        """Send the text of an operator; Telegram accepted it before, when it was previewed."""
        return await self.send_reply(delivery, Html(text), None)

    async def send_hot_topic(self, delivery: Delivery, topic: HotTopic, chat: Chat) -> SendOutcome:
        """Tell a reader of the channel that a keyword has."""
        return await self.send_reply(delivery, *hot_topics.offer(topic, self.catalog.speak(chat.language)))

    def has_private_topics(self) -> bool:
        """Return whether there can be topics in private chats."""
        return self.account.has_private_topics()

    async def open_topic(self, chat_id: ChatId, name: str) -> ThreadId | None:
        """Open a topic in a private chat; None where Telegram refuses it, or does not answer."""
        try:
            return await self.account.open_topic(chat_id, alert_text.cut(alert_text.tidy(name), _TOPIC_NAME))
        except TelegramError as error:
            _log.info("topic.refused", extra={"chat": chat_id, "outcome": type(errors.read(error)).__name__})
            return None

    def part(self, combined: CombinedMessage) -> tuple[tuple[StoryEntry, ...], ...]:
        """Say which stories go into which message, if one has not room for all."""
        return digest.part(combined, self._context(combined.chat))

    def mark(self, delivery: Delivery, combined: CombinedMessage) -> str:
        """Return a hash of the text that would be shown."""
        return sha256(self._write(delivery, combined).encode()).hexdigest()[:16]

    async def send_combined(self, delivery: Delivery, combined: CombinedMessage) -> SendOutcome:
        """Render in the chat's current language and send, or edit the existing message."""
        text = self._write(delivery, combined)
        buttons = digest.keyboard(combined, delivery.id, self.catalog.speak(combined.chat.language))
        if combined.message_id is not None:
            return await self._edit(delivery, combined.message_id, text, buttons)
        return await self._send(delivery, text, buttons=buttons)

    def _write(self, delivery: Delivery, combined: CombinedMessage) -> str:
        context = self._context(combined.chat)
        if delivery.plain:
            return alert_text.cut(digest.write_plain(combined, context), alert_text.MESSAGE)
        return digest.write(combined, context)

    def _context(self, chat: Chat) -> AlertContext:
        translation = self.catalog.speak(chat.language)
        return AlertContext(translation=translation, now=self.clock.now(), timezone=self.timezone)

    async def _send(
        self,
        delivery: Delivery,
        text: str,
        *,
        buttons: InlineKeyboardMarkup | None = None,
        html: bool = True,
        preview: LinkPreviewOptions | None = None,
    ) -> SendOutcome:
        """Send the text of a delivery; as HTML unless it is plain."""
        try:
            message = await self.account.send_text(
                delivery.chat_id,
                text,
                html=html and not delivery.plain,
                thread_id=delivery.thread_id,
                buttons=buttons,
                silent=delivery.silent,
                reply_to=delivery.reply_to,
                preview=preview,
            )
        except TelegramError as error:
            return errors.read(error)
        return Delivered(MessageId(message.message_id))

    async def _edit(
        self,
        delivery: Delivery,
        message_id: MessageId,
        text: str,
        buttons: InlineKeyboardMarkup | None,
        preview: LinkPreviewOptions | None = None,
    ) -> SendOutcome:
        """Edit the message of a delivery; one that has this content already counts as done."""
        try:
            await self.account.edit_text(
                delivery.chat_id, message_id, text, html=not delivery.plain, buttons=buttons, preview=preview
            )
        except TelegramError as error:
            outcome = errors.read(error)
            if not errors.is_unchanged(outcome):
                return outcome
        key = (delivery.chat_id, message_id)
        if self.versions.find(key):
            self.versions.note(key, (markup.escape(text) if delivery.plain else Html(text), buttons))
        return Delivered(message_id)
