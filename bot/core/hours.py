"""
Wall time: when an hour of a reader's day is, and which hours are quiet.

Zones are computed with here and nowhere else. Where the clocks jump over an hour, it is the first moment after the gap;
where they show an hour twice, it is the first of the two.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.chat import Chat
from bot.core.errors import Refusal

FOREVER = datetime(9000, 1, 1, tzinfo=UTC)
"""The end of a pause that only /resume ends."""
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_CLOCK = r"(\d{1,2})(?:\s*[:.h]\s*(\d{2}))?\s*(?:uhr|h|heures?|ore|o'clock|(am|pm|a\.m\.|p\.m\.))?"
CLOCK = re.compile(_CLOCK + r"(?![\w:.])", re.IGNORECASE)
_RANGE = re.compile(rf"(?:\w+\s+)?{_CLOCK}\s*(?:-|–|—|bis|to|until|à|au|a|alle|\s)\s*{_CLOCK}", re.IGNORECASE)
_SPAN = re.compile(r"(\d{1,4})\s*([^\W\d]*)")
_UNITS = {
    timedelta(minutes=1): ("m", "min", "mins", "minute", "minuten", "minutes", "minuto", "minuti"),
    timedelta(hours=1): (*("", "h", "hour", "hours", "std", "stunde", "stunden", "heure", "heures", "ora", "ore"),),
    timedelta(days=1): ("d", "day", "days", "t", "tag", "tage", "tagen", "j", "jour", "jours", "g", "giorno", "giorni"),
    timedelta(weeks=1): ("w", "week", "weeks", "woche", "wochen", "semaine", "semaines", "settimana", "settimane"),
}
_LONGEST_PAUSE = timedelta(days=365)


@lru_cache(maxsize=1024)
def zone(name: str | None, otherwise: str = "UTC") -> tzinfo:
    """Give the zone of this name; of one that is unknown (any more), the other, and at last UTC."""
    for each in (name, otherwise):
        try:
            return ZoneInfo(each or "")
        except (ValueError, OSError, LookupError):  # no such file, no such place, or no name at all
            continue
    return UTC


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


def held_until(chat: Chat, otherwise: str, now: datetime) -> tuple[str, datetime] | None:
    """Say why the alerts of a chat wait at this moment and until when; None when they do not."""
    if chat.paused_until is not None and chat.paused_until > now:
        return "pause", chat.paused_until
    end = quiet_until(chat, otherwise, now)
    return None if end is None else ("quiet", end)


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
    found = CLOCK.fullmatch(text.strip())
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
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        raise Refusal("quiet.unreadable")
    begin, end = minutes(found[1], found[2], found[3]), minutes(found[4], found[5], found[6])
    if begin is None or end is None:
        raise Refusal("quiet.no_such_hour")
    if begin == end:
        raise Refusal("quiet.empty")
    return begin, end


def read_pause(text: str) -> timedelta | None:
    """Read how long a pause is to last; None: until it is ended. Raises a `Refusal`."""
    if not text.strip():
        return None
    length, at = timedelta(0), 0
    for found in _SPAN.finditer(text.strip().lower()):
        unit = next((unit for unit, names in _UNITS.items() if found[2] in names), None)
        if unit is None or text.strip()[at : found.start()].strip():
            raise Refusal("pause.unreadable")
        length, at = length + int(found[1]) * unit, found.end()
    if text.strip()[at:].strip(" .") or not length:
        raise Refusal("pause.unreadable")
    if length > _LONGEST_PAUSE:
        raise Refusal("pause.too_long", days=_LONGEST_PAUSE.days)
    return length


def clock(minute: int) -> str:
    """Write minutes after midnight as a clock shows them."""
    return f"{minute // 60:02}:{minute % 60:02}"
