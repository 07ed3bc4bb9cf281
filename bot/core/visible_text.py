"""
The texts of an article and of queries as an alert shows them, with their lengths in characters.

A summary is measured with these very texts, so that it fits into the message, and so that what counts as read is what
was shown. `HeadlineOverlap` says whether a text says the headline again, and what it says beyond that.
"""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import urlsplit

from bot.core.article import Article
from bot.core.delivery.alert import Alert
from bot.language import sentences, stop_words

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


def address(url: str | None) -> str | None:
    """Give an address that may be linked, or None."""
    url = "".join((url or "").split())
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return tame(url) if parts.scheme in ("http", "https") and parts.hostname else None


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


SHORTEST = 40
"""What says less, beyond the headline, is no summary."""
_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_TAIL = re.compile(r"\s+[-–—|·•]\s+")
_KICKER = re.compile(r":\s+|\s+[|·•–—-]\s+")
_SHORT = 40
"""Letters of a name of a source behind a headline, or of a kicker before it."""
_WORDS, _LETTERS = 3, 16
"""A headline of fewer words and letters names a topic; a text that begins with it does not say it again."""
_STOP = re.compile(r"""[\s"“”„»«’)\]]*(?:[.!?…:|]|(?<=\s)[-–—•·](?=\s))[\s.!?…:|•·–—"“”»«’)\]-]*""")
"""What ends a headline that a text begins with; no letter, so that "Ukraine-Hilfe" goes on."""
_TWICE = 2
_MOST = 3
"""Names of sources in a row; a hostile title is made of nothing else."""
_CUT = ("…", "...")


class HeadlineOverlap:
    """A headline as texts repeat it: with or without its kicker and the name of the source behind it."""

    def __init__(self, article: Article) -> None:
        self.shown = headline(article)
        title = tidy(article.title) or self.shown
        self._whole = plain(title)
        spellings = {
            plain(spelling) for part in (*_parts(title), self.shown) for spelling in (part, _without_last_word(part))
        }
        self._spellings = sorted(filter(_is_telling, spellings), key=len, reverse=True)
        names = (tidy(article.source_title), article.source_host, article.source_host.removeprefix("www."))
        sources = {plain(name) for name in (*names, *_TAIL.split(names[0])[:_MOST], *_TAIL.split(title)[1:][-_MOST:])}
        self._sources = sorted(filter(None, sources), key=len, reverse=True)
        self._is_cut = title.endswith(_CUT) or self.shown.endswith(_CUT)

    def is_worth(self, text: str) -> bool:
        """Say whether a text is a summary: long enough, and not the headline again with next to nothing beside it."""
        said, left = self._measure(text)
        return len(text) >= SHORTEST and (left >= SHORTEST or (left > 0 and not said))

    def is_again(self, text: str) -> bool:
        """Say whether a sentence or a key point is hardly more than the headline."""
        said, left = self._measure(text)
        return not left or (said >= left and left < SHORTEST)

    def without(self, text: str) -> str:
        """Leave out the headline at the beginning of a text, where a sentence ends with it and enough is left."""
        for _ in range(_TWICE):
            rest = next(filter(None, (self._rest(text, spelling) for spelling in self._spellings)), None)
            if rest is None or not self.is_worth(rest):
                break
            text = rest
        return text

    def _rest(self, text: str, spelling: str) -> str | None:
        words = spelling.split()
        found = list(islice(_WORD.finditer(text), len(words)))
        if [word.group().casefold() for word in found] != words:
            return None
        rest = text[found[-1].end() :]
        if stop := _STOP.match(rest):
            after = rest[stop.end() :]
            goes_on = after[:1].islower() and not any(sign in stop[0] for sign in ".!?…")
            return None if goes_on else after  # "Train strike begins on Monday: what passengers need to know"
        following = _WORD.match(rest, 1) if rest[:1] == " " else None
        if following is None:
            return None
        if following.group()[0].isupper() and stop_words.is_stop(following.group().lower()):
            return rest[1:]
        return f"…{rest[1:]}" if self._is_cut else None

    def _measure(self, text: str) -> tuple[int, int]:
        """Count the letters of a text that are the headline or the name of the source, and those that are left."""
        words = plain(_without_last_word(text))
        if f" {words} " in f" {self._whole} ":
            return len(words), 0
        left = f" {words} ".replace(" ", "  ")
        for spelling in self._spellings:
            left = left.replace(f" {spelling} ".replace(" ", "  ")[1:-1], " ")
        left = " ".join(left.split())
        for name in self._sources:
            left = f" {left}".removesuffix(f" {name}").strip()
            left = f"{left} ".removeprefix(f"{name} ").strip()
        return len(words) - len(left), len(left)


def plain(text: str) -> str:
    """Give the words of a text, small and without anything between them."""
    return " ".join(_WORD.findall(_ADDRESS.sub(" ", text.casefold())))


def _is_telling(words: str) -> bool:
    return words.count(" ") + 1 >= _WORDS or len(words) >= _LETTERS


def _without_last_word(text: str) -> str:
    """Leave out the word before "…", of which a part may be missing."""
    return text.rstrip(" .…").rpartition(" ")[0] if text.endswith(_CUT) else text


def _parts(title: str) -> list[str]:
    """Give a headline without the short name behind it, without the kicker before it, and without both."""
    tails = list(_TAIL.finditer(title))
    has_tail = bool(tails) and len(title) - tails[-1].end() <= _SHORT
    whole = [title, title[: tails[-1].start()]] if has_tail else [title]
    kickers = ((part, _KICKER.search(part)) for part in whole)
    return [*whole, *(part[kicker.end() :] for part, kicker in kickers if kicker and kicker.start() <= _SHORT)]
