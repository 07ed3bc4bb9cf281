"""
Quiet hours, pauses and time zones: local times as readers type them, and until when alerts are held.

All arithmetic with time zones is here. A local time that the clocks skip means the first moment after the gap; one they
show twice means the first of the two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from bot.core.chat import Chat
from bot.core.errors import Refusal
from bot.language import language_data
from bot.language.word_tables import TimeWords

FOREVER = datetime(9000, 1, 1, tzinfo=UTC)
"""The end of a pause that only /resume ends."""
_FIXED = re.compile(r"UTC([+-])([01]\d):([0-5]\d)")
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_WORD = re.compile(r"[^\W\d_]+|\S")
_NUMBER = re.compile(r"(?P<number>\d+)|(?P<word>[^\W\d_]+|\S)")
_APOSTROPHES = frozenset("'’")
_DASHES, _SIGNS = frozenset("-–—"), frozenset(",.&+")
_HOUR = timedelta(hours=1)
_LONGEST_PAUSE = timedelta(days=365)
_MUCH = 1_000_000
"""As many minutes are too long already; more might be more than a `timedelta` holds."""


@cache
def clock_pattern() -> re.Pattern[str]:
    """Match an hour as people write it: 8, 08:00, 8.30, 8h30, 7 Uhr 30, 8 pm; of "8h 18h" only the first."""
    times = language_data.find_all(TimeWords).values()
    unit = "|".join(sorted(_words("oclock"), key=len, reverse=True))
    preposition = "".join(rf"(?!\s+{words.not_morning})" for words in times if words.not_morning)
    half = rf"(?:pm|p\.m\.|a\.m\.|am{preposition})"  # "18:00 am Sonntag" is no morning
    return re.compile(
        r"(\d{1,2})"
        rf"(?:(?:\s*[:.]\s*|\s*(?:{unit})\s*(?=\d\d(?!\s*(?:[:.]\d|{unit}|o'clock|{half}))))(\d{{2}})(?:\s*min\w*)?)?"
        rf"\s*(?:{unit}|o'clock|({half}))?(?![\w:]|\.\d)",
        re.IGNORECASE,
    )


def _words(*keys: str) -> frozenset[str]:
    """Give the words of all languages under these keys."""
    return frozenset(word for key in keys for word in language_data.every(TimeWords, key))


@cache
def _units() -> Mapping[str, timedelta]:
    units = {
        "minutes": timedelta(minutes=1),
        "hours": timedelta(hours=1),
        "days": timedelta(days=1),
        "weeks": timedelta(weeks=1),
    }
    return {word: unit for key, unit in units.items() for word in _words(key)}


@lru_cache(maxsize=1024)
def zone(name: str | None, otherwise: str = "UTC") -> tzinfo:
    """Give the zone of this name, also UTC+05:30; of one that is unknown (any more), the other, and at last UTC."""
    for each in (name, otherwise):
        if fixed := _FIXED.fullmatch(each or ""):
            ahead = timedelta(hours=int(fixed[2]), minutes=int(fixed[3]))
            return timezone(-ahead if fixed[1] == "-" else ahead, fixed[0])
        try:
            return ZoneInfo(each or "")
        except (ValueError, OSError, LookupError):  # no such file, no such place, or no name at all
            continue
    return UTC


def is_zone(name: str) -> bool:
    """Say whether there is a zone of this name."""
    try:
        return bool(_FIXED.fullmatch(name)) or ZoneInfo(name) is not None
    except (ValueError, OSError, LookupError):
        return False


def moment(day: date, minute: int, where: tzinfo) -> datetime:
    """Say when the clocks of a zone show this minute of this day."""
    shown = datetime.combine(day, time(minute // 60, minute % 60))
    first, last = (shown.replace(tzinfo=where, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(where).replace(tzinfo=None) == shown:
        return first
    before, after = min(first, last), max(first, last)  # the clocks jump between these two
    offset = before.astimezone(where).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(where).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def quiet_until(chat: Chat, otherwise: str, now: datetime) -> datetime | None:
    """Say when the quiet hours end that a chat has now."""
    begin, end = chat.quiet_from, chat.quiet_to
    if begin is None or end is None:
        return None
    where = zone(chat.timezone, otherwise)
    today = now.astimezone(where).date()
    for day in (today - 2 * _DAY, today - _DAY, today):
        until = moment(day + (_DAY if end <= begin else timedelta(0)), end, where)
        if moment(day, begin, where) <= now < until:
            return until
    return None


def read_clock(text: str) -> int | None:
    """Read an hour as minutes after midnight: 8, 08:00, 8.30, 8h30, 8 Uhr, 8 pm."""
    found = clock_pattern().fullmatch(text.strip())
    return None if found is None else minutes(found[1], found[2], found[3])


def minutes(hour: str, minute: str | None, half: str | None = None) -> int | None:
    """Give minutes after midnight, or None for an hour no clock shows; 24:00 is midnight."""
    h, m = int(hour), int(minute or 0)
    if half:
        if not 1 <= h <= 12:
            return None
        h = h % 12 + (12 if half.lower().startswith("p") else 0)
    if (h, m) == (24, 0):
        return 0
    return h * 60 + m if h < 24 and m < 60 else None


def read_quiet(text: str) -> tuple[int, int]:
    """Read quiet hours like 22:00-07:00; raise a `Refusal` that says what is wrong."""
    found = list(islice(clock_pattern().finditer(text), 3))
    if len(found) != 2:
        raise Refusal("quiet.unreadable")
    first, last = found
    gaps = (
        (text[: first.start()], _words("starts", "every")),
        (text[first.end() : last.start()], _words("ends") | _DASHES | _APOSTROPHES),
        (text[last.end() :], _words("every")),
    )
    if not all(word in known or word == "." for gap, known in gaps for word in _WORD.findall(gap.lower())):
        raise Refusal("quiet.unreadable")
    begin, end = (minutes(each[1], each[2], each[3]) for each in found)
    if begin is None or end is None:
        raise Refusal("quiet.no_such_hour")
    if begin == end:
        raise Refusal("quiet.empty")
    return begin, end


def read_pause(text: str) -> timedelta | None:
    """
    Read how long a pause is to last; None: until it is ended. Raises a `Refusal`.

    A number without a unit means hours, and minutes behind hours, as in 1h30.
    """
    if not text.strip():
        return None
    length = timedelta(0)
    beside = _words("lasting", "joints") | _SIGNS | _APOSTROPHES
    number: int | None = None
    last: timedelta | None = None
    for piece in _NUMBER.finditer(text.lower()):
        word = piece["word"]
        if number is None and (word is None or word in _words("one")):
            number = min(int(piece["number"][:9]), _MUCH) if word is None else 1
        elif number is not None and word in _units():
            last = _units()[word]
            length, number = length + number * last, None
        elif word not in beside or (number is not None and word not in _APOSTROPHES):
            raise Refusal("pause.unreadable")
        _refuse_long(length)
    if number is not None:
        length += number * _bare(number, last)
    if not length:
        raise Refusal("pause.unreadable")
    _refuse_long(length)
    return length


def _bare(number: int, last: timedelta | None) -> timedelta:
    """Say what a number without a unit counts."""
    if last is None:
        return _HOUR
    if last == _HOUR and number < 60:
        return timedelta(minutes=1)
    raise Refusal("pause.unreadable")


def _refuse_long(length: timedelta) -> None:
    if length > _LONGEST_PAUSE:
        raise Refusal("pause.too_long", days=_LONGEST_PAUSE.days)


def clock(minute: int) -> str:
    """Write minutes after midnight as a clock shows them."""
    return f"{minute // 60:02}:{minute % 60:02}"
