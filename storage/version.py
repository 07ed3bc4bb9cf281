"""Which version of the tables a database holds, and whether this code can work with it."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, column, inspect, select, table

from bot.core.errors import StorageError

VERSION_TABLE = "stichwort_version"
_MIGRATIONS = Path(__file__).parent / "migrations"


def config() -> Config:
    """Tell Alembic where the migrations are; no file of its own is needed."""
    made = Config()
    made.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return made


def find_version(connection: Connection) -> str | None:
    """Read the version; None for an empty database. Raises `StorageError` for one that is not ours or too new."""
    there = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in there:
        if there:
            some = ", ".join(sorted(there)[:3])
            raise StorageError(f"this is not a Stichwort database: it holds other tables ({some})")
        return None
    found = connection.execute(select(column("version_num")).select_from(table(VERSION_TABLE))).scalar()
    scripts = ScriptDirectory.from_config(config())
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise StorageError(f"the database was written by a newer Stichwort (its version is {found}): update Stichwort")
    return found


def newest() -> str | None:
    """Name the version this code works with."""
    return ScriptDirectory.from_config(config()).get_current_head()


def demand_current(connection: Connection) -> None:
    """Raise `StorageError` unless the tables are those of this code."""
    if find_version(connection) != newest():
        raise StorageError("the database is not up to date: run `stichwort upgrade`")
