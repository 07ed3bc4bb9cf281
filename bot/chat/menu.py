"""The menu of commands in Telegram's own keyboard: set per scope and language, once per version."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)

from bot.chat.command import Command, Who
from bot.chat.voice import Voice
from bot.core.ids import UserId
from bot.core.ports import Facts
from bot.texts.catalog import Catalog, Speech

_PRIVATE_ONLY = frozenset({"start", "cancel"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """What Telegram shows behind the slash."""

    voice: Voice
    facts: Facts
    catalog: Catalog
    commands: Sequence[Command]
    account_id: int
    """Part of what is remembered: another account has no menu yet."""

    async def publish(self) -> None:
        """Set the menus for everybody, unless they are set already."""
        everybody = [each for each in self.commands if each.about and each.who is not Who.OPERATORS]
        in_groups = [each for each in everybody if each.name not in _PRIVATE_ONLY]
        scopes: list[tuple[BotCommandScope, list[Command]]] = [
            (BotCommandScopeAllPrivateChats(), everybody),
            (BotCommandScopeAllChatAdministrators(), in_groups),
        ]
        await self._publish("menu", scopes)

    async def publish_for(self, operator: UserId) -> None:
        """Show an operator, in the private chat he has opened, his own commands too."""
        shown = [each for each in self.commands if each.about]
        await self._publish(f"menu.{operator}", [(BotCommandScopeChat(operator), shown)])

    async def _publish(self, key: str, scopes: list[tuple[BotCommandScope, list[Command]]]) -> None:
        wanted = self._digest(scopes)
        if await self.facts.get(key) == wanted:
            return
        for scope, commands in scopes:
            for language in (None, *self.catalog.languages):
                shown = _translated(commands, self.catalog.speak(language))
                if not await self.voice.set_commands(shown, scope, language):
                    return
        await self.facts.set(key, wanted)

    def _digest(self, scopes: list[tuple[BotCommandScope, list[Command]]]) -> str:
        parts = [str(self.account_id)]
        for scope, commands in scopes:
            for language in (None, *self.catalog.languages):
                shown = _translated(commands, self.catalog.speak(language))
                parts += [scope.to_json(), language or "", *(each.to_json() for each in shown)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _translated(commands: Sequence[Command], speech: Speech) -> list[BotCommand]:
    return [BotCommand(each.name, speech.label(each.about)) for each in commands]
