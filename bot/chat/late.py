"""Answers that could not go at once: kept in the queue of messages, with their buttons, until Telegram takes them."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

from telegram import InlineKeyboardMarkup, TelegramObject
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.chat import lengths, outcomes
from bot.chat.account import Account
from bot.chat.messenger import NO_PREVIEW
from bot.core.delivery import THREAD_GONE, Delivered, Delivery, DeliveryKind, SendOutcome
from bot.core.errors import StorageError
from bot.core.ids import ChatId, MessageId, ThreadId
from bot.core.ports import ChatShelf, Clock, Outbox
from bot.flow.prepare import Call
from bot.texts import markup
from bot.texts.catalog import Catalog
from bot.texts.markup import Html


@dataclass(frozen=True, slots=True, kw_only=True)
class LateReplies:
    """Keeps answers, and prepares them for the sender."""

    outbox: Outbox
    account: Account
    clock: Clock
    chats: ChatShelf
    catalog: Catalog
    allow_paid_broadcast: bool = False

    async def keep(self, chat_id: ChatId, thread_id: ThreadId, text: Html, reply: TelegramObject | None) -> bool:
        """Queue an answer; returns whether the store took it."""
        payload = json.dumps({"text": text, "reply": reply.to_dict() if reply else None}, ensure_ascii=False)
        key, now = f"reply.{uuid.uuid4().hex}", self.clock.now()
        try:
            await self.outbox.enqueue_notice(chat_id, thread_id, key, payload, now, DeliveryKind.REPLY)
        except StorageError:
            return False
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
        shown = lengths.cut(markup.plain(text), lengths.MESSAGE) if delivery.plain else text
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
            return outcomes.read(error)
        return Delivered(MessageId(message.message_id))
