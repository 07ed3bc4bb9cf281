"""Adds the words of stored articles to the archive, and removes those of deleted ones."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from bot.core import archive
from bot.core.archive import ArchivedWord, ArchiveRepository, WordSpelling
from bot.core.ports import Clock
from bot.core.repositories import KeyValueRepository
from bot.language.analyser import Analyser
from bot.services.alerts import document

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
