"""
Searches the stored articles that a chat can see, turns the pages of what was found, and keeps the words to search by.

A page is looked up anew when it is turned: what the chat may not see any more is not shown, and what came meanwhile
does not shift the pages.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.core import archive
from bot.core.archive import (
    MOST_FOUND,
    SEARCH_PAGE,
    ArchivedWord,
    ArchiveRepository,
    ArchiveView,
    ArticleRef,
    SearchPage,
    SearchRepository,
    WordSpelling,
)
from bot.core.chat import Chat
from bot.core.ids import SearchId
from bot.core.ports import Clock
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.core.query.patterns import widen
from bot.core.repositories import KeyValueRepository
from bot.language.analyser import Analyser
from bot.services.alerts import document
from bot.services.backtest import ArchiveSearch

_log = logging.getLogger(__name__)
_ARTICLES = 16
_WORDS_AT_ONCE = 50
_REFILED_AT_ONCE = 200
_PARTS = 256
_SECONDS_PER_PART = 300
_VERSION = "archive.version"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordIndexing:
    """Indexes the articles whose words are not stored yet; may be killed at any point and run by several processes."""

    archive: ArchiveRepository
    analyser: Analyser

    async def __call__(self) -> int:
        """Store the words of all articles that wait; returns how many there were."""
        count = 0
        while waiting := await self.archive.list_waiting(_ARTICLES):
            listed = []
            for article in waiting:
                listed.append(archive.contents(article.id, document(article)))
                await asyncio.sleep(0)  # a text of 50,000 letters takes some ten milliseconds
            unknown = await self.archive.list_unknown({spelling for article in listed for spelling in article.words})
            new = await analyse(self.analyser, unknown)
            if not await self.archive.store(listed, new):
                break  # a word was forgotten meanwhile; the next time it is new
            count += len(waiting)
            while await self.archive.bind():
                continue
        return count


async def analyse(analyser: Analyser, spellings: Iterable[WordSpelling]) -> list[ArchivedWord]:
    """Analyse words, yielding to other tasks in between."""
    words: list[ArchivedWord] = []
    for spelling in spellings:
        words.append(archive.analyse(analyser, spelling))
        if len(words) % _WORDS_AT_ONCE == 0:
            await asyncio.sleep(0)
    return words


@dataclass(frozen=True, slots=True, kw_only=True)
class WordReindexing:
    """Files all known words anew after an update that changed how words are read; restarted if it was interrupted."""

    archive: ArchiveRepository
    analyser: Analyser
    key_value: KeyValueRepository
    version: str

    async def __call__(self) -> int:
        """File anew the words another version filed; returns how many there were."""
        if await self.key_value.get(_VERSION) == self.version:
            return 0
        count, after = 0, 0
        while listed := await self.archive.refile(after, _REFILED_AT_ONCE):
            words = await analyse(self.analyser, [spelling for _, spelling in listed])
            await self.archive.file([(word_id, word) for (word_id, _), word in zip(listed, words, strict=True)])
            count, after = count + len(listed), listed[-1][0]
        await self.key_value.set(_VERSION, self.version)
        if count:
            _log.info("archive.refiled", extra={"words": count})
        return count


@dataclass(frozen=True, slots=True, kw_only=True)
class WordSweep:
    """Deletes words of deleted articles: a small part every few minutes, everything once a day."""

    archive: ArchiveRepository
    clock: Clock

    async def __call__(self) -> int:
        """Sweep the next part; returns how many rows were deleted."""
        return await self.archive.sweep(int(self.clock.now().timestamp()) // _SECONDS_PER_PART % _PARTS, _PARTS)


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
        newest = await self.archive.list_sightings(None, _view(chat), MOST_FOUND * _TWINS)
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
        found = archive.once(sightings)
        if not found:
            return SearchPage(search_id=None, words=words, checked_since=checked_since)
        kept = found[:MOST_FOUND]
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
        start = archive.page_start(offset, len(found))
        shown = [sighting.article_id for sighting in found[start : start + SEARCH_PAGE]]
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
