"""Sends alerts and notices; what Telegram says to it becomes a value, and what follows from that is decided in core."""

from __future__ import annotations

from telegram import LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.chat import lengths, outcomes, render
from bot.chat.account import Account
from bot.chat.render import Setting
from bot.core.alert import Alert, Summary
from bot.core.chat import Chat
from bot.core.delivery import Delivered, Delivery, SendOutcome
from bot.core.ids import MessageId
from bot.core.ports import Clock
from bot.texts.catalog import Catalog

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramMessenger:
    """The `Messenger` of the real world; it waits for nothing, the sender has asked the gate already."""

    def __init__(
        self, *, account: Account, catalog: Catalog, clock: Clock, timezone: str, allow_paid_broadcast: bool = False
    ) -> None:
        self._account = account
        self._catalog = catalog
        self._clock = clock
        self._timezone = timezone
        self._paid = True if allow_paid_broadcast else None

    async def send_alert(self, delivery: Delivery, alert: Alert, summary: Summary) -> SendOutcome:
        """Render in the chat's language of this moment and send."""
        setting = Setting(
            speech=self._catalog.speak(alert.chat.language), now=self._clock.now(), timezone=self._timezone
        )
        if delivery.plain:
            return await self._send(delivery, render.plain_alert(alert, summary, setting), html=False)
        return await self._send(delivery, render.alert(alert, summary, setting), html=True)

    async def send_notice(self, delivery: Delivery, chat: Chat | None) -> SendOutcome:
        """Send what the bot has to say on its own account: the payload, word for word."""
        return await self._send(delivery, lengths.cut(delivery.payload, lengths.MESSAGE), html=False)

    async def _send(self, delivery: Delivery, text: str, *, html: bool) -> SendOutcome:
        try:
            message = await self._account.send_message(
                delivery.chat_id,
                text,
                parse_mode=ParseMode.HTML if html else None,
                link_preview_options=NO_PREVIEW,
                disable_notification=True if delivery.silent else None,
                message_thread_id=delivery.thread_id or None,
                reply_parameters=_reply(delivery),
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
