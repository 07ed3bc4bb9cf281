"""
The texts of an article and of queries as an alert shows them, with their lengths in characters.

A summary is measured with these very texts, so that it fits into the message, and so that what counts as read is what
was shown.
"""

from __future__ import annotations

import re

from bot.core.article import Article
from bot.core.delivery.alert import Alert
from bot.language import sentences

HEADLINE = 150
ALERT = 500
SEPARATOR = " · "
MOMENT = 16
"""The longest time in the last line, "yesterday 23:10" or a date."""
_MACHINE = "AI"
_UPDATED = "aktualisiert"
"""The longest translation of "updated"."""
_NAME = 40
_NAMES = 120
_SOURCE = 60
_DROPPED = (
    *range(0x09),
    *range(0x0E, 0x20),
    0x7F,
    0x00AD,  # soft hyphen
    0x061C,
    0x200B,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),  # embeddings and overrides
    *range(0x2060, 0x2070),  # isolates, signs nobody sees, marks of old that turn text
    0xFEFF,
    *range(0xD800, 0xE000),  # halves of characters, which cannot be sent
)
_BLANKS = (0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029)
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_TABLE: dict[int, str | None] = {**dict.fromkeys(_DROPPED), **dict.fromkeys(_BLANKS, " ")}


def tame(text: str) -> str:
    """Remove characters that turn or hide text, and replace line breaks; other white space stays."""
    return text.translate(_TABLE)


def tidy(text: str) -> str:
    """Make one line of a text, without marks that turn or hide it."""
    return " ".join(tame(text).split())


def size(text: str) -> int:
    """
    Count the UTF-16 units of a text.

    Telegram's servers count code points, its apps and entities units; the units are never fewer, so they hold for both.
    """
    return len(text) if text.isascii() else len(text) + len(_BEYOND.findall(text))


def cut(text: str, limit: int) -> str:
    """Shorten to `limit` characters, at the end of a word where there is one near."""
    if size(text) <= limit:
        return text
    kept = _head(text, limit - 1)
    head, _, _ = kept.rpartition(" ")
    if len(head) >= len(kept) * 0.6:
        kept = head
    return kept.rstrip(" ,;:–-\u200d") + "…"


def _head(text: str, limit: int) -> str:
    """Return as much of the beginning as fits."""
    head = text[:limit]
    while (over := size(head) - limit) > 0:
        head = head[: -((over + 1) // 2)]
    return head


def headline(article: Article) -> str:
    """Give the headline of an alert; there is always one, or Telegram would refuse the message."""
    return cut(tidy(article.title) or _beginning(article) or source(article) or "…", HEADLINE)


def _beginning(article: Article) -> str:
    """Give the first sentence of a description that stands without a title."""
    lead = tidy(article.lead[: 2 * HEADLINE])
    return next(iter(sentences.split(lead, article.language)), "")


def source(article: Article) -> str:
    """Return the name of an article's source."""
    return cut(tidy(article.source_title) or article.source_host.removeprefix("www."), _SOURCE)


def names(alert: Alert) -> str:
    """Return the names of the matching subscriptions, in a chat that has several; further ones are counted."""
    if alert.subscription_count < 2 or not alert.matches:
        return ""
    found = [cut(tidy(match.subscription.name), _NAME) for match in alert.matches]
    shown = found[:1]
    for name in found[1:]:
        if len(", ".join([*shown, name])) > _NAMES:
            break
        shown.append(name)
    more = len(found) - len(shown)
    return ", ".join(shown) + (f" +{more}" if more else "")


def foot_length(alert: Alert) -> int:
    """Say how many characters the last line of an alert has at most, whenever and in whichever language it goes out."""
    updated = _UPDATED if alert.article.updated_at else ""
    parts = [names(alert), source(alert.article), _MACHINE, "0" * MOMENT, updated]
    return size(SEPARATOR.join(filter(None, parts)))
