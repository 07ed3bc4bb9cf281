"""The message that shows how far a broadcast is, edited as it goes on."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.broadcast import Broadcast, BroadcastCounts
from bot.core.repositories import ChatRepository
from bot.i18n.catalog import Catalog
from bot.telegram.replies import ReplySender
from bot.telegram.text import broadcasts


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastProgress:
    """Shows the progress of broadcasts where they were confirmed."""

    replies: ReplySender
    chats: ChatRepository
    catalog: Catalog

    async def show(self, running: Broadcast, counts: BroadcastCounts) -> None:
        """Edit the message, in the language of its chat; where it is gone nothing is shown."""
        if running.message_id is None:
            return
        chat = await self.chats.find(running.chat_id)
        translation = self.catalog.speak(chat.language if chat else None)
        await self.replies.rewrite(
            running.chat_id, running.message_id, *broadcasts.progress(running, counts, translation)
        )
