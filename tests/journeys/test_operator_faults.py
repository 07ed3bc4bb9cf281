"""
What an operator can meet at a start ends it with one line that says what to do, and the exit code of its kind.

Whatever is in the database stays as it was.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from bot.demo.stage import clean_environment
from storage.schema import VERSION_TABLE, upgrade
from tests.fakes.postgres import Cluster
from tests.journeys.process import ROOT, free_port
from tests.storage.test_server_backup import content, fill

TOKEN = "123456:a-token-of-nobody-in-particular"
PASSWORD = "s3cret-word"


def start(folder: Path, database: str, *, limit: int | None = None, **environment: str) -> tuple[int, list[str]]:
    """Run the bot until it ends; returns its code and what it printed. `limit`: the most KB a file may have."""
    config = f"""
[telegram]
token = "{TOKEN}"
api_url = "http://127.0.0.1:{free_port()}"
[database]
url = "{database}"
[polling]
contact = "mailto:test@example.org"
[web]
listen = ""
"""
    file = folder / "config.toml"
    file.write_text(config, "utf-8")
    file.chmod(0o600)
    starter = "import sys; from datetime import timedelta; from bot.app import database, lifecycle\n"
    # Thirty seconds is how long a start waits for a database; here it is half a second.
    starter += "lifecycle.run.__kwdefaults__['database_timeout'] = timedelta(seconds=0.5)\n"
    starter += "from bot.cli.main import main; sys.exit(main(['run']))"
    command = [sys.executable, "-c", starter]
    if limit is not None:
        command = ["bash", "-c", f'trap \'\' XFSZ; ulimit -f {limit}; exec "$0" "$@"', *command]
    ended = subprocess.run(
        command,
        cwd=folder,
        env={**clean_environment(), "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = [line for line in ended.stderr.splitlines() if line.startswith("stichwort: ")]
    assert "Traceback" not in ended.stderr
    assert TOKEN not in ended.stderr
    assert PASSWORD not in ended.stderr
    return ended.returncode, lines


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The address of a database with a row in every table."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    upgrade(url)
    fill(url)
    return url


def test_a_server_that_cannot_be_reached_ends_it_with_3(tmp_path: Path) -> None:
    """By its port or by its name."""
    for host in (f"127.0.0.1:{free_port()}", "no-such-host.invalid"):
        code, (line,) = start(tmp_path, f"postgresql://me:{PASSWORD}@{host}/news")
        assert code == 3
        assert line.startswith("stichwort: database: ")
        assert line.endswith("see that the server runs, and that host and port in database.url are right")


def test_wrong_credentials_end_it_with_3(tmp_path: Path, own_postgres: Cluster) -> None:
    """An unknown user, a wrong password, a database that was not made, and one whose tables this user may not touch."""
    own_postgres.run(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
    url = own_postgres.url("fresh")
    fill(url)
    before = content(url)
    rules = Path(own_postgres.home) / "data" / "pg_hba.conf"
    trusted = rules.read_text()
    rules.write_text("host all stichwort 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
    own_postgres.run("SELECT pg_reload_conf()")
    place = f"127.0.0.1:{own_postgres.port}"
    wrong = "see that user, password and name in database.url are right, and that the database was created"
    expected = {
        f"postgresql://nobody:{PASSWORD}@{place}/fresh": wrong,
        f"postgresql://reader:not-{PASSWORD}@{place}/fresh": wrong,
        f"postgresql://reader:{PASSWORD}@{place}/none": wrong,
        f"postgresql://reader:{PASSWORD}@{place}/fresh": "let this user create and change tables in the database",
    }
    for address, remedy in expected.items():
        code, (line,) = start(tmp_path, address)
        assert (code, line.rpartition("; ")[2]) == (3, remedy), address
    rules.write_text(trusted)
    assert content(url) == before


def test_a_server_that_only_reads_ends_it_with_3(tmp_path: Path, own_postgres: Cluster) -> None:
    """A standby, or one that was set so."""
    own_postgres.run("CREATE DATABASE empty TEMPLATE template0")
    own_postgres.run("ALTER DATABASE empty SET default_transaction_read_only = on")
    code, (line,) = start(tmp_path, own_postgres.url("empty"))

    assert code == 3
    assert line.endswith("this server only reads; name the one that takes writes in database.url")


@pytest.mark.parametrize("kind", ["file", "server"])
def test_a_newer_database_ends_it_with_3_at_once(
    kind: str, tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    """There is no way back but a backup from before; an older one is brought up to date at the start."""
    url = database if kind == "file" else request.getfixturevalue("own_postgres_url")
    if kind == "file":
        with closing(sqlite3.connect(tmp_path / "bot.db")) as connection:
            connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
            connection.commit()
    else:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'".encode())
    before = content(url)
    code, (line,) = start(tmp_path, url)

    assert code == 3
    assert line == (
        "stichwort: database: the database was written by a newer Stichwort (its version is 9999): update Stichwort"
    )
    assert content(url) == before


def test_a_place_that_cannot_be_written_to_ends_it_with_3(tmp_path: Path) -> None:
    """Not even by root: the system's own folder."""
    code, (line,) = start(tmp_path, "sqlite:////sys/bot.db")

    assert code == 3
    assert line.startswith("stichwort: database: its folder cannot be written to (")
    assert line.endswith("let this user write there, or name another file in database.url")


@pytest.mark.parametrize("is_new", [True, False])
def test_a_disk_without_room_ends_it_with_3(is_new: bool, tmp_path: Path, database: str) -> None:
    """Whether the tables are to be made or brought up to date; what was there is whole."""
    url = f"sqlite:///{tmp_path / 'new.db'}" if is_new else database
    if not is_new:
        with closing(sqlite3.connect(tmp_path / "bot.db")) as connection:
            connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '0027'")
            connection.execute("DROP TABLE channels")
            connection.commit()
            connection.execute("PRAGMA journal_mode=DELETE")
    before = None if is_new else content(url)
    code, (line,) = start(tmp_path, url, limit=4)

    assert code == 3
    assert line.endswith("see that its disk has room and is sound")
    assert is_new or content(url) == before


def test_a_clock_in_the_past_ends_it_with_1(tmp_path: Path, database: str) -> None:
    """As after a start without a battery; nothing is stored with such a time."""
    offset = tmp_path / "clock"
    offset.write_text("-1800000000")
    before = content(database)
    code, (line,) = start(tmp_path, database, STICHWORT_CLOCK=str(offset))

    assert code == 1
    assert line.startswith("stichwort: the clock of this machine says 19")
    assert "timedatectl set-ntp true" in line
    assert content(database) == before
