"""
Parser of queries, their parts, and the normal form in which they are stored and shown.

OR binds less than AND, and AND is written by a space. A query never depends on settings or language: which forms of its
words count is decided by `bot.core.query.matcher`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from bot.core.errors import Refusal
from bot.core.query import lexer
from bot.core.query.lexer import Token, TokenKind
from bot.language import languages, stop_words, tokens


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


_REMEMBERED = 10_000
"""Stored queries whose parsed form is kept: those of busy readers are read with every alert."""


def is_respelled(normal: str, known: str) -> bool:
    """
    Tell whether two queries in normal form are one in other letters: capitals, umlauts spelled out, accents left out.

    Accents may be missing in the first one only: who adds them finds more. An abbreviation in capitals is not the
    common word in small letters.
    """
    (written, between), (there, between_there) = _take_apart(normal), _take_apart(known)
    is_built_alike = len(written) == len(there) and between == between_there
    return is_built_alike and all(map(_is_word_respelled, written, there))


def _is_word_respelled(written: str, there: str) -> bool:
    if "OR" in (written, there):
        return written == there
    if _fold(written)[0] not in _fold(there):
        return False
    is_told = stop_words.is_told_by_capitals(written) or stop_words.is_told_by_capitals(there)
    return not (is_told and (written.islower() or there.islower()))


@lru_cache(_REMEMBERED)
def _take_apart(normal: str) -> tuple[tuple[str, ...], str]:
    """Take a query in normal form apart: its words, and all that stands between them."""
    return tuple(_LETTERS.findall(normal)), _LETTERS.sub("", normal)


@lru_cache(_REMEMBERED)
def _fold(word: str) -> tuple[str, str]:
    """Fold a word, as it is and without its accents."""
    return tokens.fold(word), tokens.fold(_without_accents(word))


def _without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


_LETTERS = re.compile(r"[^\W_]+")
_REGULAR_EXPRESSION = re.compile(r"/.+/[a-z]*")
MAX_LENGTH = 256
MAX_TERMS = 20
_NOTHING = AnyOf(())
_MIN_OPEN = 2
"""Letters beside a star; one letter would hit every article."""


class MatchMode(StrEnum):
    """How far from its keyword a word may be and still match."""

    EXACT = "exact"
    FORMS = "forms"
    COMPOUNDS = "compounds"


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; two readers who mean the same share one normal form."""

    normal: str
    root: Node

    @property
    def is_readable(self) -> bool:
        """False for one that a version with another grammar stored: it stays listed, and finds nothing."""
        return self.root != _NOTHING

    def __hash__(self) -> int:
        return hash(self.normal)


def split(text: str) -> tuple[str, ...]:
    """Separate several queries: one per line, or by commas or semicolons outside quotes."""
    return tuple(piece for line in text.splitlines() for piece in _split_line(line) if piece)


def _split_line(line: str) -> Iterator[str]:
    start, family = 0, ""
    for at, char in enumerate(line):
        if family:
            family = "" if char in family else family
        elif char in lexer.QUOTES:
            family = next(f for f in (lexer.DOUBLE, lexer.ANGLED, lexer.SINGLE_ANGLED) if char in f)
        elif char in ",;":
            yield line[start:at].strip()
            start = at + 1
    yield line[start:].strip()


def parse(text: str) -> Query:
    """Parse one query, or raise a `Refusal` that says what is wrong and where."""
    stripped = text.strip()
    if not stripped:
        raise Refusal("query.empty", at=0)
    if len(stripped) > MAX_LENGTH:
        raise Refusal("query.too_long", at=MAX_LENGTH, length=len(stripped), limit=MAX_LENGTH)
    if _REGULAR_EXPRESSION.fullmatch(stripped):
        raise Refusal("query.regular_expression", at=0)
    if lexer.is_operator(stripped.rstrip(":")):
        raise Refusal("query.lone_operator", at=text.index(stripped), operator=stripped)
    if not lexer.has_letter(stripped) and not any(char in lexer.QUOTES for char in stripped):
        raise Refusal("query.no_letter", at=0)
    root = _QueryParser(list(lexer.tokenize(text)), len(text)).parse()
    _check(root)
    return Query(render(root), root)


