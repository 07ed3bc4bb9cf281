"""
Backup and restore of an embedded database, the backup also while the bot runs; `server_backup` is for PostgreSQL.

A copy is of one moment: it is made within one reading transaction, which blocks no writer. A file appears under its
name only when it is complete, checked and on the disk.

A restore may be killed at any of its steps and loses nothing. The present database is first made one file (its
write-ahead log is folded in, so that the log can never be applied to another file) and locked against other writers;
then it is copied to a name that was never used; then one rename puts the restored file in its place. A database that
SQLite cannot read is kept byte by byte, its logs under the same new name, so that a repair finds all that is left.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.parse import quote

from bot.core.errors import StorageError
from storage import engine, schema
from storage.schema import KEPT, SchemaState, find_state

_PAGES_AT_ONCE = 1_000
_BUSY_SECONDS = 15
_COMPANIONS = ("-wal", "-shm", "-journal")
"""Endings of the files which SQLite would apply to whatever database it finds beside them."""

_SMALLEST_PAGE = 512
_LOCKED_BYTES = (512, 0x40000000)
"""How many bytes SQLite locks while a file is open, and where; https://www.sqlite.org/fileformat2.html#the_lock_byte_page."""

Tell = Callable[[int, int], None]
"""Told the pages that are left, and all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a restore kept of the database before it."""

    file: Path
    is_readable: bool
    """Whether it is a database; else it is what was there, byte by byte, with its logs beside it."""


def save(database: Path, target: Path, tell: Tell, *, overwrite: bool = False) -> None:
    """Copy a database to a file; one that is there must be an older copy, and `overwrite` be set, or `StorageError`."""
    demand_ours(database)
    if target.exists() and target.samefile(database):
        raise StorageError("this file is the database itself")
    with published(target, overwrite=overwrite) as part:
        copy_file(database, part, tell)


