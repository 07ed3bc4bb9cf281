"""One file for both databases: what is saved from either comes back whole in either."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, create_engine, text

from bot.core.errors import StorageError
from storage import backup, engine, schema, server_backup
from storage.backup import Kept
from storage.schema import VERSION_TABLE
from tests.storage.test_schema import _fill, _migrate_to, engine_of, schema_of

Content = dict[str, list[tuple[Any, ...]]]


def quiet(left: int, total: int) -> None:
    """Be told nothing."""


def save(url: str, file: Path, tell: Callable[[int, int], None] = quiet) -> None:
    """Save either database."""
    where = engine.read(url)
    if where.is_sqlite:
        backup.save(Path(where.path), file, tell)
    else:
        server_backup.save(url, file, tell)


def put_back(file: Path, url: str) -> Kept | None:
    """Restore into either database."""
    where = engine.read(url)
    if where.is_sqlite:
        return backup.put_back(file, Path(where.path), quiet)
    return server_backup.put_back(file, url, quiet)


def reflect(made: Engine) -> MetaData:
    """Read the tables of a database."""
    found = MetaData()
    found.reflect(made)
    return found


def content(url: str) -> Content:
    """Read all rows of all tables, as they are stored."""
    made = engine_of(url)
    with made.connect() as connection:
        rows = {
            table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for table in reflect(made).sorted_tables
        }
    made.dispose()
    return rows


def fill(url: str) -> None:
    """Put a row into every table, and let the counters go on beyond the rows that are left."""
    made = engine_of(url)
    tables = reflect(made)
    with made.begin() as connection:
        for table in reversed(tables.sorted_tables):
            if table.name != VERSION_TABLE:
                connection.execute(table.delete())
        _fill(connection, tables)
        if made.dialect.name == "postgresql":
            connection.execute(text("SELECT setval('feeds_id_seq', 41)"))
        else:
            connection.execute(text("UPDATE sqlite_sequence SET seq = 41 WHERE name = 'feeds'"))
    made.dispose()


def next_feed(url: str) -> int:
    """Give the id of a new feed."""
    made = engine_of(url)
    feeds = reflect(made).tables["feeds"]
    with made.begin() as connection:
        row = dict(connection.execute(feeds.select()).mappings().first() or {})
        values = {name: value for name, value in row.items() if name != "id"} | {"wished_url": "another"}
        (number,) = connection.execute(feeds.insert().values(values)).inserted_primary_key or (0,)
    made.dispose()
    return int(number)


@pytest.fixture
def urls(tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """The addresses of two full databases, one of each kind."""
    both = {"sqlite": f"sqlite:///{tmp_path / 'bot.db'}", "postgresql": request.getfixturevalue("own_postgres_url")}
    schema.upgrade(both["sqlite"])
    for url in both.values():
        fill(url)
    return both


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
def test_what_is_saved_from_either_comes_back_in_either(
    urls: dict[str, str], source: str, target: str, tmp_path: Path
) -> None:
    """Every row of every table, and the counters: an id that was given once is not given again."""
    file = tmp_path / "saved.db"
    saved = content(urls[source])
    assert sum(map(len, saved.values())) >= 30
    save(urls[source], file)
    made = engine_of(urls[target])
    with made.begin() as connection:
        connection.execute(text("UPDATE facts SET value = 'changed'"))
        if made.dialect.name == "postgresql":
            connection.execute(text("SELECT setval('feeds_id_seq', 7)"))
    made.dispose()
    before = content(urls[target])

    kept = put_back(file, urls[target])

    assert content(urls[target]) == saved
    assert next_feed(urls[target]) == 42
    assert file.stat().st_mode & 0o777 == 0o600
    assert kept is not None
    assert kept.file.stat().st_mode & 0o777 == 0o600
    assert content(f"sqlite:///{kept.file}") == before
    assert [*tmp_path.glob(".*")] == []


def test_a_file_of_a_server_has_the_tables_of_a_fresh_database(urls: dict[str, str], tmp_path: Path) -> None:
    """Keys, indexes and conditions too: a bot can run on it."""
    save(urls["postgresql"], tmp_path / "saved.db")
    schema.upgrade(f"sqlite:///{tmp_path / 'fresh.db'}")

    saved, fresh = (create_engine(f"sqlite:///{tmp_path / name}.db") for name in ("saved", "fresh"))
    assert schema_of(saved) == schema_of(fresh)


def test_a_backup_of_a_server_is_of_one_moment_and_stops_nobody(urls: dict[str, str], tmp_path: Path) -> None:
    """What is written meanwhile is not in it."""
    before = content(urls["postgresql"])
    told: list[tuple[int, int]] = []

    def tell(left: int, total: int) -> None:
        if not told:
            made = engine_of(urls["postgresql"])
            with made.begin() as connection:
                connection.execute(text("DELETE FROM facts"))
                connection.execute(text("UPDATE feeds SET title = 'changed'"))
            made.dispose()
        told.append((left, total))

    save(urls["postgresql"], tmp_path / "saved.db", tell)

    rows = sum(len(table) for name, table in before.items() if name != VERSION_TABLE)
    assert (told[0], told[-1]) == ((rows, rows), (0, rows))
    assert content(urls["postgresql"])["facts"] == []
    assert content(f"sqlite:///{tmp_path / 'saved.db'}") == before


def test_a_server_of_an_older_version_is_saved_as_it_is_and_restored_up_to_date(
    empty_postgres_url: str, tmp_path: Path
) -> None:
    """Whoever saves before an upgrade has a backup of before it."""
    made, file = engine_of(empty_postgres_url), tmp_path / "saved.db"
    _migrate_to(made, "0016")
    with made.begin() as connection:
        _fill(connection, reflect(made))
    made.dispose()
    save(empty_postgres_url, file)
    assert content(f"sqlite:///{file}")[VERSION_TABLE] == [("0016",)]
    schema.upgrade(empty_postgres_url)
    upgraded = content(empty_postgres_url)
    made = engine_of(empty_postgres_url)
    with made.begin() as connection:
        connection.execute(text("DELETE FROM facts"))
    made.dispose()

    put_back(file, empty_postgres_url)

    assert content(empty_postgres_url) == upgraded
    assert upgraded["facts"]


@pytest.mark.parametrize("options", ["", "?application_name=news"])
def test_nothing_is_replaced_under_a_running_bot(urls: dict[str, str], options: str, tmp_path: Path) -> None:
    """Nor is anything kept: the bot would go on with ids of rows that are gone."""
    file = tmp_path / "saved.db"
    save(urls["sqlite"], file)
    before = content(urls["postgresql"])
    url = urls["postgresql"] + options
    with schema.reading(url) as running:
        running.execute(text("SELECT 1"))
        with pytest.raises(server_backup.InUseError, match="stop it first"):
            put_back(file, url)

    assert content(urls["postgresql"]) == before
    assert [*tmp_path.glob("*before-restore*")] == []


@pytest.mark.parametrize("fault", ["newer", "damaged", "refused", "foreign"])
def test_a_restore_that_fails_leaves_the_server_as_it_was(urls: dict[str, str], fault: str, tmp_path: Path) -> None:
    """A backup of a newer version, one that is damaged, one with a row the server refuses, and no backup at all."""
    file = tmp_path / "saved.db"
    save(urls["sqlite"], file)
    made = create_engine(f"sqlite:///{file}")
    with made.begin() as connection:
        if fault == "newer":
            connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
        elif fault == "refused":
            connection.execute(text("UPDATE updates SET id = 'a word, which SQLite keeps in a column of numbers'"))
        elif fault == "foreign":
            connection.execute(text(f"DROP TABLE {VERSION_TABLE}"))
    made.dispose()
    if fault == "damaged":
        with file.open("r+b") as opened:
            opened.seek(4096 * 3)
            opened.write(b"\x11" * 4096 * 3)
    before = content(urls["postgresql"])

    with pytest.raises(StorageError) as refused:
        put_back(file, urls["postgresql"])

    assert "\n" not in str(refused.value)
    assert content(urls["postgresql"]) == before
    assert [*tmp_path.glob(".*")] == []


def test_an_empty_server_is_not_saved_and_needs_no_copy(
    empty_postgres_url: str, urls: dict[str, str], tmp_path: Path
) -> None:
    """There is nothing yet; a restore makes the tables."""
    with pytest.raises(StorageError, match="nothing to save"):
        save(empty_postgres_url, tmp_path / "empty.db")
    assert not (tmp_path / "empty.db").exists()

    save(urls["sqlite"], tmp_path / "saved.db")
    assert put_back(tmp_path / "saved.db", empty_postgres_url) is None
    assert content(empty_postgres_url) == content(urls["sqlite"])
