"""Opening the database: retried while the server is away, with pending migrations run at a start."""

from __future__ import annotations

import asyncio
import glob
import logging
import stat
import sys
import time
from datetime import timedelta
from pathlib import Path

from bot.core.errors import HopelessDatabaseError, StorageError
from bot.core.process_state import ExitCode
from bot.settings.model import Settings
from storage import engine
from storage import schema as migrations
from storage.store import Store, open_store

_log = logging.getLogger(__name__)
START_TIMEOUT = timedelta(seconds=30)


async def open_upgraded(settings: Settings, longest_wait: timedelta = START_TIMEOUT) -> Store:
    """Migrate and open the store; retry while the database is away, but not where it is not ours."""
    deadline = time.monotonic() + longest_wait.total_seconds()
    is_logged = False
    while True:
        try:
            await asyncio.to_thread(migrations.upgrade, settings.database.url)
            return await open_store(settings.database.url)
        except HopelessDatabaseError:
            raise
        except StorageError as error:
            if time.monotonic() >= deadline:
                raise
            if not is_logged:
                _log.warning("database.missing", extra={"error": error, "seconds": longest_wait.total_seconds()})
            is_logged = True
        await asyncio.sleep(0.5)


def find_file(settings: Settings) -> Path | None:
    """
    Return the file of an embedded database, with symbolic links resolved; None for PostgreSQL or a database in memory.
    """
    url = settings.database.url
    path = engine.read(url).path if url.startswith("sqlite") else ""
    return Path(path) if path else None


def list_open_files(settings: Settings) -> tuple[tuple[Path, int], ...]:
    """List the database's files whose permissions let others read them, with these permissions."""
    path = find_file(settings)
    if path is None or not path.absolute().parent.is_dir():
        return ()
    files = sorted(file for file in path.parent.glob(f"{glob.escape(path.name)}*") if file.is_file())
    modes = [(file, stat.S_IMODE(file.stat().st_mode)) for file in files]
    return tuple((file, mode) for file, mode in modes if mode & 0o077)


def upgrade(settings: Settings) -> int:
    """Do what `stichwort upgrade` does."""
    try:
        changed = migrations.upgrade(settings.database.url)
    except StorageError as error:
        print(f"stichwort: database: {error.line}", file=sys.stderr)
        return ExitCode.DATABASE
    print("The database is up to date." if not changed else "The database was brought up to date.")
    return ExitCode.FINE
