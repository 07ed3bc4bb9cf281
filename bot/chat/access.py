"""Who may speak to the bot: operators, those they approved, everybody, or nobody."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.chat import AccessLevel, Person
from bot.core.ids import UserId
from bot.core.ports import Clock
from bot.core.shelves import ChatRepository

COMMANDS_A_MINUTE = 30
_MINUTE = timedelta(minutes=1)
_REMEMBERED = 20_000


class Authorization(StrEnum):
    """How the bot treats somebody."""

    WELCOME = "welcome"
    STRANGER = "stranger"
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class Requester:
    """Somebody at the door."""

    standing: Authorization
    access: AccessLevel
    is_operator: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorizer:
    """Decides on everybody anew each time, so that a ban works at once."""

    chats: ChatRepository
    clock: Clock
    operators: frozenset[UserId]
    """Named in the configuration; nobody can ban or remove them."""
    is_public: bool

    async def look(self, user_id: UserId) -> Requester:
        """Say who somebody is to the bot."""
        person = await self.chats.find_person(user_id)
        if user_id in self.operators:
            return Requester(Authorization.WELCOME, AccessLevel.APPROVED, True)
        if person is None:
            return Requester(
                Authorization.WELCOME if self.is_public else Authorization.STRANGER, AccessLevel.STRANGER, False
            )
        if person.access is AccessLevel.BANNED:
            return Requester(Authorization.BANNED, person.access, False)
        known = self.is_public or person.is_operator or person.access is AccessLevel.APPROVED
        return Requester(Authorization.WELCOME if known else Authorization.STRANGER, person.access, person.is_operator)

    async def note(
        self, user_id: UserId, access: AccessLevel, name: str, language: str | None, asked: str | None = None
    ) -> None:
        """Write down what somebody may do, how to address him, and what he wants when he may."""
        known = await self.chats.find_person(user_id)
        await self.chats.save_person(
            Person(
                id=user_id,
                access=access,
                is_operator=known.is_operator if known else False,
                name=name,
                language=language,
                asked=asked,
            ),
            self.clock.now(),
        )

    async def list_operators(self) -> tuple[UserId, ...]:
        """List all operators, configured and stored."""
        return tuple(sorted({*self.operators, *await self.chats.list_operators()}))


class CommandRateLimit:
    """Counts commands per person: thirty a minute (or so many in another span), until it is quieter."""

    def __init__(self, clock: Clock, most: int = COMMANDS_A_MINUTE, span: timedelta = _MINUTE) -> None:
        self._clock = clock
        self._most = most
        self._span = span
        self._times: OrderedDict[object, deque[datetime]] = OrderedDict()

    def step(self, who: object) -> int:
        """Count one command; returns by how many it is over the limit, 0 when it is not."""
        now = self._clock.now()
        times = self._times.setdefault(who, deque(maxlen=self._most * 2))
        self._times.move_to_end(who)
        while len(self._times) > _REMEMBERED:
            self._times.popitem(last=False)
        while times and abs(now - times[0]) >= self._span:  # a clock set back must not silence anybody
            times.popleft()
        times.append(now)
        return max(0, len(times) - self._most)
