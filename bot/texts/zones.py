"""How people name their time zone: IANA's names, cities and countries in four languages, and offsets from UTC."""

from __future__ import annotations

import re
import unicodedata
from importlib import resources

_OFFSET = re.compile(r"(?:utc|gmt|z)?\s*([+\-−–])\s*(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_ODD = {
    210: "Asia/Tehran",
    270: "Asia/Kabul",
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    390: "Asia/Yangon",
    525: "Australia/Eucla",
    570: "Australia/Darwin",
    -570: "Pacific/Marquesas",
}
"""Offsets of half and quarter hours that some zone has all year."""
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

    def _read(self) -> None:
        table = resources.files("bot.texts").joinpath("data/zones.tsv").read_text("utf-8")
        for line in table.splitlines():
            name, _, zones = line.partition("\t")
            for key in {_key(name), _key("".join(_SPELLED.get(letter, letter) for letter in name.casefold()))}:
                known = self._zones.setdefault(key, [])
                known += [zone for zone in zones.split() if zone not in known]


def label(zone: str) -> str:
    """Show a zone: one that is an offset as such, any other by its name."""
    if zone.startswith("Etc/GMT") and zone[7:8] in ("+", "-"):
        return f"UTC{'-' if zone[7] == '+' else '+'}{zone[8:]}"  # POSIX counts them the other way round
    return "UTC" if zone in ("Etc/UTC", "UTC") else zone.replace("_", " ")


def _offset(name: str) -> str | None:
    """Read UTC+2, GMT-3, +05:30; None where it is no offset, or one that no zone has all year."""
    text = name.strip()
    if text.casefold() in ("utc", "gmt", "z", "utc+0", "utc-0", "gmt+0"):
        return "Etc/UTC"
    found = _OFFSET.fullmatch(text)
    if found is None:
        return None
    sign = 1 if found[1] == "+" else -1
    minutes = sign * (int(found[2]) * 60 + int(found[3] or 0))
    if minutes % 60:
        return _ODD.get(minutes)
    hours = minutes // 60
    if hours == 0:
        return "Etc/UTC"
    return f"Etc/GMT{-hours:+}" if -12 <= hours <= 14 else None


def _key(name: str) -> str:
    """Take away what people spell differently: capitals, accents, hyphens."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[-_'’.]", " ", letters).split())