@lru_cache(_REMEMBERED)
def stored(normal: str) -> Query:
    """Parse a normal form that was stored; it never fails, see `Query.is_readable`."""
    if term := _read_plain(normal):
        return Query(normal, term)
    try:
        return parse(normal)
    except Refusal:
        return Query(normal, _NOTHING)


def _read_plain(normal: str) -> Term | None:
    """
    Read a stored word, or phrase in quotes, of letters alone; None where the grammar must decide.

    Nearly all queries are such, and a start reads tens of thousands of them.
    """
    quoted = len(normal) > 2 and normal[0] == normal[-1] == lexer.DOUBLE[0]
    text = normal[1:-1] if quoted else normal
    if not (text.replace(" ", "") if quoted else text).isalpha() or (not quoted and lexer.is_written_operator(text)):
        return None
    term = Term(text, quoted)
    return None if is_stop(term) else term


def exclude(query: Query, words: str) -> Query:
    """Return a query that also excludes these words, or raise a `Refusal` where it would be too long."""
    return parse(render(_join(AllOf, [query.root, NoneOf(parse(words).root)])))


def as_phrase(query: Query) -> Query | None:
    """Return a query that wants the words of this one side by side; None where it is not several plain words."""
    parts = query.root.parts if isinstance(query.root, AllOf) else ()
    words = [part for part in parts if isinstance(part, Term)]
    rest = [part for part in parts if isinstance(part, NoneOf)]
    if len(words) < 2 or len(words) + len(rest) < len(parts) or any(word != Term(word.text) for word in words):
        return None
    phrase = Term(" ".join(word.text for word in words), quoted=True)
    return parse(render(_join(AllOf, [phrase, *rest])))


class _QueryParser:
    """Recursive descent over the pieces: alternatives, then conjunctions, then single terms."""

    def __init__(self, pieces: list[Token], length: int) -> None:
        self._pieces = pieces
        self._length = length
        self._next = 0
        self._count = 0

    def parse(self) -> Node:
        if not any(piece.kind in (TokenKind.WORD, TokenKind.QUOTE) for piece in self._pieces):
            operator = next((piece for piece in self._pieces), None)
            if operator is None:
                raise Refusal("query.no_letter", at=0)
            if operator.kind not in (TokenKind.OPEN, TokenKind.CLOSE):
                raise Refusal("query.lone_operator", at=operator.at, operator=operator.text)
        node = self._alternatives()
        piece = self._peek()
        if piece is not None:
            raise Refusal("query.unopened_bracket", at=piece.at)
        return node

    def _peek(self) -> Token | None:
        return self._pieces[self._next] if self._next < len(self._pieces) else None

    def _alternatives(self) -> Node:
        parts = [self._conjunction()]
        while (piece := self._peek()) is not None and piece.kind is TokenKind.OR:
            self._next += 1
            parts.append(self._conjunction(after=piece))
        return _join(AnyOf, parts)

    def _conjunction(self, after: Token | None = None) -> Node:
        parts: list[Node] = []
        while (piece := self._peek()) is not None and piece.kind not in (TokenKind.OR, TokenKind.CLOSE):
            self._next += 1
            parts.append(self._single(piece))
        if not parts:
            raise self._nothing_here(after or self._peek())
        return _join(AllOf, parts)

    def _nothing_here(self, piece: Token | None) -> Refusal:
        if piece is not None and piece.kind is TokenKind.CLOSE and self._next == 0:
            return Refusal("query.unopened_bracket", at=piece.at)
        return Refusal(
            "query.lone_operator", at=piece.at if piece else self._length, operator=piece.text if piece else ""
        )

    def _single(self, piece: Token) -> Node:
        match piece.kind:
            case TokenKind.NOT:
                part = self._operand(piece)
                if isinstance(part, NoneOf):
                    raise Refusal("query.lone_operator", at=piece.at, operator=piece.text)
                return NoneOf(part)
            case TokenKind.OPEN:
                return self._bracket(piece)
            case TokenKind.EXACT:
                term = self._operand(piece)
                if not isinstance(term, Term):
                    raise Refusal("query.lone_operator", at=piece.at, operator=piece.text)
                return replace(term, exact=True, open_start=False, open_end=False)
            case TokenKind.FIELD:
                return self._field(piece)
            case _:
                return self._term(piece)

    def _operand(self, operator: Token) -> Node:
        piece = self._peek()
        if piece is None or piece.kind in (TokenKind.OR, TokenKind.CLOSE):
            raise Refusal("query.lone_operator", at=operator.at, operator=operator.text)
        self._next += 1
        return self._single(piece)

    def _bracket(self, opening: Token) -> Node:
        self._take_one(opening)
        if self._peek() is None:
            raise Refusal("query.unclosed_bracket", at=opening.at)
        node = self._alternatives()
        if self._peek() is None:
            raise Refusal("query.unclosed_bracket", at=opening.at)
        self._next += 1
        return node

    def _field(self, name: Token) -> Node:
        value = self._peek()
        node = self._operand(name)
        if name.text == "title":
            return _in_title(node, name)
        if not isinstance(node, Term) or value is None:
            raise Refusal("query.lone_operator", at=name.at, operator=name.text + ":")
        if name.text == "source":
            return SourceFilter(node.text)
        code = node.text.lower()
        if code not in languages.LANGUAGES:
            raise Refusal("query.unknown_language", at=value.at, language=node.text)
        return LanguageFilter(code)

    def _term(self, piece: Token) -> Term:
        self._take_one(piece)
        if (piece.open_start or piece.open_end) and len(piece.text) < _MIN_OPEN:
            raise Refusal("query.too_short", at=piece.at, limit=_MIN_OPEN)
        quoted = piece.kind is TokenKind.QUOTE
        return Term(piece.text, quoted, False, piece.open_start, piece.open_end, at=piece.at)

    def _take_one(self, piece: Token) -> None:
        self._count += 1
        if self._count > MAX_TERMS:
            raise Refusal("query.too_many_terms", at=piece.at, limit=MAX_TERMS)


