"""What an upgrade makes of a database, and which databases it leaves alone."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, Engine, MetaData, create_engine, inspect, text

from bot.core.errors import StorageError
from storage import engine as engine_repository
from storage.schema import MIGRATIONS, VERSION_TABLE, metadata, upgrade
from storage.store import open_store
from tests.fakes.postgres import Cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.db'}"
    found: str = request.getfixturevalue("empty_postgres_url")
    return found


def engine_of(url: str) -> Engine:
    """Open a database without what the store does to it."""
    where = engine_repository.read(url)
    return create_engine(where.driven_by("pysqlite" if where.is_sqlite else "psycopg"))


def schema_of(engine: Engine) -> dict[str, Any]:
    """Describe all tables, columns, keys and indexes as the database knows them."""
    found: dict[str, Any] = {}
    with engine.connect() as connection:
        inspector = inspect(connection)
        for name in inspector.get_table_names():
            if name == VERSION_TABLE:
                continue
            columns = [
                (each["name"], str(each["type"]), each["nullable"], each.get("autoincrement") in (True, "auto"))
                for each in inspector.get_columns(name)
            ]
            found[name] = {
                "columns": columns,
                "primary": inspector.get_pk_constraint(name),
                "foreign": sorted(map(str, inspector.get_foreign_keys(name))),
                "unique": sorted(map(str, inspector.get_unique_constraints(name))),
                "indexes": sorted(map(_index, inspector.get_indexes(name))),
                "options": inspector.get_table_options(name),
            }
        if engine.dialect.name == "sqlite":
            counted = text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%' ORDER BY name")
            found["counts up for ever"] = connection.execute(counted).scalars().all()
    return found


def _index(index: Any) -> tuple[str, tuple[str, ...], bool, str]:
    options = index.get("dialect_options", {})
    condition = options.get("sqlite_where", options.get("postgresql_where", ""))
    return index["name"], tuple(index["column_names"]), bool(index["unique"]), str(condition)


def test_a_migrated_database_is_the_same_as_a_fresh_one(
    empty_url: str, tmp_path: Path, postgres: Cluster, request: pytest.FixtureRequest
) -> None:
    """Table by table, with every index and condition; and the migration tool sees no difference either."""
    upgrade(empty_url)
    migrated = engine_of(empty_url)
    if migrated.dialect.name == "sqlite":
        fresh = create_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    else:
        name = f"{engine_repository.read(empty_url).parts.database}_fresh"
        postgres.run(f"CREATE DATABASE {name} TEMPLATE template0")
        request.addfinalizer(lambda: postgres.run(f"DROP DATABASE {name} WITH (FORCE)"))
        fresh = engine_of(postgres.url(name))
    metadata.create_all(fresh)

    assert schema_of(migrated) == schema_of(fresh)
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
    migrated.dispose()
    fresh.dispose()


def test_the_second_upgrade_has_nothing_to_do(empty_url: str) -> None:
    """And says so."""
    assert upgrade(empty_url) is True
    assert upgrade(empty_url) is False


def _migrate_to(engine: Engine, revision: str) -> None:
    """Make the tables as an older version of the code had them."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _fill(connection: Connection, tables: MetaData) -> None:
    """Put a row into every table, which refers to the first row of the others."""
    for table in tables.sorted_tables:
        if table.name != VERSION_TABLE:
            values = {column.name: _value(column) for column in table.columns}
            connection.execute(table.insert().values(values))


def _value(column: Column[Any]) -> Any:
    kind = column.type.python_type
    for key in column.foreign_keys:
        return _value(key.column)
    return column.name if kind is str else b"\x01" if kind is bytes else kind(1)


def _read(engine: Engine, tables: MetaData) -> dict[str, dict[str, Any]]:
    """Read the row of every table; one that was made later has none."""
    with engine.connect() as connection:
        return {
            table.name: dict(connection.execute(table.select()).mappings().one_or_none() or {})
            for table in tables.sorted_tables
            if table.name != VERSION_TABLE
        }


def _reflect(engine: Engine) -> MetaData:
    found = MetaData()
    found.reflect(engine)
    return found


