"""`stichwort backup FILE` and `stichwort restore FILE`: a database, embedded or on PostgreSQL, as one file."""

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
from storage import server_backup
from storage.backup import Kept, Tell
from storage.server_backup import InUseError


def backup(settings: Settings, file: Path, *, force: bool = False) -> int:
    """Save the database; the bot may run meanwhile. With `force` an older copy of that name is written over."""
    path = _find_file(settings, "backup")
    _demand_folder(file)
    if not force and file.exists() and not (path is not None and path.exists() and file.samefile(path)):
        raise ConfigError(f"backup: {file} is there already; with --force it is written over")
    with _shown("backup", path) as tell:
        if path is None:
            server_backup.save(settings.database.url, file, tell, overwrite=force)
        else:
            copies.save(path, file, tell, overwrite=force)
    print(f"The database was saved to {file} ({_size(file)}).")
    return ExitCode.FINE


def restore(settings: Settings, file: Path) -> int:
    """Put a saved database in the place of the present one, which is kept; the bot must not run."""
    path = _find_file(settings, "restore")
    try:
        kept = _restore_server(settings, file) if path is None else _restore_file(path, file)
    except InUseError as error:
        print(f"stichwort: restore: {error}", file=sys.stderr)
        return ExitCode.BUSY
    print(f"The database was restored from {file}.")
    if kept is not None and kept.is_readable:
        print(f"The one before is kept as {kept.file}.")
    elif kept is not None:
        print(f"The one before cannot be read by SQLite; it is kept byte by byte as {kept.file}, with its logs.")
    return ExitCode.FINE


def _restore_server(settings: Settings, file: Path) -> Kept | None:
    with _shown("restore", None) as tell:
        return server_backup.put_back(file, settings.database.url, tell)


def _restore_file(path: Path, file: Path) -> Kept | None:
    if not path.absolute().parent.is_dir():
        raise StorageError(f"the folder of the database does not exist: {path.absolute().parent}")
    lock = leader.lock_file(path)
    if lock is None:
        raise InUseError("the bot is running on this database; stop it first")
    with lock, _shown("restore", path) as tell:
        return copies.put_back(file, path, tell)


def _find_file(settings: Settings, command: str) -> Path | None:
    """Return the file of an embedded database; None for a server's."""
    path = database.find_file(settings)
    if path is None and not settings.database.url.startswith("postgresql"):
        raise ConfigError(f"{command}: this database is in memory and ends with the bot")
    return path


def _demand_folder(file: Path) -> None:
    if not file.absolute().parent.is_dir():
        raise ConfigError(f"backup: there is no folder {file.absolute().parent}")
    if file.is_dir():
        raise ConfigError(f"backup: {file} is a folder; name a file")


@contextlib.contextmanager
def _shown(what: str, path: Path | None) -> Iterator[Tell]:
    """Show the progress on a terminal: pages of a file, or rows of a server."""
    with tqdm(desc=what, unit="row" if path is None else "page", leave=False, disable=not sys.stderr.isatty()) as bar:

        def tell(left: int, total: int) -> None:
            if bar.total != total:  # a restore has several passes
                bar.reset(total)
            bar.update(total - left - bar.n)

        yield tell


def _size(file: Path) -> str:
    return f"{max(1, round(file.stat().st_size / 1e6)):,} MB"
