"""
Group articles into stories: place each that somebody asked for, with the headlines of the whole window in mind.

What is in memory is a copy of what the store holds; it is caught up before every placing, so that any number of
processes place as one, and a restart changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.core.article import Article
from bot.core.ids import ArticleId
from bot.core.ports import Clock
from bot.core.stories_shelf import StoryRepository
from bot.core.story import PlacedArticle, StoryPlacement, StoryPolicy, StoryWindow
from bot.language.locations import Locations

_AT_ONCE = 500
"""Headlines read and counted between two breaths: some 30 ms."""


class StoryGrouping:
    """Places articles; belongs to one loop."""

    def __init__(
        self,
        *,
        stories: StoryRepository,
        clock: Clock,
        policy: StoryPolicy,
        locate: Callable[[str, str | None], Locations],
    ) -> None:
        self._shelf = stories
        self._clock = clock
        self._policy = policy
        self._stories = StoryWindow(policy, locate)
        self._counted = ArticleId(0)
        self._filed = 0
        self._turn = asyncio.Lock()

    async def __call__(self, article: Article) -> None:
        """Place an article that matched; doing it twice changes nothing."""
        await self.catch_up()
        async with self._turn:
            since = self._since()
            await self._shelf.assign(
                article, after=self._filed, since=since, place=lambda others: self._place(article, others)
            )

    async def catch_up(self) -> None:
        """Count the headlines that came since the last time; after a start, those of the whole window."""
        async with self._turn:
            self._stories.forget(self._clock.now())
            while found := await self._shelf.list_headlines(after=self._counted, since=self._since(), limit=_AT_ONCE):
                for headline in found:
                    self._stories.count(headline)
                self._counted = found[-1].article_id
                await asyncio.sleep(0)

    def _place(self, article: Article, others: Sequence[PlacedArticle]) -> StoryPlacement:
        """Take in what others placed, and what we did; a transaction that failed left nothing behind."""
        for telling in others:
            self._stories.file(telling)
            self._filed = telling.number
        return self._stories.place(article)

    def _since(self) -> datetime:
        return self._clock.now() - self._policy.window
