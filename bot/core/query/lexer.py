"""Lexer of queries: words, quotes, operators, brackets and fields, with their positions in the typed text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from bot.core.errors import Refusal
from bot.language import language_data, tokens
from bot.language.word_tables import QueryWords

DOUBLE = '"“”„‟″＂'
ANGLED = "«»"
SINGLE_ANGLED = "‹›"
QUOTES = DOUBLE + ANGLED + SINGLE_ANGLED
"""Readers type whatever their keyboard gives: a quote closes with any sign of the family that opened it."""

_MINUS = "-–—−‐‑!"
_WORD = re.compile(rf"[^\s()|{QUOTES}]+")
_FIELD = re.compile(r"([^\W\d_]+):")
_OPERATORS = frozenset(_MINUS) | {"=", "|", "*"}


@cache
def _fields() -> Mapping[str, str]:
    """Give the fields a query may name, by their names in all languages."""
    fields = {"title": "title", "source": "source", "language": "lang"}
    return {name: field for key, field in fields.items() for name in language_data.every(QueryWords, key)}


def is_field(word: str) -> bool:
    """Say whether a word before a colon names a field of a query, in any language."""
    return word.lower() in _fields()


class TokenKind(StrEnum):
    """What a piece of a query is."""

    WORD = "word"
    QUOTE = "quote"
    OPEN = "("
    CLOSE = ")"
    OR = "or"
    NOT = "not"
    EXACT = "="
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class Token:
    """One piece: its kind, its text without signs, where it began and whether stars stood at its ends."""

    kind: TokenKind
    text: str
    at: int
    open_start: bool = False
    open_end: bool = False


def tokenize(text: str) -> Iterator[Token]:
    """Cut a query into its pieces; positions are those of the text as typed."""
    visible = [(at, char) for at, char in enumerate(text) if tokens.strip_ignored(char)]
    plain = "".join(char for _, char in visible)
    origin = [at for at, _ in visible] + [len(text)]
    at = 0
    while at < len(plain):
        if plain[at].isspace():
            at += 1
            continue
        piece, at = _next(plain, at, origin)
        if piece is not None:
            yield piece


def _next(text: str, at: int, origin: list[int]) -> tuple[Token | None, int]:
    char = text[at]
    simple = {"(": TokenKind.OPEN, ")": TokenKind.CLOSE, "|": TokenKind.OR}.get(char)
    if simple:
        return Token(simple, char, origin[at]), at + 1
    if char in QUOTES:
        return _quote(text, at, origin)
    if char in _MINUS or char == "=":
        if at + 1 == len(text) or text[at + 1].isspace():
            raise Refusal("query.lone_operator", at=origin[at], operator=char)
        return Token(TokenKind.EXACT if char == "=" else TokenKind.NOT, char, origin[at]), at + 1
    return _word(text, at, origin)


def _quote(text: str, at: int, origin: list[int]) -> tuple[Token, int]:
    family = next(family for family in (DOUBLE, ANGLED, SINGLE_ANGLED) if text[at] in family)
    end = next((i for i in range(at + 1, len(text)) if text[i] in family), None)
    if end is None:
        raise Refusal("query.unclosed_quote", at=origin[at])
    inner = " ".join("".join(" " if char in QUOTES else char for char in text[at + 1 : end]).split())
    if not has_letter(inner):
        raise Refusal("query.no_letter", at=origin[at])
    return Token(TokenKind.QUOTE, inner, origin[at]), end + 1


def _word(text: str, at: int, origin: list[int]) -> tuple[Token | None, int]:
    found = _WORD.match(text, at)
    assert found is not None  # every other character was dealt with by the caller
    word, end = found.group(), found.end()
    start = next((i for i, char in enumerate(word) if char.isalnum()), len(word))
    field = _FIELD.match(word, start)
    if field:
        name = _fields().get(field.group(1).lower())
        if name:
            return Token(TokenKind.FIELD, name, origin[at]), at + field.end()
        if has_letter(word[field.end() :]):
            raise Refusal("query.unknown_field", at=origin[at + start], field=field.group(1))
    return _plain_word(word, origin[at : end + 1]), end


def _plain_word(word: str, origin: list[int]) -> Token | None:
    bare = _strip_signs(word)
    if not bare:
        if word.strip("*") == "":
            raise Refusal("query.lone_operator", at=origin[0], operator="*")
        return None
    start = word.index(bare)
    if "*" in bare:
        raise Refusal("query.star_inside", at=origin[start + bare.index("*")])
    piece = Token(TokenKind.WORD, bare, origin[start], word.startswith("*"), word.endswith("*"))
    if piece.open_start or piece.open_end:
        return piece
    if bare in language_data.every(QueryWords, "and_words"):
        return None
    is_or, is_not = (bare in language_data.every(QueryWords, key) for key in ("or_words", "not_words"))
    kind = TokenKind.OR if is_or else TokenKind.NOT if is_not else TokenKind.WORD
    return replace(piece, kind=kind)


def _strip_signs(word: str) -> str:
    found = tokens.words(word)
    if any(map(tokens.is_signed, found)):
        begins = tokens.starts(word, found)
        return word[begins[0] : begins[-1] + len(found[-1])]
    inside = [i for i, char in enumerate(word) if char.isalnum()]
    return word[inside[0] : _after_marks(word, inside[-1] + 1)] if inside else ""


def _after_marks(word: str, end: int) -> int:
    while end < len(word) and "\u0300" <= word[end] <= "\u036f":
        end += 1
    return end


def has_letter(text: str) -> bool:
    """Return whether there is anything to search for."""
    return any(char.isalnum() for char in text)


def is_operator(text: str) -> bool:
    """Tell whether a text is nothing but one operator."""
    return text in _OPERATORS or text in language_data.every(QueryWords, "and_words")


def is_written_operator(text: str) -> bool:
    """Tell whether a word is an operator in any language: AND, ODER, NON."""
    return any(text in language_data.every(QueryWords, key) for key in ("and_words", "or_words", "not_words"))
