"""How much of all answers together may be in memory."""

from __future__ import annotations

import asyncio
from collections import deque


class Budget:
    """
    Bytes that are taken while a body grows and given back when nobody holds it any more.

    Whoever finds none left waits, in turn; a body that waits too long meets the deadline of its poll.
    """

    def __init__(self, total: int) -> None:
        self._left = total
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, amount: int) -> None:
        """Wait until so much is free, and take it."""
        if not self._waiting and amount <= self._left:
            self._left -= amount
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((amount, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give(amount)  # it was granted in the same moment
            raise

    def give(self, amount: int) -> None:
        """Give back what was taken."""
        self._left += amount
        while self._waiting and (self._waiting[0][1].done() or self._waiting[0][0] <= self._left):
            wanted, turn = self._waiting.popleft()
            if not turn.done():
                self._left -= wanted
                turn.set_result(None)
