"""
Where a German compound is split, and which nouns are its first and last part.

A compound in the dictionary is split where the dictionary's own list says so; any other word where a usual first part
meets a known noun, and where this fits best. Names (Brandenburg, Feldkirchen) are no compounds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from bot.language.lexicon import Lexicon, Noun
from bot.language.places import Places

LINKS = ("s", "n", "en", "es", "er", "e", "ens", "ns")
_LINK_ENDS = ("s", "n", "r", "e")
_MIN_FIRST = 3
_MIN_HEAD = 3
_NEAR = 0.5
_SCORE = 0.35
_SURE = 1.5
_LONG_WORD = 12
_SUFFIXES = ("schaft", "lein")
"""Long words of the dictionary that its list could not cut are cut like unknown ones, if the cut is a sure one."""
_UNKNOWN_FIRST = 4
_LONG_FIRST = 6
_KNOWN_HEAD = 5
_KNOWN_FREQUENCY = 3
_DEEP = 3
_LONGEST = 66
"""Letters of the longest word that is cut, Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz; the cost
grows with the cube."""
_BEGIN = 3
"""Steps that a word costs before its first letter is looked at."""
_VILLAGES = ("kirchen", "hausen", "hofen", "stetten", "felden")
"""What is not in the dictionary and ends so is a village or a family: Traiskirchen."""
_SURE_FIRST = 0.8
_LONG_HEAD = 8
_UNKNOWN_HEAD = 1.0
_GUESSED_FIRST = 0.5
_COMPASS = re.compile(r"(?:(?:nord|sued)(?:ost|west)?|ost|west|mittel|zentral|inner|ganz|gross|anti|pro|ex)")
_BY_COMPASS = frozenset("nord sued ost west nordost nordwest suedost suedwest".split())
_ADJECTIVE = re.compile(
    r"(?:aehnlich|abhaengig|anfaellig|arm|artig|basiert|bedingt|bedroht|begeistert|belastet|bereit|betrieben|bezogen|"
    r"eigen|faehig|fern|feindlich|finanziert|foermig|frei|freundlich|fuehrend|geeignet|gefaehrdet|gefuehrt|gepraegt|"
    r"gerecht|gesteuert|gestuetzt|getrieben|haltig|intensiv|intern|kritisch|lastig|maessig|nah|neutral|orientiert|"
    r"pflichtig|politisch|rechtlich|reich|relevant|sicher|skeptisch|sparend|spezifisch|stark|tauglich|technisch|treu|"
    r"typisch|unabhaengig|verarbeitend|verdaechtig|vertraeglich|weit|wirksam|wirtschaftlich|wuerdig|erisch|"
    r"(?<=schaft)lich)(?:e[mnrs]?)?"
)
"""Adjectives that make a noun before them into an adjective, written small: waffentechnisch, schweizweit."""


class Compounds:
    """Cuts German words, with the noun list and the table of places as its only knowledge."""

    def __init__(self, lexicon: Lexicon, places: Places) -> None:
        self._lexicon = lexicon
        self._places = places
        self.steps = 0
        """How much work was done so far, in places looked at; each takes some 5 µs."""

    def parts(self, word: str, *, capital: bool) -> tuple[frozenset[str], frozenset[str]]:
        """Return what a folded word begins with and what it ends with, as nouns a reader might ask for."""
        if len(word) > _LONGEST:
            return frozenset(), frozenset()
        self.steps += _BEGIN
        cuts = self.cuts(word) if capital else ()
        lasts = {noun for cut in cuts for noun in self._lasts(word[cut:])}
        tail = next((cut for cut in range(_UNKNOWN_FIRST, len(word) - 2) if _ADJECTIVE.fullmatch(word, cut)), None)
        firsts = {noun for cut in (*cuts, *([tail] if tail else ())) for noun in self._firsts(word[:cut])}
        compass = _COMPASS.match(word)
        if compass and self._places.is_known(word[compass.end() :]) and not self._places.is_country(word):
            lasts.add(word[compass.end() :])
        return frozenset(firsts), frozenset(lasts)

    def cuts(self, word: str, depth: int = _DEEP) -> tuple[int, ...]:
        """Return the places where a folded word is put together, outermost and inner ones."""
        if self._places.is_country(word):
            return ()
        own = self._lexicon.find(word)
        lemmas = (word,) if own and own.is_common else self._lexicon.lemmas(word)
        known = [noun for lemma in lemmas if (noun := self._lexicon.find(lemma))]
        if known:
            if not any(noun.is_common for noun in known):
                return ()
            outer = {noun.cut for noun in known if noun.cut}
            if not outer and len(word) >= _LONG_WORD and not word.endswith(_SUFFIXES):
                outer = {cut for cut in self._guess(word, _SURE) if cut > _MIN_FIRST}
        else:
            outer = set(self._guess(word))
        if depth:
            for cut in tuple(outer):
                outer.update(self._inner(word, cut, depth - 1))
        return tuple(sorted(outer))

    def _inner(self, word: str, cut: int, depth: int) -> Iterator[int]:
        first = self.bare_first(word[:cut]) or word[:cut].removesuffix("s")
        yield from (inner for inner in self.cuts(first, depth) if inner < cut)
        yield from (cut + inner for inner in self.cuts(word[cut:], depth))

    def bare_first(self, part: str) -> str | None:
        """Return the first part without its linking letters, as far as it is a noun."""
        if self._lexicon.lemmas(part):
            return part
        return next(filter(self._lexicon.lemmas, _unlinked(part)), None)

    def _guess(self, word: str, least: float = _SCORE) -> list[int]:
        if word.endswith(_VILLAGES):
            return []
        self.steps += max(0, len(word) - _MIN_FIRST - _MIN_HEAD + 1)
        scores = {at: self._score(word, at) for at in range(_MIN_FIRST, len(word) - _MIN_HEAD + 1)}
        best = max(scores.values(), default=0.0)
        if best >= least:
            return [at for at, score in scores.items() if score >= best * _NEAR]
        if least > _SCORE:
            return []
        return [
            at for at in scores if at >= _UNKNOWN_FIRST and self._is_plain_head(word[at:], short=at >= _LONG_FIRST)
        ][:1]

    def _score(self, word: str, at: int) -> float:
        first, head = word[:at], self._head(word[at:])
        if head:
            return (self._first(first) or (_GUESSED_FIRST if self._guess_first(first) else 0.0)) * head
        if len(word) - at < _LONG_HEAD:
            return 0.0
        weight = self._first(first)
        return weight * _UNKNOWN_HEAD if weight >= _SURE_FIRST and self._is_joined(word[at:]) else 0.0

    def _is_joined(self, part: str) -> bool:
        """Tell whether a last part is an unknown compound itself: Pensions|rück|stellungen."""
        self.steps += 1
        modifiers = self._lexicon.modifiers
        return any(
            self._is_plain_head(part[at:])
            for at in range(_MIN_FIRST, len(part) - _MIN_HEAD)
            if modifiers.get(part[:at])
        )

    def _head(self, part: str) -> float:
        noun = self._noun(part)
        if noun is None or not noun.is_common:
            return 0.0
        weight = 0.3 + noun.frequency / 4
        if len(part) <= _MIN_HEAD:
            return weight * 0.2 if noun.frequency >= 4 else 0.0
        return weight

    def _first(self, part: str) -> float:
        weight = 0.6 * math.log1p(self._lexicon.modifiers.get(part, 0.0))
        bare = self.bare_first(part)
        noun = self._noun(bare) if bare else None
        if noun:
            short = 0.3 if len(part) <= _MIN_FIRST else 1.0
            weight += (0.1 + noun.frequency / 3) * (1.0 if bare == part else 0.6) * short
        return weight

    def _guess_first(self, part: str) -> bool:
        """Tell whether a first part is an unknown compound itself: Lenkwaffen|zerstörer."""
        if len(part) <= 2 * _MIN_FIRST:
            return False
        self.steps += 1
        modifiers = self._lexicon.modifiers
        return any(
            self._is_plain_head(part[at:]) or any(map(self._is_plain_head, _unlinked(part[at:])))
            for at in range(_MIN_FIRST, len(part) - _MIN_HEAD)
            if modifiers.get(part[:at])
        )

    def _is_plain_head(self, part: str, *, short: bool = False) -> bool:
        if len(part) < _KNOWN_HEAD:
            return False
        long_enough = _KNOWN_HEAD - short
        for lemma in self._lexicon.lemmas(part):
            noun = self._lexicon.find(lemma) if len(lemma) >= long_enough else None
            if noun and noun.frequency >= _KNOWN_FREQUENCY and noun.is_common:
                return True
        return False

    def _noun(self, part: str) -> Noun | None:
        lemmas = self._lexicon.lemmas(part)
        if not lemmas:
            return None
        return max(filter(None, map(self._lexicon.find, lemmas)), key=_frequency, default=None)

    def _firsts(self, part: str) -> set[str]:
        """Return the nouns, as lemmas or as they stand, that a first part may be: Flüchtlings → Flüchtling."""
        found = {part, *self._lexicon.lemmas(part)}
        own = self._lexicon.find(part)
        if part in _BY_COMPASS:
            found.add(part + "en")
        bare = [part] if own and own.is_common else [part, *_unlinked(part)]
        for stem in bare:
            found.update((stem, *self._lexicon.lemmas(stem)))
            if stem is part or len(stem) > _MIN_FIRST:
                found.update(self._regrown(stem))
        return found

    def _regrown(self, stem: str) -> Iterator[str]:
        """Give back the ending a first part loses: Schul → Schule, unless the stem itself is the better known."""
        own = self._lexicon.find(stem)
        for lost in ("e", "en", "n"):
            noun = self._lexicon.find(stem + lost)
            if noun and (own is None or not own.is_common or own.frequency < noun.frequency):
                yield stem + lost

    def _lasts(self, part: str) -> set[str]:
        """Return the nouns that a last part may be a form of."""
        found = {part, *self._lexicon.lemmas(part)}
        if part.endswith("s"):
            found.add(part[:-1])
        return found


def _frequency(noun: Noun) -> int:
    return noun.frequency


def _unlinked(part: str) -> list[str]:
    if not part.endswith(_LINK_ENDS):
        return []
    return [part[: -len(link)] for link in LINKS if part.endswith(link) and len(part) - len(link) >= _MIN_FIRST]
