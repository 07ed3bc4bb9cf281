"""
Publication dates as feeds write them.

feedparser reads the regular ones; month names in German, French and Italian, European zones (it takes CEST for UTC) and
bare numbers are ours.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from time import struct_time
from typing import TypeVar

_Text = TypeVar("_Text")

_ZONES = {
    "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "wet": 0, "west": 1, "bst": 1, "eet": 2, "eest": 3, "msk": 3,
    "ist": 5.5, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "akst": -9, "akdt": -8, "hst": -10,
}  # fmt: skip
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar jänner january janvier janv gennaio gen",
            "feb februar feber february février févr fév fevrier febbraio febb",
            "mar mär mrz märz maerz march mars marzo",
            "apr april avril avr aprile",
            "may mai maggio mag",
            "jun juni june juin giugno giu",
            "jul juli july juillet juil luglio lug",
            "aug august août aout agosto ago",
            "sep sept september septembre settembre set",
            "oct okt oktober october octobre ottobre ott",
            "nov november novembre",
            "dec dez dezember december décembre déc decembre dicembre dic",
        ),
        start=1,
    )
    for name in names.split()
}
_WORDED = re.compile(
    r"(?:^|\D)(?P<day>\d{1,2})(?:er|\.)?\s+(?P<month>[^\W\d_]{3,10})\.?,?\s+(?P<year>\d{4})\b(?P<rest>.*)$"
)
_DOTTED = re.compile(r"^\D{0,12}(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})\b(?P<rest>.*)$")
_TIME = re.compile(r"\b(\d{1,2})[:hH](\d{2})(?::(\d{2}))?")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})\b")
_NAMED_ZONE = re.compile(r"\b([A-Za-z]{3,4})\s*\)?\s*$")
_LONGEST = 2_000
"""Characters of a date that are looked at; the rest is none."""
_EPOCH = re.compile(r"^\d{10}(?:\d{3})?$")


def parse(text: str | None, read: struct_time | None = None) -> datetime | None:
    """
    Read a date; `read` is what feedparser made of it, used where the text holds nothing it gets wrong.

    Never raises: a date that no calendar holds (year 1 with an offset, hour 99) is None, like any unreadable one.
    """
    text = " ".join((text or "")[:_LONGEST].split())[:100]
    if _EPOCH.match(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    named = _NAMED_ZONE.search(text)
    if read is None or (named and named[1].lower() in _ZONES):
        found = _possible(_worded, text) or _possible(_dotted, text) or _possible(_regular, text)
        if found is not None:
            return found
    return None if read is None else _possible(_from_struct, read)


def parse_iso(text: str) -> datetime | None:
    """Read a date of RFC 3339, as JSON Feed has it; never raises either."""
    text = text.strip()[:_LONGEST]
    return _possible(_iso, text) or parse(text)


def _possible(read: Callable[[_Text], datetime | None], text: _Text) -> datetime | None:
    try:
        return read(text)
    except (ValueError, OverflowError, OSError, IndexError, TypeError):
        return None  # the last two come from `email.utils` on some malformed dates


def _iso(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _worded(text: str) -> datetime | None:
    found = _WORDED.search(text)
    month = _MONTHS.get(found["month"].lower()) if found else None
    return _build(int(found["year"]), month, int(found["day"]), found["rest"]) if found and month else None


def _dotted(text: str) -> datetime | None:
    found = _DOTTED.match(text)
    return _build(int(found["year"]), int(found["month"]), int(found["day"]), found["rest"]) if found else None


def _build(year: int, month: int, day: int, rest: str) -> datetime | None:
    time = _TIME.search(rest)
    hour, minute, second = (int(part or 0) for part in time.groups()) if time else (0, 0, 0)
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=_zone(rest)).astimezone(UTC)


def _zone(text: str) -> timezone:
    if offset := _OFFSET.search(text):
        sign = -1 if offset[1] == "-" else 1
        return timezone(sign * timedelta(hours=min(int(offset[2]), 14), minutes=min(int(offset[3]), 59)))
    named = _NAMED_ZONE.search(text)
    return timezone(timedelta(hours=_ZONES.get(named[1].lower(), 0))) if named else UTC


def _regular(text: str) -> datetime | None:
    parts = parsedate_tz(text)
    if parts is None:
        return None
    zone = _zone(text) if parts[9] in (None, 0) else timezone(timedelta(seconds=parts[9]))
    return datetime(*parts[:6], tzinfo=zone).astimezone(UTC)


def _from_struct(read: struct_time) -> datetime:
    return datetime.fromtimestamp(calendar.timegm(read), UTC)
