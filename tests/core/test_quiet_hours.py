"""Wall time in every zone, and how hours are written."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import quiet_hours
from bot.core.delivery import schedule
from bot.core.delivery.schedule import Wish
from bot.core.errors import Refusal
from bot.demo.telegram_server.clock import HANG_SECONDS
from tests.builders import make_chat

ZONES = sorted(available_timezones() - {"Factory", "localtime"})
DAYS = st.dates(date(2000, 1, 1), date(2035, 1, 1))
MINUTES = st.integers(0, 24 * 60 - 1)
MOMENTS = st.integers(946_684_800, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(st.sampled_from(ZONES), DAYS, MINUTES)
def test_an_hour_is_the_first_moment_at_which_the_clocks_have_reached_it(zone: str, day: date, minute: int) -> None:
    """The clocks show it then, or have just jumped over it; a moment before they showed an earlier time."""
    where = ZoneInfo(zone)
    wanted = datetime.combine(day, time(minute // 60, minute % 60))
    at = quiet_hours.moment(day, minute, where)
    shown = at.astimezone(where).replace(tzinfo=None)
    before = (at - timedelta(seconds=1)).astimezone(where).replace(tzinfo=None)
    assert shown >= wanted
    assert before < wanted
    if shown > wanted:
        assert shown - before > timedelta(seconds=1), "only a gap may move it"


@given(st.sampled_from(ZONES), MOMENTS, st.lists(MINUTES, min_size=1, max_size=4), st.sets(st.integers(0, 6)))
def test_the_next_digest_is_never_before_and_none_is_left_out(
    zone: str, now: datetime, minutes: list[int], days: set[int]
) -> None:
    """What was last and what is next are neighbours."""
    where = ZoneInfo(zone)
    planned = tuple(schedule.Hour(each, frozenset(days or range(7))) for each in sorted(set(minutes)))
    upcoming, last = schedule.next_slot(planned, where, now), schedule.last_slot(planned, where, now)
    assert last.at <= now < upcoming.at
    assert schedule.next_slot(planned, where, last.at).at == upcoming.at
    assert upcoming.at - last.at <= timedelta(days=9)


@pytest.mark.parametrize(
    ("day", "at"),
    [
        (date(2026, 3, 29), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),  # 02:30 is jumped over: 03:00 summer time
        (date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # 02:30 comes twice: the first
        (date(2026, 7, 1), datetime(2026, 7, 1, 0, 30, tzinfo=UTC)),
    ],
)
def test_half_past_two_in_zurich(day: date, at: datetime) -> None:
    """On the days when the clocks change, and on any other."""
    assert quiet_hours.moment(day, 150, ZoneInfo("Europe/Zurich")) == at


def test_a_day_that_never_was_ends_when_it_began() -> None:
    """Samoa left the 30th of December 2011 out."""
    at = quiet_hours.moment(date(2011, 12, 30), 480, ZoneInfo("Pacific/Apia"))
    assert at == datetime(2011, 12, 30, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("08:00", "08:00"),
        ("18:00, 7", "07:00, 18:00"),
        ("mon-fri 07:30", "mon-fri 07:30"),
        ("weekly sun 18:00", "sun 18:00"),
        ("Montag bis Freitag um 7.30 Uhr, Sa 9", "mon-fri 07:30; sat 09:00"),
        ("lundi à 8h30", "mon 08:30"),
        ("lun-ven 8h", "mon-fri 08:00"),
        ("domenica alle 18", "sun 18:00"),
        ("fri-mon 8 pm", "mon,fri-sun 20:00"),
        ("täglich 8 Uhr", "08:00"),
        ("weekends 10, weekdays 7", "mon-fri 07:00; sat-sun 10:00"),
        ("08:00 mon-fri", "mon-fri 08:00"),
        ("08:00 daily", "08:00"),
        ("18:00 weekly sun", "sun 18:00"),
        ("weekly 18:00 on Sunday", "sun 18:00"),
        ("18:00 am Sonntag", "sun 18:00"),
        ("12 am Monday", "mon 00:00"),
        ("08:00 mon-fri, 09:00 sat", "mon-fri 08:00; sat 09:00"),
        ("08:00 mon, wed and fri", "mon,wed,fri 08:00"),
        ("8:00, mon 9:00", "08:00; mon 09:00"),
        ("8:00 mon, 9:00", "09:00; mon 08:00"),
        ("mo-fr um 7 Uhr 30", "mon-fri 07:30"),
        ("7 Uhr 30 und 18 Uhr", "07:30, 18:00"),
        ("8h 18h", "08:00, 18:00"),
        ("8 am and 6 p.m.", "08:00, 18:00"),
        ("dal lunedì al venerdì 7:30", "mon-fri 07:30"),
        ("7h30 du lundi au vendredi", "mon-fri 07:30"),
        ("ogni lunedì alle 8", "mon 08:00"),
        ("ogni giorno alle 8", "08:00"),
        ("tous les jours à 8h", "08:00"),
        ("jeden Tag um 8 Uhr.", "08:00"),
    ],
)
def test_hours_are_read_in_four_languages(text: str, normal: str) -> None:
    """The normal form is read to the same."""
    planned = schedule.read(text)
    assert schedule.write(planned) == normal
    assert schedule.read(normal) == planned


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "digest.which_hour"),
        ("mon", "digest.which_hour"),
        ("25:00", "digest.no_such_hour"),
        ("13 pm", "digest.no_such_hour"),
        ("weekly 18:00", "digest.which_day"),
        ("bald 8", "digest.unknown_word"),
        ("7-9", "digest.unknown_word"),
        ("weekly", "digest.which_hour"),
        ("weekly mon tue 8", "digest.which_day"),
        ("8:00 mon 9:00", "digest.which_days"),
        ("8:00 mon-fri, sat 9:00", "digest.which_days"),
        ("mon 8:00 tue", "digest.which_days"),
        (", ".join(f"{hour}:30" for hour in range(13)), "digest.too_many"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, reason: str) -> None:
    """By a stable word."""
    with pytest.raises(Refusal) as refused:
        schedule.read(text)
    assert refused.value.reason == reason


@given(st.dictionaries(MINUTES, st.frozensets(st.integers(0, 6), min_size=1), min_size=1, max_size=schedule.MOST))
def test_what_is_written_is_read_to_the_same(wanted: dict[int, frozenset[int]]) -> None:
    """Whatever hours, on whatever days."""
    planned = tuple(schedule.Hour(minute, days) for minute, days in sorted(wanted.items()))
    assert schedule.read(schedule.write(planned)) == planned


PAIRS = st.lists(
    st.tuples(st.sampled_from(schedule.DAYS), MINUTES), min_size=1, max_size=4, unique_by=lambda pair: pair[1]
)


@given(PAIRS)
def test_days_may_stand_before_their_hour_or_behind_it(pairs: list[tuple[str, int]]) -> None:
    """As long as all do the same."""
    before = " ".join(f"{day} {quiet_hours.clock(minute)}" for day, minute in pairs)
    behind = " ".join(f"{quiet_hours.clock(minute)} {day}" for day, minute in pairs)
    assert schedule.read(before) == schedule.read(behind)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2", 120),
        ("2h", 120),
        ("1h30", 90),
        ("1 h 30", 90),
        ("1h30m", 90),
        ("1 Std. 30 Min.", 90),
        ("2 hours and 15 minutes", 135),
        ("2d 4h", 52 * 60),
        ("für 2 Stunden", 120),
        ("for 2 hours", 120),
        ("pour 2 heures", 120),
        ("per 2 ore", 120),
        ("eine Woche", 7 * 24 * 60),
        ("un'ora", 60),
    ],
)
def test_a_pause_in_four_languages(text: str, minutes: int) -> None:
    """A bare number means hours, behind hours it means minutes."""
    assert quiet_hours.read_pause(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *[
            (text, "pause.unreadable")
            for text in ("2d 4", "30m 5", "1h90", "1h 2 3", "2 und 3 h", "für", "0", "bald", "1:30")
        ],
        *[(text, "pause.too_long") for text in ("366d", "9" * 1000 + "w", "300d 2000h")],
    ],
)
def test_a_pause_that_is_not_clear_is_refused(text: str, reason: str) -> None:
    """Rather than guessed."""
    with pytest.raises(Refusal) as refused:
        quiet_hours.read_pause(text)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "22:00-07:00",
        "22-7",
        "22 bis 7 Uhr",
        "von 22 bis 7",
        "zwischen 22 und 7 Uhr",
        "jede Nacht von 22 Uhr bis 7 Uhr",
        "between 10pm and 7am",
        "from 10 p.m. to 7 a.m. every night",
        "entre 22h et 7h",
        "de 22 h à 7 h",
        "de 22h jusqu'à 7h",
        "dalle 22 alle 7",
        "tra le 22 e le 7",
    ],
)
def test_quiet_hours_in_four_languages(text: str) -> None:
    """As people say them."""
    assert quiet_hours.read_quiet(text) == (22 * 60, 7 * 60)


@pytest.mark.parametrize("text", ["22", "nicht 22-7", "22-7 mondays", "22-7-9", "22 von 7", "2200-0700", "bald"])
def test_quiet_hours_that_are_not_clear_are_refused(text: str) -> None:
    """Rather than guessed."""
    with pytest.raises(Refusal) as refused:
        quiet_hours.read_quiet(text)
    assert refused.value.reason == "quiet.unreadable"


HOSTILE = [
    piece * (200_000 // len(piece))
    for piece in ("1", "1 ", "1h", "22 uhr ", "8 am ", "8.", "mon-", "8 mon ", "week-", "a", "-", " ", "für ")
] + ["8" + " " * 200_000 + "x", "8 uhr" + " " * 100_000 + "30" + " " * 100_000 + "x"]


@pytest.mark.timeout(HANG_SECONDS)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hours_without_end_are_read_or_refused(text: str) -> None:
    """200,000 characters of anything; work that grows faster than the text would not end before the test is ended."""
    for read in (schedule.read, quiet_hours.read_pause, quiet_hours.read_quiet, quiet_hours.read_clock):
        with contextlib.suppress(Refusal):
            read(text)


def test_now_and_off_are_no_hours() -> None:
    """In four languages."""
    assert [schedule.read_wish(each) for each in ("now", "jetzt", "off", "aus")] == [
        Wish.NOW,
        Wish.NOW,
        Wish.OFF,
        Wish.OFF,
    ]


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2026, 1, 5, 20, 59, tzinfo=UTC), None),
        (datetime(2026, 1, 5, 21, 0, tzinfo=UTC), datetime(2026, 1, 6, 6, 0, tzinfo=UTC)),
        (datetime(2026, 1, 6, 5, 59, tzinfo=UTC), datetime(2026, 1, 6, 6, 0, tzinfo=UTC)),
        (datetime(2026, 1, 6, 6, 0, tzinfo=UTC), None),
        (datetime(2026, 3, 29, 4, 59, tzinfo=UTC), datetime(2026, 3, 29, 5, 0, tzinfo=UTC)),  # an hour shorter
        (datetime(2026, 10, 25, 5, 30, tzinfo=UTC), datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),  # an hour longer
    ],
)
def test_quiet_hours_cross_midnight_and_the_change_of_clocks(now: datetime, until: datetime | None) -> None:
    """From 22:00 to 07:00 in Zurich."""
    chat = make_chat(timezone="Europe/Zurich", quiet_from=22 * 60, quiet_to=7 * 60)
    assert quiet_hours.quiet_until(chat, "UTC", now) == until


def test_an_unknown_zone_is_the_other_one() -> None:
    """A zone may vanish from the table."""
    assert str(quiet_hours.zone("Mars/Olympus", "Europe/Zurich")) == "Europe/Zurich"
    assert quiet_hours.zone(None, "Mars/Olympus") is UTC
