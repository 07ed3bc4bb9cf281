"""
How the store behaves when the database does not: gone, killed, locked, or cut off.

What a database URL of the configuration means.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from bot.core.errors import DamagedDatabaseError, StorageError
from bot.core.ids import ChatId
from bot.demo.telegram_server.clock import HANG_SECONDS
from storage import engine
from storage.store import Store, open_store
from tests.builders import NOW, make_wish
from tests.contracts.scenes import claim, meet, notice, subscribe
from tests.fakes.damage import damage_table
from tests.fakes.postgres import Cluster

WRITER = """
import asyncio, sys
from storage.store import Store, open_store
from tests.contracts.scenes import claim, notice
from tests.builders import NOW

async def write(url):
    store = await open_store(url)
    for number in range(100_000):
        await notice(store, 1, str(number))
        for delivery in await claim(store, "dying"):
            await store.outbox.start([delivery.id], NOW)
        print(number, flush=True)

asyncio.run(write(sys.argv[1]))
"""


def kill_a_writer(url: str) -> int:
    """Start a process that writes, kill it in the middle, and give the last number it told us."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, url],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) >= 25:
                process.send_signal(signal.SIGKILL)
                break
        return max([25, *map(int, process.stdout.read().split())])


async def test_a_server_that_is_not_there_is_an_error_at_once(unused_tcp_port: int) -> None:
    """One line, without the password; waiting is the business of whoever starts."""
    async with asyncio.timeout(HANG_SECONDS):
        with pytest.raises(StorageError) as refused:
            await open_store(f"postgresql://bot:geheim@127.0.0.1:{unused_tcp_port}/news")

    assert "\n" not in str(refused.value)
    assert "geheim" not in str(refused.value)
    assert refused.value.__cause__ is not None


async def test_a_file_that_is_not_there_is_not_made_by_opening(tmp_path: Path) -> None:
    """Its tables come from an upgrade, and the sentence says so."""
    with pytest.raises(StorageError, match="run `stichwort upgrade`"):
        await open_store(f"sqlite:///{tmp_path / 'new.db'}")


async def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    """In the words of the database."""
    with pytest.raises(StorageError, match="unable to open database file"):
        await open_store(f"sqlite:///{tmp_path / 'missing' / 'new.db'}")


async def test_a_lost_connection_is_replaced(own_postgres_url: str, postgres: Cluster) -> None:
    """After a restart of the server the next statement works again."""
    store = await open_store(own_postgres_url)
    await asyncio.gather(*(store.ping() for _ in range(5)))
    name = own_postgres_url.rsplit("/", 1)[1]
    postgres.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    await store.ping()
    await meet(store, 1)

    await store.close()


async def test_an_error_names_no_value(sqlite_url: str) -> None:
    """What readers typed stays out of logs, and out of the errors that end there."""
    store = await open_store(sqlite_url)
    await meet(store, 1)
    async with store._database.write() as connection:
        await connection.execute(text("DROP TABLE queries"))

    with pytest.raises(StorageError) as failed:
        await subscribe(store, 1, "Geheimnis")

    assert "Geheimnis" not in f"{failed.value} {failed.value.__cause__}"
    await store.close()


