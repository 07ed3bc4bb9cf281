"""
The sources a query admits, and queries without one of them: `Nordkorea -source:"NZZ"`.

A source is excluded by a part of the query, so that its export, its normal form and /why show it like anything else.
"""

from __future__ import annotations

from bot.core.query import parser
from bot.core.query.parser import AllOf, AnyOf, Node, NoneOf, Query, SourceFilter
from bot.language.tokens import fold


def admits(query: Query, title: str, host: str) -> bool:
    """Return whether an article of a source can match at all."""
    return _admits(query.root, fold(title), fold(host))


def without_source(query: Query, title: str, host: str) -> Query:
    """Exclude a source; raises `Refusal` where the query becomes too long."""
    name = " ".join(title.replace('"', " ").split()) or host
    return parser.parse(parser.render(_join((*_parts(query), NoneOf(SourceFilter(name))))))


def with_source(query: Query, title: str, host: str) -> Query:
    """Drop the parts that exclude a source; others that they exclude too are admitted with it."""
    title, host = fold(title), fold(host)
    return parser.parse(parser.render(_join(tuple(part for part in _parts(query) if not _excludes(part, title, host)))))


def _parts(query: Query) -> tuple[Node, ...]:
    return query.root.parts if isinstance(query.root, AllOf) else (query.root,)


def _join(parts: tuple[Node, ...]) -> Node:
    return parts[0] if len(parts) == 1 else AllOf(parts)


def _excludes(node: Node, title: str, host: str) -> bool:
    return isinstance(node, NoneOf) and isinstance(node.part, SourceFilter) and _names(node.part, title, host)


def _admits(node: Node, title: str, host: str) -> bool:
    """Evaluate the filters alone, as if everything else matched."""
    match node:
        case SourceFilter():
            return _names(node, title, host)
        case NoneOf():
            return not _excludes(node, title, host)
        case AllOf():
            return all(_admits(part, title, host) for part in node.parts)
        case AnyOf():
            return any(_admits(part, title, host) for part in node.parts)
        case _:
            return True


def _names(source_filter: SourceFilter, title: str, host: str) -> bool:
    wanted = fold(source_filter.text)
    return wanted in title or wanted in host
