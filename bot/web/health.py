"""Whether the process does its work: its database takes what is written, and its loops succeed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

from bot.core.process_state import DatabaseState, LoopProgress

_LIMIT = timedelta(minutes=1)
_PATIENCE_SECONDS = 3.0
_IDLE_SECONDS = 30.0
"""After so long without a write nobody would notice that none is possible any more."""
_LARGE, _SMALL = 65_536, 64
"""
Bytes of a probe. After a failed write it takes as much room as ordinary work, since on a full disk small writes go
through; while nothing is wrong it is not to wear the disk out.
"""


class DatabaseHealth(Protocol):
    """What is asked of the database."""

    @property
    def state(self) -> DatabaseState:
        """What the last attempts say."""
        ...

    async def ping(self) -> None:
        """Ask for a sign of life; raises `StorageError`."""
        ...

    async def probe(self, size: int) -> None:
        """Write about so many bytes, and note in the state that this was possible; raises `StorageError`."""
        ...


class Readiness:
    """What `/readyz` says; before `begin` the process is still starting."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._database: DatabaseHealth | None = None
        self._progress: LoopProgress | None = None
        self._asked: dict[str, asyncio.Future[object]] = {}
        self._is_ending = False
        self._is_probe_missing = False
        self._writes = 0
        self._written_at = seconds()
        self.is_database_away = False
        """What the last look found; may be read from another thread."""

    def begin(self, database: DatabaseHealth, progress: LoopProgress) -> None:
        """Say that everything is open and the loops run."""
        self._database, self._progress = database, progress

    def end(self) -> None:
        """Say that the process winds down, so that nobody sends it more work."""
        self._is_ending = True

    async def look(self) -> None:
        """
        Ask the database for a sign of life, and for a write where none succeeded of late; note what came of it.

        A write that is not answered within its bound is one that failed; it is asked again once it is answered.
        """
        if self._database is None:
            return
        database = self._database
        self.is_database_away = not await self._ask("ping", database.ping)
        size = 0 if self.is_database_away else self._find_probe(database.state)
        self._is_probe_missing = size > 0 and not await self._ask("probe", lambda: database.probe(size))

    async def find_problem(self) -> str | None:
        """Say in one sentence why the process is not ready; None: it is."""
        if self._is_ending:
            return "stopping"
        if self._progress is None:
            return "still starting"
        await self.look()
        if (problem := self.find_database_problem()) is not None:
            return problem
        if still := self._progress.list_still(_LIMIT):
            return f"no progress for a minute: {', '.join(still)}"
        return None

    def find_database_problem(self) -> str | None:
        """Say what the last look found wrong with the database; may be asked from another thread."""
        state = self._database.state if self._database is not None else DatabaseState()
        if state.damage is not None:
            return "the database is damaged"
        if self.is_database_away:
            return "the database cannot be reached"
        if state.is_failing or self._is_probe_missing:
            return "the database cannot be written to"
        return None

    async def close(self) -> None:
        """Let go of a question that still waits."""
        for asked in self._asked.values():
            asked.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)

    async def _ask(self, what: str, question: Callable[[], Awaitable[object]]) -> bool:
        """
        Say whether a question was answered in time and well.

        One that hangs is not asked again, and not cut off either: the driver would have to throw away a connection.
        """
        asking = self._asked.get(what)
        if asking is None or asking.done():
            asking = self._asked[what] = asyncio.ensure_future(question())
        await asyncio.wait((asking,), timeout=_PATIENCE_SECONDS)
        return asking.done() and not asking.cancelled() and asking.exception() is None

    def _find_probe(self, state: DatabaseState) -> int:
        """Give the size of the probe that is due now; 0: none is."""
        if state.writes != self._writes:
            self._writes, self._written_at = state.writes, self._seconds()
        if state.is_failing:
            return _LARGE
        return _SMALL if self._seconds() - self._written_at >= _IDLE_SECONDS else 0
