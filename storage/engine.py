"""
Connections to SQLite and PostgreSQL: URLs, settings, transactions, and translation of driver errors.

SQLite has one writer, so one connection writes and takes the lock when its transaction begins: a transaction that reads
first and writes later could not be saved by waiting. PostgreSQL has a pool and row locks.

The SQLite driver runs statements in a thread, which goes on after the task that waits for it was cancelled, and closes
a connection without ending its transaction; as long as anything still refers to one of its statements, the file stays
locked for everybody. `SteadyConnection` ends the transaction first.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote

import aiosqlite
import psycopg
from sqlalchemy import Table, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from bot.core.errors import DamagedDatabaseError, ForeignDatabaseError, StorageError
from bot.core.process_state import DatabaseState
from storage.remedies import find_remedy


class SteadyConnection(aiosqlite.Connection):
    """Ends its transaction, in its thread and after whatever still runs there, before it is closed."""

    async def close(self) -> None:
        """End the transaction and close."""
        self._roll_back_first()
        await super().close()

    def stop(self) -> Any:
        """End the transaction, close and stop the thread, without being waited for."""
        self._roll_back_first()
        return super().stop()

    def _roll_back_first(self) -> None:
        connection = self._connection
        if connection is not None:
            self._tx.put_nowait((None, partial(_roll_back, connection)))


def _roll_back(connection: sqlite3.Connection) -> None:
    try:
        if connection.in_transaction:
            connection.rollback()
    except sqlite3.ProgrammingError:
        pass  # closed already


def connect_steadily(path: str, **options: Any) -> SteadyConnection:
    """Prepare a connection as the driver does; it is opened when it is awaited."""
    open_file: Callable[[], sqlite3.Connection] = partial(sqlite3.connect, path, **options)
    connection = SteadyConnection(open_file, iter_chunk_size=64)
    connection._thread.daemon = True
    return connection


_POSTGRESQL = re.compile(
    r"postgresql://(?:(?P<user>[^:@/]*)(?::(?P<password>.*))?@)?"
    r"(?P<host>\[[^\]]*\]|[^:@/?]*)(?::(?P<port>\d+))?/(?P<name>[^/?@]+)(?:\?(?P<options>[^@]*))?",
    re.DOTALL,
)
_SQLITE = "sqlite://"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the database is."""

    is_sqlite: bool
    path: str
    """SQLite's file itself, where the URL names a symbolic link to it; empty: in memory."""
    parts: URL

    @property
    def in_memory(self) -> bool:
        """Tell whether the database ends with the process."""
        return self.is_sqlite and not self.path

    def driven_by(self, driver: str) -> URL:
        """Give the address for one driver."""
        return self.parts.set(drivername=f"{self.parts.drivername}+{driver}")


def read(url: str) -> Address:
    """
    Read a URL of the configuration.

    A password may be written as it is or percent-encoded: the last @ before the host ends it.
    """
    if url.startswith(_SQLITE):
        path = url.removeprefix(_SQLITE).removeprefix("/")
        path = "" if path == ":memory:" else path
        path = path and str(follow(Path(path)))
        return Address(True, path, URL.create("sqlite", database=path or ":memory:"))
    match = _POSTGRESQL.fullmatch(url)
    if match is None:
        raise StorageError("a database is sqlite:///FILE or postgresql://user:password@host/name")
    found = match.groupdict()
    return Address(
        False,
        "",
        URL.create(
            "postgresql",
            username=unquote(found["user"]) if found["user"] else None,
            password=unquote(found["password"]) if found["password"] else None,
            host=(found["host"] or "").strip("[]") or None,
            port=int(found["port"]) if found["port"] else None,
            database=unquote(found["name"]),
            query=dict(parse_qsl(found["options"] or "")),
        ),
    )


def follow(path: Path) -> Path:
    """
    Give the file that a symbolic link stands for; any other path is returned as it is.

    SQLite keeps its logs beside the file itself. Whoever put a lock or a new file beside the link would miss them.
    """
    return path.resolve() if path.is_symlink() else path


