"""/unsub with numbers, queries and titles, a picker of buttons, or all at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardMarkup

from bot.core.ids import SubscriptionId
from bot.core.query import phrasing
from bot.core.repositories import ChatRepository, SubscriptionRepository
from bot.core.subscription import Subscription, find_mentioned
from bot.i18n.catalog import Translation, mark
from bot.i18n.markup import Html, bold, code, join
from bot.language import language_data
from bot.language.word_tables import QueryWords
from bot.services.subscriptions import UnsubscribeService
from bot.services.transfer import ExportService
from bot.telegram import keyboards, private_answers
from bot.telegram.commands import ButtonPress, CallbackButton, Command, Handlers, Request, RequiredRole
from bot.telegram.confirmations import Confirmations
from bot.telegram.replies import Destination
from bot.telegram.text import alert, subscription_list

_DROP = "drop"
_PAGE = "page"
_ALL = "all"
_THESE = "these"
_ROWS = 20
_MOST_UNKNOWN, _UNKNOWN = 10, 60
_MOST_MENTIONED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubscribeHandlers(Handlers):
    """Unsubscribing; a number of another chat is treated as unknown."""

    unsubscribe: UnsubscribeService
    subscriptions: SubscriptionRepository
    export: ExportService
    confirmations: Confirmations
    chats: ChatRepository

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        return (
            Command(
                name="unsub",
                aliases=("unsubscribe", "remove", "abmelden"),
                handle=self.unsub,
                who=RequiredRole.CHANGERS,
                arguments="[numbers, keywords or all]",
                about=mark("Remove a keyword"),
            ),
        )

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (
            CallbackButton(verb=_DROP, handle=self.drop),
            CallbackButton(verb=_PAGE, handle=self.page),
            CallbackButton(verb=_ALL, handle=self.all),
            CallbackButton(verb=_THESE, handle=self.these),
        )

    async def unsub(self, request: Request) -> None:
        """Remove what was named, or show a picker."""
        if not request.text:
            there = await self._list(request)
            await request.reply(*_picker(there, request.translation, 0))
        elif request.text.casefold() in language_data.every(QueryWords, "everything"):
            await self._offer_all(request)
        else:
            await self._remove(request)

    async def offer(self, request: Request) -> bool:
        """
        Offer to remove the keywords of which a text in plain words asks for an end; False for any other text.

        Of one that is not there it says so: the text may neither be taken for an end of all, nor for a keyword.
        """
        mentioned = find_mentioned(request.text, await self._list(request)) if phrasing.wants_end(request.text) else ()
        if not mentioned and (ended := phrasing.find_ended(request.text)):
            await request.reply(_not_found(ended, request.translation))
            return True
        if not 0 < len(mentioned) <= _MOST_MENTIONED or not phrasing.wants_end(_without_names(request.text, mentioned)):
            return False
        translation = request.translation
        ids = ",".join(f"{subscription.id:x}" for subscription in mentioned)
        if not keyboards.fits(_THESE, ids):
            return False
        names = join(", ", [bold(alert.cut(alert.tidy(subscription.name), _UNKNOWN)) for subscription in mentioned])
        rows = [
            [
                keyboards.button(translation.label("Yes, remove"), _THESE, ids),
                keyboards.button(translation.label("Cancel"), keyboards.NO),
            ]
        ]
        await request.reply(translation.t("Remove {title}?", title=names), keyboards.keyboard(rows))
        return True

    async def these(self, press: ButtonPress) -> str:
        """Remove the keywords that were offered, those that are still there."""
        request, wanted = press.request, press.rest.split(",")
        there = [subscription for subscription in await self._list(request) if f"{subscription.id:x}" in wanted]
        if not there:
            return request.translation.label("That is no longer there.")
        await press.edit(*subscription_list.removed(await self.unsubscribe.remove(there), request.translation))
        return ""

    async def _remove(self, request: Request) -> None:
        place, translation = request.place, request.translation
        named = await self.unsubscribe.by_text(place.chat_id, place.thread_id, request.text)
        if not named.subscriptions and len(named.unknown) < 2:
            await request.reply(translation.t("There is no such keyword here. /list shows all of them."))
            return
        lines: list[Html] = []
        keyboard = None
        if named.subscriptions:
            text, keyboard = subscription_list.removed(named.subscriptions, translation)
            lines.append(text)
        if named.unknown:
            lines.append(_not_found(named.unknown, translation))
        await request.reply(join("\n", lines), keyboard)

    async def _offer_all(self, request: Request) -> None:
        """Send everything as a file to keep, then ask; what is subscribed to after the question stays."""
        there, translation = await self._list(request), request.translation
        if not there or request.chat is None:
            await request.reply(translation.t("There are no keywords here."))
            return
        place = await private_answers.find_place(request, self.chats, "unsub all")
        if not isinstance(place, Destination):
            await request.reply(place)
            return
        file, *_ = await self.export(request.chat)
        caption = translation.t("The keywords as a file, to keep. /import brings them back.")
        if not await request.replies.send_file(
            place, file.name, file.content, private_answers.head(request, place, caption)
        ):
            await request.reply(translation.t("I could not send the file, so nothing was removed. Please try again."))
            return
        last = there[-1].number
        await self.confirmations.ask(request, keyboards.pack(_ALL, last))
        yes = translation.label("Yes, remove all") if len(there) > 1 else translation.label("Yes, remove")
        rows = [[keyboards.button(yes, _ALL, last), keyboards.button(translation.label("Cancel"), keyboards.NO)]]
        question = translation.n("Remove the only keyword?", "Remove all {count} keywords?", len(there))
        rest = translation.t("To let everything rest instead: {pause}.", pause=code("/pause"))
        lines = [question, rest]
        if private_answers.is_elsewhere(request, place):
            lines.insert(0, translation.t("All keywords are in a file in the private chat, to keep."))
        await request.reply(join("\n", lines), keyboards.keyboard(rows))

    async def all(self, press: ButtonPress) -> str:
        """Remove the subscriptions that were there when the question was asked."""
        request, translation = press.request, press.request.translation
        asked = await self.confirmations.find(press, press.data)
        if asked is None or not press.rest.isdecimal():
            return translation.label("This question has expired.")
        gone = await self.unsubscribe.all(request.place.chat_id, request.place.thread_id, int(press.rest[:9]))
        await self.confirmations.close(asked)
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
        text, keyboard = _picker(await self._list(request), translation, int(offset[:6]))
        if gone is None:
            await press.edit(text, keyboard)
        else:
            said, undo = subscription_list.removed([gone], translation)
            rows = [*(undo.inline_keyboard if undo else ()), *(keyboard.inline_keyboard if keyboard else ())]
            await press.edit(join("\n", [said, text]), keyboards.keyboard(rows))
        return "" if gone else translation.label("That is no longer there.")

    async def page(self, press: ButtonPress) -> str:
        """Turn a page of the picker."""
        if not press.rest.isdecimal():
            return press.request.translation.label("This button is too old.")
        await press.edit(*_picker(await self._list(press.request), press.request.translation, int(press.rest[:6])))
        return ""

    async def _list(self, request: Request) -> tuple[Subscription, ...]:
        return await self.subscriptions.list_for(request.place.chat_id, request.place.thread_id)


def _not_found(names: Sequence[str], translation: Translation) -> Html:
    shown: list[str] = [bold(alert.cut(alert.tidy(name), _UNKNOWN)) for name in names[:_MOST_UNKNOWN]]
    shown += ["…"] * (len(names) > _MOST_UNKNOWN)
    return translation.t("Not found here: {names}. /list shows all of them.", names=join(", ", shown))


def _without_names(text: str, mentioned: Sequence[Subscription]) -> str:
    """Leave the names of keywords out of a text: "Stop Killing Games" is a name, and asks for no end."""
    names = {name for subscription in mentioned for name in (subscription.query.normal, subscription.name)}
    return re.sub("|".join(map(re.escape, sorted(names, key=len, reverse=True))), " ", text, flags=re.IGNORECASE)


def _picker(
    there: tuple[Subscription, ...], translation: Translation, offset: int
) -> tuple[Html, InlineKeyboardMarkup | None]:
    if not there:
        return translation.t("There are no keywords here."), None
    offset = min(offset, (len(there) - 1) // _ROWS * _ROWS)
    shown = there[offset : offset + _ROWS]
    rows = []
    for subscription in shown:
        number = translation.label("No. {number}", number=subscription.number)
        rows.append([keyboards.button(f"{number} · {subscription.name}", _DROP, f"{offset},{subscription.id}")])
    turn_page = []
    if offset:
        turn_page.append(keyboards.button("‹", _PAGE, offset - _ROWS))
    if offset + _ROWS < len(there):
        turn_page.append(keyboards.button("›", _PAGE, offset + _ROWS))
    text = translation.t("Which one shall I remove? {all} removes all of them.", all=code("/unsub all"))
    return text, keyboards.keyboard([*rows, turn_page])
