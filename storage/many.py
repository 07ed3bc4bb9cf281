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
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    LargeBinary,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from storage.engine import insert

_ROWS = 8_000
"""Rows of one statement; in between others have their turn."""


def is_among(connection: AsyncConnection, column: Column[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Demand that a column holds one of many numbers or words."""
    listed = list(values)
    if connection.dialect.name == "postgresql":
        return column == any_(_array(column, listed))
    spread = func.json_each(json.dumps(listed, ensure_ascii=False)).table_valued("value")
    return column.in_(select(spread.c.value))


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


def _array(column: Column[Any], values: Sequence[Any]) -> ColumnElement[Any]:
    """Write many values of a column as one; a collation or a type of ours is none of an array's business."""
    kind: TypeEngine[Any]
    if isinstance(column.type, Integer):
        kind = BigInteger() if isinstance(column.type, BigInteger) else Integer()
        written = ",".join(map(str, values))
    elif isinstance(column.type, LargeBinary):
        kind, written = LargeBinary(), ",".join([f'"\\\\x{value.hex()}"' for value in values])
    else:
        kind, written = Text(), ",".join(map(_quoted, values))
    return cast(bindparam(None, "{" + written + "}", type_=Text()), ARRAY(kind))


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
