"""What is too much: a press gets a note, texts get one sentence a minute for all of them."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import CallbackQuery

from bot.chat.access import Door, Standing
from bot.chat.answers import Answers
from bot.chat.throttle import Throttle
from bot.chat.turn import Turn
from bot.core.ids import ChatId, UserId
from bot.core.ports import ChatShelf
from bot.texts.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Declining:
    """Counts, and says no."""

    throttle: Throttle
    door: Door
    chats: ChatShelf
    catalog: Catalog
    answers: Answers

    async def press(self, query: CallbackQuery) -> None:
        """Answer a press that is not handled, in the language of its chat."""
        visitor = await self.door.look(UserId(query.from_user.id))
        chat_id = ChatId(query.message.chat.id) if query.message else None
        note = ""
        if visitor.standing is not Standing.BANNED:
            chat = None if chat_id is None else await self.chats.find(chat_id)
            language = chat.language if chat and chat.language else self.catalog.find(query.from_user.language_code)
            note = self.catalog.speak(language).label("One moment, please: that was a lot at once.")
        await self.answers.decline(query.id, note, chat_id)

    async def say(self, turn: Turn) -> None:
        """Say that it was too much, unless the chat was told within this minute."""
        if self.throttle.may_say_so(turn.place.chat_id):
            await turn.reply(turn.speech.t("That is a lot at once. Please wait a minute."))
