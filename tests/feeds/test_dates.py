from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

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
