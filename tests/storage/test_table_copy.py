"""What is copied of rows and counters from one database to another."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from storage import schema, table_copy
from tests.storage.test_server_backup import content, fill, quiet


def make_source(folder: Path) -> str:
    """Make a full database whose title no server takes."""
    url = f"sqlite:///{folder / 'source.db'}"
    schema.upgrade(url)
    fill(url)
    with schema.writing(url) as connection:
        connection.execute(text("UPDATE feeds SET title = :title"), {"title": "Zug\0 'und' Öl\t\\N\n"})
    return url


def test_a_server_gets_texts_as_they_are_but_for_a_zero_byte(tmp_path: Path, own_postgres_url: str) -> None:
    """It refuses that one; quotation marks, tabs and what looks like a mark of its own are kept."""
    url = make_source(tmp_path)
    with schema.reading(url) as source, schema.writing(own_postgres_url) as target:
        table_copy.replace_rows(source, target, quiet)
        title = target.execute(text("SELECT title FROM feeds")).scalar_one()

    assert title == "Zug 'und' Öl\t\\N\n"


def test_the_progress_counts_rows_down_to_none(tmp_path: Path, own_postgres_url: str) -> None:
    """The whole is known from the beginning."""
    url = make_source(tmp_path)
    told: list[tuple[int, int]] = []
    with schema.reading(url) as source, schema.writing(own_postgres_url) as target:
        rows = table_copy.count_rows(source)
        table_copy.replace_rows(source, target, lambda left, total: told.append((left, total)))

    assert rows == sum(len(found) for name, found in content(url).items() if name != schema.VERSION_TABLE)
    assert told[0] == (rows, rows)
    assert told[-1] == (0, rows)
    assert [left for left, _ in told] == sorted((left for left, _ in told), reverse=True)


def test_what_the_target_held_and_counted_is_gone(tmp_path: Path) -> None:
    """The counters are those of the source, also where they are lower."""
    url, other = make_source(tmp_path), f"sqlite:///{tmp_path / 'target.db'}"
    schema.upgrade(other)
    fill(other)
    with schema.writing(other) as connection:
        connection.execute(text("UPDATE facts SET key = 'gone'"))
        connection.execute(text("UPDATE sqlite_sequence SET seq = 900 WHERE name = 'feeds'"))
    with schema.reading(url) as source, schema.writing(other) as target:
        table_copy.replace_rows(source, target, quiet)

    assert content(other) == content(url)
    with schema.reading(other) as connection:
        counter = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'feeds'")).scalar_one()
    assert counter == 41
