"""Search the stored past for one query: by words where words decide, by texts where they do not."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.core import archive, backtest, matching
from bot.core.archive import Archive, Posting, StoredWord, View
from bot.core.backtest import EVERYBODY, NOBODY, Answer, Group, Leaf
from bot.core.expression import Language, Node, Source, Term
from bot.core.ids import ArticleId
from bot.core.query import Mode, Query
from bot.core.terms import Open, Row, Sought, seek
from bot.flow.announce import document
from bot.language.analyser import Analyser
from bot.language.fold import fold

_TEXTS_AT_ONCE = 20

Part = tuple[Sought, int]
"""Something sought and, for a phrase, which of its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPolicy:
    """How much is looked at before an answer is only good for the newest articles."""

    words: int = 5_000
    """Candidate words of one term; one that has more (`*er*`) is looked for in texts."""
    postings: int = 40_000
    """Words in articles of one term; one that has more is looked for in texts."""
    texts: int = 100


@dataclass(frozen=True, slots=True)
class Hits:
    """The articles that answer, with the forms found, and the terms found nowhere."""

    forms: dict[ArticleId, set[str]]
    empty: frozenset[Term]
    checked_since: datetime | None


@dataclass(slots=True)
class _Leaf:
    """What is known of one part of the query."""

    answer: Answer
    forms: dict[ArticleId, set[str]] = field(default_factory=dict)


class Search:
    """One search; knows what it has looked up."""

    def __init__(
        self, archive: Archive, analyser: Analyser, where: View, mode: Mode, policy: SearchPolicy | None = None
    ) -> None:
        self._archive = archive
        self._analyser = analyser
        self._where = where
        self._mode = mode
        self._policy = policy or SearchPolicy()

    async def __call__(self, asked: Query, root: Node) -> Hits:
        """Search for a query, given also with its places widened."""
        known = {leaf: await self._leaf(leaf) for leaf in dict.fromkeys(backtest.leaves(root))}
        answer = backtest.evaluate(root, lambda leaf: known[leaf].answer)
        hits: dict[ArticleId, set[str]] = {each: set() for each in await self._listed(answer.sure)}
        for term in backtest.wanted(root):
            for article_id, forms in known[term].forms.items() if term in known else ():
                if article_id in hits:
                    hits[article_id] |= forms
        unsure = await self._listed(answer.possible & ~answer.sure)
        checked_since = await self._check(asked, unsure, hits)
        empty = frozenset(leaf for leaf, each in known.items() if isinstance(leaf, Term) and each.answer[1] == NOBODY)
        return Hits(hits, empty, checked_since)

    async def _listed(self, group: Group) -> frozenset[ArticleId]:
        return (await self._archive.list_visible(self._where)) - group.ids if group.others else group.ids

    async def _check(
        self, asked: Query, unsure: frozenset[ArticleId], hits: dict[ArticleId, set[str]]
    ) -> datetime | None:
        """Look at the texts of articles that may answer, newest first; returns how far back if not at all of them."""
        sightings = await self._archive.list_sightings(unsure) if unsure else ()
        looked_at = sightings[: self._policy.texts]
        for start in range(0, len(looked_at), _TEXTS_AT_ONCE):
            ids = [each.article_id for each in looked_at[start : start + _TEXTS_AT_ONCE]]
            for article in await self._archive.load(ids):
                hit = matching.explain(self._analyser, asked, self._mode, document(article))
                if hit is not None:
                    hits[article.id] = {evidence.form for evidence in hit.evidence}
            await asyncio.sleep(0)
        return looked_at[-1].published_at if len(sightings) > len(looked_at) else None

    async def _leaf(self, leaf: Leaf) -> _Leaf:
        match leaf:
            case Language():
                ids = await self._archive.list_visible(self._where, language=leaf.code)
                return _Leaf(Answer(Group(ids), Group(ids)))
            case Source():
                wanted, sources = fold(leaf.text), await self._archive.list_sources(self._where)
                named = [ids for source, ids in sources.items() if any(wanted in fold(name) for name in source)]
                group = Group(frozenset().union(*named))
                return _Leaf(Answer(group, group))
            case Term():
                return await self._term(leaf)

    async def _term(self, term: Term) -> _Leaf:
        """Find out where a term may stand."""
        soughts = seek(self._analyser, term, self._mode)
        words = await self._words(soughts)
        if words is None:
            return _Leaf(Answer(NOBODY, EVERYBODY))
        single = {word for (sought, _), found in words.items() if not isinstance(sought, Row) for word in found}
        spelled = {word.id: word.spelling.text for word in single}
        postings = await self._postings(spelled, term)
        if postings is None:
            return _Leaf(Answer(NOBODY, EVERYBODY))
        forms: dict[ArticleId, set[str]] = defaultdict(set)
        for posting in postings:
            forms[posting.article_id].add(spelled[posting.word_id])
        sure = Group(frozenset(forms))
        possible = sure
        for row in (each for each in soughts if isinstance(each, Row)):
            possible |= await self._row(row, words, term)
        return _Leaf(Answer(sure, possible), forms)

    async def _row(self, row: Row, words: dict[Part, set[StoredWord]], term: Term) -> Group:
        """Find articles that have the rarer words of a phrase."""
        group = EVERYBODY
        for offset in backtest.offsets(row):
            postings = await self._postings({word.id for word in words.get((row, offset), ())}, term)
            if postings is not None:
                group &= Group(frozenset(posting.article_id for posting in postings))
        return group

    async def _postings(self, word_ids: Collection[int], term: Term) -> list[Posting] | None:
        """Find where words stand; None if in too many articles."""
        if not word_ids:
            return []
        found = await self._archive.find_postings(word_ids, self._where, self._policy.postings + 1)
        if len(found) > self._policy.postings:
            return None
        return [posting for posting in found if posting.in_title or not term.title]

    async def _words(self, soughts: Iterable[Sought]) -> dict[Part, set[StoredWord]] | None:
        """Find the words that are what is sought; None if too many come into question."""
        parts: dict[int, list[Part]] = defaultdict(list)
        found: dict[Part, set[StoredWord]] = defaultdict(set)
        for sought in soughts:
            if isinstance(sought, Open):
                listed = await self._archive.find_by_letters(
                    sought.letters, open_start=sought.open_start, open_end=sought.open_end, limit=self._policy.words + 1
                )
                if len(listed) > self._policy.words:
                    return None
                found[sought, 0].update(listed)
            for offset in backtest.offsets(sought) if isinstance(sought, Row) else (0,):
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
        if isinstance(sought, Row):
            if sought.language not in (None, word.spelling.language):
                return False
            return sought.judge_word(self._analyser, offset, reading)
        return sought.judge(self._analyser, reading) is not None
