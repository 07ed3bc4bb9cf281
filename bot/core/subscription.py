"""
A subscription: the query of a chat, its match mode, and how urgently its alerts come.

And which of a chat's subscriptions a text names: "1 2", "1-3", "1, Nordkorea", "“Kim, der Kleine”, 3".
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.errors import Refusal
from bot.core.ids import ChatId, QueryId, SubscriptionId, ThreadId
from bot.core.query import lexer, parser, phrasing
from bot.core.query.parser import MatchMode, Query
from bot.language import tokens


class Urgency(StrEnum):
    """How an alert reaches the reader; where several subscriptions hit, the strongest wins."""

    INSTANT = "instant"
    SILENT = "silent"
    DIGEST = "digest"


HIT_DAYS = 14
"""Days over which hits are counted."""
_WEEK = 7
_BARS = "▁▂▃▄▅▆▇"


@dataclass(frozen=True, slots=True)
class HitCounts:
    """The hits of a subscription in the last days, each of 24 hours, the latest day last."""

    days: tuple[int, ...] = (0,) * HIT_DAYS

    @property
    def week(self) -> int:
        """The hits of the last seven days."""
        return sum(self.days[-_WEEK:])

    @property
    def sparkline(self) -> str:
        """One bar for each day; the highest stands for the day with the most hits, the lowest for none."""
        most = max(self.days, default=0)
        return "".join(_BARS[_height(count, most)] for count in self.days)


def count_days(newer: Sequence[int]) -> HitCounts:
    """Make the counts of the single days from those of the last 1, 2, 3 … days."""
    single = [count - before for count, before in zip(newer, (0, *newer), strict=False)]
    return HitCounts(tuple(reversed(single)))


def _height(count: int, most: int) -> int:
    """Return the bar of a day, from 0; a single hit is never as low as none."""
    top = len(_BARS) - 1
    return -(-count * top // most) if most else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One numbered line of /list."""

    id: SubscriptionId
    chat_id: ChatId
    thread_id: ThreadId
    number: int
    """Counts up within a chat and is never given out twice."""
    query_id: QueryId
    query: Query
    """In the spelling of the reader."""
    mode: MatchMode
    urgency: Urgency
    title: str | None
    """The name the reader gave it."""
    headline_only: bool
    paused: bool
    muted_until: datetime | None
    created_at: datetime

    @property
    def name(self) -> str:
        """The name the reader gave it, else the query."""
        return self.title or self.query.normal


_NUMBER = re.compile(r"(?:(?:nr|no|n)\.?\s*|#\s*)?(\d{1,9})\.?", re.IGNORECASE)
_RANGE = re.compile(r"(?:#\s*)?(\d{1,9})\s*[-–—]\s*(?:#\s*)?(\d{1,9})")
_SPACED_RANGE = re.compile(rf"(?<!\S){_RANGE.pattern}(?!\S)")
_SIGN = re.compile(r"(?:(?<=\s)|\A)(?:nr|no|n)\.?\s+(?=\d)", re.IGNORECASE)
_WORD = re.compile(r'"[^"]*"|„[^“”"]*[“”"]|“[^”"]*[”"]|«[^»]*»|\S+')
_MOST_WORDS = 60


@dataclass(frozen=True, slots=True)
class NamedSubscriptions:
    """The subscriptions that a text names, each once and in its order, and the parts that name none."""

    subscriptions: tuple[Subscription, ...]
    unknown: tuple[str, ...]


def find_named(text: str, subscriptions: Sequence[Subscription]) -> NamedSubscriptions:
    """
    Find subscriptions by number, range of numbers, query or title, separated by commas, semicolons, lines or spaces.

    Numbers within a range that are in use no more are passed over. A part between commas is tried as a whole before its
    words are: a query may consist of several.
    """
    names = _Names(subscriptions)
    found: dict[Subscription, None] = {}
    unknown: list[str] = []
    for part in parser.split(text):
        subscription = names.find(part)
        several, left = ([subscription], []) if subscription else names.find_several(part)
        found.update(dict.fromkeys(several))
        unknown += left
    return NamedSubscriptions(tuple(found), tuple(unknown))


