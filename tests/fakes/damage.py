"""A database file with a page that cannot be read any more."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def damage_table(url: str, table: str) -> None:
    """Overwrite the first page of a table of a file nobody has open; whatever is elsewhere stays readable."""
    file = Path(url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    with file.open("r+b") as pages:
        pages.seek((page - 1) * size)
        pages.write(b"\xff" * size)
