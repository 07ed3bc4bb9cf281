"""
The one-time code by which the first operator proves to be at the machine.

It exists only while there is no operator, is shown on standard output only, and is new at each start.
"""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from datetime import timedelta
from enum import StrEnum

from bot.core.ids import UserId
from bot.core.ports import Clock

LIFETIME = timedelta(minutes=15)
TRIES = 5
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs that nobody mistakes for one another
_SIGNS = 10  # of five bits each
_REMEMBERED = 10_000


class PairingAttempt(StrEnum):
    """What came of a try."""

    RIGHT = "right"
    WRONG = "wrong"
    IGNORED = "ignored"
    """Too many wrong ones: not even looked at."""
    CLOSED = "closed"
    """There is no code, or not any more."""


class PairingCode:
    """One code, one use; closed until it is opened. A right try counts until `close`: the store may fail in between."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until = clock.now()
        self._signs: str | None = None
        self._wrong: OrderedDict[UserId, int] = OrderedDict()
        self._winner: UserId | None = None

    def open(self) -> str:
        """Make a new code and return it as it is printed."""
        self._signs = "".join(secrets.choice(_ALPHABET) for _ in range(_SIGNS))
        self._until = self._clock.now() + LIFETIME
        self._wrong.clear()
        self._winner = None
        return f"{self._signs[:5]}-{self._signs[5:]}"

    @property
    def is_open(self) -> bool:
        """Whether the code can still be used."""
        if self._clock.now() >= self._until:
            self._signs = None
        return self._signs is not None

    def close(self) -> None:
        """End it: somebody became operator."""
        self._signs = None
        self._winner = None

    def is_won_by(self, user_id: UserId) -> bool:
        """
        Say whether somebody sent the right code and is not operator yet, because the store failed just then.

        The code was used, and is over for everybody else; that person needs it no second time, however late it is.
        """
        return self._winner == user_id

    def ignores(self, user_id: UserId) -> bool:
        """Say whether somebody has used up the tries and gets no answer any more."""
        return self.is_open and self._wrong.get(user_id, 0) >= TRIES

    @staticmethod
    def looks_like_one(text: str) -> bool:
        """Say whether a text has the shape of a code."""
        signs = _signs(text)
        return len(signs) == _SIGNS and len(text.strip()) <= _SIGNS + 2 and set(signs) <= set(_ALPHABET)

    def attempt(self, user_id: UserId, text: str) -> PairingAttempt:
        """Try a text as the code."""
        if not self.is_open or self._signs is None:
            return PairingAttempt.CLOSED
        if self.ignores(user_id):
            return PairingAttempt.IGNORED
        if hmac.compare_digest(_signs(text).encode(), self._signs.encode()):
            self._signs, self._winner = None, user_id
            return PairingAttempt.RIGHT
        self._wrong[user_id] = self._wrong.get(user_id, 0) + 1
        self._wrong.move_to_end(user_id)
        while len(self._wrong) > _REMEMBERED:
            self._wrong.popitem(last=False)
        return PairingAttempt.WRONG


def _signs(text: str) -> str:
    return "".join(each for each in text.upper() if each.isalnum())
