"""
Finds the newest stories for an inline query: those that match it, or without a query those somebody was alerted to.

A query comes with each key that is pressed, and in any chat: a search reads fewer texts than one a reader waits for,
and nothing is stored of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.core import archive
from bot.core.archive import ArchiveRepository, ArchiveView, ArticleRef, ArticleTeller
from bot.core.article import Article
from bot.core.chat import Chat
from bot.core.delivery.alert import Alert, OtherSource, Summary
from bot.core.ids import ArticleId
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.core.query.patterns import widen
from bot.language.analyser import Analyser
from bot.services.backtest import ArchiveSearch, SearchPolicy

MOST_STORIES = 10
_EXAMINED = 200
"""Articles, the newest, among which the stories are found."""
_POLICY = SearchPolicy(words=1_000, texts=100, timeout=timedelta(seconds=0.05))
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineStory:
    """One story: its newest article as an alert, and its summary."""

    alert: Alert
    summary: Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineFound:
    """What an inline query found, newest stories first."""

    query: str
    """In its normal form; empty where none was typed."""
    stories: tuple[InlineStory, ...]


@dataclass(frozen=True, slots=True)
class InlineSearch:
    """Answers inline queries."""

    archive: ArchiveRepository
    analyser: Analyser
    summarise: Callable[[Alert], Awaitable[Summary]]

    async def __call__(self, chat: Chat, text: str) -> InlineFound:
        """Find what a chat may see, in its languages and the feeds it follows; raises `Refusal` for a bad query."""
        where = archive.view(chat, _BEGINNING)
        if text.strip():
            query = parser.parse(text)
            find = ArchiveSearch(
                archive=self.archive, analyser=self.analyser, where=where, mode=MatchMode.COMPOUNDS, policy=_POLICY
            )
            normal, found = query.normal, (await find(query, widen(self.analyser, query.root))).sightings
        else:
            normal, found = "", await self._newest(where)
        return InlineFound(query=normal, stories=await self._tell(chat, archive.once(found)[:_EXAMINED]))

    async def _newest(self, where: ArchiveView) -> tuple[ArticleRef, ...]:
        """List what the chat was alerted to; whoever was alerted to nothing sees the newest of all."""
        alerted = await self.archive.list_alerted(where.chat_id, _EXAMINED)
        found = await self.archive.list_sightings(alerted, where, _EXAMINED)
        return found or await self.archive.list_sightings(None, where, _EXAMINED)

    async def _tell(self, chat: Chat, found: Sequence[ArticleRef]) -> tuple[InlineStory, ...]:
        """Make stories of articles, newest first; the other articles of a story are its other sources."""
        tellers = await self.archive.list_tellers([reference.article_id for reference in found])
        by_story: dict[Hashable, list[ArticleId]] = {}
        for reference in found:
            if (teller := tellers.get(reference.article_id)) is not None:
                story = teller.story_id if teller.story_id is not None else reference
                by_story.setdefault(story, []).append(reference.article_id)
        newest = {told[0]: told[1:] for told in list(by_story.values())[:MOST_STORIES]}
        articles = {article.id: article for article in await self.archive.load(newest.keys())}
        stories = []
        for article_id, others in newest.items():
            if (article := articles.get(article_id)) is not None:
                stories.append(await self._story(chat, article, [tellers[other] for other in others]))
        return tuple(stories)

    async def _story(self, chat: Chat, article: Article, others: Sequence[ArticleTeller]) -> InlineStory:
        also = {other.name: OtherSource(other.name, other.url) for other in others}
        alert = Alert(article=article, chat=chat, matches=(), subscription_count=0, also=tuple(also.values()))
        await asyncio.sleep(0)  # others have their turn between two summaries
        return InlineStory(alert=alert, summary=await self.summarise(alert))
