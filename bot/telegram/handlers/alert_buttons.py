"""The button [More] of an alert or a rolling message: shows the next sentences or stories in the message itself."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.chat import Chat
from bot.core.delivery.digest import CombinedMessage, CombinedMessageRepository
from bot.core.ids import DeliveryId
from bot.core.ports import Clock
from bot.i18n.catalog import Catalog
from bot.services.stories import StoryUpdates
from bot.telegram.commands import ButtonPress, CallbackButton, Handlers, RequiredRole
from bot.telegram.text import alert as alert_text
from bot.telegram.text import digest
from bot.telegram.text.alert import AlertContext


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertButtonHandlers(Handlers):
    """The first button under an alert or a rolling message."""

    story_updates: StoryUpdates
    combined_messages: CombinedMessageRepository
    catalog: Catalog
    clock: Clock
    timezone: str

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (
            CallbackButton(verb=alert_text.MORE, handle=self.more, who=RequiredRole.ANYBODY),
            CallbackButton(verb=digest.COUNTED, handle=self.list_counted, who=RequiredRole.ANYBODY),
        )

    async def more(self, press: ButtonPress) -> str:
        """Show the next sentences."""
        found = None
        if press.rest.isdecimal() and len(press.rest) < 19:
            found = await self.story_updates.open(DeliveryId(int(press.rest)), press.request.place.chat_id)
        if found is None or found[0].message_id != press.message.message_id:
            return press.request.translation.label("This button is too old.")
        sent, alert, summary = found
        setting = self._setting(alert.chat)
        if sent.opened or not summary.rest:
            return setting.translation.label("That is all I have of it. The headline leads to the whole article.")
        _, keyboard = press.content()
        text = alert_text.alert(alert, summary, setting, opened=True)
        await press.edit(text, keyboard, preview=alert_text.preview(alert))
        await self.story_updates.note_open(sent, alert)
        return ""

    async def list_counted(self, press: ButtonPress) -> str:
        """List the stories a rolling message only counts, or (without a number) restore the message."""
        told, _, offset = press.rest.partition(":")
        combined = await self._find_rolling(told, press)
        if combined is None or not combined.tellings:
            return press.request.translation.label("This button is too old.")
        setting, delivery_id = self._setting(combined.chat), DeliveryId(int(told))
        keyboard = digest.keyboard(combined, delivery_id, setting.translation)
        if keyboard is None or not offset.isdecimal():
            await press.edit(digest.write(combined, setting), keyboard)
            return ""
        text, following = digest.write_counted(combined, setting, int(offset[:6]))
        await press.edit(text, digest.counted_keyboard(delivery_id, following, setting.translation))
        return ""

    async def _find_rolling(self, told: str, press: ButtonPress) -> CombinedMessage | None:
        if not (told.isdecimal() and len(told) < 19):
            return None
        chat_id, delivery_id = press.request.place.chat_id, DeliveryId(int(told))
        in_flight = self.story_updates.in_flight
        delivery = await in_flight.find(chat_id, lambda: self.combined_messages.find_rolling(delivery_id))
        if delivery is None or delivery.chat_id != chat_id:
            return None
        combined = await self.combined_messages.load(delivery, self.clock.now())
        return combined if combined is not None and combined.message_id == press.message.message_id else None

    def _setting(self, chat: Chat) -> AlertContext:
        return AlertContext(translation=self.catalog.speak(chat.language), now=self.clock.now(), timezone=self.timezone)
