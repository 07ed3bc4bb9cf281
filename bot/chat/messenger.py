"""Sends alerts and notices; what Telegram says to it becomes a value, and what follows from that is decided in core."""

from __future__ import annotations

from telegram import InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.chat import growing, lengths, outcomes, render
from bot.chat.account import BotClient
from bot.chat.render import AlertContext
from bot.core.alert import Alert, Summary
from bot.core.chat import Chat
from bot.core.delivery import Delivered, Delivery, Refused, SendOutcome
from bot.core.ids import MessageId
from bot.core.ports import Clock
from bot.core.stories_shelf import SentAlert
from bot.texts.catalog import Catalog

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
            return await self._send(delivery, render.plain_alert(alert, summary, setting), html=False)
        row = growing.buttons(delivery.id, summary, setting.speech, opened=False)
        return await self._send(delivery, render.alert(alert, summary, setting), html=True, row=row)

    async def edit_alert(self, sent: SentAlert, alert: Alert, summary: Summary) -> SendOutcome:
        """Render an alert that is out anew and change its message; one that looks like that already counts as done."""
        setting, delivery = self._setting(alert), sent.delivery
        row = growing.buttons(delivery.id, summary, setting.speech, opened=sent.opened)
        plain = delivery.plain
        text = (
            render.plain_alert(alert, summary, setting)
            if plain
            else render.alert(alert, summary, setting, opened=sent.opened)
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
            outcome = outcomes.read(error)
            if isinstance(outcome, Refused) and UNCHANGED in outcome.detail.lower():
                return Delivered(sent.message_id)
            return outcome
        return Delivered(sent.message_id)

    async def send_notice(self, delivery: Delivery, chat: Chat | None) -> SendOutcome:
        """Send what the bot has to say on its own account: the payload, word for word."""
        return await self._send(delivery, lengths.cut(delivery.payload, lengths.MESSAGE), html=False)

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
            return outcomes.read(error)
        return Delivered(MessageId(message.message_id))


def _reply(delivery: Delivery) -> ReplyParameters | None:
    """Hang the message below an earlier one; should the reader have deleted that, it comes all the same."""
    if delivery.reply_to is None:
        return None
    return ReplyParameters(delivery.reply_to, allow_sending_without_reply=True)
