"""
Backup and restore of a database on PostgreSQL, by the same file as an embedded database: an SQLite database.

So a backup of one kind is restored into the other. A backup reads one moment of the server, stops nobody and may be of
an older version. A restore is one transaction: whatever fails leaves the server's database as it was, and what it held
is saved to a file first.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

from bot.core.errors import BotError, StorageError
from storage import backup, engine, schema, table_copy
from storage.backup import Kept, Tell
from storage.schema import SchemaState


class InUseError(BotError):
    """Other processes use the database that was to be replaced; the message is one line."""


def save(url: str, target: Path, tell: Tell, *, overwrite: bool = False) -> None:
    """Save a server's database to a file; `overwrite` writes over an older backup of that name."""
    if schema.find_state(url) is SchemaState.NEW:
        raise StorageError("there is nothing to save: the database has no tables yet")
    with backup.published(target, overwrite=overwrite) as part, schema.reading(url) as source:
        version = schema.find_version(source)
        assert version is not None
        backup.create(part)
        with schema.new_file(part, version) as new:
            table_copy.replace_rows(source, new, tell)


def put_back(source: Path, url: str, tell: Tell) -> Kept | None:
    """
    Put the rows of a backup in the place of those of a server's database, brought up to date.

    Returns the file in which the rows before are kept, beside the backup; None if there were none. Raises `InUseError`
    while a bot is connected to the database.
    """
    backup.demand_ours(source)
    fresh = source.absolute().with_name(f".{source.name}.restored")
    with engine.translated(), backup.removed_in_the_end(fresh):
        backup.copy_file(source, fresh, tell)
        schema.upgrade(f"sqlite:///{fresh}")
        backup.check(fresh)
        schema.upgrade(url)
        kept = _keep(url, source, tell)
        with schema.reading(f"sqlite:///{fresh}") as old, schema.writing(url) as new:
            _demand_unused(new)
            table_copy.replace_rows(old, new, tell)
    return kept


def _keep(url: str, source: Path, tell: Tell) -> Kept | None:
    with schema.reading(url) as connection:
        _demand_unused(connection)
        is_empty = table_copy.count_rows(connection) == 0
    if is_empty:
        return None
    name = engine.read(url).parts.database
    names = backup.unused_names(source.absolute().with_name(f"{name}.db"))
    file = next(file for file in names if not file.exists())
    save(url, file, tell)
    return Kept(file=file, is_readable=True)


def _demand_unused(connection: Connection) -> None:
    """Raise while another process of ours is connected; the server lists only those it lets this user see."""
    found = connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = current_setting('application_name') AND pid <> pg_backend_pid()"
        )
    ).scalar_one()
    if found:
        raise InUseError("a bot is running on this database; stop it first")