def _join(kind: type[AllOf] | type[AnyOf], parts: list[Node]) -> Node:
    """Join parts, flat and each once."""
    flat: dict[Node, None] = {}
    for part in parts:
        for inner in part.parts if isinstance(part, kind) else (part,):
            flat.setdefault(inner)
    unique = tuple(flat)
    return unique[0] if len(unique) == 1 else kind(unique)


def _in_title(node: Node, name: Token) -> Node:
    match node:
        case Term():
            return replace(node, title=True)
        case AllOf() | AnyOf():
            return type(node)(tuple(_in_title(part, name) for part in node.parts))
        case NoneOf():
            return NoneOf(_in_title(node.part, name))
        case _:
            raise Refusal("query.lone_operator", at=name.at, operator="title:")


def is_stop(term: Term) -> bool:
    """Tell whether a term says nothing: it is made of stop words only."""
    found = tokens.words(term.text)
    return not (term.open_start or term.open_end) and all(stop_words.is_stop(word) for word in found)


def _check(root: Node) -> None:
    """Refuse a query with an alternative that asks for nothing."""
    for alternative in root.parts if isinstance(root, AnyOf) else (root,):
        parts = alternative.parts if isinstance(alternative, AllOf) else (alternative,)
        wanted = [part for part in parts if not isinstance(part, NoneOf)]
        if not wanted:
            raise Refusal("query.only_exclusions", at=_first(alternative))
        for part in wanted:
            if isinstance(part, AllOf | AnyOf):
                _check(part)
        if all(isinstance(part, Term) and is_stop(part) for part in wanted):
            raise Refusal("query.only_stop_words", at=_first(alternative))


def _first(node: Node) -> int:
    match node:
        case Term():
            return node.at
        case NoneOf():
            return _first(node.part)
        case AllOf() | AnyOf():
            return min(_first(part) for part in node.parts)
        case _:
            return 0
