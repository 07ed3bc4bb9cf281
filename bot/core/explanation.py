"""One query judged by looking at every word: for explaining a hit, for testing a query."""

from __future__ import annotations

from bot.core.evidence import Evidence, QueryHit, evaluate
from bot.core.expression import Term
from bot.core.ids import QueryId
from bot.core.query import MatchMode, Query
from bot.core.scan import Document, Passage, TextField, scan
from bot.core.terms import Sought, find, seek, widen
from bot.language.analyser import Analyser


def explain(analyser: Analyser, query: Query, mode: MatchMode, document: Document) -> QueryHit | None:
    """Judge one query, as the index of all queries would; the hit carries the query id 0."""
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
