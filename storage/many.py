"""
Many values in one statement, each database in its own way: as JSON for SQLite, as the text of an array for PostgreSQL.

A list of placeholders would be written out and read again for every statement; for the words of an article that takes
longer than finding them. So does making an array with the driver, value by value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    LargeBinary,
    Table,
    any_,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import UserDefinedType

from storage.engine import insert

_OFF = {"off": "{enable_seqscan,enable_hashjoin,enable_mergejoin}"}
_ROWS = 8_000
"""Rows of one statement; in between others have their turn."""


def is_among(connection: AsyncConnection, column: Column[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Demand that a column holds one of many numbers or words."""
    listed = list(values)
    if connection.dialect.name == "postgresql":
        return column == any_(_array(column, listed))
    spread = func.json_each(json.dumps(listed, ensure_ascii=False)).table_valued("value")
    return column.in_(select(spread.c.value))


async def pick(connection: AsyncConnection) -> None:
    """
    Make PostgreSQL look rows up by their index, in this transaction.

    Whenever its figures are old it takes our tables for small, and would rather read all of them.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(
            text("SELECT set_config(name, 'off', true) FROM unnest(CAST(:off AS TEXT[])) AS name"), _OFF
        )


async def fill(connection: AsyncConnection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert many rows, given in the order of the columns but for an id; those there already stay."""
    columns = [column for column in table.columns if not (column.primary_key and column.autoincrement is True)]
    for first in range(0, len(rows), _ROWS):
        await _fill(connection, table, columns, rows[first : first + _ROWS])


async def _fill(
    connection: AsyncConnection, table: Table, columns: Sequence[Column[Any]], rows: Sequence[tuple[Any, ...]]
) -> None:
    names = [column.name for column in columns]
    if connection.dialect.name != "postgresql":
        into = f"INSERT OR IGNORE INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        await connection.exec_driver_sql(into, list(rows))
        return
    arrays = [
        func.unnest(_array(column, values)) for column, values in zip(columns, zip(*rows, strict=True), strict=True)
    ]
    await connection.execute(insert(connection, table).from_select(names, select(*arrays)).on_conflict_do_nothing())


class _Array(UserDefinedType[str]):
    """An array of values of one kind, written as text; a collation or a type of ours is none of its business."""

    cache_ok = True
    render_bind_cast = True

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def get_col_spec(self, **_: object) -> str:
        """Name the type."""
        return f"{self.kind}[]"


def _array(column: Column[Any], values: Sequence[Any]) -> ColumnElement[Any]:
    """
    Write many values of a column as one.

    It goes out as an array, not as text that the server makes one of: that would happen again for every row.
    """
    if isinstance(column.type, Integer):
        kind = "BIGINT" if isinstance(column.type, BigInteger) else "INTEGER"
        written = ",".join(map(str, values))
    elif isinstance(column.type, LargeBinary):
        kind, written = "BYTEA", ",".join([f'"\\\\x{value.hex()}"' for value in values])
    else:
        kind, written = "TEXT", ",".join(map(_quoted, values))
    return bindparam(None, "{" + written + "}", type_=_Array(kind))


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
