"""
Publication dates as feeds write them.

A date is read strictly here first: day, time and zone are each looked for in the text and must be complete and
possible. Only what is written in none of these ways is left to feedparser, whose lenient guesses take the tenth hour
for the day, drop the afternoon, or fill from today what is missing; such a guess counts if all of it stands in the
text. `python-dateutil` and `dateparser` were tried on the same spellings: neither reads all of them, and both guess a
missing day. A date without an hour says so (`Published.is_day`). A year, a month or a week alone is no date.

Where a date has several readings (12/01/2026, 26-11-30, "listopad"), this decides, in this order: another date of the
same document that has one reading only; a zone of the United States; a reading of these days, for what a feed brings is
mostly new; the declared region; AM or PM; and in doubt the reading nearest to now. A reading in the future counts only
where there is no other. So an article is never taken for older than it is.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache, cached_property
from importlib import resources
from time import struct_time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.language import language_data
from bot.language.word_tables import Months, TimeWords

_LISTED = re.compile(
    rb"""[>"\[]\s*(?:[A-Za-z]{2,9}\.?,?\s{1,3})?(\d{1,2})[/-](\d{1,2})[/-](?:\d{4}|\d{2})(?=[\s,<"\]])"""
)
"""A date at the beginning of an element or a string, wherever it stands in a document."""
_AMERICAN_ZONE = re.compile(
    r"\b(?:[ECMP][SD]?T|AK[SD]T|HST|[ECMP]ST\d[ECMP]DT|US/\w+|America/(?:New_York|Detroit|Chicago|Denver|Boise|Phoenix|Los_Angeles|Anchorage|Juneau|Indiana|Kentucky"
    r"|North_Dakota)\b|(?:Eastern|Central|Mountain|Pacific) (?:Standard |Daylight )?Time)"
)
_HALF_OF_DAY = re.compile(r"\d\s?[ap]\.?\s?m\b", re.IGNORECASE)
_MONTH_FIRST = frozenset(("en-us", "es-us"))
_UNDECIDED = frozenset(("", "en", "en-ca", "en-ph"))
"""Declared by feeds of both orders."""
_TWO_DAYS, _A_DAY = timedelta(days=2), timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Readings:
    """The days a date may mean; None is one no calendar holds."""

    day_first: date | None
    month_first: date | None = None
    year_first: date | None = None
    others: tuple[date, ...] = ()
    """Months of the same name."""


@dataclass(frozen=True, kw_only=True)
class Habits:
    """What is known of the document a date stands in."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    language: str = ""
    """As it declares it: "en-US"."""
    document: bytes = b""

    @property
    def short_language(self) -> str:
        """Two letters, or none."""
        return self.language.lower().replace("_", "-").partition("-")[0].strip()

    def choose(self, readings: Readings, text: str) -> date | None:
        """Choose among the readings of a date; `text` is all that was written of it."""
        if readings.day_first and readings.month_first:
            is_month_first = self._is_month_first
            if is_month_first is None and _AMERICAN_ZONE.search(text):
                is_month_first = True
            if is_month_first is not None:
                return readings.month_first if is_month_first else readings.day_first
        days = [day for day in (readings.day_first, readings.month_first, *readings.others) if day]
        if readings.year_first and not any(self._is_past(day) for day in days):
            days.append(readings.year_first)
        if len(days) > 1:
            days = self._fresh(days) or self._declared(readings, text) or days
        # The nearest to now; where two are as near (in no order anybody uses), the first.
        return min(days, key=lambda day: (not self._is_past(day), abs(self.now.date() - day)), default=None)

    def _is_past(self, day: date) -> bool:
        """Say whether a day may be over or going on, somewhere on earth."""
        return day - self.now.date() <= _A_DAY

    def _fresh(self, days: Sequence[date]) -> list[date]:
        return [day for day in days if self._is_past(day) and self.now.date() - day <= _TWO_DAYS]

    def _declared(self, readings: Readings, text: str) -> list[date]:
        """Choose by the region, which many programs set to en-US wherever they run, or by AM and PM."""
        region = self.language.lower().replace("_", "-").strip()
        if region not in _UNDECIDED:
            chosen = readings.month_first if region in _MONTH_FIRST else readings.day_first
        else:
            chosen = readings.month_first if _HALF_OF_DAY.search(text) else None
        return [chosen] if chosen and self._is_past(chosen) else []

    @cached_property
    def _is_month_first(self) -> bool | None:
        """Whether dates of the document put the month first; None where none tells, or they disagree."""
        told = set()
        for found in _LISTED.finditer(self.document):
            first, second = int(found[1]), int(found[2])
            if max(first, second) in range(13, 32) and min(first, second) in range(1, 13):
                told.add(second > first)
        return told.pop() if len(told) == 1 else None


