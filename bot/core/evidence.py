"""Why an article answers a query: the forms found, and how a query is judged by them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from bot.core.expression import AllOf, AnyOf, LanguageFilter, Node, NoneOf, SourceFilter, Term
from bot.core.ids import QueryId
from bot.core.query import is_stop
from bot.core.scan import Document, TextField
from bot.language.fold import fold
from bot.language.rules import FormRule


class Evidence(NamedTuple):
    """
    One reason of a hit: the form found, its place, the rule, and where it stands in that place's text.

    A plain tuple: with many subscriptions an article has hundreds.
    """

    term: str
    form: str
    place: TextField
    rule: FormRule
    start: int
    end: int


class QueryHit(NamedTuple):
    """A query that an article answers, with the first form of each term in each place."""

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
    """Stop words beside other words say nothing: "Kampf um die Ukraine" asks for two words."""
    inner = node.part if isinstance(node, NoneOf) else node
    return isinstance(inner, Term) and is_stop(inner)


def merge(*results: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Join evidence, each once."""
    return tuple(dict.fromkeys(evidence for result in results for evidence in result))