@contextlib.contextmanager
def published(target: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Give a name for a new copy to be written to; it gets its own name once it is complete and checked."""
    target = engine.follow(target)
    if target.exists():
        if not overwrite:
            raise StorageError(f"{target} is there already")
        demand_ours(target)
    part = target.with_name(f".{target.name}.part")
    with engine.translated(), removed_in_the_end(part):
        yield part
        check(part)
        if target.exists():
            with _held(target):
                os.replace(part, target)
        elif not _publish(part, target):
            raise StorageError(f"{target} is there already")
        _sync(target.absolute().parent)


def copy_file(source: Path, part: Path, tell: Tell) -> None:
    """Copy one moment of a database to a new file."""
    with _opened(source, "ro") as old:
        _write_copy(old, part, tell)


def put_back(source: Path, database: Path, tell: Tell) -> Kept | None:
    """
    Put a copy in a database's place, brought up to date; returns what is kept of the database that was there.

    Raises `StorageError`, also when another process has the database open, and then it is what it was.
    """
    demand_ours(source)
    database = engine.follow(database)
    if database.exists() and source.samefile(database):
        raise StorageError("this file is the database itself")
    fresh = database.with_name(f".{database.name}.restored")
    with engine.translated(), removed_in_the_end(fresh):
        copy_file(source, fresh, tell)
        schema.upgrade(f"sqlite:///{fresh}")
        check(fresh)
        _give_to_owner(fresh, database)
        kept = None
        if _holds_anything(database):
            kept = _keep_and_replace(database, fresh, tell)
        else:
            _put(database, fresh)
        _sync(database.absolute().parent)
    return kept


def demand_ours(path: Path) -> None:
    """Raise `StorageError` for a file that is no database of ours, or of a newer version."""
    if find_state(f"sqlite:///{path}") is SchemaState.NEW:
        raise StorageError(f"{path} is no Stichwort database" if path.exists() else f"there is no file {path}")


def _holds_anything(database: Path) -> bool:
    return database.exists() and database.stat().st_size > 0


def _keep_and_replace(database: Path, fresh: Path, tell: Tell) -> Kept:
    if not _is_readable(database):
        return _keep_bytes_and_replace(database, fresh)
    try:
        with _held(database) as old:
            kept = _keep(old, database, tell)
            os.replace(fresh, database)
    except sqlite3.Error as error:
        if _tells_damage(error):
            return _keep_bytes_and_replace(database, fresh)
        raise StorageError(
            f"the present {database} could not be kept ({error}), so nothing was changed; end what else uses it, or "
            f"move it away together with the files beside it that begin with its name"
        ) from error
    return Kept(file=kept, is_readable=True)


def _is_readable(database: Path) -> bool:
    """Tell whether SQLite can begin with the file alone; looking so leaves it and its logs untouched."""
    if database.stat().st_size < _SMALLEST_PAGE:
        return False  # SQLite would take it for empty, and its log for garbage
    try:
        with _opened(database, "ro&immutable=1") as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlite3.DatabaseError as error:
        return not _tells_damage(error)
    return True


def _tells_damage(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _keep_bytes_and_replace(database: Path, fresh: Path) -> Kept:
    """Do without SQLite what it cannot do with a damaged file, under the lock that it takes."""
    with database.open("r+b") as old:
        try:
            fcntl.lockf(old, fcntl.LOCK_EX | fcntl.LOCK_NB, *_LOCKED_BYTES)
        except OSError as error:
            raise StorageError(f"another process uses the damaged {database}, so nothing was changed") from error
        kept = _keep_bytes(old, database)
        for ending in _COMPANIONS:
            _move(database.with_name(database.name + ending), kept.with_name(kept.name + ending))
        _sync(database.absolute().parent)
        os.replace(fresh, database)
    return Kept(file=kept, is_readable=False)


def _keep_bytes(old: IO[bytes], database: Path) -> Path:
    part = database.with_name(f".{database.name}.kept")
    with removed_in_the_end(part):
        create(part)
        with part.open("wb") as new:
            shutil.copyfileobj(old, new)
        _sync(part)
        _give_to_owner(part, database)
        return next(path for path in unused_names(database) if _publish(part, path))


def _put(database: Path, fresh: Path) -> None:
    """Put a file where no database is; the rest of one that was taken away must not be applied to it."""
    for ending in _COMPANIONS:
        rest = database.with_name(database.name + ending)
        _move(rest, next(path for path in unused_names(rest) if not path.exists()))
    os.replace(fresh, database)


def _move(log: Path, kept: Path) -> None:
    """Put a log aside, if there is one, for its user alone as all that is kept."""
    if log.exists():
        log.chmod(0o600)
        os.replace(log, kept)


def _keep(old: sqlite3.Connection, database: Path, tell: Tell) -> Path:
    """Copy the present database, damaged or not, to a name that was never used."""
    part = database.with_name(f".{database.name}.kept")
    with removed_in_the_end(part):
        _write_copy(old, part, tell)
        _sync(part)
        _give_to_owner(part, database)
        kept = next(path for path in unused_names(database) if _publish(part, path))
    _sync(database.absolute().parent)
    return kept


def unused_names(path: Path) -> Iterator[Path]:
    """List names for what is kept; none is given beside a log of which the file was taken away."""
    stem = f"{path.name}{KEPT}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    names = (path.with_name(f"{stem}-{number}") for number in itertools.count(1))
    return (name for name in names if not any(name.with_name(name.name + ending).exists() for ending in _COMPANIONS))


def _publish(part: Path, target: Path) -> bool:
    """Give a complete file its name; returns False where the name is taken."""
    try:
        os.link(part, target)
    except FileExistsError:
        return False
    except OSError:  # a file system without links: the name is reserved instead
        try:
            create(target)
        except FileExistsError:
            return False
        try:
            os.replace(part, target)
        except OSError:
            target.unlink()
            raise
    return True


@contextlib.contextmanager
def removed_in_the_end(part: Path) -> Iterator[None]:
    """Begin without a file that an earlier attempt left, and leave none."""
    _remove(part, "", *_COMPANIONS)
    try:
        yield
    finally:
        _remove(part, "", *_COMPANIONS)


def _write_copy(old: sqlite3.Connection, part: Path, tell: Tell) -> None:
    """Copy all pages, and make the copy one file, whoever opens it; a start gives it its log again."""
    create(part)  # it holds what people told the bot
    old.execute("BEGIN")
    old.execute("SELECT 1 FROM sqlite_master").fetchall()  # from here on it is one moment
    with _opened(part, "rw") as new:
        old.backup(new, pages=_PAGES_AT_ONCE, progress=lambda _, left, total: tell(left, total))
        new.execute("PRAGMA journal_mode=DELETE")
    old.execute("ROLLBACK")


def check(part: Path) -> None:
    """Look through a whole copy and see it on the disk; raises `StorageError` when it is damaged."""
    with _opened(part, "rw") as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != ("ok",):
        raise StorageError(f"the copy is damaged: {str(found[0]).splitlines()[-1]}")
    _sync(part)


@contextlib.contextmanager
def _held(database: Path) -> Iterator[sqlite3.Connection]:
    """Fold a database's log into its file, and let nobody else open it; raises where somebody has it open."""
    with _opened(database, "rw") as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")  # the lock stays
        mode = connection.execute("PRAGMA journal_mode").fetchone()
        rests = [ending for ending in _COMPANIONS if database.with_name(database.name + ending).exists()]
        if mode != ("delete",) or rests:
            raise sqlite3.OperationalError("another process uses it")
        yield connection


@contextlib.contextmanager
def _opened(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    name = f"file:{quote(str(path.absolute()))}?mode={mode}"
    with contextlib.closing(sqlite3.connect(name, uri=True, isolation_level=None, timeout=_BUSY_SECONDS)) as connection:
        yield connection


def create(path: Path) -> None:
    """Make an empty file for its user alone."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _give_to_owner(path: Path, database: Path) -> None:
    """Give what root restores to who owns the database, or its folder: the bot must be able to open it."""
    if os.geteuid() == 0:
        like = (database if database.exists() else database.absolute().parent).stat()
        os.chown(path, like.st_uid, like.st_gid)


def _remove(path: Path, *endings: str) -> None:
    for ending in endings:
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
