"""Databases to try the store's own doings on."""

from tests.fakes.stores import lasting_url, store, stores, url

__all__ = ["lasting_url", "store", "stores", "url"]
