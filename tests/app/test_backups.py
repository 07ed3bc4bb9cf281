"""`stichwort backup` and `stichwort restore`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot import cli
from bot.app import identity
from bot.core.errors import StorageError
from storage import backup as copies
from storage.upgrade import upgrade
from storage.version import VERSION_TABLE
from tests.test_cli import MINIMAL, write


def note(path: str | Path, value: str | None = None) -> str | None:
    """Write a fact into a database, or read it."""
    with closing(sqlite3.connect(path)) as connection:
        if value is not None:
            connection.execute("INSERT OR REPLACE INTO facts (key, value) VALUES ('test', ?)", (value,))
            connection.commit()
        found = connection.execute("SELECT value FROM facts WHERE key = 'test'").fetchone()
    return found[0] if found else None


@pytest.fixture
def database() -> Path:
    """The configured database, with something in it."""
    write()
    upgrade("sqlite:///bot.db")
    note("bot.db", "before")
    return Path("bot.db")


def test_what_was_saved_can_be_put_back(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Again and again into the same file; the database that is replaced is kept."""
    assert cli.main(["backup", "saved.db"]) == 0
    assert cli.main(["backup", "saved.db"]) == 0
    assert Path("saved.db").stat().st_mode & 0o777 == 0o600
    note(database, "after")
    assert cli.main(["restore", "saved.db"]) == 0

    assert (note(database), note("bot.db.before-restore"), note("saved.db")) == ("before", "after", "before")
    assert sorted(path.name for path in Path().glob(".*")) == []
    assert sorted(path.name for path in Path().glob("saved.db*")) == ["saved.db"]
    assert "The one before is kept as bot.db.before-restore." in capsys.readouterr().out


def test_a_copy_is_of_one_moment_and_stops_nobody(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot goes on writing meanwhile."""
    monkeypatch.setattr(copies, "_PAGES_AT_ONCE", 1)
    told: list[tuple[int, int]] = []

    def tell(left: int, total: int) -> None:
        told.append((left, total))
        note(database, f"while {left}")

    copies.save(database, Path("saved.db"), tell)

    assert len(told) > 20
    assert told[-1][0] == 0
    assert note("saved.db") == "before"
    assert str(note(database)).startswith("while")


def test_an_older_copy_is_brought_up_to_date_and_a_newer_one_refused(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing has changed after a refusal."""
    copies.save(database, Path("newer.db"), lambda left, total: None)
    with closing(sqlite3.connect("newer.db")) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
        connection.commit()

    assert cli.main(["restore", "newer.db"]) == 3
    assert "newer Stichwort" in capsys.readouterr().err
    assert note(database) == "before"
    assert not Path("bot.db.before-restore").exists()


@pytest.mark.parametrize("content", [None, b"", b"this is no database" * 100, b"SQLite format 3\0" + bytes(5000)])
def test_a_file_that_is_no_copy_is_refused(
    database: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither put in the place of the database nor written over."""
    other = Path("letter.txt")
    if content is not None:
        other.write_bytes(content)
        assert cli.main(["backup", "letter.txt"]) == 3
        assert other.read_bytes() == content

    assert cli.main(["restore", "letter.txt"]) == 3
    assert note(database) == "before"
    assert all(line.startswith("stichwort: database: ") for line in capsys.readouterr().err.splitlines())


def test_a_damaged_copy_is_refused(database: Path) -> None:
    """It is found by looking through it, before anything is replaced."""
    copies.save(database, Path("saved.db"), lambda left, total: None)
    saved = bytearray(Path("saved.db").read_bytes())
    saved[4096 * 3 : 4096 * 6] = b"\x11" * 4096 * 3
    Path("saved.db").write_bytes(saved)

    with pytest.raises(StorageError):
        copies.put_back(Path("saved.db"), database, lambda left, total: None)
    assert note(database) == "before"
    assert sorted(path.name for path in Path().glob(".*")) == []


def test_a_database_is_neither_its_own_copy_nor_replaced_under_a_running_bot(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bot would go on writing into a file nobody sees."""
    assert cli.main(["backup", "./bot.db"]) == 3
    assert cli.main(["restore", "./bot.db"]) == 3
    cli.main(["backup", "saved.db"])
    lock = identity.lock_file(database)
    assert lock is not None
    with lock:
        assert cli.main(["restore", "saved.db"]) == 5
        assert cli.main(["backup", "saved.db"]) == 0
    assert "the bot is running on this database; stop it first" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "url", "words"),
    [
        ("backup", "postgresql://me:s3cret@127.0.0.1/news", "pg_dump --format=custom"),
        ("restore", "postgresql://me:s3cret@127.0.0.1/news", "pg_restore --clean"),
        ("backup", "sqlite://", "in memory"),
    ],
)
def test_other_databases_are_saved_with_their_own_tools(
    command: str, url: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says with which, without the password."""
    write(MINIMAL.replace("sqlite:///bot.db", url))

    assert cli.main([command, "saved.db"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line
    assert "s3cret" not in line


def test_a_place_that_is_not_there_is_named(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And no folder is made."""
    Path("folder").mkdir()
    assert cli.main(["backup", "no/such/saved.db"]) == 2
    assert cli.main(["backup", "folder"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2
