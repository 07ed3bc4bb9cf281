"""One query judged by looking at every word: for explaining a hit, for testing a query, for bold print."""

from __future__ import annotations

from bot.core.evidence import Evidence, Hit, evaluate
from bot.core.expression import And, Node, Or, Term
from bot.core.ids import QueryId
from bot.core.query import Mode, Query, is_stop
from bot.core.scan import Document, Passage, Place, scan
from bot.core.terms import Sought, find, seek, widen
from bot.language.analyser import Analyser


def explain(analyser: Analyser, query: Query, mode: Mode, document: Document) -> Hit | None:
    """Judge one query, as the index of all queries would; the hit carries the query id 0."""
    passages = scan(document)

    def look(term: Term) -> tuple[Evidence, ...]:
        alternatives = seek(analyser, term, mode)
        return tuple(
            evidence
            for passage in passages
            if not term.title or passage.place is Place.TITLE
            if (evidence := _first(analyser, alternatives, passage, document.language))
        )

    with analyser.sparing():
        found = evaluate(widen(analyser, query.root), look, document)
    return None if found is None else Hit(QueryId(0), found)


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


def highlight(
    analyser: Analyser, query: Query, mode: Mode, text: str, language: str | None
) -> tuple[tuple[int, int], ...]:
    """
    Return where in any text of a language (a summary) a form of the query's wanted terms stands.

    The spans are disjoint and in order. What the query excludes is not shown, nor stop words beside other words.
    """
    passage = Passage(Place.BODY, text)
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
