"""How people name their time zone: IANA's names, cities and countries in four languages, and offsets from UTC."""

from __future__ import annotations

import re
import unicodedata
from importlib import resources

_OFFSET = re.compile(r"(?:utc|gmt|z)?\s*([+\-−–])\s*(\d{1,2})(?:[:.]?([0-5]\d))?", re.IGNORECASE)
_LIKE_OFFSET = re.compile(r"(?:(?:utc|gmt|z)\s*)?[+\-−–±]?\s*\d[\d:.,]*", re.IGNORECASE)
_FIXED = re.compile(r"UTC([+-])0?(\d+:\d\d)")
_LEAST, _MOST, _STEP = -12 * 60, 14 * 60, 15
"""In minutes: what clocks somewhere differ from UTC."""
_SPELLED = {"ä": "ae", "ö": "oe", "ü": "ue"}


class Zones:
    """The packaged table, read when it is first asked."""

    def __init__(self) -> None:
        self._zones: dict[str, list[str]] = {}

    def find(self, name: str) -> tuple[str, ...]:
        """Give the zones somebody may mean; none, one, or several to choose from."""
        if (offset := _offset(name)) is not None:
            return (offset,)
        if not self._zones:
            self._read()
        return tuple(self._zones.get(_key(name), ()))

    def is_zone(self, name: str) -> bool:
        """Say whether this is the exact name of a zone."""
        return name in self.find(name)

    def is_offset(self, name: str) -> bool:
        """Say whether an offset is meant, though no clock may have it."""
        return _LIKE_OFFSET.fullmatch(name.strip()) is not None

    def _read(self) -> None:
        table = resources.files("bot.i18n").joinpath("data/zones.tsv").read_text("utf-8")
        for line in table.splitlines():
            name, _, zones = line.partition("\t")
            for key in {_key(name), _key("".join(_SPELLED.get(letter, letter) for letter in name.casefold()))}:
                known = self._zones.setdefault(key, [])
                known += [zone for zone in zones.split() if zone not in known]


def label(zone: str) -> str:
    """Show a zone: one that is an offset as such, any other by its name."""
    if zone.startswith("Etc/GMT") and zone[7:8] in ("+", "-"):
        return f"UTC{'-' if zone[7] == '+' else '+'}{zone[8:]}"  # POSIX counts them the other way round
    if fixed := _FIXED.fullmatch(zone):
        return f"UTC{fixed[1]}{fixed[2]}"
    return "UTC" if zone in ("Etc/UTC", "UTC") else zone.replace("_", " ")


def _offset(name: str) -> str | None:
    """Read UTC+2, GMT-3, +05:30 as the name of a zone that always has this offset; None where there is no such."""
    text = name.strip()
    if text.casefold() in ("utc", "gmt", "z"):
        return "Etc/UTC"
    found = _OFFSET.fullmatch(text)
    if found is None:
        return None
    sign = 1 if found[1] == "+" else -1
    minutes = sign * (int(found[2]) * 60 + int(found[3] or 0))
    if not _LEAST <= minutes <= _MOST or minutes % _STEP:
        return None
    if minutes % 60:
        return f"UTC{'+' if sign > 0 else '-'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"  # `hours.zone` knows it
    return f"Etc/GMT{-minutes // 60:+}" if minutes else "Etc/UTC"


def _key(name: str) -> str:
    """Take away what people spell differently: capitals, accents, hyphens."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[-_'’.]", " ", letters).split())