def test_an_upgrade_from_0016_keeps_every_row(empty_url: str) -> None:
    """Only the lanes of deliveries are gone, and a reason is spelled as the others are."""
    engine = engine_of(empty_url)
    _migrate_to(engine, "0016")
    tables = _reflect(engine)
    with engine.begin() as connection:
        _fill(connection, tables)
        connection.execute(tables.tables["deliveries"].update().values(reason="nothing new"))
    before = _read(engine, tables)
    assert len(before) >= 27
    engine.dispose()

    assert upgrade(empty_url) is True

    engine = engine_of(empty_url)
    after = _read(engine, _reflect(engine))
    assert before["deliveries"].pop("lane") == 1
    before["deliveries"]["reason"] = "nothing-new"
    kept = {name: {column: after[name][column] for column in row} for name, row in before.items()}
    assert kept == before
    assert "lane" not in after["deliveries"]
    engine.dispose()


def test_two_processes_that_upgrade_at_once_do_not_collide(empty_url: str) -> None:
    """One does it, the others wait and find it done."""
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(upgrade, [empty_url] * 4)) == [False, False, False, True]


async def test_an_upgrade_runs_beside_an_event_loop(empty_url: str) -> None:
    """In a thread; then the store can be opened."""
    with pytest.raises(StorageError, match="run `stichwort upgrade`"):
        await open_store(empty_url)

    await asyncio.to_thread(upgrade, empty_url)

    store = await open_store(empty_url)
    await store.ping()
    await store.close()


def test_a_database_newer_than_the_code_is_left_alone(empty_url: str) -> None:
    """The sentence says what to do."""
    upgrade(empty_url)
    engine = engine_of(empty_url)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(StorageError) as refused:
        upgrade(empty_url)

    assert str(refused.value) == "the database was written by a newer Stichwort (its version is 9999): update Stichwort"


def test_a_database_of_somebody_else_is_left_alone(empty_url: str) -> None:
    """Nothing is added to it."""
    engine = engine_of(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE wines (id INTEGER)"))

    with pytest.raises(StorageError) as refused:
        upgrade(empty_url)

    assert str(refused.value) == "this is not a Stichwort database: it holds other tables (wines)"
    assert inspect(engine).get_table_names() == ["wines"]
    engine.dispose()


def test_an_upgrade_that_fails_leaves_everything_as_it_was(empty_url: str) -> None:
    """Tables and version are one transaction."""
    engine = engine_of(empty_url)
    with engine.begin() as connection:
        # A view is no table, so that the check finds nothing; the table of this name then cannot be made.
        connection.execute(text("CREATE VIEW matches AS SELECT 1 AS one"))

    with pytest.raises(StorageError):
        upgrade(empty_url)

    assert inspect(engine).get_table_names() == []
    engine.dispose()


@pytest.mark.parametrize("content", [b"This is a letter, not a database. " * 100, b"\x7fELF" + bytes(5000)])
async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    """Neither an upgrade nor the start writes to it."""
    path = tmp_path / "letter.txt"
    path.write_bytes(content)

    with pytest.raises(StorageError, match="file is not a database"):
        upgrade(f"sqlite:///{path}")
    with pytest.raises(StorageError, match="file is not a database"):
        await open_store(f"sqlite:///{path}")

    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """It is not made either: it may be a disk that is not mounted."""
    with pytest.raises(StorageError, match=f"does not exist: {tmp_path}/missing"):
        upgrade(f"sqlite:///{tmp_path}/missing/stichwort.db")


def test_a_server_that_does_not_answer_is_one_line_without_the_password(unused_tcp_port: int) -> None:
    """At once; waiting for it is the business of whoever starts."""
    with pytest.raises(StorageError) as refused:
        upgrade(f"postgresql://bot:geheim@127.0.0.1:{unused_tcp_port}/news")

    assert "\n" not in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_a_locked_file_is_waited_for(tmp_path: Path) -> None:
    """Another process may be writing for a moment."""
    path = tmp_path / "new.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(upgrade, f"sqlite:///{path}")
            assert not waiting.done()
            other.execute("ROLLBACK")
            assert waiting.result(30) is True
