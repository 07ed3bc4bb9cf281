"""Databases to try the store's own doings on."""

from tests.fakes.stores import store, stores, url

__all__ = ["store", "stores", "url"]
