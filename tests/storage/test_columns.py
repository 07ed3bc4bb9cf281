"""What the column types keep, and what they refuse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger
from sqlalchemy.dialects import sqlite

from storage.columns import (
    EvidenceList,
    IntSet,
    SafeText,
    StringList,
    TimeSpan,
    UtcDateTime,
    list_chat_columns,
    list_person_columns,
)
from storage.schema import CHAT, PERSON, metadata
from tests.builders import make_hit

DIALECT = sqlite.dialect()
NO_CHATS = frozenset(
    "article_id block dated delivery_id edit_cursor feed_id fence first_id lane message_id parent query_id reached "
    "related_id story_id thread_cursor thread_id turn word_id".split()
)
"""Names of numbers that are neither chats nor refer to them."""
OWN_IDS = frozenset(
    "alert_actions articles blocks broadcasts deliveries feeds people queries removed_subscriptions searches "
    "subscriptions tellings updates words".split()
)
"""Tables whose own `id` is no chat."""
MOMENT, SPAN, WORDS, PROSE = UtcDateTime(), TimeSpan(), StringList(), SafeText()


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
    numbers = IntSet()

    assert numbers.process_bind_param(frozenset({23, 2, 1}), DIALECT) == "[1,2,23]"
    assert numbers.process_result_value("[1,2,23]", DIALECT) == frozenset({1, 2, 23})


def test_nothing_is_kept_as_nothing() -> None:
    """NULL and None are one for every type."""
    for kind in (MOMENT, SPAN, WORDS, IntSet(), EvidenceList()):
        assert kind.process_bind_param(None, DIALECT) is None
        assert kind.process_result_value(None, DIALECT) is None


def test_evidence_is_readable_in_the_database() -> None:
    """An engineer who looks into the table understands it."""
    evidence = make_hit(1, "Nordkoreas").evidence

    assert EvidenceList().process_bind_param(evidence, DIALECT) == '[["Nordkorea","Nordkoreas","title","exact",0,10]]'


def test_every_number_says_whether_it_names_a_chat() -> None:
    """
    A chat that moves is renamed in each column that names one: a new column must be of that kind, or known not to be.

    A column that names a chat bears the mark `CHAT`, or is a foreign key to `chats`, and one that names a person the
    mark `PERSON`; all other names are listed above.
    """
    known = {*list_chat_columns(metadata), *list_person_columns(metadata)}
    numbers = [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, BigInteger)
        and not column.foreign_keys
        and not (column.name == "id" and table.name in OWN_IDS)
    ]

    assert [str(column) for column in numbers if column not in known and column.name not in NO_CHATS] == []
    assert [str(column) for column in known if column.name in NO_CHATS] == []
    assert {str(column) for column in known if column.info == CHAT} >= {"chats.id", "tellings.owner", "feeds.owner"}
    assert {str(column) for column in known if column.info == PERSON} == {
        "broadcasts.user_id",
        "channels.manager_id",
        "people.id",
        "pendings.user_id",
    }
    assert "subscriptions.chat_id" in {str(column) for column in known}