@cache
def _common() -> dict[str, int]:
    """Give the names that nearly all feeds use, with spellings that no dictionary has."""
    return {
        name: number
        for months in language_data.find_all(Months).values()
        for names in (months.names, months.short)
        for number, spellings in enumerate(names, start=1)
        for name in spellings.split()
    }


def months_of(name: str, language: str = "") -> tuple[int, ...]:
    """
    Give the numbers of the months a name may mean, mostly one; () for what is none.

    In another language the same name may be another month: listopad is November in Polish, October in Croatian.
    `language` (two letters) decides where it is one of theirs.
    """
    name = name.lower()
    if found := _common().get(name):
        return (found,)
    languages = _table().get(name, {})
    own = tuple(number for number, said in languages.items() if language and language in said)
    return own or tuple(languages)


@cache
def _table() -> dict[str, dict[int, frozenset[str]]]:
    """Read `data/months.tsv` (made by `tools/make_months.py` from CLDR), when the first name is not a common one."""
    table: dict[str, dict[int, frozenset[str]]] = {}
    for line in resources.files("bot.feeds").joinpath("data", "months.tsv").read_text("utf-8").splitlines():
        name, number, languages = line.split("\t")
        table.setdefault(name, {})[int(number)] = frozenset(languages.split())
    return table


_HOURS_BY_ZONE = {
    name: hours
    for names, hours in (
        ("z ut utc gmt wet", 0), ("cet mez met bst west wat", 1), ("cest mesz mest eet sast cat", 2),
        ("eest msk trt eat", 3), ("gst", 4), ("pkt", 5), ("ist", 5.5), ("ict wib", 7),
        ("hkt sgt awst pht myt wita", 8), ("jst kst wit", 9), ("acst", 9.5), ("aest chst", 10), ("acdt", 10.5),
        ("aedt", 11), ("nzst", 12), ("nzdt", 13), ("ndt", -2.5), ("adt art brt uyt clst", -3), ("nst", -3.5),
        ("est cdt", -5), ("edt ast clt", -4), ("cst mdt", -6), ("mst pdt", -7), ("pst akdt", -8), ("akst", -9),
        ("hst", -10), ("sst", -11),
    )
    for name in names.split()
}  # fmt: skip
"""Hours east of UTC; of names with several meanings the one most feeds use (IST is India's, CST America's)."""
_CITIES_BY_ZONE = {
    "et": "New_York", "eastern": "New_York", "ct": "Chicago", "central": "Chicago", "mt": "Denver",
    "mountain": "Denver", "pt": "Los_Angeles", "pacific": "Los_Angeles",
}  # fmt: skip
"""Names for winter and summer alike; they are those of the United States."""
_LONG_ZONE = re.compile(r"\b(?<!European )(?P<name>Eastern|Central|Mountain|Pacific) (?:Standard |Daylight )?Time\b")
# Letters of Hindi are written with marks, which count as no letters.
_MONTH = r"(?P<month>(?:[^\W\d_]|[\u0900-\u094f]){3,14})\.?"
_DAY = r"(?P<day>\d{1,2})"
_YEAR = r"(?P<year>\d{4})"


@cache
def _bare_hour() -> re.Pattern[str]:
    """Match an hour without minutes: 7 am, 7 Uhr, 7h."""
    oclock = "|".join(rf"{word}\b" for word in language_data.every(TimeWords, "oclock"))
    return re.compile(rf"(?<![\d+:-])(?P<hour>\d{{1,2}})\s*(?:(?P<half>[ap]\.?\s?m\b\.?)|{oclock})", re.IGNORECASE)


