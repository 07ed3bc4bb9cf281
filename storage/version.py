"""Which version of the tables a database holds, and whether this code can work with it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from bot.core.errors import ForeignDatabaseError, StorageError

VERSION_TABLE = "stichwort_version"
MIGRATIONS = Path(__file__).parent / "migrations"


def find_version(connection: Connection) -> str | None:
    """Read the version; None for an empty database. Raises `ForeignDatabaseError` for one not ours or too new."""
    there = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in there:
        if there:
            some = ", ".join(sorted(there)[:3])
            raise ForeignDatabaseError(f"this is not a Stichwort database: it holds other tables ({some})")
        return None
    found = connection.execute(select(column("version_num")).select_from(table(VERSION_TABLE))).scalar()
    if found is not None and found not in _revisions():
        raise ForeignDatabaseError(
            f"the database was written by a newer Stichwort (its version is {found}): update Stichwort"
        )
    return found


def newest() -> str | None:
    """Name the version this code works with."""
    return max(_revisions(), default=None)


def _revisions() -> set[str]:
    """
    List the versions this code knows: they number the files of the migrations, in order.

    Reading names spares a start that has nothing to migrate half a second of loading Alembic.
    """
    return {file.name.partition("_")[0] for file in MIGRATIONS.joinpath("versions").glob("[0-9]*_*.py")}


def demand_current(connection: Connection) -> None:
    """Raise `StorageError` unless the tables are those of this code."""
    if find_version(connection) != newest():
        raise StorageError("the database is not up to date: run `stichwort upgrade`")
