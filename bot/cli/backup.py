"""`stichwort backup FILE` and `stichwort restore FILE`: an embedded database as one file."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from bot.app import database, leader
from bot.core.errors import ConfigError, StorageError
from bot.core.process_state import ExitCode
from bot.settings.model import Settings
from storage import backup as copies
from storage.backup import Tell


def backup(settings: Settings, file: Path, *, force: bool = False) -> int:
    """Save the database; the bot may run meanwhile. With `force` an older copy of that name is written over."""
    path = _embedded(settings, "backup", f"pg_dump --format=custom --file={file} DATABASE")
    _demand_folder(file)
    if not force and file.exists() and not (path.exists() and file.samefile(path)):
        raise ConfigError(f"backup: {file} is there already; with --force it is written over")
    with _shown("backup") as tell:
        copies.save(path, file, tell, overwrite=force)
    print(f"The database was saved to {file} ({_size(file)}).")
    return ExitCode.FINE


def restore(settings: Settings, file: Path) -> int:
    """Put a saved database in the place of the present one, which is kept; the bot must not run."""
    path = _embedded(settings, "restore", f"pg_restore --clean --if-exists --dbname=DATABASE {file}")
    if not path.absolute().parent.is_dir():
        raise StorageError(f"the folder of the database does not exist: {path.absolute().parent}")
    lock = leader.lock_file(path)
    if lock is None:
        print("stichwort: restore: the bot is running on this database; stop it first", file=sys.stderr)
        return ExitCode.BUSY
    with lock, _shown("restore") as tell:
        kept = copies.put_back(file, path, tell)
    print(f"The database was restored from {file}.")
    if kept is not None and kept.is_readable:
        print(f"The one before is kept as {kept.file}.")
    elif kept is not None:
        print(f"The one before cannot be read by SQLite; it is kept byte by byte as {kept.file}, with its logs.")
    return ExitCode.FINE


def _embedded(settings: Settings, command: str, instead: str) -> Path:
    """Give the file of the database; PostgreSQL has tools of its own that are better at this."""
    path = database.find_file(settings)
    if path is None and settings.database.url.startswith("postgresql"):
        raise ConfigError(f"{command}: this is for SQLite; with PostgreSQL use its own tools: {instead}")
    if path is None:
        raise ConfigError(f"{command}: this database is in memory and ends with the bot")
    return path


def _demand_folder(file: Path) -> None:
    if not file.absolute().parent.is_dir():
        raise ConfigError(f"backup: there is no folder {file.absolute().parent}")
    if file.is_dir():
        raise ConfigError(f"backup: {file} is a folder; name a file")


@contextlib.contextmanager
def _shown(what: str) -> Iterator[Tell]:
    """Show the progress on a terminal."""
    with tqdm(desc=what, unit="page", leave=False, disable=not sys.stderr.isatty()) as bar:

        def tell(left: int, total: int) -> None:
            bar.total = total
            bar.update(total - left - bar.n)

        yield tell


def _size(file: Path) -> str:
    return f"{max(1, round(file.stat().st_size / 1e6)):,} MB"