_SIGNED_NUMBER = re.compile(r"(?:\b(?:nr|no|n)\.?\s*|#\s*)(\d{1,9})\b", re.IGNORECASE)


def find_mentioned(text: str, subscriptions: Sequence[Subscription]) -> tuple[Subscription, ...]:
    """Find the subscriptions that a sentence mentions somewhere, by query, title, or number with its sign."""
    words = _fold_words(text)
    numbers = {int(number) for number in _SIGNED_NUMBER.findall(text)}
    names = {
        subscription: [_fold_words(name) for name in (subscription.query.normal, subscription.name)]
        for subscription in subscriptions
    }
    mentioned = [
        subscription
        for subscription in subscriptions
        if subscription.number in numbers or any(name.strip() and name in words for name in names[subscription])
    ]
    return tuple(mentioned)


def _fold_words(text: str) -> str:
    """Give the words of a text, each between two spaces, so that one text can be found in another word by word."""
    return f" {' '.join(tokens.fold(word) for word in tokens.words(text))} "


class _Names:
    """The subscriptions of a receiver by what they may be called."""

    def __init__(self, subscriptions: Sequence[Subscription]) -> None:
        self._by_number = {subscription.number: subscription for subscription in subscriptions}
        self._by_name: dict[str, Subscription] = {}
        for subscription in subscriptions:
            for name in (subscription.query.normal, subscription.name):
                self._by_name.setdefault(_fold(name), subscription)
        self._longest = max((len(name.split()) for name in self._by_name), default=1)

    def find(self, text: str) -> Subscription | None:
        """Find the subscription that all of the text names."""
        for wording in dict.fromkeys((text.strip(), phrasing.strip_request(text).text)):
            number = _NUMBER.fullmatch(wording)
            if number and (subscription := self._by_number.get(int(number[1]))):
                return subscription
            for spelling in _spellings(wording):
                if subscription := self._by_name.get(spelling):
                    return subscription
        return None

    def find_several(self, text: str) -> tuple[list[Subscription], list[str]]:
        """
        Find subscriptions named one after the other, the longest names first; also returns numbers that name none.

        Where a word is left over, nothing is found: it may change the meaning of the others.
        """
        words = _WORD.findall(_SPACED_RANGE.sub(r"\1-\2", _SIGN.sub("", text)))[:_MOST_WORDS]
        found: list[Subscription] = []
        unknown: list[str] = []
        at = 0
        while at < len(words):
            subscription, end = self._find_longest(words, at)
            if subscription is not None:
                found.append(subscription)
            elif several := self._find_range(words[at]):
                found += several
            elif _NUMBER.fullmatch(words[at]) or _RANGE.fullmatch(words[at]):
                unknown.append(words[at])
            else:
                return [], [text]
            at = end
        return found, unknown

    def _find_range(self, text: str) -> list[Subscription]:
        """Find the subscriptions whose numbers are within a range; none where the text is no range."""
        ends = _RANGE.fullmatch(text)
        if ends is None:
            return []
        first, last = sorted((int(ends[1]), int(ends[2])))
        return [self._by_number[number] for number in sorted(self._by_number) if first <= number <= last]

    def _find_longest(self, words: list[str], at: int) -> tuple[Subscription | None, int]:
        """Find the longest name that begins with a word; also returns where the next one begins."""
        for end in range(min(len(words), at + self._longest), at + 1, -1):
            if subscription := self._by_name.get(_fold(" ".join(words[at:end]))):
                return subscription, end
        return self.find(words[at]), at + 1


def _spellings(text: str) -> Iterator[str]:
    """Give what a name may be stored as: as typed, as a query, without quotation marks."""
    yield _fold(text)
    with contextlib.suppress(Refusal):
        yield _fold(parser.parse(text).normal)
    yield _fold(text.strip().strip(lexer.QUOTES))


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()
