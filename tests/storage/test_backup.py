"""A restore that is killed or fails at any of its steps."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.errors import StorageError
from storage import backup
from storage.schema import find_state, upgrade
from tests.storage.killed_restore import leave, list_whole, note, read

ROOT = Path(__file__).parents[2]


def quiet(left: int, total: int) -> None:
    """Tell nobody."""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database whose last fact stands in its log only, and a copy beside it."""
    upgrade(f"sqlite:///{tmp_path}/saved.db")
    note(tmp_path / "saved.db", "saved")
    (tmp_path / "bot.db").write_bytes((tmp_path / "saved.db").read_bytes())
    leave(tmp_path / "bot.db", "live")
    return tmp_path / "bot.db"


def test_killed_at_each_step_twice_in_a_row_a_restore_leaves_no_fewer_whole_copies(tmp_path: Path) -> None:
    """What is under the database's name can be opened at any moment, and what was written is in one of the files."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.storage.killed_restore", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
    )
    assert ended.returncode == 0, ended.stderr

    results = [json.loads(line) for line in ended.stdout.splitlines()]
    assert len(results) == results[0]["steps"] >= 20
    for result in results:
        assert result["killed"] == 2, result
        assert result["lost"] == [], result
        assert (result["end"], result["hidden"]) == ("saved", []), result


def test_each_restore_keeps_the_database_before_it_under_a_new_name(database: Path) -> None:
    """Also two within a second; what stood only in the log is kept, too."""
    folder = database.parent
    first = backup.put_back(folder / "saved.db", database, quiet)
    leave(database, "second")
    second = backup.put_back(folder / "saved.db", database, quiet)

    assert first != second
    assert first is not None
    assert second is not None
    assert (read(first.file), read(second.file), read(database)) == ("live", "second", "saved")
    assert {path.stat().st_mode & 0o777 for path in (first.file, second.file, database)} == {0o600}


def test_a_log_whose_database_was_taken_away_is_not_applied_to_another(database: Path) -> None:
    """It is put aside, with what it holds."""
    folder = database.parent
    rest = Path(f"{database}-wal").read_bytes()
    database.unlink()

    assert backup.put_back(folder / "saved.db", database, quiet) is None

    assert read(database) == "saved"
    assert [path.read_bytes() for path in folder.glob("bot.db-wal.before-restore-*")] == [rest]


def test_a_database_that_others_have_open_stays_what_it_was(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They would go on writing into a file that nobody sees."""
    monkeypatch.setattr(backup, "_BUSY_SECONDS", 0)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM facts").fetchall()
        with pytest.raises(StorageError, match=r"could not be kept .* nothing was changed"):
            backup.put_back(database.parent / "saved.db", database, quiet)

    assert list_whole(database.parent) == ["live", "saved"]


def test_a_damaged_database_that_another_process_has_open_stays_what_it_was(database: Path) -> None:
    """It is asked for by the lock that SQLite takes, for SQLite itself cannot open it."""
    hold = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM facts').fetchall(); "
    command = [sys.executable, "-c", hold + "print(flush=True); input()", str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"\n"
        damaged = b"\x11" * 100 + database.read_bytes()[100:]
        database.write_bytes(damaged)
        with pytest.raises(StorageError, match=r"another process uses the damaged .* nothing was changed"):
            backup.put_back(database.parent / "saved.db", database, quiet)
        assert database.read_bytes() == damaged
        assert [*database.parent.glob("*before-restore*")] == []
        other.communicate(b"\n")

    assert backup.put_back(database.parent / "saved.db", database, quiet) is not None


@pytest.mark.parametrize("call", ["link", "replace", "fsync"])
def test_a_step_that_fails_ends_the_restore_and_changes_nothing(
    database: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full or broken disk is one sentence; the database there was is the one that is used."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, call, fail)
        if call == "link":
            broken.setattr(os, "replace", fail)
        with pytest.raises(StorageError, match="No space left on device"):
            backup.put_back(database.parent / "saved.db", database, quiet)

    assert read(database) == "live"
    assert "live" in list_whole(database.parent)
    assert [*database.parent.glob(".*")] == []


def test_a_damaged_database_can_be_replaced_and_is_kept_as_it_is(database: Path) -> None:
    """That is what a restore is for."""
    backup.put_back(database.parent / "saved.db", database, quiet)
    damaged = bytearray(database.read_bytes())
    damaged[4096 * 5 : 4096 * 7] = b"\x11" * 4096 * 2
    database.write_bytes(damaged)

    kept = backup.put_back(database.parent / "saved.db", database, quiet)

    assert read(database) == "saved"
    assert kept is not None
    assert kept.is_readable
    assert kept.file.read_bytes()[4096 * 5 : 4096 * 7] == damaged[4096 * 5 : 4096 * 7]


@pytest.mark.parametrize("left", [b"", b"SQLite format 3\0", 1, 100, 5_000, 200_000], ids=str)
def test_what_sqlite_cannot_read_is_kept_byte_by_byte(database: Path, left: bytes | int) -> None:
    """A header written over or a truncated file: its log goes with it, and both are what they were."""
    assert database.stat().st_size > 200_000
    whole, log, journal = database.read_bytes(), Path(f"{database}-wal"), Path(f"{database}-journal")
    damaged = whole[:left] if isinstance(left, int) else left + b"\x11" * (100 - len(left)) + whole[100:]
    database.write_bytes(damaged)
    log.unlink()
    log.write_bytes(b"what was last written")
    log.chmod(0o644)
    journal.write_bytes(b"what was before")

    kept = backup.put_back(database.parent / "saved.db", database, quiet)

    assert read(database) == "saved"
    assert kept is not None
    assert not kept.is_readable
    found = [Path(f"{kept.file}{ending}") for ending in ("", "-wal", "-journal")]
    assert [path.read_bytes() for path in found] == [damaged, b"what was last written", b"what was before"]
    assert {path.stat().st_mode & 0o777 for path in found} == {0o600}
    assert [*database.parent.glob(".*")] == []
    database.unlink()
    with pytest.raises(StorageError, match=rf"stichwort restore .*{kept.file.name}`"):
        upgrade(f"sqlite:///{database}")


def test_no_new_database_is_begun_beside_one_that_was_kept(database: Path) -> None:
    """It would hide that the old one is gone; an empty file is none."""
    kept = backup.put_back(database.parent / "saved.db", database, quiet)
    assert kept is not None
    database.unlink()

    for begin in (upgrade, find_state):
        with pytest.raises(StorageError, match=rf"there is no database .*{kept.file.name}"):
            begin(f"sqlite:///{database}")
    assert not database.exists()
    database.touch()
    with pytest.raises(StorageError, match=rf"stichwort restore .*{kept.file.name}"):
        upgrade(f"sqlite:///{database}")

    backup.put_back(kept.file, database, quiet)
    assert read(database) == "live"


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_a_new_database_and_its_log_are_for_their_user_alone(tmp_path: Path, umask: int) -> None:
    """Whatever the process lets others read of its other files."""
    before = os.umask(umask)
    try:
        upgrade(f"sqlite:///{tmp_path}/bot.db")
        leave(tmp_path / "bot.db", "x")
    finally:
        os.umask(before)

    modes: Sequence[int] = [path.stat().st_mode & 0o777 for path in tmp_path.glob("bot.db*")]
    assert len(modes) == 3
    assert set(modes) == {0o600}
