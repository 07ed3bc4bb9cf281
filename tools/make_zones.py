"""
Make bot/i18n/data/zones.tsv: how people name time zones, in four languages.

IANA's own names, CLDR's names of cities and countries (through Babel, Unicode licence), the cities of places_cities.tsv
and those in zones_cities.txt beside this script.
    python -m tools.make_zones
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import resources
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
TZDATA = resources.files("tzdata").joinpath("zoneinfo")
LISTED = {line.split("\t")[2] for line in TZDATA.joinpath("zone.tab").read_text("utf-8").splitlines() if line[0] != "#"}
"""What IANA calls its zones today; any other name of a place is an older or another one."""
LINKS = {
    fields[2]: fields[1]
    for fields in map(str.split, TZDATA.joinpath("tzdata.zi").read_text("utf-8").splitlines())
    if fields[0] == "L"
}


def rules(zone: str) -> str:
    """Give the zone whose rules it has: of two with the same, the clocks never differ."""
    while zone in LINKS:
        zone = LINKS[zone]
    return zone


def today(zone: str) -> str:
    """Give the name a zone has today: Asia/Kathmandu for Asia/Katmandu."""
    if zone in LISTED or zone.split("/")[0] not in PLACES:
        return zone
    aliases = get_global("zone_aliases")
    known = aliases.get(zone, zone)
    renamed = [each for each in LISTED if aliases.get(each, each) == known]
    return renamed[0] if len(renamed) == 1 else rules(zone)


def cities() -> Iterator[tuple[str, str]]:
    """Name zones after their cities."""
    for zone in sorted(LISTED & ZONES):
        yield _city(zone), zone
    for language in LANGUAGES:
        for zone, names in Locale(language).time_zones.items():
            if zone.split("/")[0] in PLACES and "city" in names and zone in ZONES:
                yield names["city"], zone


def former() -> Iterator[tuple[str, str]]:
    """Name zones after the cities they were called after once."""
    for zone in sorted(ZONES - LISTED):
        if zone.split("/")[0] in PLACES:
            yield _city(zone), zone


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


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
    """Write the table: a name and its zones, cities before countries, and at last what they were called once."""
    found: dict[str, list[str]] = {}
    for source in (named(), cities(), countries(), former()):
        earlier = set(found)
        for name, zone in source:
            if name not in earlier:
                found.setdefault(name, [])
                is_known = rules(zone) in map(rules, found[name])
                found[name] += [] if is_known else [today(zone)]
    lines = [f"{name}\t{' '.join(zones)}" for name, zones in sorted(found.items())]
    no_zones = {"Factory", "localtime", *found}  # Cuba is a country first
    lines += [f"{zone}\t{today(zone)}" for zone in sorted(ZONES - no_zones)]
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")
    sys.stdout.write(f"{len(lines)} names\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
