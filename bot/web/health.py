"""Whether the process does its work: its database answers and its loops get on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.core.progress import Progress

_LIMIT = timedelta(minutes=1)
_PATIENCE_SECONDS = 3.0

Ping = Callable[[], Awaitable[object]]


class Health:
    """What `/readyz` says; before `begin` the process is still starting."""

    def __init__(self) -> None:
        self._ping: Ping | None = None
        self._progress: Progress | None = None
        self._pinging: asyncio.Future[object] | None = None
        self._is_ending = False
        self.is_database_away = False
        """What the last look found; may be read from another thread."""

    def begin(self, ping: Ping, progress: Progress) -> None:
        """Say that everything is open and the loops run."""
        self._ping, self._progress = ping, progress

    def end(self) -> None:
        """Say that the process winds down, so that nobody sends it more work."""
        self._is_ending = True

    async def look(self) -> None:
        """Ask the database for a sign of life and note whether it came."""
        if self._ping is None:
            return
        if self._pinging is None or self._pinging.done():
            self._pinging = asyncio.ensure_future(self._ping())
        # A question that hangs is not asked again, and not cut off either: the driver would have to throw away a
        # connection for it.
        await asyncio.wait((self._pinging,), timeout=_PATIENCE_SECONDS)
        self.is_database_away = not self._pinging.done() or self._pinging.exception() is not None

    async def find_problem(self) -> str | None:
        """Say in one sentence why the process is not ready; None: it is."""
        if self._is_ending:
            return "stopping"
        if self._progress is None:
            return "still starting"
        await self.look()
        if self.is_database_away:
            return "the database cannot be reached"
        if still := self._progress.list_still(_LIMIT):
            return f"no progress for a minute: {', '.join(still)}"
        return None

    async def close(self) -> None:
        """Let go of a question that still waits."""
        if self._pinging is not None and not self._pinging.done():
            self._pinging.cancel()
        if self._pinging is not None:
            await asyncio.gather(self._pinging, return_exceptions=True)
