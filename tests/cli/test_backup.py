"""`stichwort backup` and `stichwort restore`."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.app import database as files
from bot.app import leader
from bot.cli import main
from bot.core.errors import StorageError
from bot.settings import load
from storage import backup as copies
from storage.schema import VERSION_TABLE, upgrade
from tests.cli.test_main import MINIMAL, write
from tests.journeys.process import free_port
from tests.storage.killed_restore import leave


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
    """Again and again into the same file, with --force; the database that is replaced is kept."""
    assert main.main(["backup", "saved.db"]) == 0
    assert main.main(["backup", "saved.db", "--force"]) == 0
    assert Path("saved.db").stat().st_mode & 0o777 == 0o600
    note(database, "after")
    assert main.main(["restore", "saved.db"]) == 0

    (kept,) = Path().glob("bot.db.before-restore-*Z-1")
    assert (note(database), note(kept), note("saved.db")) == ("before", "after", "before")
    assert sorted(path.name for path in Path().glob(".*")) == []
    assert sorted(path.name for path in Path().glob("saved.db*")) == ["saved.db"]
    assert f"The one before is kept as {kept}." in capsys.readouterr().out


def test_nothing_is_written_over_without_force(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An older copy may be the only good one; it is replaced together with the log that stands beside it."""
    main.main(["backup", "saved.db"])
    leave(Path("saved.db"), "older")

    assert main.main(["backup", "saved.db"]) == 2
    assert "saved.db is there already; with --force it is written over" in capsys.readouterr().err
    assert main.main(["backup", "saved.db", "--force"]) == 0

    assert note("saved.db") == "before"
    assert not Path("saved.db-wal").exists()


