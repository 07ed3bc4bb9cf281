"""
Where a German compound is split, and which nouns are its first and last part.

A compound in the dictionary is split where the dictionary's own list says so; any other word where a usual first part
meets a known noun, and where this fits best. Names (Brandenburg, Feldkirchen) are no compounds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

from bot.language.lexicon import Lexicon, Noun
from bot.language.names import NameList, OtherSenses
from bot.language.places import Places

LINKS = ("s", "n", "en", "es", "er", "e", "ens", "ns")
_LINK_ENDS = ("s", "n", "r", "e")
_MIN_FIRST = 3
_MIN_HEAD = 3
_NEAR = 0.5
_SCORE = 0.35
_SURE = 1.5
_LONG_WORD = 12
PREFIXES = frozenset(
    """
ab an auf aus be bei da dar durch ein emp ent er fort ge her hin hinter los miss mit nach ueber um un ur ver vor wider
zer zu zurueck nicht de des dis ex im in inter kom kon par per pro re sub
""".split()
)
"""A word is not put together behind one of these: An|zug, Ge|wissen, Ver|druss, Inter|punktion."""
_PREFIXED = tuple("ab an auf aus durch ein mit nach nicht rueck ueber um unter vor zu".split())
"""Behind one of these the head of an unknown word goes on: Drohnen|überflüge."""
_PREFIXED_HEAD = 0.8
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
_FAMILIES = re.compile(
    r"(?:bach|baum|berg|blum|bohm|brand|bruch|burg|feld|garten|haus|hagel|hof|mann|rot|stein|thal|wald)s?$"
)
_SURE_FIRST = 0.8
_LONG_HEAD = 8
_UNKNOWN_HEAD = 1.0
_GUESSED_FIRST = 0.5
_COMPASS = re.compile(r"(?:(?:nord|sued)(?:ost|west)?|ost|west|ober|unter|mittel|zentral|inner|ganz|gross|anti|pro|ex)")
_BY_COMPASS = frozenset("nord sued ost west nordost nordwest suedost suedwest".split())
_ADJECTIVE = re.compile(
    r"(?:aehnlich|abhaengig|anfaellig|arm|artig|basiert|bedingt|bedroht|begeistert|belastet|bereit|betrieben|bezogen|"
    r"eigen|erfahren|faehig|fern|feindlich|finanziert|foermig|frei|freundlich|fuehrend|geeignet|gefaehrdet|gefuehrt|gepraegt|"
    r"gerecht|gesteuert|gestuetzt|getrieben|haltig|intensiv|intern|krank|kritisch|lastig|maessig|nah|neutral|orientiert|"
    r"pflichtig|politisch|rechtlich|reich|relevant|sicher|skeptisch|sparend|spezifisch|stark|suechtig|tauglich|technisch|treu|"
    r"typisch|unabhaengig|verarbeitend|verdaechtig|vertraeglich|weit|wirksam|wirtschaftlich|wuerdig|erisch|"
    r"(?<=schaft)lich)(?:e[mnrs]?)?"
)
"""Adjectives that make a noun before them into an adjective, written small: waffentechnisch, schweizweit."""


class Compounds:
    """Cuts German words, with the packaged lists of nouns, places and names as its only knowledge."""

    def __init__(self, lexicon: Lexicon, places: Places, names: NameList) -> None:
        self._lexicon = lexicon
        self._places = places
        self._names = names
        self.senses = OtherSenses()
        self.steps = 0
        """How much work was done so far, in places looked at; each takes some 5 µs."""

    def parts(self, word: str, *, capital: bool) -> tuple[frozenset[str], frozenset[str]]:
        """Return what a folded word begins with and what it ends with, as nouns a reader might ask for."""
        if len(word) > _LONGEST:
            return frozenset(), frozenset()
        self.steps += _BEGIN
        cuts = self.cuts(word) if capital else ()
        lasts = {noun for cut in cuts for noun in self._lasts_of(word, cut)}
        tails = () if self._lexicon.lemmas(word) else self._tail(word)
        firsts = {noun for cut in (*cuts, *tails) for noun in self._firsts_of(word, cut)}
        for cut in cuts[1:]:
            firsts |= self._inside(word, cut, cuts)
        part = self.part_of_place(word)
        if part and not self._places.is_country(word):
            lasts.add(part)
        return frozenset(firsts), frozenset(lasts)

    def part_of_place(self, word: str) -> str:
        """Return the place that a word names a part of: Ost|berliner; nothing if it is none."""
        compass = _COMPASS.match(word)
        return word[compass.end() :] if compass and self._places.is_known(word[compass.end() :]) else ""

    def _firsts_of(self, word: str, cut: int) -> Iterator[str]:
        """Yield the nouns that what is before a cut may be, unless they have another sense there."""
        nouns = self._firsts(word[:cut])
        others = {noun for noun in nouns if self.senses.is_other_first(noun, word)}
        yield from nouns - others - ({word[:cut]} if others else set())

    def _lasts_of(self, word: str, cut: int) -> Iterator[str]:
        """Yield the nouns that what is behind a cut may be, unless they have another sense there."""
        nouns = self._lasts(word[cut:])
        others = {noun for noun in nouns if self.senses.is_other_last(noun, word[:cut])}
        yield from nouns - others - ({word[cut:], word[cut:-1]} if others else set())

    def _inside(self, word: str, end: int, cuts: tuple[int, ...]) -> set[str]:
        """Return the nouns that stand between two cuts: Glatt|eis|gefahr, Stecker|solar|module."""
        found = set[str]()
        for start in cuts:
            if start < end - _MIN_HEAD + 1:
                bare = self.bare_first(word[start:end]) or word[start:end]
                nouns = {
                    noun for part in {bare, word[start:end]} for noun in self._lasts_of(word[:start] + part, start)
                }
                found |= {noun for noun in nouns if not self.senses.is_other_first(noun, word[start:])}
        return found

    def _tail(self, word: str) -> tuple[int, ...]:
        """Return where an adjective that a noun was put before begins."""
        return tuple(cut for cut in range(_MIN_FIRST, len(word) - 2) if _ADJECTIVE.fullmatch(word, cut))[:1]

    def cuts(self, word: str, depth: int = _DEEP) -> tuple[int, ...]:
        """Return the places where a folded word is put together, outermost and inner ones."""
        bare = word.removesuffix("s")
        if self._places.is_country(bare) or self._places.is_name(bare) or self._names.is_whole(word):
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
        if word.endswith(_VILLAGES) or self._is_family(word):
            return []
        self.steps += max(0, len(word) - _MIN_FIRST - _MIN_HEAD + 1)
        places = [at for at in range(_MIN_FIRST, len(word) - _MIN_HEAD + 1) if word[:at] not in PREFIXES]
        scores = {at: self._score(word, at) for at in places}
        best = max(scores.values(), default=0.0)
        if best >= least:
            near = {at: score for at, score in scores.items() if score >= best * _NEAR}
            return [at for at in near if not self._is_within(word, at, near)]
        if least > _SCORE:
            return []
        return [
            at for at in scores if at >= _UNKNOWN_FIRST and self._is_plain_head(word[at:], short=at >= _LONG_FIRST)
        ][:1]

    def _is_family(self, word: str) -> bool:
        """Tell a surname made of another one: Merkel|bach, Söder|berg."""
        ending = _FAMILIES.search(word)
        first = self._lexicon.find(word[: ending.start()]) if ending else None
        return first is not None and first.is_person

    def _is_within(self, word: str, at: int, scores: dict[int, float]) -> bool:
        """Tell whether a place lies within a noun that begins at a better one and is whole: Schnell|zugriff."""
        for other, score in scores.items():
            if other < at and score >= scores[at]:
                noun = self._lexicon.find(word[other:])
                if noun is not None and noun.is_common and noun.cut != at - other:
                    return True
        return False

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
        if noun is None and (rest := _unprefixed(part)):
            noun = self._noun(rest)
            return self._head(rest) * _PREFIXED_HEAD if noun and len(rest) > _MIN_HEAD else 0.0
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
        own = self._lexicon.find(part)
        lemmas = self._lexicon.lemmas(part)
        if own and own.is_common:
            lemmas = tuple(lemma for lemma in lemmas if part != lemma + "s")  # Eis|hockey is not of the egg
        found = {part, *lemmas}
        if part in _BY_COMPASS:
            found.add(part + "en")
        bare = [part] if own and own.is_common else [part, *filter(self._links(part), _unlinked(part))]
        for stem in bare:
            found.update((stem, *self._lexicon.lemmas(stem)))
            if stem is part or len(stem) > _MIN_FIRST:
                found.update(self._regrown(stem))
        return found

    def _links(self, part: str) -> Callable[[str], bool]:
        """Return what tells whether a noun may take the letters that link a first part; a mere name takes an s."""

        def may_link(stem: str) -> bool:
            noun = self._lexicon.find(stem)
            return noun is None or noun.is_common or part == stem + "s"

        return may_link

    def _regrown(self, stem: str) -> Iterator[str]:
        """Give back the ending a first part loses: Schul → Schule, unless the stem itself is the better known."""
        own = self._lexicon.find(stem)
        for lost in ("e", "en", "n"):
            noun = self._lexicon.find(stem + lost)
            if (noun and not noun.is_common) or self._places.is_name(stem + lost):
                continue  # Bonnet is not of Bonn
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


def _unprefixed(part: str) -> str:
    """Return a word without its prefix; nothing if it has none."""
    return next((part[len(prefix) :] for prefix in _PREFIXED if part.startswith(prefix)), "")


def _unlinked(part: str) -> list[str]:
    if not part.endswith(_LINK_ENDS):
        return []
    return [part[: -len(link)] for link in LINKS if part.endswith(link) and len(part) - len(link) >= _MIN_FIRST]
