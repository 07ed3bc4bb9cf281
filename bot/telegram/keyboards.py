"""
Inline keyboards: callback data (a verb and a few words, 64 bytes at most), the colours of buttons by what they do, and
the buttons below the reply to /sub.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo
from telegram.constants import InlineKeyboardButtonLimit, KeyboardButtonStyle

from bot.core.ids import SubscriptionId
from bot.core.query.parser import MatchMode
from bot.core.subscription import Subscription, Urgency
from bot.i18n.catalog import Translation

LIMIT = 64
_SEPARATOR = ":"
_LABEL = 48

NO = "no"
"""The verb of every [Cancel] button."""
CHANNEL = "ch"
"""The verb of every button in a private chat that acts on a channel; behind it: the channel and its own data."""
MY_CHANNELS = "mine"
"""The verb of every button that leads from a channel back to the private chat's own: it acts on no channel."""
SHARE = "share"
"""The verb of every button that shares a keyword, or all of them."""


def pack(verb: str, *arguments: object) -> str:
    """Write callback data; the last argument may hold any text."""
    data = _SEPARATOR.join([verb, *map(str, arguments)])
    if len(data.encode()) > LIMIT:
        raise ValueError(f"callback data of {verb} is too long")
    return data


def fits(verb: str, *arguments: object) -> bool:
    """Return whether Telegram accepts the callback data (64 bytes)."""
    return len(_SEPARATOR.join([verb, *map(str, arguments)]).encode()) <= LIMIT


def unpack(data: str) -> tuple[str, str]:
    """Split callback data into its verb and the rest."""
    verb, _, rest = data.partition(_SEPARATOR)
    return verb, rest


def wrap_channel(keyboard: InlineKeyboardMarkup, channel_id: int) -> InlineKeyboardMarkup | None:
    """Make the buttons act on a channel; one whose data then exceeds 64 bytes is left out."""
    rows = []
    for row in keyboard.inline_keyboard:
        buttons = [_wrap(button, channel_id) for button in row]
        if shown := [button for button in buttons if button is not None]:
            rows.append(shown)
    return InlineKeyboardMarkup(rows) if rows else None


def _wrap(button: InlineKeyboardButton, channel_id: int) -> InlineKeyboardButton | None:
    data = button.callback_data
    if not isinstance(data, str) or data == MY_CHANNELS:
        return button
    if not fits(CHANNEL, f"{-channel_id:x}", data):
        return None
    return InlineKeyboardButton(button.text, callback_data=join_channel(channel_id, data), style=button.style)


def join_channel(channel_id: int, data: str) -> str:
    """Write a channel before callback data, or before the kind of a question."""
    return _SEPARATOR.join([CHANNEL, f"{-channel_id:x}", data])


def unwrap_channel(keyboard: InlineKeyboardMarkup) -> InlineKeyboardMarkup:
    """Return the keyboard as the handler made it, without the channel."""
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(button.text, callback_data=found[1], style=button.style)
                if isinstance(button.callback_data, str) and (found := split_channel(button.callback_data))
                else button
                for button in row
            ]
            for row in keyboard.inline_keyboard
        ]
    )


def split_channel(data: str) -> tuple[int, str] | None:
    """Split the channel from the callback data of its button; None where it names none."""
    verb, rest = unpack(data)
    number, _, inner = rest.partition(_SEPARATOR)
    if verb != CHANNEL or not re.fullmatch(r"[0-9a-f]{1,13}", number):
        return None
    return -int(number, 16), inner


STYLES = {
    KeyboardButtonStyle.DANGER: (
        "all",  # unsubscribe from everything
        "ban",
        "drop",
        "forget",
        "kw:*:k",  # delete a keyword
        "menu:*:u",  # unsubscribe, below an alert
        "menu:*:u:*",
        "set:f:end",
        "set:f:end!",
        "own:*:r",  # revoke a shared list
        "set:m:forget",
        "srcr:*",  # remove a source
        "these",  # unsubscribe from some
    ),
    KeyboardButtonStyle.SUCCESS: (
        "approve",
        "back",
        "before",
        "kwu",
        "offer",
        "resave",
        "set:f:make",
        "own:*:u",  # share it again
        "pku",  # undo taking over from a shared list
        "srca",
        "srcm",
        "srcs:-:*",  # undo switching a source off
        "srcu",
        "undo",
    ),
}
"""
The kinds of buttons with a colour, by their callback data: red destroys something; green undoes, approves, or is the
confirming press that makes something. A verb alone stands for all its buttons, `*` for any one argument.
"""


def _compile(kind: str) -> str:
    verb, *arguments = kind.split(_SEPARATOR)
    if not arguments:
        return f"{re.escape(verb)}(?:{_SEPARATOR}.*)?"
    told = [f"[^{_SEPARATOR}]*" if argument == "*" else re.escape(argument) for argument in arguments]
    last = ".*" if arguments[-1] == "*" else told[-1]
    return _SEPARATOR.join([re.escape(verb), *told[:-1], last])


_STYLED = {style: re.compile("|".join(map(_compile, kinds)), re.DOTALL) for style, kinds in STYLES.items()}


def find_style(data: str) -> KeyboardButtonStyle | None:
    """Return the colour of a button by its callback data; None for the plain ones."""
    return next((style for style, pattern in _STYLED.items() if pattern.fullmatch(data)), None)


def button(label: str, verb: str, *arguments: object) -> InlineKeyboardButton:
    """Make a button, coloured by what it does; a long label is shortened."""
    data = pack(verb, *arguments)
    return InlineKeyboardButton(_shorten(label), callback_data=data, style=find_style(data))


