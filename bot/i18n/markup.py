"""Text in Telegram's HTML: escaped at birth, so that nothing a person or a feed wrote can become markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import datetime

_TAG = re.compile(r"<[^>]*>")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


class Html(str):
    """A string that is markup already; any other string is escaped before it becomes part of one."""

    __slots__ = ()


def escape(text: str) -> Html:
    """Make text safe; what is markup already stays as it is."""
    return text if isinstance(text, Html) else Html(text.translate(_ESCAPES))


def fill(template: str, values: dict[str, object]) -> Html:
    """Fill the placeholders of a template that is markup, escaping what is not."""
    safe = {name: escape(value) if isinstance(value, str) else value for name, value in values.items()}
    return Html(template.format(**safe))


def join(separator: str, parts: Iterable[str]) -> Html:
    """Join parts into one piece of markup."""
    return Html(escape(separator).join(escape(part) for part in parts))


def bold(text: str) -> Html:
    """Set in bold type."""
    return Html(f"<b>{escape(text)}</b>")


def italic(text: str) -> Html:
    """Set in italic type."""
    return Html(f"<i>{escape(text)}</i>")


def code(text: str) -> Html:
    """Set in a monospaced type that is copied by a tap."""
    return Html(f"<code>{escape(text)}</code>")


def link(text: str, url: str) -> Html:
    """Make a link."""
    return Html(f'<a href="{escape(url)}">{escape(text)}</a>')


def time(text: str, at: datetime, shape: str) -> Html:
    """
    Show a time in the reader's own zone and format; `text` is what older apps show.

    `shape` is one of Telegram's formats of date and time, such as "t" (the time) and "dt" (the day and the time).
    """
    return Html(f'<tg-time unix="{int(at.timestamp())}" format="{shape}">{escape(text)}</tg-time>')


def quote(text: str) -> Html:
    """Set as a quotation that expands on a tap."""
    return Html(f"<blockquote expandable>{escape(text)}</blockquote>")


def plain(markup: str) -> str:
    """Give the visible characters of markup."""
    return html.unescape(_TAG.sub("", markup))
