"""Why a query does not match an article though part of it does, and what would match."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.core.query import matcher
from bot.core.query.matcher import Evidence
from bot.core.query.parser import AllOf, AnyOf, MatchMode, Node, NoneOf, Query, Term, render
from bot.core.query.patterns import Document
from bot.language.analyser import Analyser


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """What keeps a query from an article; one of the three is given."""

    exact: tuple[Evidence, ...] = ()
    """It would match if it were not to match exactly as written; by these forms."""
    excluded_by: tuple[str, ...] = ()
    """Parts of the query that exclude the article."""
    missing: tuple[str, ...] = ()
    """Parts of the query that are not in the article, while others are."""


def find_near_miss(analyser: Analyser, query: Query, mode: MatchMode, document: Document) -> NearMiss | None:
    """Say what keeps a query from an article; None where it matches, or nothing of it is in the article."""

    def explain(node: Node, mode: MatchMode) -> tuple[Evidence, ...] | None:
        hit = matcher.explain(analyser, Query(render(node), node), mode, document)
        return None if hit is None else hit.evidence

    if explain(query.root, mode) is not None:
        return None
    loose = _loosen(query.root)
    freely = explain(loose, MatchMode.COMPOUNDS)
    if freely and (mode is not MatchMode.COMPOUNDS or loose != query.root):
        return NearMiss(exact=freely)
    misses = list(_list_parts(query.root))
    for parts in misses:
        wanted = [part for part in parts if not isinstance(part, NoneOf)]
        excluding = [part for part in parts if isinstance(part, NoneOf) and explain(part.part, mode) is not None]
        if excluding and all(explain(part, mode) is not None for part in wanted if not matcher.is_ignored(part)):
            return NearMiss(excluded_by=tuple(map(render, excluding)))
    for parts in misses:
        wanted = [part for part in parts if not isinstance(part, NoneOf) and not matcher.is_ignored(part)]
        missing = [part for part in wanted if explain(part, mode) is None]
        if missing and len(missing) < len(wanted) and any(isinstance(part, Term | AnyOf) for part in wanted):
            return NearMiss(missing=tuple(map(render, missing)))
    return None


def _list_parts(root: Node) -> Iterator[tuple[Node, ...]]:
    """List the alternatives of a query, each as the parts that all must be true."""
    for alternative in root.parts if isinstance(root, AnyOf) else (root,):
        yield alternative.parts if isinstance(alternative, AllOf) else (alternative,)


def _loosen(node: Node) -> Node:
    """Let terms match with their forms, anywhere in the article."""
    match node:
        case Term():
            return replace(node, exact=False, title=False)
        case NoneOf():
            return node
        case AllOf() | AnyOf():
            return type(node)(tuple(_loosen(part) for part in node.parts))
        case _:
            return node
