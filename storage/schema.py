"""
Schema of the database: its version, migrations to the newest one, and naming conventions of keys and indexes.

It runs before anything else is opened, with synchronous drivers; call it in a thread where an event loop runs. Names
are alike in a fresh database and in one that was upgraded.
"""

from __future__ import annotations

import contextlib
import glob
import os
import sqlite3
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    column,
    create_engine,
    create_mock_engine,
    event,
    inspect,
    select,
    table,
    text,
)
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import ExecutableDDLElement

from bot.core.errors import ForeignDatabaseError, MissingDatabaseError, StorageError
from storage import engine
from storage.engine import Address

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


_LOCK = 0x53746963_68776F72
"""Any number that no other program uses for an advisory lock of the same database."""
KEPT = ".before-restore"
"""What a restore puts behind the name of the database that it keeps."""
_JOURNAL_PAGES = slice(16, 20)
"""Where a journal says how many pages the database had before; https://www.sqlite.org/fileformat2.html#journal."""
_PATIENCE_SECONDS = 60
"""How long to wait for another process that upgrades."""


def upgrade(url: str) -> bool:
    """
    Make or update the tables; returns whether there was anything to do.

    Everything happens in one transaction, and one process does it while others wait. Raises `StorageError` for a
    database that is not there, is not ours, or is newer than this code, and for a new one beside a kept one or beside
    the log of one that is gone.
    """
    where = engine.read(url)
    if where.in_memory:
        return False  # gets its tables when it is opened, for there is no other way in
    if where.is_sqlite:
        _demand_folder(where)
        _make_file(Path(where.path))
    with engine.translated(), _opened(where) as connection:
        if find_version(connection) == newest():
            return False
        _migrate(connection)
        return True


class SchemaState(StrEnum):
    """How far a database is from the tables of this code."""

    NEW = "new"
    """It is not there yet, or empty."""
    PENDING = "pending"
    """An upgrade has something to do."""
    CURRENT = "current"


def find_state(url: str) -> SchemaState:
    """Look without changing anything; raises `StorageError` as `upgrade` does."""
    where = engine.read(url)
    if where.in_memory:
        return SchemaState.NEW
    if where.is_sqlite:
        _demand_folder(where)
        _demand_nothing_kept(Path(where.path))
        if not Path(where.path).exists():
            return SchemaState.NEW
    made = _sqlite_to_read(where) if where.is_sqlite else _postgresql(where)
    try:
        with engine.translated(), made.connect() as connection:
            found = find_version(connection)
    finally:
        made.dispose()
    if found is None:
        return SchemaState.NEW
    return SchemaState.CURRENT if found == newest() else SchemaState.PENDING


def _demand_folder(where: Address) -> None:
    folder = Path(where.path).absolute().parent
    if not folder.is_dir():
        raise StorageError(f"the folder of the database does not exist: {folder}")


def _make_file(path: Path) -> None:
    """Make the file of a new database for this user alone; SQLite gives its log the same rights."""
    _demand_nothing_kept(path)
    with engine.translated(), contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _demand_nothing_kept(path: Path) -> None:
    """
    Raise `MissingDatabaseError` for a missing file of which a restore kept a copy, or whose log stands there.

    An empty one would hide the copy, and SQLite would remove the log when it opens the empty one.
    """
    rests = _list_rests(path)  # before the file, which another process may be beginning
    if path.exists() and path.stat().st_size > 0:
        return
    if rests:
        raise MissingDatabaseError(
            f"there is no database {path}, but its log with what was last written: {', '.join(rests)}; put the file "
            f"back beside it, or a backup in its place with `stichwort restore FILE`, which keeps the log; or move the "
            f"log to another folder to begin anew"
        )
    if kept := sorted(str(each) for each in path.parent.glob(f"{glob.escape(path.name)}{KEPT}*[0-9]")):
        raise MissingDatabaseError(
            f"there is no database {path}, but what a restore kept of one: {', '.join(kept)}; put it back with "
            f"`stichwort restore {kept[-1]}`, or move it to another folder to begin anew"
        )


