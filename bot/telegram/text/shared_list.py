"""Shared lists: what is said to who shares keywords by a link, and to who opens the link, with the buttons of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.core import shared_list
from bot.core.query.parser import MatchMode
from bot.core.shared_list import SharedKeyword, SharedList, SharedListId
from bot.core.subscription import Subscription
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, bold, escape, italic, join
from bot.services.sharing import SharedView
from bot.telegram import keyboards
from bot.telegram.text import alert
from bot.telegram.text import settings as settings_text
from bot.telegram.text.subscription_list import Reply, mode_words

OWN, PAGE, TAKE, TAKE_ALL, GIVE_BACK = "own", "pk", "pkt", "pka", "pku"
"""Verbs: something about a list of one's own; turn a page of an opened list, take over, undo that."""
OPEN, PICTURE, REVOKE, UNDO = "o", "q", "r", "u"
ROWS = 10
"""Keywords on a page of an opened list."""
_NAMES = 300
"""Characters of keywords that are named to who shares them."""
_NAME = 60
_LABEL = 36


def link_to(shared: SharedList, username: str) -> str:
    """Return the address that opens a list in the private chat of whoever follows it."""
    return f"https://t.me/{username}?start={shared_list.write_payload(shared.id)}"


def own(shared: SharedList, link: str, translation: Translation, *, is_cut: bool = False) -> Reply:
    """Show a list to who shares it: its link, what is in it, and the buttons that copy, show and revoke it."""
    label, list_id = translation.label, shared.id
    lines = [
        translation.n(
            "Whoever opens this link can take over one keyword:",
            "Whoever opens this link can take over {count} keywords:",
            len(shared.keywords),
        ),
        escape(link),
        italic(alert.cut(", ".join(map(_name, shared.keywords)), _NAMES)),
        translation.t("It does not tell who shares it, and stays as it is when something changes here."),
    ]
    if is_cut:
        lines.append(translation.t("Only the first {count} keywords are in it.", count=len(shared.keywords)))
    rows = [
        [*keyboards.copy(label("Copy link"), link), keyboards.button(label("QR code"), OWN, list_id, PICTURE)],
        [keyboards.button(label("Revoke link"), OWN, list_id, REVOKE)],
    ]
    return join("\n", lines), keyboards.keyboard(rows)


def revoked(list_id: SharedListId, translation: Translation) -> Reply:
    """Say that a list is not shared any more, with the way back."""
    text = translation.t("Revoked: the link leads nowhere now. What somebody has taken over stays there.")
    return text, keyboards.keyboard([[keyboards.button(translation.label("Undo"), OWN, list_id, UNDO)]])


def list_own(lists: Sequence[SharedList], translation: Translation) -> Reply:
    """Show all lists of a receiver, each with a button that opens it."""
    if not lists:
        return translation.t("No list is shared from here. The button is below /list."), None
    rows = [[keyboards.button(_short(shared), OWN, shared.id, OPEN)] for shared in lists]
    return translation.n("One list is shared from here:", "{count} lists are shared from here:", len(lists)), (
        keyboards.keyboard(rows)
    )


def with_way_back(reply: Reply, translation: Translation) -> Reply:
    """Add the way back to all lists, in a message that was opened from them."""
    text, keyboard = reply
    rows = [list(row) for row in keyboard.inline_keyboard] if keyboard else []
    back = keyboards.button(translation.label("‹ Back"), settings_text.MENU, settings_text.SHARED)
    return text, keyboards.keyboard([*rows, [back]])


@dataclass(frozen=True, slots=True, kw_only=True)
class ListChange:
    """What was done last in an opened list: the sentence about it, and the numbers of what was taken over."""

    said: Html
    numbers: range = range(0)