_READERS = 4
_BUSY_SECONDS = 15
"""How long SQLite waits for another process that writes."""
_SWITCH_SECONDS = 2.0
_NO_DATABASE = "file is not a database"
_SQLITE_DAMAGED = 11
"""SQLITE_CORRUPT; the higher bits of a code tell apart what is damaged."""
_POSTGRESQL_DAMAGED = frozenset({"XX001", "XX002", "58P01", "58030"})
"""data_corrupted and index_corrupted; undefined_file and io_error, which the server tells of its own files."""
_POSTGRESQL_STORAGE = "md.c"
"""Where PostgreSQL opens and reads the files of tables; what fails there has the code that the disk's error is like."""
_NO_ROOM = "53"
"""The class of codes for a full disk, or too little of something else."""
POSTGRESQL_OPTIONS = {
    "application_name": "stichwort",
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
_SERVER_SETTINGS = "-c lock_timeout=15s -c statement_timeout=60s -c idle_in_transaction_session_timeout=60s"


class Database:
    """An open database."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, lock: asyncio.Lock | None, *, shared: bool) -> None:
        self._writer = writer
        self._reader = reader
        self._lock = lock
        self._shared = shared
        self.state = DatabaseState()

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that only reads; on SQLite it sees one moment of the database."""
        with self._noted(), translated():
            async with self._turn(self._shared), self._reader.connect() as connection:
                yield connection

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that is committed at the end, or undone by any exception."""
        with self._noted(is_write=True), translated():
            async with self._turn(True), self._writer.begin() as connection:
                yield connection
        self.state.wrote(time.monotonic())

    @contextlib.contextmanager
    def _noted(self, *, is_write: bool = False) -> Iterator[None]:
        """Note what a failure says about the database."""
        try:
            yield
        except StorageError as error:
            if isinstance(error, DamagedDatabaseError | ForeignDatabaseError):
                self.state.met_damage(str(error))
            if is_write and _is_inability(error.__cause__):
                self.state.failed()
            raise

    @contextlib.asynccontextmanager
    async def _turn(self, is_needed: bool) -> AsyncIterator[None]:
        if self._lock is None or not is_needed:
            yield
            return
        async with self._lock:
            yield

    async def ping(self) -> None:
        """Run a trivial statement."""
        async with self.read() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close all connections."""
        with translated():
            await self._writer.dispose()
            if self._reader is not self._writer:
                await self._reader.dispose()


def connect(address: Address) -> Database:
    """Make the engines; nothing is opened before the first statement."""
    if not address.is_sqlite:
        engine = create_async_engine(
            address.driven_by("psycopg"),
            pool_size=5,
            max_overflow=10,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args=postgresql_arguments(address),
        )
        return Database(engine, engine, None, shared=False)
    writer = _sqlite_engine(address, "BEGIN IMMEDIATE")
    reader = writer if address.in_memory else _sqlite_engine(address, "BEGIN")
    return Database(writer, reader, asyncio.Lock(), shared=address.in_memory)


def postgresql_arguments(address: Address) -> dict[str, Any]:
    """Give the connection's settings; what stands in the URL goes before ours."""
    ours = {**POSTGRESQL_OPTIONS, "options": _SERVER_SETTINGS}
    return {name: value for name, value in ours.items() if name not in address.parts.query}


def _sqlite_engine(address: Address, begin: str) -> AsyncEngine:
    pool: dict[str, Any] = {"pool_size": 1 if begin != "BEGIN" else _READERS, "max_overflow": 0, "pool_timeout": 60}
    engine = create_async_engine(
        address.driven_by("aiosqlite"),
        hide_parameters=True,
        connect_args={"isolation_level": None, "timeout": _BUSY_SECONDS, "async_creator_fn": connect_steadily},
        **({"poolclass": StaticPool} if address.in_memory else pool),
    )
    prepare_sqlite(engine.sync_engine, begin)
    return engine


def prepare_sqlite(engine: Any, begin: str) -> None:
    """Give every connection its settings, and begin transactions ourselves: the driver would do it too late."""

    @event.listens_for(engine, "connect")
    def _set(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        _switch_to_wal(cursor)
        for setting in ("synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _switch_to_wal(cursor: Any) -> None:
    """
    Give a new file its write-ahead log.

    For this one change SQLite does not wait as long as it was told to: who makes the file at the same moment as another
    process is refused at once. No matter: the other one makes the change, too.
    """
    end = time.monotonic() + _SWITCH_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except (sqlite3.OperationalError, DBAPIError):
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn faults of the libraries into ours: one line, without the statement and its values."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, psycopg.Error, OSError) as error:
        sentence, remedy = _sentence(error), find_remedy(_inner(error))
        if _is_damage(error):
            raise DamagedDatabaseError(f"the database is damaged: {sentence}", remedy=remedy) from error
        kind = ForeignDatabaseError if sentence == _NO_DATABASE else StorageError
        raise kind(f"the database failed: {sentence}", remedy=remedy) from error


def _is_damage(error: BaseException) -> bool:
    inner = _inner(error)
    code = getattr(inner, "sqlite_errorcode", None)
    is_sqlite = isinstance(code, int) and code & 0xFF == _SQLITE_DAMAGED
    return is_sqlite or (isinstance(inner, psycopg.Error) and _is_damaged_cluster(inner))


def _is_damaged_cluster(error: psycopg.Error) -> bool:
    code = error.sqlstate or ""
    if code in _POSTGRESQL_DAMAGED or (code == "XX000" and "could not read block" in str(error)):
        return True
    return error.diag.source_file == _POSTGRESQL_STORAGE and not code.startswith(_NO_ROOM)


def _is_inability(error: BaseException | None) -> bool:
    """Return whether the database was unable to do it, rather than refused its contents."""
    refused = IntegrityError, DataError, ProgrammingError
    unable = DBAPIError, PoolTimeoutError, OSError, sqlite3.Error, psycopg.Error
    return isinstance(error, unable) and not isinstance(error, refused)


def _inner(error: BaseException) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def _sentence(error: BaseException) -> str:
    inner = _inner(error)
    lines = [line.strip() for line in str(inner).splitlines() if line.strip()]
    return lines[0] if lines else type(inner).__name__


def insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Begin an insert that may say what to do on a conflict; each dialect has a class of its own for the same words."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


_Value = TypeVar("_Value")
_CHUNK = 500
"""Values in one statement: many enough to be quick, far from what either database takes in all."""


def in_chunks(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    """Cut values into pieces that one statement may hold."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


async def read_in_order(connection: AsyncConnection) -> None:
    """
    Make PostgreSQL read a queue along its index, in this transaction.

    Just after a burst it takes the queue for empty, and would rather sort all of it for every hundred rows.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SET LOCAL enable_sort = off"))


async def run_script(connection: AsyncConnection, statements: str) -> None:
    """Run statements on SQLite in one go; the transaction ends before the first of them."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, aiosqlite.Connection)
    await driver.executescript(statements)
