from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from feedparser.datetimes import _parse_date

from bot.core.feed import ParsedFeed
from bot.feeds import dates, parse
from bot.feeds.dates import Habits, Published

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


@pytest.mark.parametrize(
    "text", ["12 de noviembre de 2026", "jueves, 12 de noviembre de 2026", "12 nov 2026", "12 de noviembre, 2026"]
)
def test_a_language_without_an_interface_brings_its_dates(text: str) -> None:
    """Spanish has a folder with months, and the little word between day, month and year."""
    assert dates.parse(text) == Published(datetime(2026, 11, 12, 12, tzinfo=UTC), is_day=True)


@pytest.mark.parametrize(
    "text", ["30.11.2026 7 Uhr", "30/11/2026 7h", "30 novembre 2026 7 heures", "30 novembre 2026 7 ore"]
)
def test_an_hour_without_minutes_is_read_in_each_language(text: str) -> None:
    """By the word that readers of the language write behind it in commands, too."""
    assert dates.parse(text) == Published(datetime(2026, 11, 30, 7, tzinfo=UTC), is_day=False)


def test_a_spelling_that_no_dictionary_has_comes_from_the_folder_of_its_language() -> None:
    """Two are right in Spanish; the dictionary of months has one."""
    assert dates.months_of("setiembre", "es") == dates.months_of("septiembre", "es") == (9,)


INCOMPLETE = (
    "2026", "2026-11", "2026/11", "11/2026", "November 2026", "nov. 2026", "2026 Dezember", "2026年", "2026年11月",
    "2026년 12월", "2026. december", "2026-W49", "2026W49", "2026-12-", "2026-12-00", "2026-00-00", "2026-13-01",
    "00:00", "07:41", "12:30 Uhr", "Mon", "30 Nov", "17960244", "-62135596800", "0001-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
)  # fmt: skip


@pytest.mark.parametrize("text", INCOMPLETE)
def test_what_names_no_day_is_no_date(text: str) -> None:
    """feedparser would fill in the first of the month, today, or whatever its digits look like."""
    guesses = (None, _parse_date(text), time.struct_time((2026, 11, 1, 0, 0, 0, 0, 305, 0)))
    assert [dates.parse(text, guess) for guess in guesses] == [None] * 3


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
        ("26-11-29 10:00", (2026, 11, 29, 10)),
        ("10 Nov 2026 2:41 AM PT", (2026, 11, 10, 10, 41)),
        ("10 Jul 2026 2:41 AM PT", (2026, 7, 10, 9, 41)),
        ("10 Nov 2026 10:41 Central Standard Time", (2026, 11, 10, 16, 41)),
        ("2026-11-30 24:00", (2026, 11, 30, 23, 59)),
        ("2026-11-30 07:41 CEST ist das", (2026, 11, 30, 5, 41)),
    ],
)
def test_other_moments(text: str, expected: tuple[int, ...]) -> None:
    """Halves of the day, ambiguous orders, summer time, names of months in four languages, two digits of a year."""
    assert dates.parse(text, habits=Habits(now=MOMENT)) == Published(datetime(*expected, tzinfo=UTC))  # type: ignore[misc]


@pytest.mark.parametrize(
    "text", ["", None, "morgen", "99.99.2025", "32 Mai 2025", "5 Foo 2025", "x" * 1_000_000, "9" * 99]
)
def test_no_date_is_none(text: str | None) -> None:
    """What is no date is none, however long."""
    assert dates.parse(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 30 Nov 2026 07:41:09 GMT",
        "30 Nov 2026 02:41:09 -0500",
        "2026-11-30T07:41:09Z",
        "2026-11-30T13:11:09.123+05:30",
        "2026-11-29T21:41:09-10:00",
        "Mon, 31 Nov 2026 07:41:09 GMT",
        "30 Foo 2026 02:41:09 -0500",
        "9999-12-31T23:59:59-10:00",
        "0001-01-01T00:00:00+10:00",
        "Thu, 01 Jan 1970 00:00:00 +0000",
    ],
)
def test_the_usual_forms_are_read_as_all_others_are(text: str) -> None:
    """They have a short way; a word behind them leads to the long one."""
    assert dates.parse(text) == dates.parse(f"{text} |")


