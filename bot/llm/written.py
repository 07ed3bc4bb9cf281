"""Numbers written as digits: what the marks between the digits can mean."""

from __future__ import annotations

import re
from fractions import Fraction

_MOST_DIGITS = 40
_MONTHS = {
    "de": "januar,jan,janner februar,feb marz april,apr mai juni,jun juli,jul august,aug september,sept,sep "
    "oktober,okt november,nov dezember,dez",
    "en": "january,jan february,feb march,mar april,apr may june,jun july,jul august,aug september,sept,sep "
    "october,oct november,nov december,dec",
    "fr": "janvier,janv fevrier,fevr mars avril mai juin juillet,juil aout septembre,sept octobre,oct novembre,nov "
    "decembre,dec",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
}
MONTHS = {
    language: {name: number for number, names in enumerate(months.split(), start=1) for name in names.split(",")}
    for language, months in _MONTHS.items()
}


def read_amounts(raw: str, language: str | None) -> frozenset[Fraction]:
    """List what digits with marks may amount to; nothing for what is no amount."""
    plain = re.sub("[' ]", "", raw)
    marks = re.findall("[.,]", plain)
    groups = re.split("[.,]", plain)
    if len(plain) > _MOST_DIGITS or not all(group.isdecimal() for group in groups):
        return frozenset()
    whole = Fraction(int("".join(groups)))
    in_threes = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    if not marks:
        return frozenset((whole,))
    if len(marks) > 1 and len(set(marks)) == 1:
        return frozenset((whole,)) if in_threes else frozenset()
    if len(marks) > 1 and marks[-1] in marks[:-1]:
        return frozenset()
    decimal = whole / 10 ** len(groups[-1])
    # "1.500" is a thousand and a half nearly everywhere, "2,500" in English only.
    if len(marks) > 1 or not in_threes or groups[0] == "0" or plain != raw:
        return frozenset((decimal,))
    return frozenset((whole,)) if marks[0] == ("," if language == "en" else ".") else frozenset((whole, decimal))


def read_date(raw: str) -> tuple[int, int, int | None] | None:
    """Read "25.4.2019", "25/04/19" or "25.4" (to be asked for only where it must be a date): day, month, year."""
    found = re.fullmatch(r"(\d{1,2})([./])(\d{1,2})(?:\2(\d{4}|\d{2}))?", raw)
    if found is None or not 1 <= int(found[1]) <= 31 or not 1 <= int(found[3]) <= 12:
        return None
    year = int(found[4]) if found[4] else None
    return int(found[1]), int(found[3]), year + 2000 if year is not None and year < 100 else year


def read_time(raw: str) -> int | None:
    """Read "14:30" or "14.30": minutes since midnight."""
    found = re.fullmatch(r"(\d{1,2})[:.](\d{2})", raw)
    return read_minutes(int(found[1]), int(found[2])) if found else None


def read_minutes(hour: int, minute: int) -> int | None:
    """Give the minutes since midnight, of a time of the day."""
    return hour * 60 + minute if hour <= 24 and minute < 60 else None


def read_ratio(raw: str) -> tuple[int, ...] | None:
    """Read "3:1", "3/4" or "24/7"."""
    parts = re.split("[:/⁄]", raw)
    if len(parts) < 2 or len(raw) > _MOST_DIGITS or not all(part.isdecimal() for part in parts):
        return None
    return tuple(map(int, parts))
