"""
The words of each language, read from `bot/language/data/<code>/<file>.toml`.

A dataclass of `bot.language.word_tables` describes one table of one file; `docs/languages.md` tells translators what
belongs there. A language may bring some tables only. A word list is a string of words with spaces between them, or a
list of strings if its entries have spaces themselves.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
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


class WordTable(Protocol):
    """A dataclass of one table; `bot.language.word_tables` has them."""

    TABLE: ClassVar[str]
    """Its file and its name in it: "time.months"."""


_T = TypeVar("_T", bound=WordTable)


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
    content = read_file(language, file).get(name)
    return None if content is None else parse(table, content, f"{language}/{file}.toml [{name}]")


@cache
def find_all(table: type[_T]) -> Mapping[str, _T]:
    """Return a table of every language that brings it, by language."""
    found = ((language, find(table, language)) for language in languages())
    return MappingProxyType({language: words for language, words in found if words is not None})


@cache
def read_file(language: str, file: str) -> Mapping[str, Any]:
    """Return the content of a file of words; nothing if the language does not bring it."""
    path = _data() / language / f"{file}.toml"
    try:
        return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    except tomllib.TOMLDecodeError as error:
        raise LanguageDataError(f"{language}/{file}.toml cannot be read: {error}") from error


@cache
def read_lines(file: str) -> tuple[str, ...]:
    """Return the lines of a plain list in the folders of all languages that bring it."""
    paths = (_data() / language / file for language in languages())
    return tuple(line for path in paths if path.is_file() for line in path.read_text("utf-8").split())


@cache
def alternatives(table: type[WordTable], key: str) -> str:
    """Return the regular expressions under one key in all languages as one, with their fragments put in."""
    found: list[str] = []
    for words in find_all(table).values():
        fragments = getattr(words, "fragments", {})
        for pattern in getattr(words, key):
            for name, fragment in fragments.items():
                pattern = pattern.replace(f"<{name}>", fragment)
            found.append(pattern)
    return "|".join(dict.fromkeys(found))


@cache
def every(table: type[WordTable], key: str) -> Words:
    """Return the words under one key in all languages, each once."""
    return tuple(dict.fromkeys(word for words in find_all(table).values() for word in getattr(words, key)))


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


def _data() -> Traversable:
    return resources.files("bot.language") / "data"
