"""
Which queries an article matches, and why: the index of all live queries, and the evidence of a hit.

Each query is filed under the rarest words it cannot match without, so that an article has few candidates that it does
not match. `explain` decides about one query in the same way without the index, by looking at every word.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from bot.core.ids import QueryId
from bot.core.query.highlight import Highlighter, highlight
from bot.core.query.index import NOTHING, MatchTarget, QueryIndex, WordAnswers
from bot.core.query.parser import (
    AllOf,
    AnyOf,
    LanguageFilter,
    MatchMode,
    Node,
    NoneOf,
    Query,
    SourceFilter,
    Term,
    is_stop,
)
from bot.core.query.patterns import ANY_LETTER, Document, Passage, Sought, TextField, find, initial, scan, seek, widen
from bot.language.analyser import Analyser, FormRule
from bot.language.tokens import fold


class Evidence(NamedTuple):
    """One reason of a hit: the form found, its field, the rule, and its position in that field's text."""

    term: str
    form: str
    place: TextField
    rule: FormRule
    start: int
    end: int


class QueryHit(NamedTuple):
    """A query that an article matches, with the first form of each term in each field."""

    query_id: QueryId
    evidence: tuple[Evidence, ...]


Finder = Callable[[Term], tuple[Evidence, ...]]
"""Finds the first form of a term in each place; only in the title where the term says so."""


def evaluate(node: Node, find: Finder, document: Document) -> tuple[Evidence, ...] | None:
    """Return the evidence of a hit, or None; a hit by feed or language alone has none."""
    match node:
        case Term():
            return find(node) or None
        case SourceFilter():
            wanted = fold(node.text)
            found = wanted in fold(document.source_title) or wanted in fold(document.source_host)
            return () if found else None
        case LanguageFilter():
            return () if document.language == node.code else None
        case NoneOf():
            return () if evaluate(node.part, find, document) is None else None
        case AnyOf():
            results = [result for part in node.parts if (result := evaluate(part, find, document)) is not None]
            return merge(*results) if results else None
        case AllOf():
            merged: tuple[Evidence, ...] = ()
            for part in node.parts:
                if not is_ignored(part):
                    result = evaluate(part, find, document)
                    if result is None:
                        return None
                    merged = merge(merged, result)
            return merged


def is_ignored(node: Node) -> bool:
    """Return whether a term is a stop word beside other words: "Kampf um die Ukraine" asks for two words."""
    inner = node.part if isinstance(node, NoneOf) else node
    return isinstance(inner, Term) and is_stop(inner)