@cache
def _dates() -> tuple[re.Pattern[str], ...]:
    """Give the ways of writing a date, in the order in which they are tried."""
    of = f"(?:{'|'.join(sorted({word for months in language_data.find_all(Months).values() for word in months.of}))})"
    patterns = (
        # 2026-11-30, 2026/11/30, 2026.11.30, 2026年11月30日, 2026년 11월 30일
        rf"(?<!\d){_YEAR}\s?[-/.年년]\s?(?P<month>\d{{1,2}})\s?[-/.月월]\s?{_DAY}(?!\d)[日일.]?",
        # 20261130, 20261130T074109, 20261130074109, 202611300741
        rf"(?<!\d){_YEAR}(?P<month>[01]\d)(?P<day>[0-3]\d)(?=T|\s|$|\d{{4}}(?:\d\d)?(?!\d))",
        # 30 Nov 2026, 30. November 2026, 30-Nov-2026, 30th of November, 2026, 1er août 2025, 30-Nov-26
        (
            rf"(?<!\d){_DAY}(?:st|nd|rd|th|er|º|°)?\.?[\s,/-]*(?:{of}\s+)?{_MONTH}[\s,/-]*{of}?\s*"
            r"(?P<year>\d{4}|\d{2}(?!:))(?!\d)"
        ),
        # November 30, 2026; Nov 30th 2026
        rf"{_MONTH}[\s-]+{_DAY}(?:st|nd|rd|th)?[\s,.-]+{_YEAR}(?![\d:])",
        # 2026 Nov 30, 2026. november 30.
        rf"(?<!\d){_YEAR}[\s.,/-]+{_MONTH}[\s,/-]+{_DAY}(?![\d:])\.?",
        # Mon Nov 30 07:41:09 UTC 2026: the year stands at the end
        rf"{_MONTH}\s+{_DAY}(?=\s+\d{{1,2}}:\d{{2}}).*?\s{_YEAR}\s*$",
        # 30.11.2026, 30/11/2026, 11/30/2026, 30-11-2026, 30.11.26, 30,11,2026
        rf"(?<![\d:]){_DAY}\s?[./,|-]\s?(?P<month>\d{{1,2}})\s?[./,|-]\s?(?P<year>\d{{4}}|\d{{2}})(?![\d:])",
        # 2026:11:30, 2026|11|30, 2026,11,30
        rf"^{_YEAR}([:|,_])(?P<month>\d{{1,2}})\2{_DAY}(?!\d)",
        # 30 thg 11 2026, 30 tháng 11, 2026
        rf"(?<!\d){_DAY}\s+(?:tháng|thg)\s+(?P<month>\d{{1,2}}),?\s+{_YEAR}(?![\d:])",
    )
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_ORDINAL = re.compile(r"^(\d{4})-?(\d{3})(?=[T\s]|$)")
_WEEK = re.compile(r"^(\d{4})-?W(\d{2})-?([1-7])(?=[T\s]|$)")
_TIME = re.compile(
    r"(?P<half_before>上午|下午|午前|午後|오전|오후)?\s*(?<![\d+-])(?P<hour>\d{1,2})"
    r"(?:\s?(?:[:h時时시]|(?<=\d)\.(?=\d\d(?:\b|[ap]\.?m)))\s?(?P<minute>\d{2})(?:\s?(?:[:分분m.]|min)\s?(?P<second>\d{2})(?:[.,:]\d+)?[秒초s]?)?"
    r"[分분]?)\s*(?P<half>[ap]\.?\s?m\b\.?)?",
    re.IGNORECASE,
)
_COMPACT_TIME = re.compile(
    r"^T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?:[.,]\d+)?(?=[Z+\-\s]|$)", re.IGNORECASE
)
_LATER_COMPACT_TIME = re.compile(
    r"(?<!\S)(?P<hour>[0-2]\d)(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?(?=\s*(?:Z|GMT|UTC|[+-]\d|$))"
)
_OFFSET = re.compile(
    r"(?:GMT|UTC|UT)?\s?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?!\d)", re.IGNORECASE
)
_PLACE = re.compile(r"\b[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+)+")
_NAME = re.compile(r"(?<![^\W\d_])[A-Za-z]{1,5}(?![^\W\d_])")
_EPOCH = re.compile(r"^(?:@|/?Date\()?(\d{10})(?:\d{3}|\d{6})?(?:\.\d+)?(?:\s?(?:UTC|GMT|Z)|(?:[+-]\d{4})?\)/?)?$")
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"(?:[^\W\d_]|[\u0900-\u094f])+")
_OFTEN = re.compile(
    r"(?:(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)T|(?:[A-Z][a-z]{2}, )?(?P<day2>\d{1,2}) (?P<name>[A-Z][a-z]{2})"
    r" (?P<year2>\d{4}) )(?P<clock>(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.\d{1,9})?"
    r" ?(?:Z|GMT|UTC|(?P<sign>[+-])(?P<hours>0\d|1[0-3]):?(?P<minutes>[0-5]\d))"
)
"""The two forms of nearly all feeds (RFC 3339, RFC 822)."""
_MONOTONIC = re.compile(r"\sm=[+-][\d.]+$")
_MINUS = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-", "\u00a0": " ", "\u202f": " "})
_LONGEST = 2_000
"""Characters of a date that are looked at; the rest is none."""
_READ = 100
_PIVOT = 70
"""Two digits below it are years of this century."""
_NOON = time(12)
_LAST_YEAR = 9999
_OLDEST = datetime(1971, 1, 1, tzinfo=UTC)
"""What programs write that know no date is older: the beginnings of Unix and of our era."""


