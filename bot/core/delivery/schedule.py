"""
When a chat's digests are due: the syntax of hours and days, and the next due time.

The grammar is our own: hours with the days before or after them (`mon-fri 07:30, sat 9`), in four languages. What is
stored is the same in its normal form, which this file reads too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from enum import Enum
from functools import cache
from itertools import pairwise
from typing import Literal

from bot.core import quiet_hours
from bot.core.errors import Refusal
from bot.language import language_data
from bot.language.word_tables import TimeWords

MOST = 12
"""Different hours in one schedule."""
DEFAULT = "08:00"
"""The hour a digest gets when its reader has named none."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ALL = frozenset(range(7))
_TO_SIGNS, _BREAK_SIGNS = frozenset("-–—"), frozenset(",;+&/")


@dataclass(frozen=True, slots=True, kw_only=True)
class _ScheduleWords:
    """The words of all languages; breaks stand between two wishes, and also within a list of days or hours."""

    days: Mapping[str, int]
    groups: Mapping[str, frozenset[int]]
    weekly: frozenset[str]
    to: frozenset[str]
    breaks: frozenset[str]
    filling: frozenset[str]
    now: frozenset[str]
    off: frozenset[str]


@cache
def _words() -> _ScheduleWords:
    def every(*keys: str) -> frozenset[str]:
        return frozenset(word for key in keys for word in language_data.every(TimeWords, key))

    groups = {"workdays": frozenset(range(5)), "weekend": frozenset((5, 6)), "daily": _ALL}
    return _ScheduleWords(
        days={
            spelling: number
            for words in language_data.find_all(TimeWords).values()
            for names in (words.weekdays, words.short_weekdays)
            for number, spellings in enumerate(names)
            for name in spellings.split()
            for spelling in (name, f"{name}s")
        },
        groups={word: days for key, days in groups.items() for word in every(key)},
        weekly=every("weekly"),
        to=every("through") | _TO_SIGNS,
        breaks=every("joints") | _BREAK_SIGNS,
        filling=every("filling") | {"."},
        now=every("now"),
        off=every("off", "never"),
    )


@cache
def _piece() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<hour>{quiet_hours.clock_pattern().pattern})|(?P<word>[^\W\d]+(?:-end)?)|(?P<other>\S)", re.IGNORECASE
    )


class Wish(Enum):
    """What /digest can be asked besides hours."""

    NOW = "now"
    OFF = "off"


@dataclass(frozen=True, slots=True, order=True)
class Hour:
    """An hour of the day, on some days of the week (0 is Monday)."""

    minute: int
    days: frozenset[int] = _ALL


