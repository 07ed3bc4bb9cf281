"""
Make bot/texts/data/zones.tsv: how people name time zones, in four languages.

IANA's own names, CLDR's names of cities and countries (through Babel, Unicode licence), the cities of places_cities.tsv
and those in zones_cities.txt beside this script.
    python -m tools.make_zones
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global

HERE = Path(__file__).parent
TARGET = HERE.parent / "bot" / "texts" / "data" / "zones.tsv"
LANGUAGES = ("de", "en", "fr", "it")
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
PLACES = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
PROMINENT = (
    "America/New_York America/Chicago America/Denver America/Phoenix America/Los_Angeles America/Anchorage "
    "Pacific/Honolulu America/Toronto America/Winnipeg America/Edmonton America/Vancouver America/Halifax "
    "America/St_Johns America/Sao_Paulo America/Manaus Europe/Moscow Europe/Madrid Atlantic/Canary Europe/Lisbon "
    "Europe/Berlin Europe/Kyiv Asia/Shanghai Australia/Sydney Australia/Brisbane Australia/Adelaide Australia/Perth "
    "America/Mexico_City America/Argentina/Buenos_Aires America/Santiago Asia/Jakarta Asia/Almaty Pacific/Auckland"
).split()
"""Of zones whose clocks agree, these stand for the others."""


ZONES = available_timezones()


def cities() -> Iterator[tuple[str, str]]:
    """Name zones after their cities."""
    for zone in sorted(ZONES):
        if zone.split("/")[0] in PLACES:
            yield zone.rpartition("/")[2].replace("_", " "), zone
    for language in LANGUAGES:
        for zone, names in Locale(language).time_zones.items():
            if zone.split("/")[0] in PLACES and "city" in names and zone in ZONES:
                yield names["city"], zone


def named() -> Iterator[tuple[str, str]]:
    """Name zones after other cities."""
    known = {}
    for line in (HERE / "places_cities.tsv").read_text("utf-8").splitlines():
        key, *languages = line.split("\t")
        words = [word for column in languages for word in column.split()]
        known[key] = [word[1:].replace("_", " ") for word in words if word.startswith("=")]
    for line in (HERE / "zones_cities.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        zone, _, words = line.partition(": ")
        for word in words.split():
            for name in [word[1:].replace("_", " ")] if word.startswith("=") else known[word]:
                yield name, zone
    there = list(cities())
    for names in known.values():
        zones = {zone for city, zone in there if city in names}
        if len(zones) == 1:
            yield from ((name, next(iter(zones))) for name in names)


def countries() -> Iterator[tuple[str, str]]:
    """Name zones after countries; of several whose clocks agree all year, one is enough."""
    for territory, zones in get_global("territory_zones").items():
        seen = {}
        for zone in sorted(zones, key=lambda each: (each not in PROMINENT, each)):
            if zone in ZONES:
                seen.setdefault(tuple(offsets(zone)), zone)
        for language in LANGUAGES:
            if name := Locale(language).territories.get(territory):
                yield from ((name, zone) for zone in seen.values())


def offsets(zone: str) -> Iterator[timedelta | None]:
    """Give what the clocks of a zone differ from UTC, through a year."""
    for day in range(0, 365, 5):
        yield (YEAR + timedelta(days=day)).astimezone(ZoneInfo(zone)).utcoffset()


def main() -> int:
    """Write the table: a name and its zones, cities before countries."""
    found: dict[str, list[str]] = {}
    for source in (named(), cities(), countries()):
        earlier = set(found)
        for name, zone in source:
            if name not in earlier:
                found.setdefault(name, [])
                found[name] += [zone] if zone not in found[name] else []
    lines = [f"{name}\t{' '.join(zones)}" for name, zones in sorted(found.items())]
    lines += [f"{zone}\t{zone}" for zone in sorted(ZONES) if zone not in ("Factory", "localtime")]
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")
    sys.stdout.write(f"{len(lines)} names\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
