"""/unsub with a number, a query, a picker of buttons, or all at once; and the export of a chat's keywords as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime

from telegram import InlineKeyboardMarkup

from bot.core.ids import SubscriptionId
from bot.core.ports import Clock
from bot.core.repositories import SubscriptionRepository
from bot.core.subscription import Subscription
from bot.i18n.catalog import Translation, mark
from bot.i18n.markup import Html, bold, code, join
from bot.language import language_data
from bot.language.word_tables import QueryWords
from bot.services.subscriptions import UnsubscribeService
from bot.telegram import keyboards
from bot.telegram.commands import ButtonPress, CallbackButton, Command, Handlers, Request, RequiredRole

FORMAT = 1


def subscriptions_file(subscriptions: tuple[Subscription, ...], now: datetime) -> bytes:
    """Write subscriptions as JSON."""
    content = {
        "format": FORMAT,
        "program": "stichwort",
        "written_at": now.isoformat(timespec="seconds"),
        "subscriptions": [_entry(subscription) for subscription in subscriptions],
    }
    return json.dumps(content, ensure_ascii=False, indent=2).encode("utf-8", "replace")


def _entry(subscription: Subscription) -> dict[str, object]:
    return {
        "number": subscription.number,
        "query": subscription.query.normal,
        "mode": subscription.mode.value,
        "urgency": subscription.urgency.value,
        "title": subscription.title,
        "headline_only": subscription.headline_only,
        "paused": subscription.paused,
        "created_at": subscription.created_at.isoformat(timespec="seconds"),
    }


_DROP = "drop"
_PAGE = "page"
_ALL = "all"
_NUMBERS = re.compile(r"\d{1,9}(?:[\s,;]+\d{1,9})*")
_ROWS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubscribeHandlers(Handlers):
    """Unsubscribing; a number of another chat is treated as unknown."""

    unsubscribe: UnsubscribeService
    subscriptions: SubscriptionRepository
    clock: Clock

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        return (
            Command(
                name="unsub",
                aliases=("unsubscribe", "remove", "abmelden"),
                handle=self.unsub,
                who=RequiredRole.CHANGERS,
                about=mark("Remove a keyword"),
            ),
        )

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (
            CallbackButton(verb=_DROP, handle=self.drop),
            CallbackButton(verb=_PAGE, handle=self.page),
            CallbackButton(verb=_ALL, handle=self.all),
        )

    async def unsub(self, request: Request) -> None:
        """Remove what was named, or show a picker."""
        if not request.text:
            there = await self._list(request)
            await request.reply(*_picker(there, request.translation, 0))
        elif request.text.casefold() in language_data.every(QueryWords, "everything"):
            await self._offer_all(request)
        else:
            gone = await self._remove(request)
            if gone:
                names = bold(", ".join(subscription.name for subscription in gone))
                await request.reply(request.translation.t("Removed: {query}.", query=names))
            else:
                await request.reply(request.translation.t("There is no such keyword here. /list shows all of them."))

    async def _remove(self, request: Request) -> list[Subscription]:
        place = request.place
        numbers = re.findall(r"\d+", request.text) if _NUMBERS.fullmatch(request.text) else []
        tried = [await self.unsubscribe.by_number(place.chat_id, place.thread_id, int(number)) for number in numbers]
        if not any(tried):
            tried = [await self.unsubscribe.by_query(place.chat_id, place.thread_id, request.text)]
        return [subscription for subscription in tried if subscription is not None]

    async def _offer_all(self, request: Request) -> None:
        there, translation = await self._list(request), request.translation
        if not there:
            await request.reply(translation.t("There are no keywords here."))
            return
        now = self.clock.now()
        sent = await request.replies.send_file(
            request.place,
            f"stichwort-{now:%Y-%m-%d}.json",
            subscriptions_file(there, now),
            translation.t("The keywords as a file, to keep."),
        )
        if not sent:
            await request.reply(translation.t("I could not send the file, so nothing was removed. Please try again."))
            return
        yes = translation.label("Yes, remove all") if len(there) > 1 else translation.label("Yes, remove")
        rows = [[keyboards.button(yes, _ALL, len(there)), keyboards.button(translation.label("Cancel"), keyboards.NO)]]
        question = translation.n("Remove the only keyword?", "Remove all {count} keywords?", len(there))
        await request.reply(question, keyboards.keyboard(rows))

    async def all(self, press: ButtonPress) -> str:
        """Remove all subscriptions after a confirmation."""
        request, translation = press.request, press.request.translation
        gone = await self.unsubscribe.all(request.place.chat_id, request.place.thread_id)
        if not gone:
            await press.edit(translation.t("There are no keywords here."))
            return ""
        await press.edit(
            translation.n("Removed: the only keyword.", "Removed: all {count} keywords.", len(gone)),
        )
        return ""

    async def drop(self, press: ButtonPress) -> str:
        """Remove one keyword of the picker, and show the rest."""
        request, translation = press.request, press.request.translation
        offset, _, wanted = press.rest.partition(",")
        if not (offset.isdecimal() and wanted.isdecimal()):
            return translation.label("This button is too old.")
        gone = await self.unsubscribe.by_id(
            request.place.chat_id, request.place.thread_id, SubscriptionId(int(wanted[:18]))
        )
        said = translation.t("Removed: {query}.", query=bold(gone.name)) if gone else None
        text, keyboard = _picker(await self._list(request), translation, int(offset[:6]))
        await press.edit(join("\n", [said, text]) if said else text, keyboard)
        return "" if gone else translation.label("That is no longer there.")

    async def page(self, press: ButtonPress) -> str:
        """Turn a page of the picker."""
        if not press.rest.isdecimal():
            return press.request.translation.label("This button is too old.")
        await press.edit(*_picker(await self._list(press.request), press.request.translation, int(press.rest[:6])))
        return ""

    async def _list(self, request: Request) -> tuple[Subscription, ...]:
        return await self.subscriptions.list_for(request.place.chat_id, request.place.thread_id)


def _picker(
    there: tuple[Subscription, ...], translation: Translation, offset: int
) -> tuple[Html, InlineKeyboardMarkup | None]:
    if not there:
        return translation.t("There are no keywords here."), None
    offset = min(offset, (len(there) - 1) // _ROWS * _ROWS)
    shown = there[offset : offset + _ROWS]
    rows = []
    for subscription in shown:
        number = translation.label("no. {number}", number=subscription.number)
        rows.append([keyboards.button(f"{number} · {subscription.name}", _DROP, f"{offset},{subscription.id}")])
    turn_page = []
    if offset:
        turn_page.append(keyboards.button("‹", _PAGE, offset - _ROWS))
    if offset + _ROWS < len(there):
        turn_page.append(keyboards.button("›", _PAGE, offset + _ROWS))
    text = translation.t("Which one shall I remove? {all} removes all of them.", all=code("/unsub all"))
    return text, keyboards.keyboard([*rows, turn_page])
