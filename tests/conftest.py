"""What every test may rely on: no traffic but to loopback, a clock that stands still, and databases to ask for."""

from __future__ import annotations

import gc
import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.fakes.clock import FakeClock
from tests.fakes.postgres import (
    empty_postgres_url,
    own_postgres,
    own_postgres_url,
    postgres,
    postgres_url,
    worker_database,
)
from tests.fakes.stores import sqlite_template, sqlite_url

__all__ = [
    "empty_postgres_url",
    "own_postgres",
    "own_postgres_url",
    "postgres",
    "postgres_url",
    "sqlite_template",
    "sqlite_url",
    "worker_database",
]

# Without it the library warns each time it builds its flood error, and here warnings are errors.
os.environ["PTB_TIMEDELTA"] = "1"

# Hypothesis fails an example that takes 200 ms and a strategy that is slow to draw: on a busy machine any is.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture
def clock() -> FakeClock:
    """A clock at a Monday noon in winter that the test moves."""
    return FakeClock()


@pytest.fixture(autouse=True, scope="session")
def loopback_only() -> Iterator[None]:
    """Make any connection to another machine an error, in this process."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not ipaddress.ip_address(address[0]).is_loopback:
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


def pytest_collection_finish() -> None:
    """Spare the collector of garbage what stays until the end: thousands of tests, and every module."""
    gc.collect()
    gc.freeze()
