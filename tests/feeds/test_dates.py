from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from feedparser.datetimes import _parse_date

from bot.feeds import dates
from bot.feeds.dates import Published

MOMENT = datetime(2026, 11, 30, 7, 41, tzinfo=UTC)
DATA = Path(__file__).parents[1] / "data" / "dates.txt"
SPELLINGS = tuple(line for line in DATA.read_text("utf-8").splitlines() if line and not line.startswith("#"))


def test_there_are_many_spellings() -> None:
    """The list of spellings has not shrunk."""
    assert len(SPELLINGS) >= 100


@pytest.mark.parametrize("text", SPELLINGS)
def test_every_spelling_of_one_moment_is_that_moment(text: str) -> None:
    """Whatever feedparser makes of it; seconds may be missing."""
    read = _parse_date(text)
    for published in (dates.parse(text), dates.parse(text, read)):
        assert published is not None
        assert not published.is_day
        assert MOMENT <= published.at < MOMENT + timedelta(minutes=1)


@pytest.mark.parametrize(
    "text",
    [
        "2026/11/30",
        "2026-11-30",
        "2026.11.30",
        "20261130",
        "30.11.2026",
        "30/11/2026",
        "11/30/2026",
        "Nov 30, 2026",
        "Mon, 30 Nov 2026",
        "30 novembre 2026",
        "lundi 30 novembre 2026",
        "2026年11月30日",
        "2026-334",
        "2026-W49-1",
    ],
)
def test_a_day_without_an_hour_is_told_apart(text: str) -> None:
    """It stays that day, and says that the hour is not known."""
    assert dates.parse(text, _parse_date(text)) == Published(datetime(2026, 11, 30, 12, tzinfo=UTC), is_day=True)


@pytest.mark.parametrize("text", ["2026", "2026-11", "2026/11", "11/2026", "November 2026", "nov. 2026"])
def test_a_year_or_a_month_alone_is_no_date(text: str) -> None:
    """feedparser would take it for the first of the month."""
    assert dates.parse(text, _parse_date(text)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("29 Nov 2026 02:41 PM", (2026, 11, 29, 14, 41)),
        ("29 Nov 2026 12:41 AM", (2026, 11, 29, 0, 41)),
        ("29 Nov 2026 12:41 PM", (2026, 11, 29, 12, 41)),
        ("05/06/2026 10:00", (2026, 6, 5, 10)),
        ("05/06/2026 10:00 AM", (2026, 5, 6, 10)),
        ("Mon, 05 May 2025 10:00:00 CEST", (2025, 5, 5, 8)),
        ("Mon, 05 May 2025 10:00:00 (MESZ)", (2025, 5, 5, 8)),
        ("2026-07-01 12:00 Europe/Zurich", (2026, 7, 1, 10)),
        ("2026-01-01 12:00 Europe/Zurich", (2026, 1, 1, 11)),
        ("Di, 03 Mär 2026 09:00:00 +0100", (2026, 3, 3, 8)),
        ("mer., 4 févr. 2026 09:00:00 +0100", (2026, 2, 4, 8)),
        ("1er août 2025 12h00", (2025, 8, 1, 12)),
        ("gio, 10 lug 2025 12:00:00 +0200", (2025, 7, 10, 10)),
        ("1746432000000", (2025, 5, 5, 8)),
        ("31 Dec 69 10:00", (2069, 12, 31, 10)),
        ("31 Dec 99 10:00", (1999, 12, 31, 10)),
        ("2026-11-30 24:00", (2026, 11, 30, 23, 59)),
        ("2026-11-30 07:41 CEST ist das", (2026, 11, 30, 5, 41)),
    ],
)
def test_other_moments(text: str, expected: tuple[int, ...]) -> None:
    """Halves of the day, ambiguous orders, summer time, names of months in four languages, two digits of a year."""
    assert dates.parse(text) == Published(datetime(*expected, tzinfo=UTC))  # type: ignore[misc]


@pytest.mark.parametrize(
    "text", ["", None, "morgen", "99.99.2025", "32 Mai 2025", "5 Foo 2025", "x" * 1_000_000, "9" * 99]
)
def test_no_date_is_none(text: str | None) -> None:
    """What is no date is none, however long."""
    assert dates.parse(text) is None


def test_the_guess_of_the_library_is_the_last_resort() -> None:
    """It counts where none of our patterns fits."""
    read = time.struct_time((2025, 5, 5, 8, 0, 0, 0, 125, 0))
    assert dates.parse("whatever", read) == Published(datetime(2025, 5, 5, 8, tzinfo=UTC))
    assert dates.parse("2026-11-30 07:41", read) == Published(MOMENT)
    assert dates.parse("whatever", time.struct_time((-1, 11, 30, 0, 0, 0, 0, 0, 0))) is None


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "0000-00-00T00:00:00Z",
        "Fri, 31 Dec 9999 23:59:59 -1200",
        "Mon, 01 Jan 0001 00:00:00 +1400",
        "Mon, 01 Jan 2026 00:00:00 +9999",
        "Mon, 01 Jan 2026 99:99:99 CEST",
        "31.12.9999 23:59 -14:00",
        "99999999999999999999",
        "2026-W99-9",
        "2026-999",
        "(" * 1_000,
        "1 " * 100_000,
        "1/" * 1_000,
        "nov " * 500,
    ],
)
def test_dates_that_cannot_be_never_raise(text: str) -> None:
    """A date no calendar holds is read as none or as a real one, whoever reads it."""
    for published in (dates.parse(text), dates.parse(text, _parse_date(text[:200]))):
        assert published is None or published.at.tzinfo is UTC
