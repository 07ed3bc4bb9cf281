"""
Replies that could not be sent soon, in the queue of deliveries; and what the bot has to say on its own account.

A payload that has `say` instead of a text is written in the language the chat has when it is sent.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from telegram import InlineKeyboardMarkup

from bot.core.channel import ChannelNotice
from bot.core.delivery.delivery import Delivery, DeliveryKind, SendPriority, UnsentReason
from bot.core.delivery.outbox import DeliveryRepository
from bot.core.errors import StorageError
from bot.core.ids import ChatId
from bot.core.ports import Clock
from bot.core.repositories import ChatRepository
from bot.i18n.catalog import Catalog, Translation
from bot.i18n.markup import Html
from bot.services.message import Call
from bot.telegram.api.client import Buttons
from bot.telegram.messages import TelegramMessenger
from bot.telegram.replies import OutgoingText
from bot.telegram.text import channels

_log = logging.getLogger(__name__)

MOST_WAITING = 20
"""Most replies that wait for one chat; later ones would come when nobody remembers the question."""


def write_stored(text: Html, buttons: Buttons | None) -> str:
    """Write a reply with its buttons as the payload of a delivery."""
    return json.dumps({"text": text, "reply": buttons.to_dict() if buttons else None}, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReplies:
    """Implements `ReplyQueue` in the queue of deliveries, and prepares these deliveries for the sender."""

    outbox: DeliveryRepository
    messenger: TelegramMessenger
    clock: Clock
    chats: ChatRepository
    catalog: Catalog
    _chats: set[ChatId] = field(default_factory=set)
    """Chats for which replies wait, or waited until recently."""

    async def load(self) -> None:
        """Load the chats for which an earlier process left replies."""
        self._chats.update(await self.outbox.count_replies())

    async def is_waiting(self, chat_id: ChatId) -> bool:
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

    async def store(self, text: OutgoingText, rank: SendPriority) -> bool:
        """
        Queue a reply; returns whether it was stored.

        Where twenty wait already, one sentence stands for all that would come after them.
        """
        chat_id, now, words, buttons = text.chat_id, self.clock.now(), text.text, text.buttons
        key = f"reply.{uuid.uuid4().hex}"
        try:
            waiting = (await self.outbox.count_replies(chat_id)).get(chat_id, 0)
            if waiting > MOST_WAITING:
                return True  # the sentence is among them
            if waiting == MOST_WAITING:
                chat = await self.chats.find(chat_id)
                translation = self.catalog.speak(chat.language if chat else None)
                words = translation.t("There was more to answer than fits here. Please ask again later.")
                buttons = None
            payload = write_stored(words, buttons)
            await self.outbox.enqueue_notice(chat_id, text.thread_id, key, payload, now, DeliveryKind.REPLY, rank=rank)
        except StorageError:
            return False
        self._chats.add(chat_id)
        _log.info("reply.comes_later", extra={"chat": chat_id})
        return True

    async def prepare(self, delivery: Delivery) -> Call:
        """Make the call that sends a stored reply."""
        stored = json.loads(delivery.payload)
        if "say" in stored:
            chat = await self.chats.find(delivery.chat_id)
            words = _write_notice(stored, self.catalog.speak(chat.language if chat else None))
            return lambda: self.messenger.send_reply(delivery, words, None)
        text, reply = Html(stored["text"]), stored["reply"]
        buttons = InlineKeyboardMarkup.de_json(reply, None) if reply and "inline_keyboard" in reply else None
        return lambda: self.messenger.send_reply(delivery, text, buttons)


def _write_notice(stored: Mapping[str, str], translation: Translation) -> Html:
    match stored["say"]:
        case ChannelNotice.SILENCED:
            return channels.silenced(stored["channel"], UnsentReason(stored["reason"]), translation)
        case ChannelNotice.RESTORED:
            return channels.restored(stored["channel"], translation)
        case _:
            return translation.t(
                "A topic in this group was closed or deleted. Alerts for its keywords will come here from now on."
            )
