"""Wall time in every zone, and how hours are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import hours, schedule
from bot.core.errors import Refusal
from bot.core.schedule import Wish
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
    at = hours.moment(day, minute, where)
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
    assert hours.moment(day, 150, ZoneInfo("Europe/Zurich")) == at


def test_a_day_that_never_was_ends_when_it_began() -> None:
    """Samoa left the 30th of December 2011 out."""
    at = hours.moment(date(2011, 12, 30), 480, ZoneInfo("Pacific/Apia"))
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
        (", ".join(f"{hour}:30" for hour in range(13)), "digest.too_many"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, reason: str) -> None:
    """By a stable word."""
    with pytest.raises(Refusal) as refused:
        schedule.read(text)
    assert refused.value.reason == reason


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
    assert hours.quiet_until(chat, "UTC", now) == until


def test_an_unknown_zone_is_the_other_one() -> None:
    """A zone may vanish from the table."""
    assert str(hours.zone("Mars/Olympus", "Europe/Zurich")) == "Europe/Zurich"
    assert hours.zone(None, "Mars/Olympus") is UTC
