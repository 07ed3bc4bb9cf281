"""Databases that versions of the schema left: files of SQL in `tests/data/databases`, each named after its version."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "data" / "databases"
OLD_DATABASES = tuple(sorted(FOLDER.glob("[0-9]*.sql")))
OLDEST = OLD_DATABASES[0]


def make(old: Path, file: Path) -> None:
    """Make the SQLite database that is written there."""
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(old.read_text("utf-8"))
    file.chmod(0o600)
