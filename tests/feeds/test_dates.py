from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from feedparser.datetimes import _parse_date

from bot.feeds import dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 05 May 2025 10:00:00 CEST", (2025, 5, 5, 8)),
        ("Mon, 05 May 2025 10:00:00 (MESZ)", (2025, 5, 5, 8)),
        ("Montag, 5. Mai 2025, 10:00 MEZ", (2025, 5, 5, 9)),
        ("5 Mai 2025", (2025, 5, 5, 0)),
        ("Di, 03 Mär 2026 09:00:00 +0100", (2026, 3, 3, 8)),
        ("mer., 4 févr. 2026 09:00:00 +0100", (2026, 2, 4, 8)),
        ("1er août 2025 12h00", (2025, 8, 1, 12)),
        ("gio, 10 lug 2025 12:00:00 +0200", (2025, 7, 10, 10)),
        ("05/05/2025 10:00", (2025, 5, 5, 10)),
        ("1746432000000", (2025, 5, 5, 8)),
    ],
)
def test_dates_others_get_wrong(text: str, expected: tuple[int, ...]) -> None:
    """Names of months in four languages, European zones, dotted dates and bare seconds are read."""
    assert dates.parse(text) == datetime(*expected, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", None, "morgen", "99.99.2025", "32 Mai 2025", "5 Foo 2025", "x" * 1_000_000, "9" * 99]
)
def test_no_date_is_none(text: str | None) -> None:
    """What is no date is none, however long."""
    assert dates.parse(text) is None


def test_reading_of_the_library_is_kept() -> None:
    """Where nothing is known to go wrong, feedparser's reading counts."""
    read = time.struct_time((2025, 5, 5, 8, 0, 0, 0, 125, 0))
    assert dates.parse("whatever", read) == datetime(2025, 5, 5, 8, tzinfo=UTC)
    assert dates.parse("whatever", time.struct_time((-1, 11, 30, 0, 0, 0, 0, 0, 0))) is None


@pytest.mark.parametrize(
    ("text", "hour"), [("2025-05-05T10:00:00Z", 10), ("2025-05-05T10:00:00+02:00", 8), ("2025-05-05T10:00:00", 10)]
)
def test_iso_dates(text: str, hour: int) -> None:
    """Dates of RFC 3339 are read, without a zone as UTC."""
    assert dates.parse_iso(text) == datetime(2025, 5, 5, hour, tzinfo=UTC)


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
        "(" * 1_000,
        "1 " * 100_000,
    ],
)
def test_dates_that_cannot_be_never_raise(text: str) -> None:
    """A date no calendar holds is read as none or as a real one, whoever reads it."""
    for found in (dates.parse(text), dates.parse_iso(text), dates.parse(text, _parse_date(text[:200]))):
        assert found is None or found.tzinfo is UTC