@dataclass(frozen=True, slots=True)
class Published:
    """A moment of publication (UTC)."""

    at: datetime
    is_day: bool = False
    """Only the day is known; `at` is its noon, which is that day in nearly all time zones."""


def parse(text: str | None, read: struct_time | None = None, habits: Habits | None = None) -> Published | None:
    """
    Read a date.

    Never raises: a date that no calendar holds (year 1 with an offset, hour 99) is None, like any unreadable one.

    Args:
        text: as the feed wrote it, in digits or with the names of months in some fifty languages.
        read: what feedparser made of it; used only where none of our patterns fits and where the text says the same.
        habits: of the document it stands in; without, only the date itself and the time now are known.
    """
    text = text or ""
    if (often := _often(text)) is not None:
        return often if often.at >= _OLDEST else None
    text = unicodedata.normalize("NFKC", text[:_LONGEST]).translate(_MINUS)
    text = _MONOTONIC.sub("", " ".join(text.split())[:_READ])
    try:
        found = _epoch(text) or _strict(text, habits or Habits()) or _from_struct(read, text)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found and found.at >= _OLDEST else None


def _often(text: str) -> Published | None:
    """Read one of the usual forms without looking for anything."""
    found = _OFTEN.fullmatch(text)
    if found is None:
        return None
    months = (int(found["month"]),) if found["month"] else months_of(found["name"])
    day = _date(int(found["year"] or found["year2"]), months[0], int(found["day"] or found["day2"])) if months else None
    if day is None or day.year < _OLDEST.year or day.year >= _LAST_YEAR:
        return None
    offset = timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))
    moment = datetime.combine(day, time.fromisoformat(found["clock"]), UTC)
    return Published(moment + offset if found["sign"] == "-" else moment - offset)


def _epoch(text: str) -> Published | None:
    found = _EPOCH.match(text)
    return Published(datetime.fromtimestamp(int(found[1]), UTC)) if found else None


def _strict(text: str, habits: Habits) -> Published | None:
    for day, rest in _days(text, habits):
        clock, rest = _clock(rest)
        if clock is None:
            return Published(datetime.combine(day, _NOON, UTC), is_day=True)
        moment = datetime.combine(day, clock.replace(hour=clock.hour % 24), _zone(rest))
        return Published(moment.astimezone(UTC))
    return None