def test_a_start_without_the_database_that_a_restore_kept_is_refused(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty one would look as if all readers had left; looking does not call it fine either."""
    main.main(["backup", "saved.db"])
    main.main(["restore", "saved.db"])
    database.unlink()

    for command in ("run", "check", "upgrade"):
        assert main.main([command]) == 3
    shown = capsys.readouterr()
    assert shown.err.count("there is no database bot.db, but what a restore kept of one: bot.db.before-restore-") == 2
    assert "there is no database bot.db" in shown.out
    assert not database.exists()


@pytest.mark.parametrize("is_empty", [False, True])
def test_a_start_without_the_database_whose_log_is_there_is_refused(
    database: Path, is_empty: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """SQLite would remove the log, and with it what was last written; put back, both are used."""
    leave(database, "in the log")
    log = Path("bot.db-wal").read_bytes()
    database.rename("elsewhere")
    if is_empty:
        database.touch()

    for command in (["upgrade"], ["check"], ["run"], ["backup", "saved.db"]):
        assert main.main(command) == 3
    shown = capsys.readouterr()
    assert (shown.out + shown.err).count(
        "there is no database bot.db, but its log with what was last written: bot"
    ) == 4
    assert Path("bot.db-wal").read_bytes() == log
    assert database.exists() == is_empty

    Path("elsewhere").replace(database)
    assert note(database) == "in the log"


def test_a_start_that_was_killed_at_its_beginning_can_be_repeated() -> None:
    """Its journal is of no page, so nothing is lost with it; one of a database that had pages is kept."""
    write()
    journal = Path("bot.db-journal")
    if os.fork() == 0:
        connection = sqlite3.connect("bot.db", isolation_level=None)
        connection.executescript("PRAGMA cache_size=2; BEGIN; CREATE TABLE a (b)")
        connection.executemany("INSERT INTO a VALUES (?)", [("x" * 2_000,)] * 100)
        os.truncate("bot.db", 0)
        os._exit(0)
    os.wait()
    of_none = journal.read_bytes()
    journal.write_bytes(of_none[:16] + (3).to_bytes(4, "big") + of_none[20:])
    assert main.main(["upgrade"]) == 3
    assert journal.exists()

    journal.write_bytes(of_none)
    assert main.main(["upgrade"]) == 0


def test_whatever_a_command_writes_is_for_its_user_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """The database, the lock beside it, lists of feeds; what the process itself writes is not touched."""
    write()
    before = os.umask(0o022)
    try:
        assert main.main(["upgrade"]) == 0
        assert main.main(["feeds", "export", "feeds.opml"]) == 0
        Path("mine").touch()
    finally:
        os.umask(before)

    assert {name: Path(name).stat().st_mode & 0o777 for name in ("bot.db", "feeds.opml", "mine")} == {
        "bot.db": 0o600,
        "feeds.opml": 0o600,
        "mine": 0o644,
    }


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


def test_a_damaged_database_is_restored_and_its_bytes_are_kept(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That SQLite cannot read them is said; what is kept and can be read by others, `check` names."""
    main.main(["backup", "saved.db"])
    leave(database, "in the log")
    database.write_bytes(bytes(100) + database.read_bytes()[100:])
    Path("bot.db-wal").chmod(0o644)

    assert main.main(["restore", "saved.db"]) == 0

    (kept,) = Path().glob("bot.db.before-restore-*Z-1")
    assert f"cannot be read by SQLite; it is kept byte by byte as {kept}, with its logs." in capsys.readouterr().out
    assert Path(f"{kept}-wal").stat().st_size > 0
    settings = load.load(Path("config.toml"))
    assert files.list_open_files(settings) == ()
    names = [f"bot.db-{log}.before-restore-20260101T000000Z-1" for log in ("journal", "wal")]
    for name in names:
        Path(name).touch()
        Path(name).chmod(0o640)
    assert files.list_open_files(settings) == tuple((Path(name), 0o640) for name in names)


def test_an_older_copy_is_brought_up_to_date_and_a_newer_one_refused(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing has changed after a refusal."""
    copies.save(database, Path("newer.db"), lambda left, total: None)
    with closing(sqlite3.connect("newer.db")) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
        connection.commit()

    assert main.main(["restore", "newer.db"]) == 3
    assert "newer Stichwort" in capsys.readouterr().err
    assert note(database) == "before"
    assert [*Path().glob("bot.db.before-restore*")] == []


@pytest.mark.parametrize("content", [None, b"", b"this is no database" * 100, b"SQLite format 3\0" + bytes(5000)])
def test_a_file_that_is_no_copy_is_refused(
    database: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither put in the place of the database nor written over."""
    other = Path("letter.txt")
    if content is not None:
        other.write_bytes(content)
        assert main.main(["backup", "letter.txt", "--force"]) == 3
        assert other.read_bytes() == content

    assert main.main(["restore", "letter.txt"]) == 3
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
    assert main.main(["backup", "./bot.db"]) == 3
    assert main.main(["restore", "./bot.db"]) == 3
    main.main(["backup", "saved.db"])
    lock = leader.lock_file(database)
    assert lock is not None
    with lock:
        assert main.main(["restore", "saved.db"]) == 5
        assert main.main(["backup", "another.db"]) == 0
    assert "the bot is running on this database; stop it first" in capsys.readouterr().err


def test_a_link_stays_a_link_and_leads_to_the_one_database(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its lock, its log and what a restore keeps are beside the file itself, so that all paths to it agree."""
    Path("real").mkdir()
    real, target = database.rename("real/data.db"), Path("real/target.db")
    database.symlink_to(real)
    Path("saved.db").symlink_to(target)

    assert main.main(["backup", "saved.db"]) == 0
    leave(real, "after")
    assert main.main(["backup", "saved.db", "--force"]) == 0
    note(real, "later")
    lock = leader.lock_file(real)
    assert lock is not None
    with lock:
        assert main.main(["restore", "saved.db"]) == 5
    assert main.main(["restore", "saved.db"]) == 0

    (kept,) = Path("real").glob("data.db.before-restore-*Z-1")
    assert (note(database), note(real), note(kept), note(target)) == ("after", "after", "later", "after")
    assert database.readlink() == real
    assert Path("saved.db").readlink() == target
    assert [*Path().glob("bot.db*")] == [database]
    assert str(kept) in capsys.readouterr().out

    real.rename("elsewhere")
    assert main.main(["upgrade"]) == 3


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_database_in_memory_has_no_backup(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with the bot."""
    write(MINIMAL.replace("sqlite:///bot.db", "sqlite://"))

    assert main.main([command, "saved.db"]) == 2
    assert "in memory" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_server_that_is_away_ends_it_with_3(command: str, database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, without the password, and no file is left."""
    main.main(["backup", "saved.db"])
    write(MINIMAL.replace("sqlite:///bot.db", f"postgresql://me:s3cret@127.0.0.1:{free_port()}/news"))
    capsys.readouterr()

    assert main.main([command, "new.db" if command == "backup" else "saved.db"]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert "connection" in line
    assert "s3cret" not in line
    assert sorted(path.name for path in Path().glob("*.db")) == ["bot.db", "saved.db"]
    assert [*Path().glob(".*")] == []


def test_one_file_moves_everything_to_a_server_and_back(
    database: Path, own_postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """By two commands each way; what was on the server is kept as a file."""
    local, served = MINIMAL, MINIMAL.replace("sqlite:///bot.db", own_postgres_url)
    assert main.main(["backup", "saved.db"]) == 0
    write(served)
    assert main.main(["restore", "saved.db"]) == 0
    assert main.main(["operator", "add", "42"]) == 0
    assert main.main(["backup", "from-server.db"]) == 0
    assert main.main(["backup", "from-server.db"]) == 2
    assert main.main(["restore", "saved.db"]) == 0
    write(local)
    assert main.main(["restore", "from-server.db"]) == 0
    assert main.main(["operator", "list"]) == 0

    shown = capsys.readouterr().out
    assert Path("from-server.db").stat().st_mode & 0o777 == 0o600
    assert note("from-server.db") == "before"
    assert note(database) == "before"
    assert "42\tstored" in shown
    (kept,) = Path().glob("*.before-restore-*Z-1") if not [*Path().glob("bot.db.before*")] else Path().glob("test_*")
    assert note(kept) == "before"
    assert f"The one before is kept as {kept.absolute()}." in shown


def test_a_place_that_is_not_there_is_named(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And no folder is made."""
    Path("folder").mkdir()
    assert main.main(["backup", "no/such/saved.db"]) == 2
    assert main.main(["backup", "folder"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2