def _list_rests(path: Path) -> list[str]:
    """List the logs beside a database that hold something of it."""
    log, journal = (path.with_name(path.name + ending) for ending in ("-wal", "-journal"))
    with contextlib.suppress(OSError):
        rests = [str(log)] if log.exists() and log.stat().st_size > 0 else []
        return [*rests, str(journal)] if _holds_pages(journal) else rests
    return []


def _holds_pages(journal: Path) -> bool:
    """Tell whether a rollback journal is of a database that had pages; the first start leaves one of none if killed."""
    if not journal.exists():
        return False
    with journal.open("rb") as opened:
        header = opened.read(_JOURNAL_PAGES.stop)
    return any(header[_JOURNAL_PAGES])


@contextlib.contextmanager
def reading(url: str) -> Iterator[Connection]:
    """Open one moment of a database that is there, of whatever version, and change nothing."""
    where = engine.read(url)
    made = _sqlite_to_read(where) if where.is_sqlite else _postgresql(where)
    level: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    try:
        with engine.translated(), made.connect() as connection:
            yield connection.execution_options(**({} if where.is_sqlite else level))
    finally:
        made.dispose()


@contextlib.contextmanager
def writing(url: str) -> Iterator[Connection]:
    """Open a transaction that no upgrade runs beside; committed at the end, or undone by any exception."""
    with engine.translated(), _opened(engine.read(url)) as connection:
        yield connection


@contextlib.contextmanager
def new_file(path: Path, version: str) -> Iterator[Connection]:
    """Make the tables of a version in an empty SQLite file, and let rows be written in the same transaction."""
    with engine.translated(), _opened(engine.read(f"sqlite:///{path}")) as connection:
        _migrate(connection, version)
        yield connection


def _migrate(connection: Connection, version: str = "head") -> None:
    # Loaded here because nearly every start has nothing to migrate, and should be quick.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, version)
    except CommandError as error:
        raise StorageError(f"the database could not be upgraded: {error}") from error


@contextlib.contextmanager
def _opened(where: Address) -> Iterator[Connection]:
    made = _sqlite(where) if where.is_sqlite else _postgresql(where)
    try:
        with made.begin() as connection:
            if not where.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection
    finally:
        made.dispose()


def _sqlite(where: Address) -> Engine:
    arguments = {"isolation_level": None, "timeout": _PATIENCE_SECONDS}
    made = create_engine(where.driven_by("pysqlite"), poolclass=NullPool, hide_parameters=True, connect_args=arguments)
    engine.prepare_sqlite(made, "BEGIN IMMEDIATE")

    @event.listens_for(made, "connect")
    def _loosen(connection: object, _record: object) -> None:
        # A table is changed by copying it, and the original may not take its children along when it goes.
        connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[attr-defined]  # the driver's own connection

    return made


def _sqlite_to_read(where: Address) -> Engine:
    name = f"file:{quote(str(Path(where.path).absolute()))}?mode=ro"
    return create_engine("sqlite+pysqlite://", poolclass=NullPool, creator=lambda: sqlite3.connect(name, uri=True))


def _postgresql(where: Address) -> Engine:
    settings = f"-c lock_timeout={_PATIENCE_SECONDS}s -c statement_timeout=0"
    arguments = engine.POSTGRESQL_OPTIONS | {"options": settings}
    ours = {name: value for name, value in arguments.items() if name not in where.parts.query}
    return create_engine(where.driven_by("psycopg"), poolclass=NullPool, hide_parameters=True, connect_args=ours)


CHAT = {"names": "chat"}
"""The mark (`Column.info`) of a column that holds the id of a chat and is no foreign key to `chats`."""
PERSON = {"names": "person"}
"""The mark of a column that holds the id of a person, who has the same number as the private chat with them."""
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


@cache
def write_creation() -> str:
    """Write the statements that make all tables in an empty SQLite database."""
    statements: list[str] = []

    def keep(statement: ExecutableDDLElement, *_: object, **__: object) -> None:
        statements.append(str(statement.compile(dialect=mock.dialect)))

    mock = create_mock_engine("sqlite://", keep)
    metadata.create_all(mock, checkfirst=False)
    return ";\n".join(statements)
