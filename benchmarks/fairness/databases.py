"""The databases a scenario runs on: a fresh SQLite file, or a fresh database of one PostgreSQL server of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

SQLITE, POSTGRESQL = "sqlite", "postgresql"
KINDS = (SQLITE, POSTGRESQL)
_TITLES = {SQLITE: "SQLite", POSTGRESQL: "PostgreSQL"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """What the configuration names; it is empty at the start."""

    kind: str
    url: str
    """Of SQLite relative to the folder of the bot."""

    @property
    def title(self) -> str:
        """Name it in the table."""
        return _TITLES[self.kind]


@contextmanager
def open_databases() -> Iterator[Callable[[str], Database | None]]:
    """Give what makes a database of a kind, None where no server is installed; PostgreSQL starts when asked for."""
    from tests.fakes import postgres

    clusters: list[postgres.Cluster] = []

    def make(kind: str) -> Database | None:
        if kind == SQLITE:
            return Database(kind=kind, url="sqlite:///bot.db")
        if not clusters:
            binaries = postgres._find_binaries()
            if binaries is None:
                return None
            clusters.append(postgres._start(binaries))
        name = f"fairness_{uuid4().hex}"
        clusters[0].run(f"CREATE DATABASE {name} TEMPLATE template0")
        return Database(kind=kind, url=clusters[0].url(name))

    try:
        yield make
    finally:
        for cluster in clusters:
            cluster.remove()
