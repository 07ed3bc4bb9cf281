"""
Many values in one statement, each database in its own way: as JSON for SQLite, as an array for PostgreSQL.

A list of placeholders would be written out and read again for every statement; for the words of an article that takes
longer than finding them.
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
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from storage.engine import insert


def is_among(connection: AsyncConnection, column: Column[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Demand that a column holds one of many numbers or words."""
    listed = list(values)
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, listed, type_=ARRAY(_kind(column))))
    spread = func.json_each(json.dumps(listed, ensure_ascii=False)).table_valued("value")
    return column.in_(select(spread.c.value))


async def fill(connection: AsyncConnection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert many narrow rows, given in the order of the columns; those there already stay."""
    if not rows:
        return
    names = [column.name for column in table.columns]
    if connection.dialect.name != "postgresql":
        places = ", ".join("?" * len(names))
        await connection.exec_driver_sql(f"INSERT OR IGNORE INTO {table.name} VALUES ({places})", list(rows))
        return
    columns = [
        func.unnest(bindparam(column.name, list(values), type_=ARRAY(_kind(column))))
        for column, values in zip(table.columns, zip(*rows, strict=True), strict=True)
    ]
    await connection.execute(insert(connection, table).from_select(names, select(*columns)).on_conflict_do_nothing())


def _kind(column: Column[Any]) -> TypeEngine[Any]:
    """Return the plain type of a column; a collation or a type of ours is none of an array's business."""
    for kind in (BigInteger, Integer, LargeBinary):
        if isinstance(column.type, kind):
            return kind()
    return Text()
