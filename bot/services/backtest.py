"""
Backtests a query on stored articles, by the same rules as if it had been subscribed to at that time.

The search in the archive decides by words where words suffice, and by the articles' texts where they do not.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core import archive, backtest
from bot.core.archive import ArchiveRepository, ArchiveView, ArticleRef, Posting, StoredWord
from bot.core.article import Article
from bot.core.backtest import EVERYBODY, NOBODY, ArticleSet, BacktestAnswer, BacktestResult, FormCount, Leaf
from bot.core.chat import Chat
from bot.core.ids import ArticleId
from bot.core.ports import Clock
from bot.core.query import matcher, preview
from bot.core.query.parser import LanguageFilter, MatchMode, Node, Query, SourceFilter, Term, render
from bot.core.query.patterns import OpenPattern, PhrasePattern, Sought, seek, widen
from bot.language import tokens
from bot.language.analyser import Analyser
from bot.language.stop_words import is_stop
from bot.language.tokens import fold
from bot.services.alerts import document

_WEEK, _MONTH = timedelta(days=7), timedelta(days=30)
_EXAMPLES = 3
_FORMS = 12
_SIMILAR = 20_000
_TRIED = 20


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
    timeout: timedelta = timedelta(seconds=0.12)
    """For reading texts."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSearch:
    """One search in the articles a chat can see."""

    archive: ArchiveRepository
    analyser: Analyser
    where: ArchiveView
    mode: MatchMode
    policy: SearchPolicy = SearchPolicy()

    async def __call__(self, asked: Query, root: Node) -> SearchHits:
        """Search for a query, given also with its places widened."""
        known = await self._look_up(dict.fromkeys(backtest.leaves(root)))
        answers = {leaf: known_part.answer for leaf, known_part in known.items()}
        answer = backtest.evaluate(root, answers.__getitem__)
        possible = await self._list(answer)
        forms: dict[ArticleId, set[str]] = {
            article.article_id: set() for article in possible if article.article_id in answer.sure
        }
        for term in backtest.wanted(root):
            if term in known:
                for article_id in known[term].forms.keys() & forms.keys():
                    forms[article_id] |= known[term].forms[article_id]
        unsure = [article for article in possible if article.article_id not in answer.sure]
        checked_since = await self._check(asked, unsure, forms)
        return SearchHits(
            tuple(article for article in possible if article.article_id in forms), forms, answers, checked_since
        )

    async def find_sure(self, roots: Iterable[Node]) -> dict[Node, frozenset[ArticleId]]:
        """Find for each of several queries the articles that match by their words alone, whoever may see them."""
        asked = tuple(roots)
        known = await self._look_up(dict.fromkeys(leaf for root in asked for leaf in backtest.leaves(root)))
        sure = {root: backtest.evaluate(root, lambda leaf: known[leaf].answer).sure for root in asked}
        return {root: frozenset() if group.others else group.ids for root, group in sure.items()}

    async def _list(self, answer: BacktestAnswer) -> tuple[ArticleRef, ...]:
        """List the articles that may match; where none is certain, no more than will be read."""
        group = answer.possible
        limit = self.policy.texts + len(group.ids) + 1 if group.others and answer.sure == NOBODY else None
        listed = await self.archive.list_sightings(None if group.others else group.ids, self.where, limit)
        return tuple(article for article in listed if article.article_id in group)

    async def _check(self, asked: Query, unsure: list[ArticleRef], forms: dict[ArticleId, set[str]]) -> datetime | None:
        """Look at the texts of articles that may answer, newest first; returns how far back if not at all of them."""
        clock = asyncio.get_running_loop().time
        until = clock() + self.policy.timeout.total_seconds()
        at = 0
        while at < min(len(unsure), self.policy.texts) and clock() < until:
            chunk = unsure[at : min(at + _TEXTS_AT_ONCE, self.policy.texts)]
            for article in await self.archive.load([reference.article_id for reference in chunk]):
                hit = matcher.explain(self.analyser, asked, self.mode, document(article))
                if hit is not None:
                    forms[article.id] = {evidence.form for evidence in hit.evidence}
            at += len(chunk)
            await asyncio.sleep(0)
        return unsure[at - 1].published_at if at < len(unsure) else None

    async def _look_up(self, leaves: Iterable[Leaf]) -> dict[Leaf, _Known]:
        """Find out where each part of the query may stand."""
        terms = {leaf: seek(self.analyser, leaf, self.mode) for leaf in leaves if isinstance(leaf, Term)}
        words = {term: await self._words(soughts) for term, soughts in terms.items()}
        ids = {word.id for by_part in words.values() if by_part for found in by_part.values() for word in found}
        postings = await self.archive.find_postings(ids) if ids else {}
        known: dict[Leaf, _Known] = {}
        for leaf in leaves:
            match leaf:
                case LanguageFilter():
                    group = ArticleSet(await self.archive.list_visible(self.where, language=leaf.code))
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
        sources = await self.archive.list_sources(self.where)
        return frozenset().union(
            *(ids for names, ids in sources.items() if any(wanted in fold(name) for name in names))
        )

    async def _words(self, soughts: Iterable[Sought]) -> Words | None:
        """Find the words that match the pattern; None if there are too many candidates."""
        parts: dict[int, list[Part]] = defaultdict(list)
        found: dict[Part, set[StoredWord]] = defaultdict(set)
        for sought in soughts:
            if isinstance(sought, OpenPattern):
                listed = await self.archive.find_by_letters(
                    sought.letters, open_start=sought.open_start, open_end=sought.open_end, limit=self.policy.words + 1
                )
                if len(listed) > self.policy.words:
                    return None
                found[sought, 0].update(listed)
            for offset in backtest.offsets(sought) if isinstance(sought, PhrasePattern) else (0,):
                for key in backtest.keys(self.analyser, sought, offset):
                    parts[archive.number(key)].append((sought, offset))
        candidates = await self.archive.find_by_keys(parts.keys(), self.policy.words + 1) if parts else ()
        if len(candidates) > self.policy.words:
            return None
        for number, word in candidates:
            for part in parts[number]:
                if word not in found[part] and self._is_it(part, word):
                    found[part].add(word)
        return found

    def _is_it(self, part: Part, word: StoredWord) -> bool:
        sought, offset = part
        reading = archive.read(self.analyser, word)
        if isinstance(sought, PhrasePattern):
            if sought.language not in (None, word.spelling.language):
                return False
            return sought.is_form(self.analyser, offset, reading)
        return sought.rule_for(self.analyser, reading) is not None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """Runs one query on all articles stored in the last thirty days."""

    archive: ArchiveRepository
    analyser: Analyser
    clock: Clock

    async def __call__(self, chat: Chat, asked: Query, mode: MatchMode) -> BacktestResult:
        """Return what the query would have found for a chat: in feeds it sees and languages it reads."""
        now = self.clock.now()
        where = archive.view(chat, now - _MONTH)
        root = widen(self.analyser, asked.root)
        search = ArchiveSearch(archive=self.archive, analyser=self.analyser, where=where, mode=mode)
        hits = await search(asked, root)
        sightings = _once(hits.sightings)
        if not sightings:
            return await self._nothing(asked.root, hits, where)
        week = now - _WEEK
        forms = _forms(sightings.values(), hits)
        newest = [story[0].article_id for story in list(sightings.values())[:_EXAMPLES]]
        shown = {
            article.id: article
            for article in await self.archive.load({*newest, *(article_id for _, _, article_id in forms)})
        }
        return BacktestResult(
            week=sum(story[0].published_at >= week for story in sightings.values()),
            month=len(sightings),
            checked_since=hits.checked_since,
            is_week_whole=hits.checked_since is None or hits.checked_since < week,
            newest=tuple(shown[article_id] for article_id in newest if article_id in shown),
            sightings=hits.sightings,
            forms=tuple(
                self._count(form, count, shown[article_id]) for form, count, article_id in forms if article_id in shown
            ),
        )

    def _count(self, form: str, count: int, newest: Article) -> FormCount:
        return FormCount(form, count, newest, self.analyser.base_form(form, newest.language))

    async def _nothing(self, root: Node, hits: SearchHits, where: ArchiveView) -> BacktestResult:
        if await self.archive.is_empty(where):
            return BacktestResult(week=0, month=0, is_empty=True)
        for term in filter(backtest.plain, backtest.wanted(root)):
            group = hits.answers[term].possible if term in hits.answers else EVERYBODY
            if group.others or await self.archive.list_sightings(group.ids, where):
                continue
            word = await self._similar(term.text, where)
            return BacktestResult(week=0, month=0, near=word and render(backtest.swapped(root, term, Term(word))))
        return BacktestResult(week=0, month=0)

    async def _similar(self, text: str, where: ArchiveView) -> str | None:
        """
        Find the most similar word that occurs in articles, and of several the most frequent.

        A word that we know is no slip, and nobody meant to look for a stop word: "Bern" is not "been".
        """
        folded = fold(text)
        most = preview.reach(len(folded))
        if not most or len(tokens.words(text)) > 1 or self.analyser.is_known(text):
            return None
        known = await self.archive.find_similar(folded[0], len(folded) - most, len(folded) + most, where, _SIMILAR)
        letters = set(folded)
        likely = [
            (word_id, other)
            for word_id, spelling, other in known
            if preview.is_likely(letters, other, most) and not is_stop(spelling)
        ]
        distances = {word_id: preview.distance(folded, other, most) for word_id, other in likely}
        words = sorted((slips, word_id) for word_id, slips in distances.items() if slips)[:_TRIED]
        spelled = {word_id: text for word_id, text, _ in known}
        postings = await self.archive.find_postings([word_id for _, word_id in words])
        standing = [posting.anywhere for posting in postings.values()]
        seen = {
            article.article_id for article in await self.archive.list_sightings(frozenset().union(*standing), where)
        }
        counts = {word_id: len(posting.anywhere & seen) for word_id, posting in postings.items()}
        found = [(slips, -counts[word_id], spelled[word_id]) for slips, word_id in words if counts.get(word_id)]
        return min(found)[2] if found else None


Story = list[ArticleRef]


def _once(sightings: Iterable[ArticleRef]) -> dict[str, Story]:
    """Put together what is the same article in several feeds; newest first."""
    grouped: dict[str, Story] = defaultdict(list)
    for sighting in sightings:
        grouped[sighting.key].append(sighting)
    return grouped


def _forms(stories: Iterable[Story], hits: SearchHits) -> tuple[tuple[str, int, ArticleId], ...]:
    """Count each form once per article, whatever its capitals."""
    spelled: dict[str, str] = {}
    counts: dict[str, int] = defaultdict(int)
    newest: dict[str, ArticleId] = {}
    for story in stories:
        forms = {form.casefold(): form for sighting in story for form in sorted(hits.forms[sighting.article_id])}
        for folded, form in forms.items():
            spelled.setdefault(folded, form)
            newest.setdefault(folded, story[0].article_id)
            counts[folded] += 1
    ranked = sorted(counts, key=lambda folded: (-counts[folded], folded))[:_FORMS]
    return tuple((spelled[form], counts[form], newest[form]) for form in ranked)