def merge(*results: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Join evidence, each once."""
    return tuple(dict.fromkeys(evidence for result in results for evidence in result))


def explain(analyser: Analyser, query: Query, mode: MatchMode, document: Document) -> QueryHit | None:
    """Match one query in the same way as the index of all queries; the hit carries the query id 0."""
    passages = scan(document)

    def look(term: Term) -> tuple[Evidence, ...]:
        alternatives = seek(analyser, term, mode)
        return tuple(
            evidence
            for passage in passages
            if not term.title or passage.place is TextField.TITLE
            if (evidence := _first(analyser, alternatives, passage, document.language))
        )

    with analyser.sparing():
        found = evaluate(widen(analyser, query.root), look, document)
    return None if found is None else QueryHit(QueryId(0), found)


def _first(
    analyser: Analyser, alternatives: tuple[Sought, ...], passage: Passage, language: str | None
) -> Evidence | None:
    found = min(
        ((*place, sought) for sought in alternatives for place in find(sought, analyser, passage, language)),
        key=lambda hit: hit[:2],
        default=None,
    )
    if found is None:
        return None
    start, end, rule, sought = found
    return Evidence(sought.name, passage.text[start:end], passage.place, rule, start, end)


__all__ = [
    "Document",
    "Evidence",
    "FormRule",
    "Highlighter",
    "Matcher",
    "QueryHit",
    "TextField",
    "explain",
    "highlight",
]

Found = dict[MatchTarget, tuple[Evidence, ...]]
FoundHere = dict[MatchTarget, tuple[int, int, FormRule]]
"""Where each target first stands in one place: at which word, over how many words, by which rule."""


class _IndexedQuery(NamedTuple):
    """A query of several terms: its parts, what each term seeks, and the targets it is filed under."""

    root: Node
    targets: dict[Term, tuple[MatchTarget, ...]]
    anchors: tuple[MatchTarget, ...]


class Matcher:
    """The index of live queries; belongs to one thread."""

    def __init__(self, analyser: Analyser) -> None:
        self._analyser = analyser
        self._index = QueryIndex(analyser)
        self._simple: dict[QueryId, tuple[MatchTarget, ...]] = {}
        self._indexed: dict[QueryId, _IndexedQuery] = {}
        self._always: dict[QueryId, None] = {}

    def add(self, query_id: QueryId, query: Query, mode: MatchMode) -> None:
        """File a query; an id that is there already is filed anew."""
        self.remove(query_id)
        root = widen(self._analyser, query.root)
        if isinstance(root, Term) and not root.title:
            targets = self._file(root, mode)
            self._simple[query_id] = targets
            for target in targets:
                target.answer(query_id, alone=True)
            return
        terms = {term: self._file(term, mode) for term in _terms(root)}
        anchors = tuple(dict.fromkeys(target for term in self._needed(root) for target in terms[term]))
        self._indexed[query_id] = _IndexedQuery(root, terms, anchors)
        for target in anchors:
            target.answer(query_id, alone=False)
        if not anchors:
            self._always[query_id] = None

    def _needed(self, node: Node) -> tuple[Term, ...]:
        """Return terms one of which is in every article that answers, as rare as can be; none if there are no such."""
        match node:
            case Term():
                return (node,)
            case AnyOf():
                parts = [self._needed(part) for part in node.parts]
                return tuple(term for part in parts for term in part) if all(parts) else ()
            case AllOf():
                parts = [needed for part in node.parts if not is_ignored(part) and (needed := self._needed(part))]
                return max(parts, key=self._rarity, default=())
            case _:
                return ()

    def _rarity(self, terms: tuple[Term, ...]) -> float:
        return min(self._analyser.rarity(term.text) for term in terms)

    def _file(self, term: Term, mode: MatchMode) -> tuple[MatchTarget, ...]:
        return tuple(self._index.file(sought) for sought in seek(self._analyser, term, mode))

    def remove(self, query_id: QueryId) -> None:
        """Take a query out; an id that is not there is fine."""
        simple = self._simple.pop(query_id, None)
        if simple is not None:
            for target in simple:
                target.forget(query_id, alone=True)
                self._index.drop(target)
            return
        indexed = self._indexed.pop(query_id, None)
        if indexed is None:
            return
        self._always.pop(query_id, None)
        for target in indexed.anchors:
            target.forget(query_id, alone=False)
        for targets in indexed.targets.values():
            for target in targets:
                self._index.drop(target)

    def __contains__(self, query_id: object) -> bool:
        return query_id in self._simple or query_id in self._indexed

    def __len__(self) -> int:
        return len(self._simple) + len(self._indexed)

    def is_empty(self) -> bool:
        """Tell whether nothing is filed at all, not even what no query asks for."""
        return not (len(self) or self._always or len(self._index))

    def match(self, document: Document) -> tuple[QueryHit, ...]:
        """Return every query the article answers, with evidence; in no particular order."""
        with self._analyser.sparing():
            found = self._found(document)
        answered: dict[QueryId, tuple[Evidence, ...]] = {}
        awake = dict(self._always)
        for target, evidence in found.items():
            for query_id in target.alone:
                again = query_id in answered
                answered[query_id] = _gather(found, self._simple[query_id]) if again else evidence
            awake.update(dict.fromkeys(target.watchers))
        for query_id in awake:
            indexed = self._indexed[query_id]
            result = evaluate(indexed.root, partial(_look, found, indexed), document)
            if result is not None:
                answered[query_id] = result
        return tuple([QueryHit(query_id, evidence) for query_id, evidence in answered.items()])

    def _found(self, document: Document) -> Found:
        """Find the first form of every target in every place."""
        found: Found = {}
        for passage in scan(document):
            for target, (at, size, rule) in self._found_in(passage, document.language).items():
                start, end = passage.span(at, size)
                evidence = Evidence(target.sought.name, passage.text[start:end], passage.place, rule, start, end)
                found[target] = (*found.get(target, ()), evidence)
        return found

    def _found_in(self, passage: Passage, language: str | None) -> FoundHere:
        """Find the first word (or row of words) of every target in one place."""
        found: FoundHere = {}
        remembered = self._index.remembered(language)
        seen: set[str] = set()
        for at, word in enumerate(passage.words):
            answers = remembered.get(word) or self._index.look_up(word, language)
            if answers is NOTHING:
                continue
            if word not in seen:
                seen.add(word)
                for target, rule in answers.targets:
                    if target not in found:
                        found[target] = (at, 1, rule)
            if answers.rows:
                self._find_rows(found, answers, passage, at, language)
        return found

    def _find_rows(
        self, found: FoundHere, answers: WordAnswers, passage: Passage, at: int, language: str | None
    ) -> None:
        """Find the rows that a word is part of; most fail by the first letter of the word beside it."""
        for beside in (1, -1):
            if not 0 <= at + beside < len(passage.words):
                continue
            near = answers.rows.get((beside, initial(passage.words[at + beside])), ())
            for target, row in (*near, *answers.rows.get((beside, ANY_LETTER), ())):
                first = at - row.anchor
                if target not in found and row.stands_at(self._analyser, passage, first, language):
                    found[target] = (first, len(row.words), row.rule)


def _look(found: Found, indexed: _IndexedQuery, term: Term) -> tuple[Evidence, ...]:
    evidence = _gather(found, indexed.targets[term])
    return tuple(e for e in evidence if e.place is TextField.TITLE) if term.title else evidence


def _gather(found: Found, targets: tuple[MatchTarget, ...]) -> tuple[Evidence, ...]:
    """Return the first evidence in each place of what one term may be found as."""
    if len(targets) == 1:
        return found.get(targets[0], ())
    first: dict[TextField, Evidence] = {}
    for target in targets:
        for evidence in found.get(target, ()):
            known = first.get(evidence.place)
            if known is None or (evidence.start, evidence.end) < (known.start, known.end):
                first[evidence.place] = evidence
    return tuple(first[place] for place in TextField if place in first)


def _terms(node: Node) -> dict[Term, None]:
    """Return the terms that count, each once."""
    match node:
        case Term():
            return {node: None}
        case NoneOf():
            return _terms(node.part)
        case AllOf() | AnyOf():
            counted = [part for part in node.parts if isinstance(node, AnyOf) or not is_ignored(part)]
            return {term: None for part in counted for term in _terms(part)}
        case _:
            return {}
