"""
The words of each language, read from `bot/language/data/<code>/<file>.toml`.

A dataclass here describes one table of one file; `docs/languages.md` tells translators what belongs there. A language
may bring some tables only. A word list is a string of words with spaces between them, or a list of strings if its
entries have spaces themselves.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, ClassVar, Protocol, TypeVar, get_type_hints

Words = tuple[str, ...]
ByNumber = Mapping[int, Words]
"""The words for each number: variants of spelling and forms of one word."""


class LanguageDataError(ValueError):
    """A file of words has a key missing, an unknown one, or a value of the wrong kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWords:
    """How numbers are written, in words and in digits; letters are compared without case and accents."""

    TABLE: ClassVar[str] = "numbers.numbers"

    decimal_mark: str
    """The mark before decimals; the other one of "." and "," separates thousands."""
    articles: Words
    """Words for one that are articles too: they count before a power, and inside a number, only."""
    joints: Words
    """What joins the parts of a number: "and"."""
    values: ByNumber
    powers: ByNumber
    """100, 1000 and larger: they multiply what stands before them."""
    plural_powers: ByNumber
    """Forms that multiply too, and are no certain number by themselves: "millions"."""
    ordinals: ByNumber
    stems: ByNumber
    """Shorter forms of values that stand before an ending or inside a word only: "fif" in "fifth"."""
    endings: str
    """Regular expression of what makes another word of a number, which keeps its value: "th", "fold"."""
    digit_endings: Words
    """Endings behind digits: "25th"."""
    vague: Words
    """Fractions, dozens, thousands: no number of certain digits."""
    not_in_headlines: Words
    """Number words that are, in a headline, more often something else."""
    respelled: Mapping[str, str]
    """Phrases that are replaced first: numbers that are not the sum of their words, and "per cent"."""
    long_tens: tuple[int, ...]
    """Tens to which 10 to 19 are added: "soixante-dix"."""
    article_ends: bool
    """Whether an article behind a joint may be the end of a number: "vingt et un"."""
    is_compound: bool
    """Whether numbers below a million are one word."""
    units_first: bool
    """Whether a unit stands before its ten: "einundzwanzig"."""


class _Table(Protocol):
    TABLE: ClassVar[str]


_T = TypeVar("_T", bound=_Table)
TABLES: tuple[type[_Table], ...] = (NumberWords,)


@cache
def languages() -> tuple[str, ...]:
    """List the languages that have a folder of words."""
    return tuple(sorted(folder.name for folder in _data().iterdir() if folder.is_dir() and len(folder.name) == 2))


@cache
def find(table: type[_T], language: str | None) -> _T | None:
    """Return a table of a language, or None if the language does not bring it."""
    if language not in languages():
        return None
    file, _, name = table.TABLE.partition(".")
    content = _read(language, file).get(name)
    return None if content is None else parse(table, content, f"{language}/{file}.toml [{name}]")


@cache
def find_all(table: type[_T]) -> Mapping[str, _T]:
    """Return a table of every language that brings it, by language."""
    found = ((language, find(table, language)) for language in languages())
    return MappingProxyType({language: words for language, words in found if words is not None})


def parse(table: type[_T], content: Mapping[str, Any], place: str) -> _T:
    """
    Make a table of the content of a file.

    Raises:
        LanguageDataError: names the place and the key that is missing, unknown or of the wrong kind.
    """
    hints = get_type_hints(table)
    known = {field.name: field for field in fields(table)}  # type: ignore[arg-type] # every table is a dataclass
    if unknown := sorted(content.keys() - known.keys()):
        raise LanguageDataError(f"{place}: unknown key {unknown[0]!r}")
    values: dict[str, Any] = {}
    for name, field in known.items():
        if name in content:
            values[name] = _value(content[name], hints[name], f"{place}: {name}")
        elif field.default is MISSING:
            raise LanguageDataError(f"{place}: key {name!r} is missing")
    return table(**values)


def _value(value: Any, kind: Any, place: str) -> Any:
    try:
        if kind in (str, bool) and isinstance(value, kind):
            return value
        if kind == Words and isinstance(value, str):
            return tuple(value.split())
        if kind == Words:
            return tuple(_text(word) for word in value)
        if kind == tuple[int, ...] and not isinstance(value, str):
            return tuple(int(number) for number in value)
        if kind == ByNumber:
            return MappingProxyType({int(number): tuple(_text(words).split()) for number, words in value.items()})
        if kind == Mapping[str, str]:
            return MappingProxyType({key: _text(text) for key, text in value.items()})
    except (TypeError, ValueError, AttributeError):
        pass
    raise LanguageDataError(f"{place} is not what belongs here ({kind})")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


@cache
def _read(language: str, file: str) -> Mapping[str, Any]:
    path = _data() / language / f"{file}.toml"
    try:
        return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    except tomllib.TOMLDecodeError as error:
        raise LanguageDataError(f"{language}/{file}.toml cannot be read: {error}") from error


def _data() -> Traversable:
    return resources.files("bot.language") / "data"
