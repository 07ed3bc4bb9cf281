"""
Column types: moments, spans, texts and evidence as both databases can store them.

SQLite knows neither time zones nor arrays, so moments are microseconds since 1970 and tuples are JSON text on both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    false,
    literal_column,
    or_,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from bot.core.query.matcher import Evidence
from bot.core.query.patterns import TextField
from bot.language.analyser import FormRule
from storage.schema import CHAT, PERSON

Value = TypeVar("Value")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Number = BigInteger
AutoId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up only a column declared INTEGER."""


class UtcDateTime(TypeDecorator[datetime]):
    """A column of aware times, stored as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Write microseconds since 1970; a naive time is a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone cannot be stored")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Read an aware time in UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class TimeSpan(TypeDecorator[timedelta]):
    """A column of lengths of time, stored as microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        """Write microseconds."""
        return None if value is None else value // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        """Read a length of time."""
        return None if value is None else timedelta(microseconds=value)


class SafeText(TypeDecorator[str]):
    """
    A column of texts that strangers wrote.

    PostgreSQL refuses NUL and neither database takes half a surrogate pair: one such headline would stop its feed for
    good, so they are cut out here.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Write only what both databases can keep."""
        return None if value is None else _storable(value)


class _JsonText(TypeDecorator[Value]):
    """A column stored as JSON text; each kind says what becomes of its values there and back."""

    impl = Text
    cache_ok = True
    write: Callable[[Any], object]
    """Make of a value what JSON knows."""
    read: Callable[[Any], Value]

    def process_bind_param(self, value: Value | None, dialect: Dialect) -> str | None:
        """Write JSON."""
        return None if value is None else _dump(self.write(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Value | None:
        """Read JSON."""
        return None if value is None else self.read(json.loads(value))


class StringList(_JsonText[tuple[str, ...]]):
    """A column of tuples of strings, stored as JSON lists."""

    cache_ok = True
    write = staticmethod(lambda texts: [_storable(text) for text in texts])
    read = tuple


class IntSet(_JsonText[frozenset[int]]):
    """A column of sets of numbers, stored as sorted JSON lists."""

    cache_ok = True
    write = staticmethod(sorted)
    read = frozenset


def _read_evidence(rows: list[list[Any]]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(term=term, form=form, place=TextField(place), rule=FormRule(rule), start=start, end=end)
        for term, form, place, rule, start, end in rows
    )


class EvidenceList(_JsonText[tuple[Evidence, ...]]):
    """A column of the evidence of a hit, stored as a JSON list of lists in the order of the fields."""

    cache_ok = True
    write = staticmethod(lambda evidence: list(evidence))
    read = staticmethod(_read_evidence)


def _dump(value: object) -> str:
    return _storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _storable(value: str) -> str:
    if "\0" in value:
        value = value.replace("\0", "")
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "ignore").decode()
    return value


def auto_id() -> Column[int]:
    """Count up; on SQLite with `sqlite_autoincrement` of the table, so that no id comes twice."""
    return Column("id", AutoId, primary_key=True, autoincrement=True)


def flag(name: str) -> Column[bool]:
    """Make a column that is off at first."""
    return Column(name, Boolean, nullable=False, default=False)


def count(name: str) -> Column[int]:
    """Make a column that counts from 0."""
    return Column(name, Integer, nullable=False, default=0)


def lease() -> tuple[Column[str], Column[datetime]]:
    """Make the columns of a row that one process at a time works on."""
    return Column("lease_owner", Text), Column("lease_until", UtcDateTime)


def list_chat_columns(metadata: MetaData) -> tuple[Column[Any], ...]:
    """List all columns that name a chat, tables that others refer to first."""
    columns = (column for table in metadata.sorted_tables for column in table.columns)
    return tuple(column for column in columns if column.info == CHAT or _refers_to_chat(column))


def list_person_columns(metadata: MetaData) -> tuple[Column[Any], ...]:
    """List all columns that name a person, tables that others refer to first."""
    return tuple(column for table in metadata.sorted_tables for column in table.columns if column.info == PERSON)


def _refers_to_chat(column: Column[Any]) -> bool:
    return any(key.column.info == CHAT for key in column.foreign_keys)


def is_unknown(table: Table, owner: str, in_hand: Collection[int] | None) -> ColumnElement[bool]:
    """
    Demand that a row is leased by an owner who does not know it, because the answer to its claim was lost.

    `in_hand` are the ids of the rows which the owner knows it has leased; None: it cannot tell, and no row fits.
    """
    (key,) = table.primary_key
    return false() if in_hand is None else and_(table.c.lease_owner == owner, key.not_in(in_hand))


def is_free(table: Table, now: datetime, unknown: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    """Demand that nobody works on a row: it is not leased, its lease has ended, or its owner does not know of it."""
    return or_(table.c.lease_until.is_(None), table.c.lease_until <= now, false() if unknown is None else unknown)


def is_one_of(state: ColumnElement[str], *states: StrEnum) -> ColumnElement[bool]:
    """
    Demand that a state is one of these, written as literals and always in the order of their enum.

    So a query holds word by word the condition of a partial index that was made with the same states.
    """
    order = list(type(states[0]))
    words = [literal_column(f"'{value}'", Text) for value in sorted(states, key=order.index)]
    return state.in_(words) if len(words) > 1 else state == words[0]


def partial(name: str, *columns: str, where: str | ColumnElement[bool], unique: bool = False) -> Index:
    """Index a part of a table; either database uses it only for a query that holds the condition as a literal."""
    condition = text(where) if isinstance(where, str) else where
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