def _days(text: str, habits: Habits) -> tuple[tuple[date, str], ...]:
    """Find the date in a text; gives it with what stands around it, or nothing."""
    if found := _ORDINAL.match(text):
        return ((date(int(found[1]), 1, 1) + timedelta(days=int(found[2]) - 1), text[found.end() :]),)
    if found := _WEEK.match(text):
        return ((date.fromisocalendar(int(found[1]), int(found[2]), int(found[3])), text[found.end() :]),)
    for pattern in _dates():
        for found in pattern.finditer(text):
            day = _day(found, text, habits)
            if day is not None:
                return ((day, _around(text, found)),)
    return ()


def _around(text: str, found: re.Match[str]) -> str:
    """Give what is left of a text without the date; where the year stands at the end, time and zone are inside."""
    inside = found["month"] and text[max(found.end("day"), found.end("month")) : found.start("year")]
    between = inside if ":" in inside else ""
    return f"{text[: found.start()]} {between} {text[found.end() :]}".strip()


def _day(found: re.Match[str], text: str, habits: Habits) -> date | None:
    name = found["month"]
    day, year = int(found["day"]), _century(found["year"])
    if not name.isdecimal():
        days = [_date(year, month, day) for month in months_of(name, habits.short_language)]
        if len(days) < 2:
            return days[0] if days else None
        return habits.choose(Readings(day_first=days[0], others=tuple(filter(None, days[1:]))), text)
    month = int(name)
    if found.start("year") < found.start("day") or "." in found[0]:
        return _date(year, month, day)
    readings = Readings(
        day_first=_date(year, month, day),
        month_first=_date(year, day, month),
        year_first=_date(_century(found["day"]), month, int(found["year"])) if len(found["year"]) == 2 else None,
    )
    return habits.choose(readings, text)


def _century(year: str) -> int:
    """Give the year that its last two digits mean; one of four digits is itself."""
    if len(year) > 2:
        return int(year)
    return int(year) + (2000 if int(year) < _PIVOT else 1900)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(rest: str) -> tuple[time | None, str]:
    """Find the hour; gives it with what is left, where the zone stands. An hour that no day has raises."""
    found = _COMPACT_TIME.match(rest)
    found = found or _TIME.search(rest) or _bare_hour().search(rest) or _LATER_COMPACT_TIME.search(rest)
    if found is None:
        return None, rest
    parts = found.groupdict()
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (parts.get("half") or "").lower()
    before = parts.get("half_before") or ""
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    elif before and hour <= 12:
        hour = hour % 12 + (12 if before in ("下午", "午後", "오후") else 0)
    if hour == 24 and minute == second == 0:
        hour, minute = 23, 59
    return time(hour, minute, min(second, 59)), f"{rest[: found.start()]} {rest[found.end() :]}".strip()


def _zone(rest: str) -> tzinfo:
    """Find the zone: an offset before a name, a place of the zone database before an abbreviation; else UTC."""
    if found := _PLACE.search(rest):
        try:
            return ZoneInfo(found[0])
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    if found := _OFFSET.search(rest):
        hours, minutes = int(found["hours"]), int(found["minutes"] or 0)
        if hours <= 14 and minutes < 60:
            return timezone((1 if found["sign"] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
    names = _NAME.findall(rest)
    # In capitals it is surely meant as a zone; "ist" and "est" are words, too.
    for name in (*filter(str.isupper, names), *reversed(names)):
        if (offset := _HOURS_BY_ZONE.get(name.lower())) is not None:
            return timezone(timedelta(hours=offset))
    cities = [_CITIES_BY_ZONE[name.lower()] for name in names if name.isupper() and name.lower() in _CITIES_BY_ZONE]
    if found := _LONG_ZONE.search(rest):
        cities.append(_CITIES_BY_ZONE[found["name"].lower()])
    return ZoneInfo(f"America/{cities[0]}") if cities else UTC


def _from_struct(read: struct_time | None, text: str) -> Published | None:
    """Take a guess whose year, month, day and hour all stand in the text; what was filled in is no date."""
    if read is None:
        return None
    numbers = Counter(int(number) for number in _NUMBER.findall(text))
    numbers.update({month: 1 for name in _WORD.findall(text) for month in months_of(name)})
    claimed = Counter((read.tm_year, read.tm_mon, read.tm_mday, read.tm_hour))
    return Published(datetime.fromtimestamp(calendar.timegm(read), UTC)) if claimed <= numbers else None
