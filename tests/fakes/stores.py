"""
Addresses of empty stores on every database we promise to work on.

A contract is demanded of a file and of PostgreSQL. In memory the statements are the same as in a file, on one
connection instead of several; all tests of services and of conversations run there, so contracts need not run a third
time.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core.article import Article
from storage import rows
from storage.schema import upgrade
from storage.store import Store, open_store
from storage.tables import articles

FILE, POSTGRESQL = "file", "postgresql"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a database file of this test's own."""
    path = tmp_path / "stichwort.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=[FILE, POSTGRESQL])
def url(request: pytest.FixtureRequest) -> str:
    """The address of an empty store that outlives its process; the test runs once for each database."""
    found: str = request.getfixturevalue("sqlite_url" if request.param == FILE else "postgres_url")
    return found


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """An empty store."""
    opened = await open_store(url)
    yield opened
    await opened.close()


@pytest.fixture
async def stores(url: str) -> AsyncIterator[tuple[Store, Store]]:
    """Two stores on one database, as two processes have them."""
    first, second = await open_store(url), await open_store(url)
    yield first, second
    await first.close()
    await second.close()


async def recent_articles(store: Store, *, since: datetime, limit: int) -> tuple[Article, ...]:
    """List stored articles seen since then, newest first."""
    recent = select(articles).where(articles.c.seen_at >= since)
    newest = recent.order_by(articles.c.seen_at.desc(), articles.c.id.desc()).limit(limit)
    async with store._database.read() as connection:
        return tuple(rows.article(row) for row in (await connection.execute(newest)).mappings())
