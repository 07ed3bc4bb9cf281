"""
The German nouns: forms of one noun, kinds of names, and where compounds are split.

Kept small: only lemmas are in memory, each beside a shared code; a form finds its lemma by undoing endings. About
95,000 nouns cost some 15 MB and 60 ms.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from importlib import resources
from typing import NamedTuple
from zlib import crc32

_LONGEST = 5
_REMEMBERED = 30_000
_MIN_FIRST = 2
_MIN_HEAD = 3


class Noun(NamedTuple):
    """What the dictionary says of a lemma: its inflection, kind of name, frequency and cut (0: no compound)."""

    endings: int
    kinds: str
    frequency: int
    cut: int

    @property
    def is_common(self) -> bool:
        """Tell a common noun from a mere name; c: common, g: proper name that bends and joins like one."""
        return "c" in self.kinds or "g" in self.kinds

    @property
    def is_person(self) -> bool:
        """Tell a person's name that is nothing else."""
        return bool(self.kinds) and set(self.kinds) <= {"p", "v"}

    @property
    def is_place(self) -> bool:
        """Tell a place that is nothing else."""
        return self.kinds == "t"


class Lexicon:
    """The packaged noun list, read once."""

    def __init__(self) -> None:
        data = resources.files("bot.language").joinpath("data/nouns.de.txt").read_text("utf-8")
        head, nouns, irregular, modifiers = data.split("\n\n")
        rules, classes = head.split("\n")
        self._masks = [int(mask) for mask in classes.split(",")]
        self._undo = _undoing(rules.split(","))
        self._lost = [len(rule.partition(">")[0]) for rule in rules.split(",")]
        self._codes = {}
        for line in nouns.split("\n"):
            lemma, _, code = line.partition(" ")
            self._codes[lemma] = sys.intern(code)
        self._bits = resources.files("bot.language").joinpath("data/nouns.de.bits").read_bytes()
        self._mask = len(self._bits) * 8 - 1
        self._irregular = {form: sys.intern(lemmas) for form, _, lemmas in _lines(irregular)}
        self.modifiers = {part: float(weight) for part, _, weight in _lines(modifiers.strip())}
        self._bent: dict[str, list[str]] = {}
        self._nouns: dict[str, Noun] = {}
        self.lemmas: Callable[[str], tuple[str, ...]] = lru_cache(_REMEMBERED)(self._lemmas)

    def find(self, lemma: str) -> Noun | None:
        """Return what is known of a folded lemma."""
        code = self._codes.get(lemma)
        if code is None:
            return None
        noun = self._nouns.get(code)
        if noun is None:
            endings, kind, frequency, cut = code.split(",")
            noun = self._nouns[code] = Noun(self._masks[int(endings)], kind, int(frequency), int(cut))
        return noun

    def cores(self, noun: str) -> set[str]:
        """Return pieces of which every form of a folded noun has one in it; what is no noun is its own."""
        return {noun[: len(noun) - self.lost(noun)], *self.irregular_forms(noun)}

    def lost(self, noun: str) -> int:
        """Return how many letters at its end a folded noun loses at most when it bends by rule."""
        known = self.find(noun)
        return max((lost for bit, lost in enumerate(self._lost) if known and known.endings >> bit & 1), default=0)

    def irregular_forms(self, noun: str) -> list[str]:
        """Return the forms of a folded noun that no rule gives, also those that only its last part shows."""
        if not self._bent:
            for form, lemmas in self._irregular.items():
                for lemma in lemmas.split(","):
                    self._bent.setdefault(lemma, []).append(form)
        found = list(self._bent.get(noun, ()))
        for at in range(_MIN_FIRST, len(noun)):
            found += [noun[:at] + form for form in self._bent.get(noun[at:], ())]
        return found

    def _lemmas(self, form: str) -> tuple[str, ...]:
        """Return every lemma that a folded word is a form of; the word itself comes first."""
        bit = crc32(form.encode()) & self._mask
        if not self._bits[bit >> 3] >> (bit & 7) & 1:
            return ()  # what has no bit is no form of any noun; of what is none, one in sixteen goes on
        found = [form] if form in self._codes else []
        found += self._regular(form)
        irregular = self._irregular.get(form)
        if irregular:
            found += irregular.split(",")
        found += self._by_head(form)
        return tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)

    def _regular(self, form: str) -> list[str]:
        found = []
        for old, bit in self._undo[""]:
            if (lemma := form + old) in self._codes and self._bends(lemma, bit):
                found.append(lemma)
        for cut in range(len(form) - 1, max(0, len(form) - _LONGEST), -1):
            undo = self._undo.get(form[cut:])
            if undo:
                stem = form[:cut]
                for old, bit in undo:
                    if (lemma := stem + old) in self._codes and self._bends(lemma, bit):
                        found.append(lemma)
        return found

    def _bends(self, lemma: str, bit: int) -> bool:
        noun = self.find(lemma)
        return noun is not None and bool(noun.endings & bit)

    def _by_head(self, form: str) -> list[str]:
        """Undo what only the head of a compound shows: Kirchdörfern bends as Dörfern."""
        found = []
        irregular = self._irregular
        for at in range(_MIN_FIRST, len(form) - _MIN_HEAD):
            if form[at:] in irregular:
                heads = irregular[form[at:]].split(",")
                found += [lemma for head in heads if (lemma := form[:at] + head) in self._codes]
        return found


def _lines(section: str) -> list[tuple[str, str, str]]:
    return [line.partition(" ") for line in section.split("\n")]


def _undoing(rules: list[str]) -> dict[str, list[tuple[str, int]]]:
    """Turn "old>new" rules around: by the ending of the form, what the lemma has instead."""
    undo: dict[str, list[tuple[str, int]]] = {"": []}
    for bit, rule in enumerate(rules):
        old, _, new = rule.partition(">")
        undo.setdefault(new, []).append((old, 1 << bit))
    return undo
