"""Sharing keywords by a link, what can be done with one's own links, and what a link of somebody else opens."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from typing import Any

import segno

from bot.core import shared_list
from bot.core.errors import Refusal
from bot.core.ids import SubscriptionId
from bot.core.shared_list import SharedList, SharedListId
from bot.i18n import markup
from bot.i18n.markup import escape, join
from bot.services.sharing import SharedView, SharingService
from bot.telegram import keyboards
from bot.telegram.api.client import BotClient
from bot.telegram.commands import ButtonPress, CallbackButton, Handlers, Request
from bot.telegram.text import query_errors
from bot.telegram.text import settings as settings_text
from bot.telegram.text import shared_list as text
from bot.telegram.text.shared_list import ListChange
from bot.telegram.text.subscription_list import Reply

_DIGITS = 9
_PIXELS = 10
"""Per module of a QR code: a picture of about 400 pixels, which Telegram neither enlarges nor blurs."""
_QUIET_ZONE = 4
"""Modules around a QR code, as its standard demands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingHandlers(Handlers):
    """Shared lists; buttons carry the id of the list, and rights are checked at each press."""

    sharing: SharingService
    account: BotClient
    """Whose name stands in the links."""

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (
            CallbackButton(verb=keyboards.SHARE, handle=self.share),
            CallbackButton(verb=text.OWN, handle=self.press_own),
            CallbackButton(verb=text.PAGE, handle=self.turn_page),
            CallbackButton(verb=text.TAKE, handle=self.take),
            CallbackButton(verb=text.TAKE_ALL, handle=self.take_all),
            CallbackButton(verb=text.GIVE_BACK, handle=self.give_back),
        )

    async def share(self, press: ButtonPress) -> str:
        """Share the keyword whose id a button carries, or all keywords."""
        wanted = press.rest[:18]
        if wanted and not wanted.isdecimal():
            return press.request.translation.label("This button is too old.")
        return await self.give(press.request, SubscriptionId(int(wanted)) if wanted else None)

    async def give(self, request: Request, subscription_id: SubscriptionId | None) -> str:
        """Answer with the link to one keyword, or (None) to all, and its picture; returns the note for the press."""
        place, translation = request.place, request.translation
        try:
            done = await self.sharing.share(place.chat_id, place.thread_id, subscription_id)
        except Refusal as refusal:
            await request.reply(text.too_many(int(str(refusal.facts["limit"])), translation))
            return ""
        if done is None:
            return translation.label("That is no longer there.")
        link = text.link_to(done.shared, self.account.username)
        if await request.reply(*text.own(done.shared, link, translation, is_cut=done.is_cut)):
            await self._send_picture(request, done.shared)
        return ""

    async def press_own(self, press: ButtonPress) -> str:
        """Open, show, revoke or share again a list of one's own."""
        request, place = press.request, press.request.place
        list_id, action = _read(press.rest)
        if list_id is None:
            return request.translation.label("This button is too old.")
        where = (place.chat_id, place.thread_id, list_id)
        match action:
            case text.OPEN:
                shared = await self.sharing.find_own(*where)
            case text.PICTURE:
                return await self._show_picture(request, await self.sharing.find_own(*where))
            case text.REVOKE:
                revoked = await self.sharing.revoke(*where)
                return await self._show_own(press, text.revoked(list_id, request.translation) if revoked else None)
            case text.UNDO:
                try:
                    shared = await self.sharing.share_again(*where)
                except Refusal as refusal:
                    await request.reply(text.too_many(int(str(refusal.facts["limit"])), request.translation))
                    return ""
            case _:
                return request.translation.label("This button is too old.")
        link = text.link_to(shared, self.account.username) if shared else ""
        return await self._show_own(press, text.own(shared, link, request.translation) if shared else None)

    async def _show_own(self, press: ButtonPress, reply: Reply | None) -> str:
        """Show a list of one's own in place of the message, with the way back if it was opened from the settings."""
        translation = press.request.translation
        if reply is None:
            return translation.label("That is no longer there.")
        if settings_text.leads_to(press.content()[1], settings_text.SHARED, settings_text.TOP):
            reply = text.with_way_back(reply, translation)
        await press.edit(*reply)
        return ""

    async def _show_picture(self, request: Request, shared: SharedList | None) -> str:
        if shared is None:
            return request.translation.label("That is no longer there.")
        await self._send_picture(request, shared)
        return ""

    async def _send_picture(self, request: Request, shared: SharedList) -> None:
        link = text.link_to(shared, self.account.username)
        picture = await asyncio.to_thread(draw_code, link)
        await request.replies.send_picture(request.answer_place, "stichwort.png", picture, escape(link))

    async def open(self, request: Request, payload: str) -> None:
        """Show the list behind the payload of a link to who opens it."""
        list_id, place = shared_list.read_payload(payload), request.place
        view = await self.sharing.open(place.chat_id, place.thread_id, list_id) if list_id else None
        if view is None:
            await request.reply(text.gone(request.translation))
        else:
            await request.reply(*text.opened(view, 0, request.translation))

    async def turn_page(self, press: ButtonPress) -> str:
        """Turn a page of an opened list."""
        view, numbers = await self._view(press)
        if view is None:
            return await self._gone(press)
        await press.edit(*text.opened(view, numbers[0], press.request.translation))
        return ""

    async def take(self, press: ButtonPress) -> str:
        """Take over one keyword of a list."""
        view, (offset, place, *_) = await self._view(press)
        if view is None or place >= len(view.known):
            return await self._gone(press)
        known = view.known[place]
        if known is not None:
            exists = Refusal("subscription.exists", number=known.number)
            said = query_errors.words(exists, known.query.normal, press.request.translation)
            return await self._change_nothing(press, view, offset, markup.plain(said))
        return await self._take(press, view, offset, (place,))

    async def take_all(self, press: ButtonPress) -> str:
        """Take over what is missing of a list."""
        view, numbers = await self._view(press)
        if view is None:
            return await self._gone(press)
        return await self._take(press, view, numbers[0], view.missing)

    async def _take(self, press: ButtonPress, view: SharedView, offset: int, places: tuple[int, ...]) -> str:
        """Take over keywords, say so in the message, and offer to undo it."""
        request, translation = press.request, press.request.translation
        where = (request.place.chat_id, request.place.thread_id)
        done = await self.sharing.take(*where, [view.shared.keywords[place] for place in places])
        refused = [query_errors.words(done.refusal, "", translation)] if done.refusal is not None else []
        if not done.subscriptions:
            note = markup.plain(refused[0]) if refused else translation.label("There is nothing left to add.")
            return await self._change_nothing(press, view, offset, note)
        said = join("\n", [text.taken(done.subscriptions, translation), *refused])
        numbers = range(done.subscriptions[0].number, done.subscriptions[-1].number + 1)
        await press.edit(*await self._write(press, view, offset, ListChange(said=said, numbers=numbers)))
        return ""

    async def _change_nothing(self, press: ButtonPress, view: SharedView, offset: int, note: str) -> str:
        """Answer with a note alone, so that the way back stays; a message that shows it otherwise is written anew."""
        fresh, shown = text.opened(view, offset, press.request.translation), press.content()[1]
        if fresh[1] != text.without_undo(shown):
            await press.edit(*fresh)
        return note

    async def give_back(self, press: ButtonPress) -> str:
        """Undo what the last press took over, also when the list is not shared any more."""
        view, (offset, first, last, *_) = await self._view(press)
        place, translation = press.request.place, press.request.translation
        gone = await self.sharing.give_back(place.chat_id, place.thread_id, range(first, last + 1))
        if not gone:
            return translation.label("That is no longer there.")
        said = text.given_back(gone, translation)
        if view is None:
            await press.edit(join("\n", [said, text.gone(translation)]))
        else:
            await press.edit(*await self._write(press, view, offset, ListChange(said=said)))
        return ""

    async def _write(self, press: ButtonPress, view: SharedView, offset: int, change: ListChange) -> Reply:
        """Write a list as it is after a change."""
        request = press.request
        now = await self.sharing.open(request.place.chat_id, request.place.thread_id, view.shared.id)
        return text.opened(now or view, offset, request.translation, change)

    async def _view(self, press: ButtonPress) -> tuple[SharedView | None, tuple[int, ...]]:
        """Look into the list a button belongs to; also returns the numbers the button carries, 0 for what it lacks."""
        list_id, rest = _read(press.rest)
        parts = rest.split(":")
        numbers = [int(part[:_DIGITS]) if part.isdecimal() else 0 for part in parts]
        place = press.request.place
        view = await self.sharing.open(place.chat_id, place.thread_id, list_id) if list_id else None
        return view, (*numbers, 0, 0, 0)

    async def _gone(self, press: ButtonPress) -> str:
        """Say in place of an opened list that it is not shared any more."""
        await press.edit(text.gone(press.request.translation))
        return ""


def draw_code(link: str) -> bytes:
    """Draw a link as a QR code, as PNG."""
    buffer = io.BytesIO()
    code: Any = segno.make(link, error="m", micro=False)
    code.save(buffer, kind="png", scale=_PIXELS, border=_QUIET_ZONE)
    return buffer.getvalue()


def _read(rest: str) -> tuple[SharedListId | None, str]:
    """Read the id of a list in callback data; also returns what stands behind it."""
    text_id, _, more = rest.partition(":")
    return shared_list.read_id(text_id), more
