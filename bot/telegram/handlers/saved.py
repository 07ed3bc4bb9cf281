"""/saved: the alerts a chat keeps, newest first, in pages, each with a button that removes it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.core import quiet_hours
from bot.core.errors import Refusal
from bot.core.ids import ChatId
from bot.core.ports import Clock
from bot.core.saved import MOST_SAVED, SavedArticleRepository
from bot.i18n import markup
from bot.i18n.catalog import mark
from bot.telegram.commands import ButtonPress, CallbackButton, Command, Handlers, Request, RequiredRole
from bot.telegram.text import query_errors
from bot.telegram.text import saved as saved_text
from bot.telegram.text.saved import Reply

_PAGE = re.compile(r"\d{1,9}")
_ARTICLE = re.compile(r"([0-9a-f]{24}):(\d{1,9})")
"""What a button carries: the article and where the page begins that shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedHandlers(Handlers):
    """What a chat keeps; it is saved below its alert."""

    saved: SavedArticleRepository
    clock: Clock
    timezone: str
    """The time zone of chats that have set none."""

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        return (Command(name="saved", handle=self.show, about=mark("Show the saved alerts")),)

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (
            CallbackButton(verb=saved_text.TURN, handle=self.turn, who=RequiredRole.ANYBODY),
            CallbackButton(verb=saved_text.REMOVE, handle=self.remove),
            CallbackButton(verb=saved_text.RESTORE, handle=self.restore),
        )

    async def show(self, request: Request) -> None:
        """Show the newest ones."""
        await request.reply(*await self._page(request, 0))

    async def turn(self, press: ButtonPress) -> str:
        """Turn to another page."""
        if not _PAGE.fullmatch(press.rest):
            return press.request.translation.label("This button is too old.")
        await press.edit(*await self._page(press.request, int(press.rest)))
        return ""

    async def remove(self, press: ButtonPress) -> str:
        """Remove one, and show what is left of its page with a button that restores it."""
        request, wanted = press.request, _ARTICLE.fullmatch(press.rest)
        if wanted is None:
            return request.translation.label("This button is too old.")
        key, offset = wanted[1], int(wanted[2])
        removed = await self.saved.remove(ChatId(request.place.chat_id), key, self.clock.now())
        # Who presses twice keeps the button that restores it.
        restorable = key if removed else saved_text.find_restorable(press.content()[1])
        await press.edit(*await self._page(request, offset, removed=restorable))
        if removed is None:
            return request.translation.label("That is no longer there.")
        return request.translation.label("“{title}” is removed.", title=saved_text.short(removed))

    async def restore(self, press: ButtonPress) -> str:
        """Restore one that was removed."""
        request, wanted = press.request, _ARTICLE.fullmatch(press.rest)
        if wanted is None:
            return request.translation.label("This button is too old.")
        try:
            restored = await self.saved.restore(ChatId(request.place.chat_id), wanted[1], limit=MOST_SAVED)
        except Refusal as refusal:
            return markup.plain(query_errors.words(refusal, "", request.translation))
        await press.edit(*await self._page(request, int(wanted[2])))
        if restored is None:
            return request.translation.label("That is no longer there.")
        return request.translation.label("“{title}” is saved again.", title=saved_text.short(restored))

    async def _page(self, request: Request, offset: int, *, removed: str | None = None) -> Reply:
        page = await self.saved.list_page(ChatId(request.place.chat_id), offset)
        zone = quiet_hours.zone(request.chat.timezone if request.chat else None, self.timezone)
        return saved_text.page(page, request.translation, self.clock.now().astimezone(zone), removed=removed)
