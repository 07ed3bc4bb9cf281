"""
SQLite connections that let go of the write lock when a task is cut off in the middle of a statement.

The driver runs statements in a thread, which goes on after the task that waits for it was cancelled, and closes a
connection without ending its transaction: as long as anything still refers to one of its statements, the file stays
locked for everybody.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

import aiosqlite


class SteadyConnection(aiosqlite.Connection):
    """Ends its transaction, in the thread and behind whatever still runs there, before it is closed."""

    async def close(self) -> None:
        """End the transaction and close."""
        self._roll_back_first()
        await super().close()

    def stop(self) -> Any:
        """End the transaction, close and stop the thread, without being waited for."""
        self._roll_back_first()
        return super().stop()

    def _roll_back_first(self) -> None:
        connection = self._connection
        if connection is not None:
            self._tx.put_nowait((None, partial(_roll_back, connection)))


def _roll_back(connection: sqlite3.Connection) -> None:
    try:
        if connection.in_transaction:
            connection.rollback()
    except sqlite3.ProgrammingError:
        pass  # closed already


def connect_steadily(path: str, **options: Any) -> SteadyConnection:
    """Prepare a connection as the driver does; it is opened when it is awaited."""
    open_file: Callable[[], sqlite3.Connection] = partial(sqlite3.connect, path, **options)
    connection = SteadyConnection(open_file, iter_chunk_size=64)
    connection._thread.daemon = True
    return connection