Schedule = tuple[Hour, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """One digest: its day and hour by the reader's clock, and when that is."""

    day: date
    minute: int
    at: datetime

    @property
    def key(self) -> str:
        """Name it, the same wherever it is computed: a receiver gets one digest per key, ever."""
        return f"digest:{self.day.isoformat()}T{quiet_hours.clock(self.minute)}"


def read_wish(text: str) -> Literal[Wish.NOW, Wish.OFF] | Schedule:
    """Read what stands behind /digest."""
    word = text.strip().casefold()
    if word in _words().now:
        return Wish.NOW
    return Wish.OFF if word in _words().off else read(text)


def read(text: str) -> Schedule:
    """Read hours with their days; raise a `Refusal` that says what cannot be read."""
    reader = _ScheduleReader()
    for piece in _piece().finditer(text):
        if piece["hour"]:
            reader.hour(piece["hour"])
        else:
            reader.word(piece[0])
    return reader.end()


@dataclass(slots=True)
class _Run:
    """Days, or hours, that follow each other."""

    is_apart: bool
    """A comma or the like stands before it."""
    days: set[int] = field(default_factory=set)
    minutes: set[int] = field(default_factory=set)


class _ScheduleReader:
    """Takes the pieces one after the other: runs of days and runs of hours take turns."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []
        self._last: int | None = None
        self._is_range = self._is_weekly = self._is_apart = False

    def hour(self, text: str) -> None:
        minute = quiet_hours.read_clock(text)
        if minute is None:
            raise Refusal("digest.no_such_hour", word=text.strip())
        self._run(of_days=False).minutes.add(minute)
        self._is_range, self._last = False, None

    def word(self, text: str) -> None:
        word, known = text.casefold(), _words()
        group = known.groups.get(word)
        if group is None and word in known.days:
            group = self._up_to(known.days[word])
        if group is not None:
            self._run(of_days=True).days.update(group)
            self._last = known.days.get(word)
        elif word in known.to and self._last is not None:
            self._is_range = True
        elif word in known.breaks:
            self._is_apart = True
        elif word in known.weekly:
            self._is_weekly = True
        elif word not in known.filling:
            raise Refusal("digest.unknown_word", word=text)

    def _run(self, *, of_days: bool) -> _Run:
        if not self._runs or bool(self._runs[-1].days) != of_days:
            self._runs.append(_Run(self._is_apart))
        self._is_apart = False
        return self._runs[-1]

    def _up_to(self, day: int) -> frozenset[int]:
        if not self._is_range or self._last is None:
            return frozenset((day,))
        self._is_range = False
        return frozenset((self._last + step) % 7 for step in range((day - self._last) % 7 + 1))

    def end(self) -> Schedule:
        found: dict[int, set[int]] = {}
        for days, minutes in self._pairs():
            if self._is_weekly and len(days) != 1:
                raise Refusal("digest.which_day")
            for minute in minutes:
                found.setdefault(minute, set()).update(days)
        if len(found) > MOST:
            raise Refusal("digest.too_many", limit=MOST)
        return tuple(Hour(minute, frozenset(days)) for minute, days in sorted(found.items()))

    def _pairs(self) -> list[tuple[frozenset[int], set[int]]]:
        """Say which days belong to which hours: those before them, or those behind."""
        runs = self._runs
        if not any(run.minutes for run in runs):
            raise Refusal("digest.which_hour")
        is_behind = bool(runs[-1].days)
        if is_behind and runs[0].days:
            raise Refusal("digest.which_days")
        if len(runs) > 1 and runs[0].minutes and runs[-1].minutes:  # 8:00, mon 9:00: one of them is for all days
            breaks = [(run.is_apart, after.is_apart) for run, after in pairwise(runs) if run.days]
            if len(set(breaks)) > 1 or breaks[0][0] == breaks[0][1]:
                raise Refusal("digest.which_days")
            is_behind = breaks[0][1]
        beside = [_NO_RUN, *runs, _NO_RUN]
        return [
            (frozenset((after if is_behind else before).days) or _ALL, run.minutes)
            for before, run, after in zip(beside, runs, beside[2:], strict=False)
            if run.minutes
        ]


_NO_RUN = _Run(is_apart=False)


def write(schedule: Schedule) -> str:
    """Write the normal form: hours of the same days together."""
    groups: dict[frozenset[int], list[str]] = {}
    for each in schedule:
        groups.setdefault(each.days, []).append(quiet_hours.clock(each.minute))
    return "; ".join(
        " ".join([*([_days(days)] if days != _ALL else ()), ", ".join(clocks)])
        for days, clocks in sorted(groups.items(), key=lambda group: (group[0] != _ALL, sorted(group[0])))
    )


def runs(days: frozenset[int]) -> tuple[tuple[int, int], ...]:
    """Give days as runs from first to last: Monday to Friday is one."""
    found: list[tuple[int, int]] = []
    for day in sorted(days):
        if found and found[-1][1] == day - 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return tuple(found)


def _days(days: frozenset[int]) -> str:
    return ",".join(DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}" for first, last in runs(days))


def next_slot(schedule: Schedule, where: tzinfo, after: datetime) -> Slot:
    """Find the first digest after a moment."""
    day = after.astimezone(where).date() - timedelta(days=2)
    while True:
        for slot in _slots(schedule, where, day):
            if slot.at > after:
                return slot
        day += timedelta(days=1)


def last_slot(schedule: Schedule, where: tzinfo, until: datetime) -> Slot:
    """Find the last digest that was due by a moment: of those missed while we were down, this one is made good."""
    day = until.astimezone(where).date() + timedelta(days=1)
    while True:
        for slot in reversed(_slots(schedule, where, day)):
            if slot.at <= until:
                return slot
        day -= timedelta(days=1)


def _slots(schedule: Schedule, where: tzinfo, day: date) -> tuple[Slot, ...]:
    due = sorted(each.minute for each in schedule if day.weekday() in each.days)
    return tuple(Slot(day, minute, quiet_hours.moment(day, minute, where)) for minute in due)
