"""What a database URL of the configuration means."""

from __future__ import annotations

import pytest

from bot.core.errors import StorageError
from storage import address


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
    found = address.read(url)

    assert (found.is_sqlite, found.in_memory, found.path, found.parts.database) == (True, False, path, path)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_without_a_file_the_database_is_in_memory(url: str) -> None:
    """However that is written."""
    assert address.read(url).in_memory


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
    parts = address.read(url).parts

    assert (parts.username, parts.password, parts.host, parts.port, parts.database) == (
        user,
        password,
        host,
        port,
        name,
    )


def test_options_reach_the_driver() -> None:
    """A socket directory and the like."""
    found = address.read("postgresql://bot@/news?host=/run/postgresql&sslmode=disable")

    assert dict(found.parts.query) == {"host": "/run/postgresql", "sslmode": "disable"}
    assert found.driven_by("psycopg").drivername == "postgresql+psycopg"


@pytest.mark.parametrize("url", ["mysql://a@b/c", "postgresql://host", "postgresql://host/", "stichwort.db", ""])
def test_anything_else_is_refused(url: str) -> None:
    """In one sentence that says how a URL looks, without repeating what may hold a password."""
    with pytest.raises(StorageError) as refused:
        address.read(url)

    assert str(refused.value) == "a database is sqlite:///FILE or postgresql://user:password@host/name"
