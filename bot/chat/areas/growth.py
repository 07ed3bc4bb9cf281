"""Growing alerts: [More] shows the next sentences in the message itself."""

from __future__ import annotations

from dataclasses import dataclass

from bot.chat import growing, render
from bot.chat.command import Button, Command, Who
from bot.chat.render import Setting
from bot.chat.turn import Press
from bot.core.ids import DeliveryId
from bot.core.ports import Clock
from bot.flow.retell import Retell
from bot.texts.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What the first button under an alert does."""

    retell: Retell
    catalog: Catalog
    clock: Clock
    timezone: str

    def commands(self) -> tuple[Command, ...]:
        """List the commands of this area."""
        return ()

    def buttons(self) -> tuple[Button, ...]:
        """List the buttons of this area."""
        return (Button(verb=growing.MORE, handle=self.more, who=Who.ANYBODY),)

    async def more(self, press: Press) -> str:
        """Show the next sentences."""
        found = None
        if press.rest.isdecimal() and len(press.rest) < 19:
            found = await self.retell.open(DeliveryId(int(press.rest)), press.turn.place.chat_id)
        if found is None or found[0].message_id != press.message.message_id:
            return press.turn.speech.label("This button is too old.")
        sent, alert, summary = found
        setting = Setting(speech=self.catalog.speak(alert.chat.language), now=self.clock.now(), timezone=self.timezone)
        keyboard = growing.buttons(sent.delivery.id, summary, setting.speech, opened=True)
        await press.edit(render.alert(alert, summary, setting, opened=True), keyboard)
        await self.retell.note_open(sent, alert)
        return ""
