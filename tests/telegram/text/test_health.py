"""/health as a text: one message, however much is wrong."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from bot.core.health import HealthReport, LoggedError, StoredCounts, StoredDatabase
from bot.demo.telegram_server import entities
from bot.i18n.catalog import Catalog
from bot.telegram.text import alert, health
from tests.builders import NOW, make_feed, make_health

LOOPS = ("poll", "announce", "deliver", "receive", "digests", "held alerts")
ERROR = LoggedError(event="delivery.failed", cause="OperationalError", count=1234, last_at=NOW)


def make_report(feeds: int = 0, **changes: object) -> HealthReport:
    """Make a report with so many feeds that fail."""
    failing = tuple(
        make_health(
            make_feed(
                number,
                title=f"<b>{'Ein sehr langer Titel ' * 20}{number}",
                failures=9,
                error="HTTP 503 " + "& so weiter " * 60,
                last_success_at=NOW - timedelta(days=number),
            )
        )
        for number in range(1, feeds + 1)
    )
    fields = {
        "at": NOW,
        "stock": StoredCounts(
            feeds={"active": 40, "failing": feeds, "gone": 0},
            chats={},
            queue={"reply": 0, "alert": 0, "bulk": 0},
            oldest_at=None,
        ),
        "failing": failing,
        "own_failing": 0,
        "database": StoredDatabase(product="SQLite", size=12_345_678),
        "is_database_failing": False,
        "written": timedelta(seconds=3),
        "still": (),
        "last_error": None,
    }
    return HealthReport(**fields | changes)  # type: ignore[arg-type] # the fields by name


@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
def test_the_worst_report_fits_one_message(language: str) -> None:
    """Ten feeds with titles and reasons of any length, everything else broken too; the markup holds."""
    report = make_report(
        300,
        own_failing=5,
        is_database_failing=True,
        written=None,
        still=LOOPS,
        last_error=ERROR,
        stock=StoredCounts(
            feeds={"active": 0, "failing": 300, "gone": 7},
            chats={},
            queue={"reply": 1, "alert": 100_000, "bulk": 100_000},
            oldest_at=NOW - timedelta(hours=5),
        ),
    )
    text = health.report(report, Catalog.load().speak(language), UTC)
    shown = entities.parse_html(text).text
    assert alert.visible_length(text) <= alert.MESSAGE
    assert shown.count("✗ <b>Ein") == health.MOST_FEEDS
    assert "290" in shown


def test_a_bot_that_is_well_says_so_in_a_few_lines() -> None:
    """No line is left out, so that nobody wonders."""
    text = entities.parse_html(health.report(make_report(), Catalog.load().speak("en"), UTC)).text
    assert text.splitlines() == [
        "How the bot is doing",
        "✓ Queue: empty",
        "✓ Sources: 40 can be read, 0 cannot be read, 0 are gone for good",
        "✓ Database: SQLite, 12.3 MB, last write 3 s ago",
        "✓ All loops are running",
        "✓ No error since the start",
    ]


def test_the_digest_of_errors_says_what_how_often_and_when() -> None:
    """And names twenty kinds at most."""
    many = [LoggedError(event=f"event.{number}", cause="", count=1, last_at=NOW) for number in range(25)]
    text = entities.parse_html(health.errors([ERROR, *many], Catalog.load().speak("en"), UTC)).text
    lines = text.splitlines()
    assert lines[1] == "• delivery.failed: OperationalError, 1234 times, last 12:00"
    assert lines[-1] == "And 6 more kinds."
