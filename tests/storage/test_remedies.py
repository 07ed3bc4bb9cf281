"""What is advised comes from the code of a real error, not from its words."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.errors import StorageError
from storage import engine
from storage.remedies import find_remedy


def provoke(kind: str, folder: Path) -> BaseException:
    """Make SQLite or the system fail."""
    path = folder / "some.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE wines (name TEXT); INSERT INTO wines VALUES ('red')")
    try:
        if kind == "read-only":
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as reading:
                reading.execute("INSERT INTO wines VALUES ('white')")
        elif kind == "full":
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA max_page_count=2")
                connection.execute("INSERT INTO wines VALUES (?)", ("x" * 50_000,))
        elif kind == "busy":
            with closing(sqlite3.connect(path, isolation_level=None)) as one:
                one.execute("BEGIN IMMEDIATE")
                with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
                    other.execute("BEGIN IMMEDIATE")
        elif kind == "letter":
            path.write_bytes(b"this is a letter, and no database" * 100)
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("SELECT * FROM wines")
        elif kind == "folder":
            sqlite3.connect(folder / "no" / "such.db")
        else:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except (sqlite3.Error, OSError) as error:
        return error
    raise AssertionError("nothing failed")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("read-only", "let this user write"),
        ("full", "has room"),
        ("busy", "another program holds the file"),
        ("letter", "name another file"),
        ("folder", "let this user write"),
        ("disk", "has room"),
    ],
)
def test_each_kind_of_fault_has_its_advice(kind: str, words: str, tmp_path: Path) -> None:
    """Behind the words of the library, in one line."""
    error = provoke(kind, tmp_path)

    with pytest.raises(StorageError) as told, engine.translated():
        raise error
    assert words in find_remedy(error)
    assert told.value.line == f"{told.value}; {find_remedy(error)}"
    assert "\n" not in told.value.line


def test_what_nobody_knows_is_left_alone() -> None:
    """A guess would send the operator the wrong way."""
    assert find_remedy(ValueError("?")) == ""
    assert find_remedy(OSError(errno.EPIPE, "?")) == ""
    assert StorageError("it failed").line == "it failed"
