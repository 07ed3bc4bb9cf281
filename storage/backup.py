"""
Saving an embedded database to a file, also while the bot runs, and putting such a file in its place.

The copy is of one moment: it is made within one reading transaction, which stops nobody from writing. A file appears
under its name only when it is complete.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from bot.core.errors import StorageError
from storage import engine
from storage.upgrade import State, find_state

_PAGES_AT_ONCE = 1_000
_BUSY_SECONDS = 15
_PIECES = ("", "-wal", "-shm", "-journal")

Tell = Callable[[int, int], None]
"""Told the pages that are left, and all of them."""


def save(database: Path, target: Path, tell: Tell) -> None:
    """Copy a database to a file, which may be an older copy; raises `StorageError`."""
    _demand_ours(database)
    if target.exists():
        if target.samefile(database):
            raise StorageError("this file is the database itself")
        _demand_ours(target)
    with engine.translated():
        _copy(database, target, tell)


def put_back(source: Path, database: Path, tell: Tell) -> Path | None:
    """
    Put a copy in a database's place; returns where the database that was there is kept.

    Nobody may have the database open; whoever calls sees to that. Raises `StorageError`, and then nothing has changed.
    """
    _demand_ours(source)
    if database.exists() and source.samefile(database):
        raise StorageError("this file is the database itself")
    kept = database.with_name(f"{database.name}.before-restore") if database.exists() else None
    with engine.translated():
        fresh = database.with_name(f".{database.name}.restored")
        _copy(source, fresh, tell)
        if kept is not None:
            _fold_in(database)
            os.replace(database, kept)
        _remove(database, "-wal", "-shm")
        os.replace(fresh, database)
        _sync(database.absolute().parent)
    return kept


def _demand_ours(path: Path) -> None:
    if find_state(f"sqlite:///{path}") is State.NEW:
        raise StorageError(f"{path} is no Stichwort database" if path.exists() else f"there is no file {path}")


def _copy(source: Path, target: Path, tell: Tell) -> None:
    part = target.with_name(f".{target.name}.part")
    _remove(part, *_PIECES)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # it holds what people told the bot
    try:
        with _opened(source, "ro") as old, _opened(part, "rw") as new:
            old.execute("BEGIN")
            old.execute("SELECT 1 FROM sqlite_master").fetchall()  # from here on it is one moment
            old.backup(new, pages=_PAGES_AT_ONCE, progress=lambda _, left, total: tell(left, total))
            new.execute("PRAGMA journal_mode=DELETE")  # one file, whoever opens it; a start sets its own mode again
            if new.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise StorageError(f"{source} is damaged")
        _sync(part)
        os.replace(part, target)
        _sync(target.absolute().parent)
    finally:
        _remove(part, *_PIECES)


@contextlib.contextmanager
def _opened(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    name = f"file:{quote(str(path.absolute()))}?mode={mode}"
    with contextlib.closing(sqlite3.connect(name, uri=True, isolation_level=None, timeout=_BUSY_SECONDS)) as connection:
        yield connection


def _fold_in(database: Path) -> None:
    """Bring what stands in the log beside a database into its file; a damaged one stays as it is."""
    with contextlib.suppress(sqlite3.Error), _opened(database, "rw") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _remove(path: Path, *endings: str) -> None:
    for ending in endings:
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
