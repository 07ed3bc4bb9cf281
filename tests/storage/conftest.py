"""Databases to try the store's own doings on."""

from tests.fakes.postgres import empty_postgres_url, postgres, postgres_url
from tests.fakes.stores import lasting_url, sqlite_template, sqlite_url, store, stores, url

__all__ = [
    "empty_postgres_url",
    "lasting_url",
    "postgres",
    "postgres_url",
    "sqlite_template",
    "sqlite_url",
    "store",
    "stores",
    "url",
]
