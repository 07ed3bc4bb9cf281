"""The picker of the channels that a person manages; from the settings of the private chat to those of a channel."""

from __future__ import annotations

from dataclasses import dataclass

from bot.telegram import keyboards
from bot.telegram.channels import ChannelAccess
from bot.telegram.commands import ButtonPress, CallbackButton, Handlers
from bot.telegram.text import channels


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHandlers(Handlers):
    """The picker; the settings and the list of a channel are those of any chat, asked about the channel."""

    access: ChannelAccess

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (CallbackButton(verb=keyboards.MY_CHANNELS, handle=self.pick),)

    async def pick(self, press: ButtonPress) -> str:
        """Show the channels that the person set up and still administers."""
        request = press.request
        if not request.is_private:
            return request.translation.label("This button is too old.")
        managed = await self.access.list_managed(request.requester.user_id)
        await press.edit(*channels.picker(managed, request.translation))
        return ""
