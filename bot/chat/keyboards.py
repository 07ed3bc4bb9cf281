"""Buttons under messages: what a press sends back is a verb and a few words, 64 bytes at most."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

LIMIT = 64
_SEPARATOR = ":"
_LABEL = 48

NO = "no"
"""The verb of every [Cancel] button."""


def pack(verb: str, *arguments: object) -> str:
    """Write what a press sends back; the last argument may hold anything."""
    data = _SEPARATOR.join([verb, *map(str, arguments)])
    if len(data.encode()) > LIMIT:
        raise ValueError(f"callback data of {verb} is too long")
    return data


def fits(verb: str, *arguments: object) -> bool:
    """Say whether Telegram would take it."""
    return len(_SEPARATOR.join([verb, *map(str, arguments)]).encode()) <= LIMIT


def unpack(data: str) -> tuple[str, str]:
    """Read a press: its verb and the rest."""
    verb, _, rest = data.partition(_SEPARATOR)
    return verb, rest


def button(label: str, verb: str, *arguments: object) -> InlineKeyboardButton:
    """Make a button; a long label is cut."""
    shown = label if len(label) <= _LABEL else label[: _LABEL - 1].rstrip() + "…"
    return InlineKeyboardButton(shown, callback_data=pack(verb, *arguments))


def keyboard(rows: Sequence[Sequence[InlineKeyboardButton]]) -> InlineKeyboardMarkup | None:
    """Put rows of buttons under a message; no rows, no keyboard."""
    filled = [row for row in rows if row]
    return InlineKeyboardMarkup(filled) if filled else None


def without(markup: InlineKeyboardMarkup | None, data: str) -> InlineKeyboardMarkup | None:
    """Take one button away."""
    rows = markup.inline_keyboard if markup else ()
    return keyboard([[each for each in row if each.callback_data != data] for row in rows])
