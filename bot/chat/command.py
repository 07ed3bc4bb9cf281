"""Commands: how they are written, who may use them, and which one somebody may have meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.chat.turn import ButtonPress, Request

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{1,64}))?(?:\s+(.*))?", re.DOTALL)


class RequiredRole(StrEnum):
    """Who may use a command or button."""

    ANYBODY = "anybody"
    CHANGERS = "changers"
    """Everybody in a private chat, administrators in a group."""
    OPERATORS = "operators"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A word with a slash and what it does."""

    name: str
    handle: Callable[[Request], Awaitable[None]]
    about: str
    """One line for the menu, in English; empty: not shown there."""
    aliases: tuple[str, ...] = ()
    who: RequiredRole = RequiredRole.ANYBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackButton:
    """A verb of a button and what its press does; returns the note shown for it."""

    verb: str
    handle: Callable[[ButtonPress], Awaitable[str]]
    who: RequiredRole = RequiredRole.CHANGERS


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptHandler:
    """A question the bot asks, and what the next text of that person in that place does."""

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
        """Find a command; those of operators do not exist for others."""
        found = self._by_name.get(name)
        return None if found is not None and found.who is RequiredRole.OPERATORS and not is_operator else found

    def guess(self, name: str) -> str | None:
        """Name the command that may have been meant."""
        known = [each for each, command in self._by_name.items() if command.who is not RequiredRole.OPERATORS]
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
        return near[0] if near else None
