"""The databases every contract is demanded on."""

from tests.fakes.postgres import postgres, postgres_url
from tests.fakes.stores import lasting_url, sqlite_template, sqlite_url, store, stores, url

__all__ = ["lasting_url", "postgres", "postgres_url", "sqlite_template", "sqlite_url", "store", "stores", "url"]
