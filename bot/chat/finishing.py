"""Notes updates as finished; those that are ready while one transaction runs share the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from bot.core.ports import Clock
from bot.core.shelves import UpdateRepository


class UpdateCompletion:
    """
    A group commit for the inbox.

    A transaction costs the same for one update as for a hundred, and one runs at a time; without a crowd nobody waits
    for anybody.
    """

    def __init__(self, inbox: UpdateRepository, clock: Clock) -> None:
        self._inbox = inbox
        self._clock = clock
        self._writing = asyncio.Lock()
        self._ready: dict[int, None] = {}

    async def __call__(self, update_ids: Iterable[int]) -> None:
        """Return when these are durably noted as finished; raises `StorageError` when they are not."""
        wanted = dict.fromkeys(update_ids)
        self._ready.update(wanted)
        async with self._writing:
            if self._ready.keys().isdisjoint(wanted):
                return  # they were among those of somebody else
            together, self._ready = self._ready, {}
            try:
                await self._inbox.finish([*together], self._clock.now())
            except BaseException:
                self._ready.update(together)  # the others try for themselves
                raise
