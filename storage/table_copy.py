"""
Copies all rows of one database to another with the same tables, whichever of the two kinds each is.

Tables and columns are read from the databases themselves, not from this code's tables, so that a database of an older
version is copied as it is. Values are copied as they are stored. The counters that give new rows their ids are copied
too: an id that was used once must not come back for something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, MetaData, Table, func, select, text
from sqlalchemy.engine import Row

from storage.schema import VERSION_TABLE

_ROWS_AT_ONCE = 1_000


def list_tables(connection: Connection) -> tuple[Table, ...]:
    """List the tables of a database, those that others refer to first, without the one that holds the version."""
    reflected = MetaData()
    reflected.reflect(connection)
    return tuple(table for table in reflected.sorted_tables if table.name != VERSION_TABLE)


def count_rows(connection: Connection) -> int:
    """Count the rows of all tables."""
    counts = (select(func.count()).select_from(table) for table in list_tables(connection))
    return sum(connection.execute(statement).scalar_one() for statement in counts)


def replace_rows(source: Connection, target: Connection, tell: Callable[[int, int], None]) -> None:
    """
    Delete all rows of `target` and copy those of `source`, within the transactions of both connections.

    `tell` is told how many rows are left, and how many there are in all.
    """
    tables, there = list_tables(source), {table.name: table for table in list_tables(target)}
    _clear(target, [there[table.name] for table in tables])
    total = left = count_rows(source)
    tell(left, total)
    for table in tables:
        columns = [column.name for column in table.columns]
        reading = source.execution_options(stream_results=True, yield_per=_ROWS_AT_ONCE)
        for rows in reading.execute(select(table)).partitions():
            _insert(target, there[table.name], columns, rows)
            left -= len(rows)
            tell(left, total)
        _set_counter(target, there[table.name], _find_counter(source, table))


def _clear(connection: Connection, tables: Sequence[Table]) -> None:
    if _is_postgresql(connection):
        names = ", ".join(_quoted(connection, table) for table in tables)
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        return
    for table in reversed(tables):
        connection.execute(table.delete())


def _insert(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row[Any]]) -> None:
    if not _is_postgresql(connection):
        connection.execute(table.insert(), [dict(zip(columns, row, strict=True)) for row in rows])
        return
    names = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in columns)
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor().copy(f"COPY {_quoted(connection, table)} ({names}) FROM STDIN") as copying:
        for row in rows:
            copying.write_row([value.replace("\0", "") if isinstance(value, str) else value for value in row])


def _find_counter(connection: Connection, table: Table) -> int:
    """Return the last id that a table's counter gave; 0 where it gave none or there is no counter."""
    if not _is_postgresql(connection):
        if not connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")).scalar():
            return 0
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        return int(connection.execute(query, {"name": table.name}).scalar() or 0)
    sequence = _find_sequence(connection, table)
    if sequence is None:
        return 0
    last, is_called = connection.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()
    return int(last) if is_called else 0


def _set_counter(connection: Connection, table: Table, last: int) -> None:
    if last == 0:
        return
    if _is_postgresql(connection):
        if sequence := _find_sequence(connection, table):
            connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})
        return
    counted = {"name": table.name, "last": last}
    if connection.execute(text("UPDATE sqlite_sequence SET seq = :last WHERE name = :name"), counted).rowcount == 0:
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), counted)


def _find_sequence(connection: Connection, table: Table) -> str | None:
    """Return the sequence of a table's `id`, quoted as it stands in a statement."""
    if "id" not in table.columns:
        return None
    query = text("SELECT pg_get_serial_sequence(:table, 'id')")
    found: str | None = connection.execute(query, {"table": _quoted(connection, table)}).scalar()
    return found


def _is_postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _quoted(connection: Connection, table: Table) -> str:
    return connection.dialect.identifier_preparer.format_table(table)
