"""The stores every contract is demanded on."""

from tests.fakes.stores import store, stores, url

__all__ = ["store", "stores", "url"]
