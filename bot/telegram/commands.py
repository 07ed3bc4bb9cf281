"""
Commands: their syntax, who may use them, the nearest known one to a mistyped one, and Telegram's command menu.

The menu is set per scope and language, once per version.
"""

from __future__ import annotations

import asyncio
import difflib
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)

from bot.core.ids import UserId
from bot.core.repositories import KeyValueRepository
from bot.i18n.catalog import Catalog, Translation
from bot.telegram.replies import ReplySender
from bot.telegram.request import ButtonPress, Request

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{1,64}))?(?:\s+(.*))?", re.DOTALL)


class RequiredRole(StrEnum):
    """Who may use a command or button."""

    ANYBODY = "anybody"
    CHANGERS = "changers"
    """Everybody in a private chat, administrators in a group."""
    OPERATORS = "operators"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of the bot and its handler."""

    name: str
    handle: Callable[[Request], Awaitable[None]]
    about: str
    """One line for the menu, in English; empty: not shown there."""
    aliases: tuple[str, ...] = ()
    who: RequiredRole = RequiredRole.ANYBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackButton:
    """A verb of callback data and the handler of its presses, which returns the note shown for the press."""

    verb: str
    handle: Callable[[ButtonPress], Awaitable[str]]
    who: RequiredRole = RequiredRole.CHANGERS


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptHandler:
    """A question the bot asks, and the handler of the next text of that person in that place."""

    kind: str
    handle: Callable[[Request], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class TypedCommand:
    """A command as somebody typed it."""

    name: str
    bot: str | None
    argument: str


def parse(text: str) -> TypedCommand | None:
    """Read a command, with or without the bot's name; None when the text is none."""
    match = _COMMAND.fullmatch(text.strip())
    if match is None:
        return None
    return TypedCommand(match[1].lower(), match[2].lower() if match[2] else None, (match[3] or "").strip())


class CommandTable:
    """All commands by each of their names."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self.all = tuple(commands)
        self._by_name = {name: each for each in self.all for name in (each.name, *each.aliases)}

    def find(self, name: str, *, is_operator: bool) -> Command | None:
        """Find a command by name; those of operators do not exist for others."""
        found = self._by_name.get(name)
        return None if found is not None and found.who is RequiredRole.OPERATORS and not is_operator else found

    def guess(self, name: str) -> str | None:
        """Name the command that may have been meant."""
        known = [each for each, command in self._by_name.items() if command.who is not RequiredRole.OPERATORS]
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
        return near[0] if near else None


_log = logging.getLogger(__name__)
_PRIVATE_ONLY = frozenset({"start", "cancel"})
_GAP_SECONDS = 0.25
"""Seconds between two calls that set a menu; Telegram answers many at once with 429."""

Scopes = list[tuple[BotCommandScope, list[Command]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandMenu:
    """The command menu that Telegram shows, per scope and language."""

    replies: ReplySender
    key_value: KeyValueRepository
    catalog: Catalog
    commands: Sequence[Command]
    account_id: int
    """Part of the stored key, because another account has no menu yet."""
    gap_seconds: float = _GAP_SECONDS
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def publish(self) -> None:
        """Set the menus for everybody in the background, unless they are set already."""
        everybody = [each for each in self.commands if each.about and each.who is not RequiredRole.OPERATORS]
        in_groups = [each for each in everybody if each.name not in _PRIVATE_ONLY]
        scopes: Scopes = [
            (BotCommandScopeAllPrivateChats(), everybody),
            (BotCommandScopeAllChatAdministrators(), in_groups),
        ]
        self._begin("menu", scopes)

    def publish_for(self, operator: UserId) -> None:
        """Show an operator, in the private chat he has opened, his own commands too."""
        shown = [each for each in self.commands if each.about]
        self._begin(f"menu.{operator}", [(BotCommandScopeChat(operator), shown)])

    async def close(self, seconds: float = 0.5) -> None:
        """Give a running update of menus a moment, then leave it to the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, key: str, scopes: Scopes) -> None:
        task = asyncio.create_task(self._publish(key, scopes))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _publish(self, key: str, scopes: Scopes) -> None:
        try:
            async with self._lock:  # who is told to wait keeps all the others waiting
                await self._set(key, scopes)
        except Exception as error:
            _log.warning("menu.not_set", extra={"error": type(error).__name__})

    async def _set(self, key: str, scopes: Scopes) -> None:
        wanted = self._digest(scopes)
        if await self.key_value.get(key) == wanted:
            return
        for scope, commands in scopes:
            for language in (None, *self.catalog.languages):
                shown = _translated(commands, self.catalog.speak(language))
                if not await self.replies.set_commands(shown, scope, language):
                    return
                await asyncio.sleep(self.gap_seconds)
        await self.key_value.set(key, wanted)

    def _digest(self, scopes: Scopes) -> str:
        parts = [str(self.account_id)]
        for scope, commands in scopes:
            for language in (None, *self.catalog.languages):
                shown = _translated(commands, self.catalog.speak(language))
                parts += [scope.to_json(), language or "", *(each.to_json() for each in shown)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _translated(commands: Sequence[Command], translation: Translation) -> list[BotCommand]:
    return [BotCommand(each.name, translation.label(each.about)) for each in commands]