def quoting(text: str, translation: Translation, verb: str, *arguments: object) -> InlineKeyboardButton:
    """Make a button with a text between quotation marks; a long text is shortened between them."""
    room = _LABEL - len(translation.label("“{text}”", text=""))
    return button(translation.label("“{text}”", text=_shorten(text, room)), verb, *arguments)


def copy(label: str, text: str) -> list[InlineKeyboardButton]:
    """Make the row with a button that copies a text; empty where the text is too long for one (256 characters)."""
    fits_in = InlineKeyboardButtonLimit.MIN_COPY_TEXT <= len(text) <= InlineKeyboardButtonLimit.MAX_COPY_TEXT
    return [InlineKeyboardButton(_shorten(label), copy_text=CopyTextButton(text))] if fits_in else []


def open_app(url: str, translation: Translation) -> list[InlineKeyboardButton]:
    """Make the button that opens the Mini App; none without its address. Telegram takes it in private chats only."""
    return [InlineKeyboardButton(translation.label("Open as a page"), web_app=WebAppInfo(url))] if url else []


def _shorten(label: str, most: int = _LABEL) -> str:
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"


def keyboard(rows: Sequence[Sequence[InlineKeyboardButton]]) -> InlineKeyboardMarkup | None:
    """Make a keyboard of rows of buttons; None without rows."""
    filled = [row for row in rows if row]
    return InlineKeyboardMarkup(filled) if filled else None


def without(markup: InlineKeyboardMarkup | None, data: str) -> InlineKeyboardMarkup | None:
    """Take one button away."""
    rows = markup.inline_keyboard if markup else ()
    return keyboard([[button for button in row if button.callback_data != data] for row in rows])


HOW = "how"
UNDO = "undo"
OPEN, INSTANT, SILENT, DIGEST, EXACT, COMPOUNDS, HEADLINE, SUMMARY = "o", "i", "s", "d", "x", "c", "h", "w"
"""What a button below the reply to /sub sets. Each names what is to be, so that a second press changes nothing."""
URGENCIES = {INSTANT: Urgency.INSTANT, SILENT: Urgency.SILENT, DIGEST: Urgency.DIGEST}
_CHOSEN = "✓ {label}"

Rows = list[list[InlineKeyboardButton]]


def rows(subscription: Subscription, translation: Translation, *, alone: bool = True) -> Rows:
    """
    Make the rows of buttons of one keyword, with ✓ at what is in force; `alone` means that the message has only this
    keyword.
    """
    exact = subscription.mode is MatchMode.EXACT
    labels = {
        INSTANT: (translation.label("Instant"), subscription.urgency is Urgency.INSTANT),
        SILENT: (translation.label("Silent"), subscription.urgency is Urgency.SILENT),
        DIGEST: (translation.label("Digest"), subscription.urgency is Urgency.DIGEST),
        COMPOUNDS if exact else EXACT: (translation.label("Exact"), exact),
        SUMMARY if subscription.headline_only else HEADLINE: (
            translation.label("Headline only"),
            subscription.headline_only,
        ),
    }
    made = [
        button(_CHOSEN.format(label=label) if chosen else label, HOW, subscription.id, what)
        for what, (label, chosen) in labels.items()
    ]
    return [made[:3], [*made[3:], undo(subscription, translation, alone=alone)]]


def closed(subscription: Subscription, translation: Translation) -> list[InlineKeyboardButton]:
    """Make the short row of a keyword among several; its first button shows the full rows."""
    return [
        undo(subscription, translation, alone=False),
        button("⋯", HOW, subscription.id, OPEN),
    ]


def undo(subscription: Subscription, translation: Translation, *, alone: bool) -> InlineKeyboardButton:
    """Make the button that removes the keyword again."""
    label = translation.label("Undo") if alone else translation.label("Undo: {name}", name=subscription.name)
    return button(label, UNDO, subscription.id)


def refreshed(
    shown: InlineKeyboardMarkup | None, subscription_id: SubscriptionId, fresh: Rows
) -> InlineKeyboardMarkup | None:
    """Replace the rows of one keyword."""
    made: Rows = []
    is_placed = False
    for row in shown.inline_keyboard if shown else ():
        if not any(_is_of(button, subscription_id) for button in row):
            made.append(list(row))
        elif not is_placed:
            made += fresh
            is_placed = True
    return keyboard(made)


def offers_undo(shown: InlineKeyboardMarkup | None, subscription_id: SubscriptionId) -> bool:
    """Return whether the message has the button that removes this keyword again."""
    wanted = pack(UNDO, subscription_id)
    return shown is not None and any(button.callback_data == wanted for row in shown.inline_keyboard for button in row)


def others(shown: InlineKeyboardMarkup | None, subscription_id: SubscriptionId) -> bool:
    """Return whether the message has buttons of other keywords."""
    verbs = {unpack(str(button.callback_data)) for row in shown.inline_keyboard for button in row} if shown else ()
    return any(verb == UNDO and rest != str(subscription_id) for verb, rest in verbs)


def read(rest: str) -> tuple[SubscriptionId, str] | None:
    """Parse the callback data of a button made here."""
    number, _, what = rest.partition(":")
    return (SubscriptionId(int(number[:18])), what) if number.isdecimal() else None


def _is_of(button: InlineKeyboardButton, subscription_id: SubscriptionId) -> bool:
    verb, rest = unpack(str(button.callback_data or ""))
    return verb in (HOW, UNDO) and rest.partition(":")[0] == str(subscription_id)
