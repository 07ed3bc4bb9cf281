"""
What a word is not, although it looks so: names that are no bent words and no compounds, and compounds of other senses.

The lists are made by `tools/make_names.py`, and by reading; see `bot/language/data/SOURCES.md`.
"""

from __future__ import annotations

from importlib import resources

from bot.language.tokens import fold

_CELLS = 3
"""Behind a noun: first parts and last parts that give it another sense, and first parts that may."""


class NameList:
    """The packaged names, read once; all words are folded."""

    def __init__(self) -> None:
        sections = _read("names.de.txt").split("\n")
        self._unbent, joined, others, self._both = (frozenset(section.split()) for section in sections[:4])
        self._whole = joined | others

    def is_unbent(self, folded: str) -> bool:
        """Tell a name that looks like a form of another word: Neuer, Siegen, Stark."""
        return folded in self._unbent

    def is_both(self, folded: str) -> bool:
        """Tell a town whose name is an ordinary noun, and a verb when written small: Baden, Essen."""
        return folded in self._both

    def is_whole(self, folded: str) -> bool:
        """Tell a word that looks like a compound and is a name, or no noun at all: Hildebrand, zugleich."""
        return folded in self._whole or (folded.endswith("s") and folded[:-1] in self._whole)


class OtherSenses:
    """Compounds in which a noun does not mean what it means alone: Datenbank, Steuermann."""

    def __init__(self) -> None:
        self._lasts: dict[str, tuple[str, ...]] = {}
        self._firsts: dict[str, tuple[str, ...]] = {}
        self._doubtful: dict[str, tuple[str, ...]] = {}
        for line in _read("other_senses.de.tsv").splitlines():
            if not line.startswith("#"):
                word, *cells = line.split("\t")
                for table, cell in zip((self._lasts, self._firsts), cells, strict=False):
                    table[fold(word)] = tuple(map(fold, cell.split()))
                if len(cells) == _CELLS:
                    self._doubtful[fold(word)] = tuple((first + word).capitalize() for first in cells[-1].split())

    def is_other_last(self, noun: str, before: str) -> bool:
        """Tell whether a noun has another sense as the last part, given what stands before it."""
        return noun in self._lasts and before.endswith(self._lasts[noun])

    def is_other_first(self, noun: str, word: str) -> bool:
        """Tell whether a noun has another sense as the first part of a word."""
        if noun not in self._firsts or not word.startswith(noun):
            return False
        rest = word[len(noun) :]
        return rest.startswith(self._firsts[noun]) or (rest[:1] in "sn" and rest[1:].startswith(self._firsts[noun]))

    def doubtful(self, noun: str) -> tuple[str, ...]:
        """Return the compounds in which a folded noun may be meant or not: Buchpreis, Landtag."""
        return self._doubtful.get(noun, ())


def _read(name: str) -> str:
    return resources.files("bot.language").joinpath("data", name).read_text("utf-8")
