"""Answers that could not go at once: kept in the queue of messages, with their buttons, until Telegram takes them."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field

from telegram import InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.chat import lengths, outcomes
from bot.chat.account import BotClient
from bot.chat.messenger import NO_PREVIEW
from bot.chat.wording import OutgoingText
from bot.core.delivery import THREAD_GONE, Delivered, Delivery, DeliveryKind, SendOutcome, SendPriority
from bot.core.errors import StorageError
from bot.core.ids import ChatId, MessageId
from bot.core.outbox import DeliveryRepository
from bot.core.ports import Clock
from bot.core.shelves import ChatRepository
from bot.flow.prepare import Call
from bot.texts import markup
from bot.texts.catalog import Catalog
from bot.texts.markup import Html

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
