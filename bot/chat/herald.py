"""Sends messages about several articles, and edits the one about a burst as it grows."""

from __future__ import annotations

from hashlib import sha256

from telegram import InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.chat import bundles, lengths, outcomes
from bot.chat.account import BotClient
from bot.chat.messenger import NO_PREVIEW
from bot.chat.render import AlertContext
from bot.core.bundle import CombinedMessage, StoryEntry
from bot.core.delivery import Delivered, Delivery, SendOutcome
from bot.core.ids import MessageId
from bot.core.ports import Clock
from bot.texts.catalog import Catalog


class DigestMessenger:
    """The `Herald` of the real world; it waits for nothing, the sender has asked the gate already."""

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
        return bundles.part(bundle, self._setting(bundle))

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
            return outcomes.read(error)
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
                return outcomes.read(error)
        return Delivered(message_id)

    def _keyboard(self, delivery: Delivery, bundle: CombinedMessage) -> InlineKeyboardMarkup | None:
        return bundles.keyboard(bundle, delivery.id, self._catalog.speak(bundle.chat.language))

    def _write(self, delivery: Delivery, bundle: CombinedMessage) -> str:
        setting = self._setting(bundle)
        if delivery.plain:
            return lengths.cut(bundles.write_plain(bundle, setting), lengths.MESSAGE)
        return bundles.write(bundle, setting)

    def _setting(self, bundle: CombinedMessage) -> AlertContext:
        speech = self._catalog.speak(bundle.chat.language)
        return AlertContext(speech=speech, now=self._clock.now(), timezone=self._timezone)
