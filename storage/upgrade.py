"""
Bringing a database to the tables of this code.

It runs before anything else is opened, with the drivers that need no event loop; call it in a thread where one runs.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from bot.core.errors import StorageError
from storage import address, engine, version
from storage.address import Address

_LOCK = 0x53746963_68776F72
"""Any number that no other program uses for an advisory lock of the same database."""
_PATIENCE_SECONDS = 60
"""How long to wait for another process that upgrades."""


def upgrade(url: str) -> bool:
    """
    Make or update the tables; returns whether there was anything to do.

    Everything happens in one transaction, and one process does it while others wait. Raises `StorageError` for a
    database that is not there, is not ours, or is newer than this code.
    """
    where = address.read(url)
    if where.in_memory:
        return False  # gets its tables when it is opened, for there is no other way in
    if where.is_sqlite and not Path(where.path).absolute().parent.is_dir():
        raise StorageError(f"the folder of the database does not exist: {Path(where.path).absolute().parent}")
    with engine.translated(), _opened(where) as connection:
        if version.find_version(connection) == version.newest():
            return False
        _migrate(connection)
        return True


def _migrate(connection: Connection) -> None:
    # Loaded here because nearly every start has nothing to migrate, and should be quick.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(version.MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
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


def _postgresql(where: Address) -> Engine:
    settings = f"-c lock_timeout={_PATIENCE_SECONDS}s -c statement_timeout=0"
    arguments = engine.POSTGRESQL_OPTIONS | {"options": settings}
    ours = {name: value for name, value in arguments.items() if name not in where.parts.query}
    return create_engine(where.driven_by("psycopg"), poolclass=NullPool, hide_parameters=True, connect_args=ours)
