"""
Adds stored articles to the archive, and searches it for one query.

A search decides by words where words suffice, and by the articles' texts where they do not.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core import archive, backtest
from bot.core.archive import ArchivedWord, ArchiveRepository, ArchiveView, ArticleRef, Posting, StoredWord, WordSpelling
from bot.core.backtest import EVERYBODY, NOBODY, ArticleSet, BacktestAnswer, Leaf
from bot.core.ids import ArticleId
from bot.core.ports import Clock
from bot.core.query import matcher
from bot.core.query.parser import LanguageFilter, MatchMode, Node, Query, SourceFilter, Term
from bot.core.query.patterns import OpenPattern, PhrasePattern, Sought, seek
from bot.core.repositories import KeyValueRepository
from bot.language.analyser import Analyser
from bot.language.tokens import fold
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
            unknown = await self.archive.list_unknown({spelling for each in listed for spelling in each.words})
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


_TEXTS_AT_ONCE = 10

Part = tuple[Sought, int]
"""Something sought and, for a phrase, which of its words."""
Words = Mapping[Part, set[StoredWord]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPolicy:
    """How much is looked at before a search covers only the newest articles."""

    words: int = 3_000
    """Candidate words of one term; one that has more (`*er*`) is looked for in texts."""
    texts: int = 500
    patience: timedelta = timedelta(seconds=0.12)
    """Time for reading texts."""


@dataclass(frozen=True, slots=True)
class SearchHits:
    """The articles that match, newest first, with the forms found; and where each term may occur."""

    sightings: tuple[ArticleRef, ...]
    forms: Mapping[ArticleId, set[str]]
    answers: Mapping[Leaf, BacktestAnswer]
    checked_since: datetime | None


@dataclass(slots=True)
class _Known:
    """What is known of one part of the query."""

    answer: BacktestAnswer
    forms: dict[ArticleId, set[str]] = field(default_factory=dict)


class ArchiveSearch:
    """One search in the articles a chat can see."""

    def __init__(
        self,
        archive: ArchiveRepository,
        analyser: Analyser,
        where: ArchiveView,
        mode: MatchMode,
        policy: SearchPolicy | None = None,
    ) -> None:
        self._archive = archive
        self._analyser = analyser
        self._where = where
        self._mode = mode
        self._policy = policy or SearchPolicy()

    async def __call__(self, asked: Query, root: Node) -> SearchHits:
        """Search for a query, given also with its places widened."""
        known = await self._look_up(dict.fromkeys(backtest.leaves(root)))
        answers = {leaf: each.answer for leaf, each in known.items()}
        answer = backtest.evaluate(root, answers.__getitem__)
        possible = await self._list(answer)
        forms: dict[ArticleId, set[str]] = {
            each.article_id: set() for each in possible if each.article_id in answer.sure
        }
        for term in backtest.wanted(root):
            if term in known:
                for article_id in known[term].forms.keys() & forms.keys():
                    forms[article_id] |= known[term].forms[article_id]
        unsure = [each for each in possible if each.article_id not in answer.sure]
        checked_since = await self._check(asked, unsure, forms)
        return SearchHits(tuple(each for each in possible if each.article_id in forms), forms, answers, checked_since)

    async def _list(self, answer: BacktestAnswer) -> tuple[ArticleRef, ...]:
        """List the articles that may match; where none is certain, no more than will be read."""
        group = answer.possible
        limit = self._policy.texts + len(group.ids) + 1 if group.others and answer.sure == NOBODY else None
        listed = await self._archive.list_sightings(None if group.others else group.ids, self._where, limit)
        return tuple(each for each in listed if each.article_id in group)

    async def _check(self, asked: Query, unsure: list[ArticleRef], forms: dict[ArticleId, set[str]]) -> datetime | None:
        """Look at the texts of articles that may answer, newest first; returns how far back if not at all of them."""
        clock = asyncio.get_running_loop().time
        until = clock() + self._policy.patience.total_seconds()
        at = 0
        while at < min(len(unsure), self._policy.texts) and clock() < until:
            chunk = unsure[at : min(at + _TEXTS_AT_ONCE, self._policy.texts)]
            for article in await self._archive.load([each.article_id for each in chunk]):
                hit = matcher.explain(self._analyser, asked, self._mode, document(article))
                if hit is not None:
                    forms[article.id] = {evidence.form for evidence in hit.evidence}
            at += len(chunk)
            await asyncio.sleep(0)
        return unsure[at - 1].published_at if at < len(unsure) else None

    async def _look_up(self, leaves: Iterable[Leaf]) -> dict[Leaf, _Known]:
        """Find out where each part of the query may stand."""
        terms = {leaf: seek(self._analyser, leaf, self._mode) for leaf in leaves if isinstance(leaf, Term)}
        words = {term: await self._words(soughts) for term, soughts in terms.items()}
        ids = {word.id for each in words.values() if each for found in each.values() for word in found}
        postings = await self._archive.find_postings(ids) if ids else {}
        known: dict[Leaf, _Known] = {}
        for leaf in leaves:
            match leaf:
                case LanguageFilter():
                    group = ArticleSet(await self._archive.list_visible(self._where, language=leaf.code))
                    known[leaf] = _Known(BacktestAnswer(group, group))
                case SourceFilter():
                    group = ArticleSet(await self._of_source(fold(leaf.text)))
                    known[leaf] = _Known(BacktestAnswer(group, group))
                case Term():
                    found = words[leaf]
                    unknown = _Known(BacktestAnswer(NOBODY, EVERYBODY))
                    known[leaf] = unknown if found is None else _place(leaf, terms[leaf], found, postings)
        return known

    async def _of_source(self, wanted: str) -> frozenset[ArticleId]:
        sources = await self._archive.list_sources(self._where)
        return frozenset().union(
            *(ids for names, ids in sources.items() if any(wanted in fold(name) for name in names))
        )

    async def _words(self, soughts: Iterable[Sought]) -> Words | None:
        """Find the words that match the pattern; None if there are too many candidates."""
        parts: dict[int, list[Part]] = defaultdict(list)
        found: dict[Part, set[StoredWord]] = defaultdict(set)
        for sought in soughts:
            if isinstance(sought, OpenPattern):
                listed = await self._archive.find_by_letters(
                    sought.letters, open_start=sought.open_start, open_end=sought.open_end, limit=self._policy.words + 1
                )
                if len(listed) > self._policy.words:
                    return None
                found[sought, 0].update(listed)
            for offset in backtest.offsets(sought) if isinstance(sought, PhrasePattern) else (0,):
                for key in backtest.keys(self._analyser, sought, offset):
                    parts[archive.number(key)].append((sought, offset))
        candidates = await self._archive.find_by_keys(parts.keys(), self._policy.words + 1) if parts else ()
        if len(candidates) > self._policy.words:
            return None
        for number, word in candidates:
            for part in parts[number]:
                if word not in found[part] and self._is_it(part, word):
                    found[part].add(word)
        return found

    def _is_it(self, part: Part, word: StoredWord) -> bool:
        sought, offset = part
        reading = archive.read(self._analyser, word)
        if isinstance(sought, PhrasePattern):
            if sought.language not in (None, word.spelling.language):
                return False
            return sought.is_form(self._analyser, offset, reading)
        return sought.rule_for(self._analyser, reading) is not None


def _place(term: Term, soughts: Iterable[Sought], words: Words, postings: Mapping[int, Posting]) -> _Known:
    """Say where a term stands, and for a phrase where its words do."""

    def articles(word: StoredWord) -> frozenset[ArticleId]:
        posting = postings.get(word.id)
        return frozenset() if posting is None else posting.in_title if term.title else posting.anywhere

    forms: dict[ArticleId, set[str]] = defaultdict(set)
    phrases = NOBODY
    for sought in soughts:
        if isinstance(sought, PhrasePattern):
            phrase = EVERYBODY
            for offset in backtest.offsets(sought):
                phrase &= ArticleSet(frozenset().union(*map(articles, words.get((sought, offset), ()))))
            phrases |= phrase
            continue
        for word in words.get((sought, 0), ()):
            for article_id in articles(word):
                forms[article_id].add(word.spelling.text)
    sure = ArticleSet(frozenset(forms))
    return _Known(BacktestAnswer(sure, sure | phrases), forms)
