"""
Who may use the bot: operators, those they approved, everybody, or nobody; with pairing codes and rate limits.

The pairing code proves that the first operator is at the machine. It exists only while there is no operator, is shown
on standard output only, is valid once, and is new at each start.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
from collections import OrderedDict, deque
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.chat import AccessLevel, Authorization, Chat, ChatState, Person
from bot.core.ids import ChatId, UserId
from bot.core.ports import Clock
from bot.core.repositories import ChatRepository, KeyValueRepository
from bot.settings.model import TelegramSettings

COMMANDS_A_MINUTE = 30
_MINUTE = timedelta(minutes=1)
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """A person who asks something of the bot, and what that person may do."""

    user_id: UserId
    name: str
    language: str | None
    """The language of the person's own Telegram, if the bot speaks it."""
    authorization: Authorization
    access: AccessLevel
    is_operator: bool
    is_anonymous_administrator: bool
    """Whether an administrator speaks as the group; all of them have one id in all groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorizer:
    """Decides who may use the bot, anew for each update, so that a ban takes effect at once."""

    chats: ChatRepository
    clock: Clock
    operators: frozenset[UserId]
    """Named in the configuration; nobody can ban or remove them."""
    is_public: bool

    @classmethod
    def of(cls, telegram: TelegramSettings, chats: ChatRepository, clock: Clock) -> Authorizer:
        """Make it from the settings."""
        return cls(
            chats=chats,
            clock=clock,
            operators=frozenset(map(UserId, telegram.operators)),
            is_public=telegram.access == "public",
        )

    async def is_welcome(self, chat: Chat) -> bool:
        """Say whether a chat may use the bot now; a group may as long as the bot is in it and may write."""
        if chat.id < 0:
            return chat.state is ChatState.ACTIVE
        return (await self.identify(UserId(chat.id))).authorization is Authorization.WELCOME

    async def identify(
        self,
        user_id: UserId,
        *,
        name: str = "",
        language: str | None = None,
        is_anonymous_administrator: bool = False,
    ) -> Requester:
        """Find out what a person may do."""
        person = await self.chats.find_person(user_id)
        access = person.access if person else AccessLevel.STRANGER
        is_operator = user_id in self.operators or (person is not None and person.is_operator)
        if user_id in self.operators:
            authorization, access = Authorization.WELCOME, AccessLevel.APPROVED
        elif access is AccessLevel.BANNED:
            authorization, is_operator = Authorization.BANNED, False
        elif self.is_public or is_operator or access is AccessLevel.APPROVED:
            authorization = Authorization.WELCOME
        else:
            authorization = Authorization.STRANGER
        return Requester(
            user_id=user_id,
            name=name,
            language=language,
            authorization=authorization,
            access=access,
            is_operator=is_operator,
            is_anonymous_administrator=is_anonymous_administrator,
        )

    async def note(
        self, user_id: UserId, access: AccessLevel, name: str, language: str | None, asked: str | None = None
    ) -> None:
        """Store what a person may do, the name and language, and the first request, which is handled on approval."""
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


_counted: ContextVar[dict[tuple[object, object], int] | None] = ContextVar("counted", default=None)


def count_once() -> None:
    """Count each command only once in this task from now on, for an update that is handled again after a failure."""
    _counted.set({})


class CommandRateLimit:
    """
    Counts commands per person: thirty a minute (or so many in another span) until it is quieter.

    An update that is handled again because the store was away is counted once.
    """

    def __init__(self, clock: Clock, most: int = COMMANDS_A_MINUTE, span: timedelta = _MINUTE) -> None:
        self._clock = clock
        self._most = most
        self._span = span
        self._times: OrderedDict[object, deque[datetime]] = OrderedDict()

    def step(self, who: object) -> int:
        """Count one command; returns by how many it is over the limit, 0 when it is not."""
        counted = _counted.get()
        if counted is not None and (self, who) in counted:
            return counted[self, who]
        now = self._clock.now()
        times = self._times.setdefault(who, deque(maxlen=self._most * 2))
        self._times.move_to_end(who)
        while len(self._times) > _REMEMBERED:
            self._times.popitem(last=False)
        while times and abs(now - times[0]) >= self._span:  # a clock set back must not silence anybody
            times.popleft()
        times.append(now)
        over = max(0, len(times) - self._most)
        if counted is not None:
            counted[self, who] = over
        return over


_SILENCE = timedelta(minutes=1)


class Throttle:
    """
    Counts commands and presses, each for a person and for a group as a whole: thirty a minute.

    A group has a bound of its own because its members share one rate: Telegram takes twenty messages a minute there.
    What exceeds the limit of a person does not count for the group.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._commands = CommandRateLimit(clock)
        self._presses = CommandRateLimit(clock)
        self._declined_at: OrderedDict[ChatId, datetime] = OrderedDict()

    def takes_command(self, user_id: UserId, chat_id: ChatId, *, is_anonymous: bool = False) -> bool:
        """
        Count a command and return whether it is to be handled.

        Anonymous administrators have one id in all groups, so they are counted in each.
        """
        person = user_id, chat_id if is_anonymous else 0
        return not self._commands.step(person) and (chat_id >= 0 or not self._commands.step(("group", chat_id)))

    def takes_press(self, user_id: UserId, chat_id: ChatId | None) -> bool:
        """Count a press and return whether it is to be handled; the others are answered with a note."""
        is_group = chat_id is not None and chat_id < 0
        return not self._presses.step(user_id) and not (is_group and self._presses.step(("group", chat_id)))

    def may_say_so(self, chat_id: ChatId) -> bool:
        """Return whether a chat is to be told now that it exceeded its rate: once a minute."""
        now, declined_at = self._clock.now(), self._declined_at.get(chat_id)
        if declined_at is not None and abs(now - declined_at) < _SILENCE:  # a clock set back must not silence us
            return False
        self._declined_at[chat_id] = now
        self._declined_at.move_to_end(chat_id)
        while len(self._declined_at) > _REMEMBERED:
            self._declined_at.popitem(last=False)
        return True


_FULL = "chats.told_full"
_TOLD_KEPT = 2_000
_HASH_BYTES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class FullNotices:
    """
    Tells each chat once that no more chats are served, also after a restart.

    Only keyed hashes of the ids are stored, the latest few thousand: nothing else is known of such a chat.
    """

    key_value: KeyValueRepository
    _telling: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def may_say(self, chat_id: ChatId) -> bool:
        """Return whether a chat is to be told now."""
        async with self._telling:
            key, *told = json.loads(await self.key_value.get(_FULL) or "[]") or [secrets.token_hex()]
            hashed = hashlib.blake2b(str(chat_id).encode(), key=bytes.fromhex(key), digest_size=_HASH_BYTES).hexdigest()
            if hashed in told:
                return False
            await self.key_value.set(_FULL, json.dumps([key, *told[-_TOLD_KEPT + 1 :], hashed]))
            return True


LIFETIME = timedelta(minutes=15)
TRIES = 5
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs that nobody mistakes for one another
_SIGNS = 10  # of five bits each
_PAIRING_REMEMBERED = 10_000


class PairingAttempt(StrEnum):
    """The outcome of an attempt to pair."""

    RIGHT = "right"
    WRONG = "wrong"
    IGNORED = "ignored"
    """Too many wrong attempts; the text was not compared."""
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
        """End the code, because somebody became operator."""
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
        while len(self._wrong) > _PAIRING_REMEMBERED:
            self._wrong.popitem(last=False)
        return PairingAttempt.WRONG


def _signs(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum())
