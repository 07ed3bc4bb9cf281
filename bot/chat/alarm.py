"""Tells the operators what cannot be queued, because the queue itself failed: by calls that need no database."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from bot.chat.account import BotClient
from bot.chat.caller import CallFailed, CallPolicy, RetryingCaller
from bot.core.delivery import ChatMoved
from bot.core.ids import ChatId
from bot.core.shelves import ChatRepository
from bot.settings.model import Settings
from bot.texts import markup
from bot.texts.catalog import Catalog

_PATIENCE = timedelta(seconds=20)
"""How long one attempt may take; the next one follows soon."""


@dataclass(kw_only=True)
class Alarm:
    """Knows the operators by heart."""

    account: BotClient
    call: RetryingCaller
    catalog: Catalog
    chats: ChatRepository
    settings: Settings
    _languages: dict[ChatId, str | None] = field(default_factory=dict)
    """The chats to be told, each with its language."""
    _told: set[ChatId] = field(default_factory=set)

    def __post_init__(self) -> None:
        telegram = self.settings.telegram
        named = [telegram.operator_chat] if telegram.operator_chat else telegram.operators
        self._languages.update(dict.fromkeys(map(ChatId, named)))

    async def learn(self) -> None:
        """Look up who is to be told, and in which language; what was known stays where the database fails."""
        stored = () if self.settings.telegram.operator_chat else await self.chats.list_operators()
        for chat_id in {*self._languages, *map(ChatId, stored)}:
            chat = await self.chats.find(chat_id)
            self._languages[chat_id] = chat.language if chat else None

    async def tell_of_damage(self) -> bool:
        """
        Tell each once that the database is damaged; returns whether nobody is left who could be told later.

        Nobody waits for another one, and whoever cannot be told soon is left to the next attempt.
        """
        left = [chat_id for chat_id in self._languages if chat_id not in self._told]
        await asyncio.gather(*map(self._tell_of_damage, left))
        return self._told.issuperset(self._languages)

    async def _tell_of_damage(self, chat_id: ChatId) -> None:
        text = self.catalog.speak(self._languages[chat_id]).t(
            "My database is damaged; alerts and answers may not come any more. Stop me, keep a copy of the "
            "database, and repair it or restore your last backup."
        )
        terms = CallPolicy(paced=chat_id, heeds=chat_id, floods=chat_id, patience=_PATIENCE)
        done = await self.call(lambda: self.account.send_message(chat_id, markup.plain(text)), terms)
        match done:
            case CallFailed(outcome=ChatMoved(new_id)) if new_id not in self._languages:
                # Who keeps track of moves needs the database; for the rest of this process it is known here.
                self._languages[new_id] = self._languages.pop(chat_id)
                await self._tell_of_damage(new_id)
            case CallFailed(may_pass=True):
                pass  # the next attempt
            case _:
                self._told.add(chat_id)
