"""The parts a query is made of, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase to look for; `quoted` tells a phrase, the stars and `=` are kept as flags."""

    text: str
    quoted: bool = False
    exact: bool = False
    open_start: bool = False
    open_end: bool = False
    title: bool = False
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SourceFilter:
    """Part of the title or the host of the feed."""

    text: str


@dataclass(frozen=True, slots=True)
class LanguageFilter:
    """The article's language."""

    code: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """All parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Any part."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """None of it."""

    part: Node


Node = Term | SourceFilter | LanguageFilter | AllOf | AnyOf | NoneOf


def render(node: Node) -> str:
    """Write a query in its normal form."""
    match node:
        case Term():
            text = f'"{node.text}"' if node.quoted else node.text
            text = f"{'*' * node.open_start}{text}{'*' * node.open_end}"
            return f"{'title:' * node.title}{'=' * node.exact}{text}"
        case SourceFilter():
            return f'source:"{node.text}"' if " " in node.text else f"source:{node.text}"
        case LanguageFilter():
            return f"lang:{node.code}"
        case NoneOf():
            return f"-({render(node.part)})" if isinstance(node.part, AllOf | AnyOf) else f"-{render(node.part)}"
        case AllOf():
            return " ".join(f"({render(part)})" if isinstance(part, AnyOf) else render(part) for part in node.parts)
        case AnyOf():
            return " OR ".join(render(part) for part in node.parts)
