"""Tells the operators what cannot be queued, because the queue itself failed: by calls that need no database."""

from __future__ import annotations

from dataclasses import dataclass, field

from telegram.error import TelegramError

from bot.chat import outcomes
from bot.chat.account import Account
from bot.chat.gate import Gate
from bot.core.delivery import Refused
from bot.core.ids import ChatId
from bot.core.ports import ChatShelf
from bot.settings.model import Settings
from bot.texts import markup
from bot.texts.catalog import Catalog


@dataclass(kw_only=True)
class Alarm:
    """Knows the operators by heart."""

    account: Account
    gate: Gate
    catalog: Catalog
    chats: ChatShelf
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
        """Tell each once that the database is damaged; returns whether nobody is left who could be told later."""
        for chat_id, language in tuple(self._languages.items()):
            if chat_id not in self._told:
                text = self.catalog.speak(language).t(
                    "My database is damaged; alerts and answers may not come any more. Stop me, keep a copy of the "
                    "database, and repair it or restore your last backup."
                )
                await self._send(chat_id, markup.plain(text))
        return self._told.issuperset(self._languages)

    async def _send(self, chat_id: ChatId, text: str) -> None:
        await self.gate.admit(chat_id)
        try:
            await self.account.send_message(chat_id, text)
        except TelegramError as error:
            if not isinstance(outcomes.read(error), Refused):
                return  # the next attempt
        self._told.add(chat_id)
