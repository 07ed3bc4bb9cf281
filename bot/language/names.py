"""
What a word is not, although it looks so: names that are no bent words and no compounds, and compounds of other senses.

The lists are made by `tools/make_names.py`, and by reading; see `bot/language/data/SOURCES.md`.

And names that other languages write otherwise: Wladimir Putin, Vladimir Poutine; Selenskyj, Zelensky; Kiew, Kyiv; UNO,
ONU. Two spellings of a person's name have one key, which writes what four languages do to Russian, Arabic or Hebrew
sounds in one way. The key is coarse, so it counts for two names side by side only. What no rule tells (Gaddafi and
Kadhafi), places and bodies are in a table, a group of spellings a line.
"""

from __future__ import annotations

import re
import unicodedata
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


_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"sch?tsch|schtsch|shch|chtch|sjtsj", "x"),
        (r"tsch|tch|cz|č|dsch|dzh|dj|dž", "x"),
        (r"sch|sh|kh|ch|gh|š|ç", "x"),
        (r"c(?=[eiy])", "x"),
        (r"ck|q|c", "k"),
        (r"tz|ts|z|ss|ß", "s"),
        (r"ph|ff|(?<=[oe])[wv]$", "f"),
        (r"(?<=[aeiou])h|(?<=[dtbpr])h", ""),
        (r"w", "v"),
        (r"ou|oo", "u"),
        (r"[ij]?[oe]f$", "af"),
        (r"(?<=[ln])j(?=[aeou])", ""),
        (r"^(?:[jiy](?=[aeou]))", ""),
        (r"(?:ij|iy|yj|yi|ii|ie|j|y)", "i"),
        (r"[ae]i", "i"),
        (r"(?<=n)e$", ""),
        (r"i+", "i"),
        (r"([a-z])\1", r"\1"),
    )
)
_STROKES = str.maketrans("łđ", "ld")
_SHORTEST, _ALONE = 4, 5
MARK = "~"
"""What tells the key of spellings from a word."""


def key(folded: str) -> str:
    """Return what the spellings of a folded name have in common; nothing for one too short to tell."""
    sounds = _bare(folded).replace("ae", "a").replace("oe", "o").replace("ue", "u")
    for pattern, sound in _SOUNDS:
        sounds = pattern.sub(sound, sounds)
    return sounds if len(folded) >= _SHORTEST and len(sounds) > 2 else ""


def _bare(folded: str) -> str:
    """Return a word without accents."""
    marked = unicodedata.normalize("NFD", folded.translate(_STROKES))
    return "".join(char for char in marked if not unicodedata.combining(char))


class Spellings:
    """The packaged table of spellings, read once."""

    def __init__(self) -> None:
        data = resources.files("bot.language").joinpath("data/spellings.txt").read_text("utf-8")
        self._others: dict[str, tuple[str, ...]] = {}
        self._group: dict[str, str] = {}
        for line in data.splitlines():
            kind, _, names = line.partition(":")
            spellings = tuple(name.strip() for name in names.split(";") if name.strip())
            for name in spellings:
                if kind == "name":
                    self._group[_bare(fold(name))] = fold(spellings[0])
                if kind == "word" or (kind == "name" and len(name) >= _ALONE):
                    others = (
                        other for other in spellings if other != name and (kind == "word" or len(other) >= _ALONE)
                    )
                    self._others[fold(name)] = (*self._others.get(fold(name), ()), *others)

    def others(self, text: str) -> tuple[str, ...]:
        """Return the other names of a place or body, or spellings of a person, that the table has."""
        return self._others.get(fold(text), ())

    def key(self, folded: str) -> str:
        """Return what the spellings of a person's folded name have in common."""
        group = self._group.get(_bare(folded))
        return f"={group}" if group else key(folded)
