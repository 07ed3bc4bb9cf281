"""
Searches the stored articles that a chat can see, and turns the pages of what was found.

A page is looked up anew when it is turned: what the chat may not see any more is not shown, and what came meanwhile
does not shift the pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.core import archive, search
from bot.core.archive import ArchiveRepository, ArchiveView, ArticleRef
from bot.core.chat import Chat
from bot.core.ids import SearchId
from bot.core.ports import Clock
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.core.query.patterns import widen
from bot.core.search import MOST, PAGE, SearchPage, SearchRepository
from bot.language.analyser import Analyser
from bot.services.backtest import ArchiveSearch

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""How far back articles are stored is decided by their retention."""
_TWINS = 5
"""How many feeds may carry one article; of the newest so many times more are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchService:
    """Answers /search and /latest."""

    archive: ArchiveRepository
    searches: SearchRepository
    analyser: Analyser
    clock: Clock

    async def search(self, chat: Chat, text: str) -> SearchPage:
        """Find the articles a query matches, as a subscription to it would; raises `Refusal` for a bad query."""
        query = parser.parse(text)
        find = ArchiveSearch(archive=self.archive, analyser=self.analyser, where=_view(chat), mode=MatchMode.COMPOUNDS)
        hits = await find(query, widen(self.analyser, query.root))
        return await self._begin(chat, query.normal, hits.sightings, hits.checked_since)

    async def latest(self, chat: Chat) -> SearchPage:
        """List the newest articles, whatever they are about."""
        newest = await self.archive.list_sightings(None, _view(chat), MOST * _TWINS)
        return await self._begin(chat, "", newest, None)

    async def turn(self, chat: Chat, search_id: SearchId, offset: int) -> SearchPage | None:
        """Return another page of a search of this chat; None when the search is not kept any more."""
        saved = await self.searches.find(chat.id, search_id)
        if saved is None:
            return None
        visible = await self.archive.list_sightings(saved.article_ids, _view(chat))
        return await self._page(saved.id, saved.words, visible, offset)

    async def _begin(
        self, chat: Chat, words: str, sightings: tuple[ArticleRef, ...], checked_since: datetime | None
    ) -> SearchPage:
        found = search.once(sightings)
        if not found:
            return SearchPage(search_id=None, words=words, checked_since=checked_since)
        kept = found[:MOST]
        search_id = await self.searches.save(
            chat.id, words, [sighting.article_id for sighting in kept], self.clock.now()
        )
        return await self._page(search_id, words, kept, 0, since=checked_since)

    async def _page(
        self,
        search_id: SearchId,
        words: str,
        found: tuple[ArticleRef, ...],
        offset: int,
        *,
        since: datetime | None = None,
    ) -> SearchPage:
        start = search.page_start(offset, len(found))
        shown = [sighting.article_id for sighting in found[start : start + PAGE]]
        return SearchPage(
            search_id=search_id,
            words=words,
            articles=await self.archive.load(shown),
            offset=start,
            total=len(found),
            checked_since=since,
        )


def _view(chat: Chat) -> ArchiveView:
    return archive.view(chat, _BEGINNING)
