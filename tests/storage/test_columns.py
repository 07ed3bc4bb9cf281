"""What the column types keep, and what they refuse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from storage.columns import Moment, Numbers, Proof, Prose, Span, Words
from tests.builders import make_hit

DIALECT = sqlite.dialect()
MOMENT, SPAN, WORDS, PROSE = Moment(), Span(), Words(), Prose()


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone.max])))
def test_a_moment_is_kept_to_the_microsecond_and_given_in_utc(moment: datetime) -> None:
    """From year 1 to year 9999, whatever its zone was."""
    try:
        wanted = moment.astimezone(UTC)
    except OverflowError:
        return  # has no date in UTC
    stored = MOMENT.process_bind_param(moment, DIALECT)

    read = MOMENT.process_result_value(stored, DIALECT)

    assert read == wanted
    assert read is not None
    assert read.tzinfo is UTC


def test_a_moment_without_zone_is_refused() -> None:
    """It would silently be taken for another time."""
    with pytest.raises(ValueError, match="zone"):
        MOMENT.process_bind_param(datetime(2026, 1, 5, 12), DIALECT)  # noqa: DTZ001 - the mistake is the point


@given(st.timedeltas())
def test_a_span_is_kept_to_the_microsecond(span: timedelta) -> None:
    """Negative ones too."""
    assert SPAN.process_result_value(SPAN.process_bind_param(span, DIALECT), DIALECT) == span


@given(st.lists(st.text()))
def test_words_come_back_but_for_what_no_database_takes(words: list[str]) -> None:
    """Quotes, commas, line ends and other scripts are no matter."""
    stored = WORDS.process_bind_param(tuple(words), DIALECT)

    assert stored is not None
    assert "\0" not in stored
    assert WORDS.process_result_value(stored, DIALECT) == tuple(
        PROSE.process_bind_param(each, DIALECT) for each in words
    )


def test_numbers_are_kept_as_a_sorted_list() -> None:
    """The same set is the same text."""
    numbers = Numbers()

    assert numbers.process_bind_param(frozenset({23, 2, 1}), DIALECT) == "[1,2,23]"
    assert numbers.process_result_value("[1,2,23]", DIALECT) == frozenset({1, 2, 23})


def test_nothing_is_kept_as_nothing() -> None:
    """NULL and None are one for every type."""
    for kind in (MOMENT, SPAN, WORDS, Numbers(), Proof()):
        assert kind.process_bind_param(None, DIALECT) is None
        assert kind.process_result_value(None, DIALECT) is None


def test_evidence_is_readable_in_the_database() -> None:
    """An engineer who looks into the table understands it."""
    evidence = make_hit(1, "Nordkoreas").evidence

    assert Proof().process_bind_param(evidence, DIALECT) == '[["Nordkorea","Nordkoreas","title","exact",0,10]]'
