"""Everything that happens in the demo world, in order, for whoever watches."""

import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from bot.demo.clock import Bell, ServerClock

_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened."""

    number: int
    at: float
    kind: str
    data: Mapping[str, object]


class Journal:
    """An ordered, bounded list of changes with a bell."""

    def __init__(self, clock: ServerClock) -> None:
        self.clock = clock
        self.bell = Bell()
        self.number = 0
        self.life = secrets.token_hex(4)
        """Tells this server's numbers from those of the one before it on the same port."""
        self._changes: deque[Change] = deque(maxlen=_KEPT)

    def note(self, kind: str, /, **data: object) -> None:
        """Append a change and wake those who wait."""
        self.number += 1
        self._changes.append(Change(self.number, self.clock.wall(), kind, data))
        self.bell.ring()

    def since(self, number: int) -> tuple[Change, ...] | None:
        """Return the changes after a number, or None if some of them are no longer kept."""
        if number < self.number - len(self._changes) or number > self.number:
            return None
        fresh = self.number - number
        return tuple(self._changes)[len(self._changes) - fresh :] if fresh else ()
