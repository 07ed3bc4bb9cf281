"""
Which queries an article answers, and why.

`Matcher` is the index of all live queries; `explain` says the same of one query by looking at every word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.expression import And, Language, Node, Not, Or, Source, Term
from bot.core.ids import QueryId
from bot.core.query import Mode, Query, is_stop
from bot.core.scan import Document, Passage, Place, scan
from bot.core.terms import Sought, find, seek, widen
from bot.language.analyser import Analyser
from bot.language.fold import fold
from bot.language.rules import Rule
from bot.language.tokens import tokenise

__all__ = ["Document", "Evidence", "Hit", "Matcher", "Place", "Rule", "explain", "highlight"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reason of a hit: the form found, its place, the rule, and where it stands in that place's text."""

    term: str
    form: str
    place: Place
    rule: Rule
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A query that an article answers, with the first form of each term in each place."""

    query_id: QueryId
    evidence: tuple[Evidence, ...]


Finder = Callable[[Term], tuple[Evidence, ...]]


class Matcher:
    """The index of live queries."""

    def __init__(self, analyser: Analyser) -> None:
        self._analyser = analyser
        self._queries: dict[QueryId, tuple[Query, Mode]] = {}

    def add(self, query_id: QueryId, query: Query, mode: Mode) -> None:
        """File a query; an id already there is filed anew."""
        self._queries[query_id] = (query, mode)

    def remove(self, query_id: QueryId) -> None:
        """Take a query out; an unknown id is none of our business."""
        self._queries.pop(query_id, None)

    def __contains__(self, query_id: object) -> bool:
        return query_id in self._queries

    def __len__(self) -> int:
        return len(self._queries)

    def match(self, document: Document) -> tuple[Hit, ...]:
        """Return every query the article answers, with evidence."""
        hits = []
        for query_id, (query, mode) in self._queries.items():
            hit = explain(self._analyser, query, mode, document)
            if hit:
                hits.append(Hit(query_id=query_id, evidence=hit.evidence))
        return tuple(hits)


def explain(analyser: Analyser, query: Query, mode: Mode, document: Document) -> Hit | None:
    """Judge one query by looking at every word of the article; its hit carries the query id 0."""
    passages = scan(document)

    def look(term: Term) -> tuple[Evidence, ...]:
        alternatives = seek(analyser, term, mode)
        return tuple(
            evidence
            for passage in passages
            if not term.title or passage.place is Place.TITLE
            if (evidence := _first(analyser, alternatives, passage, document.language))
        )

    found = _evaluate(widen(analyser, query.root), look, document)
    return None if found is None else Hit(query_id=QueryId(0), evidence=found)


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
    return Evidence(
        term=sought.name, form=passage.text[start:end], place=passage.place, rule=rule, start=start, end=end
    )


def _evaluate(node: Node, find: Finder, document: Document) -> tuple[Evidence, ...] | None:
    """Return the evidence of a hit, or None; a hit by feed or language alone has none."""
    match node:
        case Term():
            return find(node) or None
        case Source():
            wanted = fold(node.text)
            found = wanted in fold(document.source_title) or wanted in fold(document.source_host)
            return () if found else None
        case Language():
            return () if document.language == node.code else None
        case Not():
            return () if _evaluate(node.part, find, document) is None else None
        case Or():
            results = [result for part in node.parts if (result := _evaluate(part, find, document)) is not None]
            return _merge(results) if results else None
        case And():
            parts = [_evaluate(part, find, document) for part in node.parts if not _is_ignored(part)]
            return None if any(part is None for part in parts) else _merge([part for part in parts if part is not None])


def _is_ignored(node: Node) -> bool:
    """Stop words beside other words say nothing: "Kampf um die Ukraine" asks for two words."""
    inner = node.part if isinstance(node, Not) else node
    return isinstance(inner, Term) and is_stop(inner)


def _merge(results: list[tuple[Evidence, ...]]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(evidence for result in results for evidence in result))


def highlight(
    analyser: Analyser, query: Query, mode: Mode, text: str, language: str | None
) -> tuple[tuple[int, int], ...]:
    """Return where in any text (a summary) a form of the query's wanted terms stands: disjoint spans in order."""
    passage = Passage(Place.BODY, text, tokenise(text))
    spans = sorted(
        (start, end)
        for term in _wanted(widen(analyser, query.root))
        for sought in seek(analyser, term, mode)
        for start, end, _ in find(sought, analyser, passage, language)
    )
    disjoint: list[tuple[int, int]] = []
    for start, end in spans:
        if disjoint and start < disjoint[-1][1]:
            disjoint[-1] = (disjoint[-1][0], max(end, disjoint[-1][1]))
        else:
            disjoint.append((start, end))
    return tuple(disjoint)


def _wanted(node: Node) -> list[Term]:
    match node:
        case Term():
            return [] if is_stop(node) else [node]
        case And() | Or():
            return [term for part in node.parts for term in _wanted(part)]
        case _:
            return []
