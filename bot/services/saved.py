"""Saves the articles of alerts for their chats."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.core.delivery.alert import Alert, Summary
from bot.core.ports import Clock
from bot.core.saved import MOST_SAVED, SavedArticle, SavedArticleRepository, save


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAlerts:
    """Saves articles with the summary their alerts show, and removes them."""

    saved: SavedArticleRepository
    summarise: Callable[[Alert], Awaitable[Summary]]
    """Returns the summary the message shows, without waiting for anything."""
    clock: Clock

    async def has(self, alert: Alert) -> bool:
        """Say whether the chat has saved the article of an alert."""
        return await self.saved.has(alert.chat.id, (await self._make(alert)).key)

    async def save(self, alert: Alert) -> bool:
        """Save the article; False when it is saved already. Raises `Refusal`: "saved.limit"."""
        article = await self._make(alert)
        return await self.saved.add(alert.chat.id, article, limit=MOST_SAVED, now=self.clock.now())

    async def remove(self, alert: Alert) -> bool:
        """Remove the article; False when it is not saved."""
        article = await self._make(alert)
        return await self.saved.remove(alert.chat.id, article.key, self.clock.now()) is not None

    async def restore(self, alert: Alert) -> None:
        """Save an article again that was removed, in its place. Raises `Refusal`: "saved.limit"."""
        article = await self._make(alert)
        if await self.saved.restore(alert.chat.id, article.key, limit=MOST_SAVED) is None:
            await self.save(alert)

    async def _make(self, alert: Alert) -> SavedArticle:
        return save(alert.article, await self.summarise(alert), self.clock.now())
