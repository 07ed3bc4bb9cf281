"""
Confirmations: questions whose [Yes] counts for a while only, and once.

They are stored with the open questions of the chat, under nobody's name: whoever may change things there may confirm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.core.chat import PendingQuestion
from bot.core.ids import UserId
from bot.core.ports import Clock
from bot.core.repositories import ChatRepository
from bot.telegram.commands import ButtonPress, Request

LIFETIME = timedelta(minutes=10)
_ANYBODY = UserId(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmations:
    """Stores what is asked in a chat, and says whether a press still answers it; a new question replaces the older."""

    chats: ChatRepository
    clock: Clock

    async def ask(self, request: Request, kind: str) -> None:
        """Store a question of this kind, which names what it is about."""
        await self.chats.ask(
            PendingQuestion(
                chat_id=request.place.chat_id,
                thread_id=request.place.thread_id,
                user_id=_ANYBODY,
                kind=kind,
                expires_at=self.clock.now() + LIFETIME,
            )
        )

    async def find(self, press: ButtonPress, kind: str) -> PendingQuestion | None:
        """Find the question that a press answers; where it has expired, its message says so and loses its buttons."""
        place = press.request.place
        asked = await self.chats.find_pending(place.chat_id, place.thread_id, _ANYBODY, self.clock.now())
        if asked is not None and asked.kind == kind:
            return asked
        _, keyboard = press.content()
        if keyboard is not None:  # it is not answered already
            await press.edit(press.request.translation.t("This question has expired; nothing was changed."))
        return None

    async def close(self, asked: PendingQuestion) -> None:
        """Forget a question when what it asked is done: what fails until then is tried again."""
        await self.chats.drop_pending(asked)