def test_the_guess_of_the_library_is_the_last_resort() -> None:
    """It counts where none of our patterns fits, and only if all it says is written there."""
    read = time.struct_time((2025, 5, 6, 8, 0, 0, 0, 126, 0))
    for text in ("Y2025 M5 D6 H8", "8 Uhr am 6. im Mai zu 2025"):
        assert dates.parse(text, read) == Published(datetime(2025, 5, 6, 8, tzinfo=UTC))
    for text in ("whatever", "2025, 8 Uhr", "Y2025 M5 H8", "Y2025 M5 D6", "2025 Mai"):
        assert dates.parse(text, read) is None
    assert dates.parse("2026-11-30 07:41", read) == Published(MOMENT)
    assert dates.parse("whatever", time.struct_time((-1, 11, 30, 0, 0, 0, 0, 0, 0))) is None


@pytest.mark.parametrize(
    ("text", "language", "document", "expected"),
    [
        # nothing told: the reading of these days, whichever it is
        ("12/01/2026", "", "", (12, 1)),
        ("12/1/26 7:41", "", "", (12, 1)),
        ("01/12/2026", "", "", (12, 1)),
        ("12-01-2026", "", "", (12, 1)),
        ("12/01/2026 07:41 AM", "en", "", (12, 1)),
        # an old one: the nearest that is not to come
        ("10/11/2026", "", "", (11, 10)),
        ("08/03/2026", "", "", (8, 3)),
        ("11/12/2026", "", "", (11, 12)),
        # declared
        ("08/03/2026", "en-GB", "", (3, 8)),
        ("08/03/2026", "de-CH", "", (3, 8)),
        ("03/08/2026", "en-US", "", (3, 8)),
        ("03/08/2026 7:41 AM", "", "", (3, 8)),
        ("03/08/2026 7:41 AM", "en-AU", "", (8, 3)),
        ("12/01/2026", "en-US", "", (12, 1)),
        # another date of the document, which outranks all this
        ("12/01/2026", "", "<pubDate>28/11/2026 10:00</pubDate>", (1, 12)),
        ("12/01/2026", "de", "<pubDate>11/28/2026 10:00</pubDate>", (12, 1)),
        ("01/12/2026", "", '{"date_published": "Sun, 11/29/2026"}', (1, 12)),
        ("01/12/2026", "", "<![CDATA[11/29/26]]> at 13/13/2026 and 99/1/2026", (1, 12)),
        # two that disagree tell nothing
        ("12/01/2026", "", "<a>28/11/2026</a><a>11/28/2026</a>", (12, 1)),
        # zones
        ("03/08/2026 07:41 EST", "", "", (3, 8)),
        ("03/08/2026 07:41 America/New_York", "de", "", (3, 8)),
        ("03/08/2026 07:41 America/Sao_Paulo", "", "", (8, 3)),
        # months of one name
        ("12 listopada 2026", "pl", "", (11, 12)),
        ("12 listopada 2026", "hr", "", (10, 12)),
        ("12 listopada 2026", "", "", (11, 12)),
    ],
)
def test_of_several_readings_the_document_decides(
    text: str, language: str, document: str, expected: tuple[int, int]
) -> None:
    """On 1 December 2026."""
    habits = Habits(now=datetime(2026, 12, 1, 9, tzinfo=UTC), language=language, document=document.encode())
    published = dates.parse(text, habits=habits)
    assert published is not None
    assert (published.at.month, published.at.day) == expected


RSS = "<rss version='2.0'><channel><title>Z</title>%s</channel></rss>"
RSS_ITEM = "<item><guid>%s</guid><title>Kran %s</title><pubDate>%s</pubDate></item>"
JSON = '{"version": "https://jsonfeed.org/version/1.1", "title": "Z", "items": [%s]}'
JSON_ITEM = '{"id": "%s", "title": "Kran %s", "date_published": "%s"}'


@pytest.mark.parametrize(("document", "item", "between"), [(RSS, RSS_ITEM, ""), (JSON, JSON_ITEM, ",")])
def test_one_entry_tells_how_the_date_of_another_is_meant(document: str, item: str, between: str) -> None:
    """Also where that other is read alone."""
    items = [item % ("a", "a", "09/28/2026 10:00"), item % ("b", "b", "10/02/2026 10:00")]

    def read(many: int, marks: bytes = b"") -> ParsedFeed:
        body = (document % between.join(items[:many])).encode()
        found = parse.parse(body, url="https://z.example/feed", content_type="text/xml", marks=marks, now=MOMENT)
        assert isinstance(found, ParsedFeed)
        return found

    first = read(1)
    whole, short = read(2), read(2, first.marks or b"")
    assert [entry.title for entry in short.entries] == ["Kran b"]
    assert whole.entries[1].published_at == short.entries[0].published_at == datetime(2026, 10, 2, 10, tzinfo=UTC)


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
