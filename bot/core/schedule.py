"""
When a reader's digests are due: how the hours are written, and the next one.

The grammar is our own: hours, each with the days before it (`mon-fri 07:30, sat 9`), in four languages. What is stored
is the same in its normal form, which this file reads too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import Enum
from typing import Literal

from bot.core import hours
from bot.core.errors import Refusal

MOST = 12
"""Different hours in one schedule."""
DEFAULT = "08:00"
"""The hour a digest gets when its reader has named none."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = (
    ("mon", "monday", "mo", "montag", "montags", "lun", "lundi", "lunedì"),
    ("tue", "tues", "tuesday", "di", "dienstag", "dienstags", "mar", "mardi", "martedì"),
    ("wed", "wednesday", "mi", "mittwoch", "mittwochs", "mer", "mercredi", "mercoledì"),
    (
        "thu",
        "thur",
        "thurs",
        "thursday",
        "do",
        "donnerstag",
        "donnerstags",
        "jeu",
        "jeudi",
        "gio",
        "giovedì",
        "giovedi",
    ),
    ("fri", "friday", "fr", "freitag", "freitags", "ven", "vendredi", "venerdì"),
    ("sat", "saturday", "sa", "samstag", "samstags", "sonnabend", "sam", "samedi", "sab", "sabato"),
    ("sun", "sunday", "so", "sonntag", "sonntags", "dim", "dimanche", "dom", "domenica"),
)
_DAY = {
    spelling: number
    for number, names in enumerate(_NAMES)
    for name in names
    for spelling in (name, name.replace("ì", "i"), f"{name}s")
}
_GROUPS = {
    **dict.fromkeys(("weekdays", "workdays", "werktags", "wochentags", "feriali"), frozenset(range(5))),
    **dict.fromkeys(("weekend", "weekends", "wochenende", "week-end"), frozenset((5, 6))),
    **dict.fromkeys(("daily", "täglich", "taeglich", "quotidien", "quotidiennement", "ogni"), frozenset(range(7))),
}
_WEEKLY = frozenset(
    ("weekly", "wöchentlich", "woechentlich", "hebdomadaire", "hebdo", "settimanale", "settimanalmente")
)
_TO = frozenset(("-", "–", "—", "to", "through", "bis", "au", "à", "a", "al"))
_FILLING = frozenset(
    "at um à a alle ore and und et e every jeden jede jeder chaque tous les le il the on am von from de du da giorno"
    " day tag jours jour giorni i".split()
) | {",", ";", "+", "&", "/", "."}
_PIECE = re.compile(rf"(?P<hour>{hours.CLOCK.pattern})|(?P<word>[^\W\d]+(?:-end)?)|(?P<other>\S)", re.IGNORECASE)
_ALL = frozenset(range(7))


class Wish(Enum):
    """What /digest can be asked besides hours."""

    NOW = "now"
    OFF = "off"


_NOW = frozenset(("now", "jetzt", "maintenant", "adesso", "ora", "sofort"))
_OFF = frozenset(("off", "aus", "none", "no", "stop", "non", "arrêt", "spento", "keine", "nie", "never"))


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
        return f"digest:{self.day.isoformat()}T{hours.clock(self.minute)}"


def read_wish(text: str) -> Literal[Wish.NOW, Wish.OFF] | Schedule:
    """Read what stands behind /digest."""
    word = text.strip().casefold()
    if word in _NOW:
        return Wish.NOW
    return Wish.OFF if word in _OFF else read(text)


def read(text: str) -> Schedule:
    """Read hours with their days; raise a `Refusal` that says what cannot be read."""
    reader = _Reader()
    for piece in _PIECE.finditer(text):
        if piece["hour"]:
            reader.hour(piece["hour"])
        else:
            reader.word(piece[0])
    return reader.end()


class _Reader:
    """Takes the pieces one after the other; a day after an hour begins a new group."""

    def __init__(self) -> None:
        self._days: set[int] = set()
        self._found: dict[int, set[int]] = {}
        self._last: int | None = None
        self._is_range = self._is_weekly = self._after_hour = False

    def hour(self, text: str) -> None:
        minute = hours.read_clock(text)
        if minute is None:
            raise Refusal("digest.no_such_hour", word=text.strip())
        if self._is_weekly and len(self._days) != 1:
            raise Refusal("digest.which_day")
        self._found.setdefault(minute, set()).update(self._days or _ALL)
        self._after_hour, self._is_range = True, False

    def word(self, text: str) -> None:
        word = text.casefold()
        group = _GROUPS.get(word)
        if group is None and word in _DAY:
            group = self._up_to(_DAY[word])
        if word in _WEEKLY:
            self._is_weekly, self._after_hour = True, self._begin(frozenset())
        elif group is not None:
            self._after_hour = self._begin(group)
            self._last = _DAY.get(word)
        elif word in _TO and self._last is not None and not self._after_hour:
            self._is_range = True
            return
        elif word not in _FILLING:
            raise Refusal("digest.unknown_word", word=text)

    def _up_to(self, day: int) -> frozenset[int]:
        if not self._is_range or self._last is None:
            return frozenset((day,))
        self._is_range = False
        return frozenset((self._last + step) % 7 for step in range((day - self._last) % 7 + 1))

    def _begin(self, days: frozenset[int]) -> bool:
        if self._after_hour:
            self._days = set()
        self._days |= days
        return False

    def end(self) -> Schedule:
        if not self._found or not self._after_hour:
            raise Refusal("digest.which_hour")
        if len(self._found) > MOST:
            raise Refusal("digest.too_many", limit=MOST)
        return tuple(Hour(minute, frozenset(days)) for minute, days in sorted(self._found.items()))


def write(schedule: Schedule) -> str:
    """Write the normal form: hours of the same days together."""
    groups: dict[frozenset[int], list[str]] = {}
    for each in schedule:
        groups.setdefault(each.days, []).append(hours.clock(each.minute))
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
    return tuple(Slot(day, minute, hours.moment(day, minute, where)) for minute in due)