def opened(view: SharedView, offset: int, translation: Translation, change: ListChange | None = None) -> Reply:
    """Show a page of a list to who opens it: ✓ stands at what there is already, and each other keyword can be taken."""
    keywords, list_id = view.shared.keywords, view.shared.id
    offset = max(0, min(offset, (len(keywords) - 1) // ROWS * ROWS))
    places = range(offset, min(offset + ROWS, len(keywords)))
    title = translation.n("A shared list of one keyword", "A shared list of {count} keywords", len(keywords))
    lines = [bold(title), *(_line(keywords[place], view.known[place], translation) for place in places)]
    rows: keyboards.Rows = []
    if change is not None:
        lines.append(change.said)
        if change.numbers:
            first, last = change.numbers[0], change.numbers[-1]
            rows.append([keyboards.button(translation.label("Undo"), GIVE_BACK, list_id, offset, first, last)])
    rows = [
        *(_take(view, place, offset) for place in places),
        _turn_page(list_id, offset, len(keywords)),
        _take_all(view, offset, translation),
        *rows,
    ]
    return join("\n", lines), keyboards.keyboard(rows)


def without_undo(shown: InlineKeyboardMarkup | None) -> InlineKeyboardMarkup | None:
    """Return the buttons of an opened list without the one that undoes the last change."""
    rows = shown.inline_keyboard if shown else ()
    return keyboards.keyboard([row for row in rows if keyboards.unpack(str(row[0].callback_data))[0] != GIVE_BACK])


def gone(translation: Translation) -> Html:
    """Say that a link leads to no list: it was revoked, is damaged, or never led anywhere."""
    return translation.t("There is no list behind this link, or it is not shared any more.")


def taken(subscriptions: Sequence[Subscription], translation: Translation) -> Html:
    """Say which keywords were taken over."""
    if len(subscriptions) == 1:
        subscription = subscriptions[0]
        name = bold(alert.cut(alert.tidy(subscription.name), _NAME))
        return translation.t("Taken over: {query} (no. {number}).", query=name, number=subscription.number)
    return translation.n("One keyword is taken over.", "{count} keywords are taken over.", len(subscriptions))


def given_back(subscriptions: Sequence[Subscription], translation: Translation) -> Html:
    """Say which keywords were removed again."""
    if len(subscriptions) == 1:
        name = bold(alert.cut(alert.tidy(subscriptions[0].name), _NAME))
        return translation.t("Undone. Removed again: {query}.", query=name)
    return translation.n(
        "Undone: one keyword is removed again.", "Undone: {count} keywords are removed again.", len(subscriptions)
    )


def too_many(limit: int, translation: Translation) -> Html:
    """Say that a chat shares as many lists as it may."""
    return translation.n(
        "One list can be shared at the same time. /settings shows it, and revokes it.",
        "{count} lists can be shared at the same time. /settings shows them, and revokes what is not needed any more.",
        limit,
    )


def _line(keyword: SharedKeyword, known: Subscription | None, translation: Translation) -> Html:
    name = bold(alert.cut(_name(keyword), _NAME))
    notes = [] if keyword.mode is MatchMode.COMPOUNDS else [mode_words(keyword.mode, translation)]
    if known is not None:
        notes.append(translation.label("no. {number}", number=known.number))
    sign = "•" if known is None else "✓"
    return join(" ", [sign, name, *([italic(f"({', '.join(notes)})")] if notes else [])])


def _take(view: SharedView, place: int, offset: int) -> list[InlineKeyboardButton]:
    sign = "+" if view.known[place] is None else "✓"
    name = _name(view.shared.keywords[place])
    return [keyboards.button(f"{sign} {name}", TAKE, view.shared.id, offset, place)]


def _take_all(view: SharedView, offset: int, translation: Translation) -> list[InlineKeyboardButton]:
    count = len(view.missing)
    if count < 2:
        return []
    return [keyboards.button(translation.label("Take all ({count})", count=count), TAKE_ALL, view.shared.id, offset)]


def _turn_page(list_id: SharedListId, offset: int, count: int) -> list[InlineKeyboardButton]:
    turn_page = []
    if offset:
        turn_page.append(keyboards.button("‹", PAGE, list_id, offset - ROWS))
    if offset + ROWS < count:
        turn_page.append(keyboards.button("›", PAGE, list_id, offset + ROWS))
    return turn_page


def _name(keyword: SharedKeyword) -> str:
    return alert.tidy(keyword.query.normal)


def _short(shared: SharedList) -> str:
    names = alert.cut(", ".join(map(_name, shared.keywords)), _LABEL)
    return names if len(shared.keywords) == 1 else f"{names} ({len(shared.keywords)})"