async def test_sqlite_is_set_up_for_safety(sqlite_url: str) -> None:
    """Write-ahead log, a commit that reached the disk, and no orphans, on every connection."""
    store = await open_store(sqlite_url)
    for opened in (store._database.read, store._database.write):
        async with opened() as connection:
            values = [
                (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
        assert values == ["wal", 2, 1, 15_000]
    await store.close()


async def test_a_database_that_is_locked_for_a_moment_is_waited_for(sqlite_url: str) -> None:
    """A backup or another tool may hold it."""
    store = await open_store(sqlite_url)
    path = sqlite_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(meet(store, 1))
        await asyncio.sleep(0.3)
        assert not writing.done()
        assert await store.chats.find(ChatId(1)) is None
        other.execute("ROLLBACK")
    assert (await writing).id == 1
    await store.close()


async def test_ids_of_what_was_deleted_never_come_back(sqlite_url: str) -> None:
    """SQLite would give the last one out again; a matcher or a button may still know it."""
    store = await open_store(sqlite_url)
    first = await subscribe(store, 1)
    await store.subscriptions.remove([first.id])
    async with store._database.write() as connection:
        await connection.execute(text("DELETE FROM queries"))

    second = await subscribe(store, 1)

    assert (second.id, second.query_id) == (first.id + 1, first.query_id + 1)
    await store.close()


async def test_nothing_that_was_confirmed_is_lost_by_a_kill(url: str) -> None:
    """Killed in the middle of writing: every row it told us of is there, and its leases can be given back."""
    told = await asyncio.to_thread(kill_a_writer, url)

    store = await open_store(url)
    assert await store.outbox.list_owners() == ("dying",)
    assert await store.outbox.release("dying", NOW) in (told + 1, told + 2)
    keys = {each.key for each in await claim(store, "heir", limit=1000)}
    assert {str(number) for number in range(told + 1)} <= keys
    await notice(store)
    await store.close()


async def test_a_store_in_memory_is_empty_and_its_own() -> None:
    """Two of them share nothing."""
    first, second = await open_store("sqlite://"), await open_store("sqlite://")
    await first.feeds.add(make_wish(), NOW)

    assert await second.feeds.list_all() == ()

    await first.close()
    await second.close()


async def test_a_full_disk_is_noted_and_a_value_nobody_takes_is_not(sqlite_url: str) -> None:
    """Only the first means that nothing can be written; a probe needs as much room as work, and proves the contrary."""
    store = await open_store(sqlite_url)
    await meet(store, 1)
    assert (store.state.is_failing, store.state.writes > 0) == (False, True)
    with pytest.raises(StorageError):
        async with store._database.write() as connection:
            await connection.execute(text("INSERT INTO facts (key, value) VALUES ('a', NULL)"))
    assert not store.state.is_failing

    await limit(store, "PRAGMA max_page_count = 1")  # SQLite takes the present size, and the file can grow no more
    with pytest.raises(StorageError, match="disk is full"):
        await fill(store)
    assert store.state.is_failing
    with pytest.raises(StorageError, match="disk is full"):
        await store.probe(65_536)
    assert store.state.is_failing
    await limit(store, "PRAGMA max_page_count = 1000000")
    await store.probe(65_536)
    assert not store.state.is_failing
    await store.close()


async def fill(store: Store) -> None:
    """Write until it is full."""
    for number in range(10_000):
        await notice(store, 1, f"{number} " + "x" * 3_000)


async def limit(store: Store, pragma: str) -> None:
    """Change a setting of the connection that writes."""
    async with store._database.write() as connection:
        await connection.execute(text(pragma))


async def test_a_damaged_page_is_a_state_of_its_own(sqlite_url: str) -> None:
    """Of a file; what is elsewhere in it goes on, and the first sentence is kept."""
    damage_table(sqlite_url, "articles")
    store = await open_store(sqlite_url)
    await meet(store, 1)
    assert store.state.damage is None
    for _ in range(2):
        with pytest.raises(DamagedDatabaseError, match="the database is damaged: database disk image is malformed"):
            async with store._database.read() as connection:
                await connection.execute(text("SELECT * FROM articles"))
        assert store.state.damage == "the database is damaged: database disk image is malformed"
    await meet(store, 2)
    await store.close()


@pytest.mark.parametrize("code", ["XX001", "XX002", "58030", "XX000"])
async def test_a_damaged_page_or_index_of_postgresql_is_the_same(postgres_url: str, code: str) -> None:
    """By the code the server gives."""
    store = await open_store(postgres_url)
    with pytest.raises(DamagedDatabaseError):
        async with store._database.write() as connection:
            await connection.execute(
                text(f"DO $$ BEGIN RAISE 'could not read block 7' USING ERRCODE = '{code}'; END $$")
            )
    assert store.state.damage == "the database is damaged: could not read block 7"
    await store.close()


async def test_an_internal_error_that_is_not_about_blocks_is_no_damage(postgres_url: str) -> None:
    """It has the same code."""
    store = await open_store(postgres_url)
    with pytest.raises(StorageError):
        async with store._database.write() as connection:
            await connection.execute(text("DO $$ BEGIN RAISE 'cache lookup failed' USING ERRCODE = 'XX000'; END $$"))
    assert store.state.damage is None
    await store.close()


def find_relation(url: str, table: str) -> Path:
    """Give the file of a table of PostgreSQL, with everything written to it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        row = connection.execute(
            "SELECT current_setting('data_directory') || '/' || pg_relation_filepath(%s)", [table]
        ).fetchone()
    assert row is not None
    return Path(row[0])


@pytest.mark.parametrize("loss", ["gone", "a folder"])
async def test_a_table_whose_file_is_lost_is_damage(own_postgres_url: str, loss: str) -> None:
    """Removed, or unreadable in a way that has no code of its own."""
    file = find_relation(own_postgres_url, "articles")
    file.unlink()
    if loss == "a folder":
        file.mkdir()
    store = await open_store(own_postgres_url)
    with pytest.raises(DamagedDatabaseError):
        async with store._database.read() as connection:
            await connection.execute(text("SELECT * FROM articles"))
    assert store.state.damage is not None
    await store.close()
    if loss == "a folder":
        file.rmdir()


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///stichwort.db", "stichwort.db"),
        ("sqlite:////var/lib/stichwort/news.db", "/var/lib/stichwort/news.db"),
        ("sqlite:///odd %41?#@ name.db", "odd %41?#@ name.db"),
    ],
)
def test_three_slashes_begin_a_file_name(url: str, path: str) -> None:
    """It is taken as it stands; a fourth slash makes it absolute."""
    found = engine.read(url)

    assert (found.is_sqlite, found.in_memory, found.path, found.parts.database) == (True, False, path, path)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_without_a_file_the_database_is_in_memory(url: str) -> None:
    """However that is written."""
    assert engine.read(url).in_memory


@pytest.mark.parametrize(
    ("url", "user", "password", "host", "port", "name"),
    [
        ("postgresql://bot:secret@db.example/news", "bot", "secret", "db.example", None, "news"),
        ("postgresql://bot:p@ss:w/rd?#%25@db:6432/news", "bot", "p@ss:w/rd?#%", "db", 6432, "news"),
        ("postgresql://b%40t:p%40ss@[::1]/news", "b@t", "p@ss", "::1", None, "news"),
        ("postgresql://bot@/news", "bot", None, None, None, "news"),
        ("postgresql:///news", None, None, None, None, "news"),
    ],
)
def test_a_password_may_hold_any_character(
    url: str, user: str | None, password: str | None, host: str | None, port: int | None, name: str
) -> None:
    """As it is or percent-encoded; the last @ ends it."""
    parts = engine.read(url).parts

    assert (parts.username, parts.password, parts.host, parts.port, parts.database) == (
        user,
        password,
        host,
        port,
        name,
    )


def test_options_reach_the_driver() -> None:
    """A socket directory and the like."""
    found = engine.read("postgresql://bot@/news?host=/run/postgresql&sslmode=disable")

    assert dict(found.parts.query) == {"host": "/run/postgresql", "sslmode": "disable"}
    assert found.driven_by("psycopg").drivername == "postgresql+psycopg"


@pytest.mark.parametrize("url", ["mysql://a@b/c", "postgresql://host", "postgresql://host/", "stichwort.db", ""])
def test_anything_else_is_refused(url: str) -> None:
    """In one sentence that says how a URL looks, without repeating what may hold a password."""
    with pytest.raises(StorageError) as refused:
        engine.read(url)

    assert str(refused.value) == "a database is sqlite:///FILE or postgresql://user:password@host/name"
