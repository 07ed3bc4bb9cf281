"""How people name their time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import quiet_hours
from bot.i18n import zones
from bot.i18n.zones import Zones

ZONES = Zones()
SUMMER, WINTER = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Kathmandu", "Asia/Kathmandu"),
        ("Katmandu", "Asia/Kathmandu"),
        ("Asia/Katmandu", "Asia/Kathmandu"),
        ("Kyiv", "Europe/Kyiv"),
        ("Kiew", "Europe/Kyiv"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Nikosia", "Asia/Nicosia"),
        ("Tel Aviv", "Asia/Jerusalem"),
        ("Montréal", "America/Toronto"),
        ("Ho-Chi-Minh-Stadt", "Asia/Ho_Chi_Minh"),
        ("Kuba", "America/Havana"),
        ("Cuba", "America/Havana"),
        ("Samoa", "Pacific/Apia"),
        ("Vaduz", "Europe/Vaduz"),
    ],
)
def test_a_zone_of_several_names_is_one(typed: str, zone: str) -> None:
    """By the name it has today; nobody is asked which of two names he means."""
    assert ZONES.find(typed) == (zone,)


def test_no_choice_is_between_clocks_that_never_differ() -> None:
    """Of all names in the table, and each zone is one that is there."""
    assert ZONES.find("Freiburg") == ("Europe/Zurich", "Europe/Berlin")
    for name, found in ZONES._zones.items():
        rules = [ZoneInfo(zone) for zone in found]
        shown = {tuple(_offsets(each)) for each in rules}
        assert len(found) == 1 or len(shown) > 1, name


def _offsets(zone: ZoneInfo) -> list[timedelta | None]:
    return [datetime(year, month, 15, tzinfo=zone).utcoffset() for year in range(1970, 2030) for month in (1, 7)]


@given(st.integers(-48, 56))
def test_every_offset_clocks_may_have_is_a_zone_without_summer_time(quarters: int) -> None:
    """It is stored by a name, shown as it was typed, and understood wherever hours are computed."""
    offset = timedelta(minutes=15) * quarters
    sign, minutes = "-" if quarters < 0 else "+", abs(quarters) * 15
    typed = f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02}" if minutes % 60 else "")
    (zone,) = ZONES.find(typed)
    assert {each.astimezone(quiet_hours.zone(zone)).utcoffset() for each in (SUMMER, WINTER)} == {offset}
    assert zones.label(zone) == (typed if quarters else "UTC")
    assert ZONES.is_zone(zone)
    assert {ZONES.find(each) for each in (typed.replace("UTC", "gmt"), typed[3:], typed.replace(":", ""))} == {(zone,)}


@pytest.mark.parametrize(
    "typed", ["UTC+25", "UTC-12:15", "+14:15", "GMT+5:17", "UTC+1000000", "-99", "UTC+5:99", "+1:2:3"]
)
def test_an_offset_no_clock_has_is_known_as_one(typed: str) -> None:
    """So that the answer can say so."""
    assert ZONES.find(typed) == ()
    assert ZONES.is_offset(typed)
    assert not ZONES.is_offset("Atlantis")
