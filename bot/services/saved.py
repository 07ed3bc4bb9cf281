"""Saves the articles of alerts for their chats."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.core.delivery.alert import Alert, Summary
from bot.core.ports import Clock
from bot.core.saved import MOST_SAVED, SavedArticleRepository, save


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAlerts:
    """Saves articles with the summary their alerts show, and removes them."""

    saved: SavedArticleRepository
    summarise: Callable[[Alert], Awaitable[Summary]]
    """Returns the summary the message shows, without waiting for anything."""
    clock: Clock

    async def has(self, alert: Alert) -> bool:
        """Say whether the chat has saved the article of an alert."""
        return await self.saved.has(alert.chat.id, self._key(alert))

    async def save(self, alert: Alert) -> bool:
        """Save the article; False when it is saved already. Raises `Refusal`: "saved.limit"."""
        now = self.clock.now()
        article = save(alert.article, await self.summarise(alert), now)
        return await self.saved.add(alert.chat.id, article, limit=MOST_SAVED, now=now)

    async def remove(self, alert: Alert) -> bool:
        """Remove the article; False when it is not saved."""
        return await self.saved.remove(alert.chat.id, self._key(alert), self.clock.now()) is not None

    async def restore(self, alert: Alert) -> None:
        """Save an article again that was removed, in its place. Raises `Refusal`: "saved.limit"."""
        if await self.saved.restore(alert.chat.id, self._key(alert), limit=MOST_SAVED) is None:
            await self.save(alert)

    def _key(self, alert: Alert) -> str:
        """Name the article as it is stored, without summing it up, which takes some milliseconds."""
        return save(alert.article, Summary(()), self.clock.now()).key
