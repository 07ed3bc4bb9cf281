"""How much of all answers together may be in memory."""

from __future__ import annotations

import asyncio
from collections import deque

_FAVOUR_SECONDS = 10.0


class BodyMemory:
    """
    Bytes that are taken while a body grows and given back when nobody holds it any more.

    Where all is taken, one at a time of those who wait is favoured: it goes on all the same, until it is done or some
    seconds have passed. Otherwise bodies that have each got half could wait for each other for ever.
    """

    def __init__(self, total: int) -> None:
        self._left = total
        self._waiting: deque[tuple[int, BodyAccount, asyncio.Future[None]]] = deque()
        self._favoured: BodyAccount | None = None

    def open(self) -> BodyAccount:
        """Open an account for one body."""
        return BodyAccount(self)

    def give(self, amount: int) -> None:
        """Give back what was taken."""
        self._left += amount
        self._serve()

    async def _take(self, amount: int, account: BodyAccount) -> None:
        if account is self._favoured or (not self._waiting and amount <= self._left):
            self._left -= amount
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((amount, account, turn))
        self._serve()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give(amount)  # it was granted in the same moment
            raise

    def _serve(self) -> None:
        while self._waiting:
            amount, account, turn = self._waiting[0]
            if not turn.done():
                if amount > self._left:
                    if self._favoured is not None:
                        return
                    self._favoured = account
                    asyncio.get_running_loop().call_later(_FAVOUR_SECONDS, self._disfavour, account)
                self._left -= amount
                turn.set_result(None)
            self._waiting.popleft()

    def _disfavour(self, account: BodyAccount) -> None:
        if self._favoured is account:
            self._favoured = None
            self._serve()


class BodyAccount:
    """What one body has taken."""

    def __init__(self, budget: BodyMemory) -> None:
        self._budget = budget
        self.taken = 0

    async def take(self, amount: int) -> None:
        """Take so much more, when it is this body's turn."""
        await self._budget._take(amount, self)
        self.taken += amount

    def close(self) -> None:
        """Give everything back, but for what `hand_over` gave to somebody else."""
        taken, self.taken = self.taken, 0
        self._budget.give(taken)
        self._budget._disfavour(self)

    def hand_over(self) -> int:
        """Leave what was taken to whoever gives it back to the budget later; gives how much that is."""
        taken, self.taken = self.taken, 0
        return taken
