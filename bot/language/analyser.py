"""Analyser of words: holds the word data, and decides by which rule two words are forms of one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from bot.language import inflection
from bot.language.compounds import Compounds
from bot.language.headline_claims import Gazetteer, Locations
from bot.language.inflection import Stems
from bot.language.languages import OWN
from bot.language.lexicon import Lexicon
from bot.language.places import Derived, Places
from bot.language.prefilter import EDGE, LetterFilter
from bot.language.stop_words import AcronymLookalikes
from bot.language.tokens import fold, strip_ignored


class FormRule(StrEnum):
    """The reason of a match, as an explanation names it."""

    EXACT = "exact"
    SPELLING = "spelling"
    INFLECTION = "inflection"
    DERIVATION = "derivation"
    COMPOUND_FIRST = "compound_first"
    COMPOUND_LAST = "compound_last"
    OPEN_END = "open_end"
    OPEN_START = "open_start"
    PHRASE = "phrase"


_READINGS = 50_000
_WORDS = 20_000
_PLACES = 500
_FIRST_FROM = 4
_LAST_FROM = 6
_OWN_S_FROM = 3
ARTICLE_STEPS = 40_000
"""What cutting compounds may cost in one article, some 0.2 s; 100 KB of words never seen before need half of it."""
_UNCUT: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())


@dataclass(slots=True)
class WordReading:
    """A word of a text, read in one language; its parts are found when first asked for."""

    text: str
    folded: str
    language: str | None
    capital: bool
    upper: bool
    stem: str
    lemmas: tuple[str, ...]
    parts: tuple[frozenset[str], frozenset[str]] | None = None

    def keep_parts(self, parts: tuple[frozenset[str], frozenset[str]]) -> tuple[frozenset[str], frozenset[str]]:
        """Remember the parts that were found, and return them."""
        self.parts = parts
        return parts


class QueryWord(NamedTuple):
    """A word of a query; `stems` go with the analyser's languages."""

    text: str
    folded: str
    capital: bool
    upper: bool
    place: bool
    town: bool
    lemmas: tuple[str, ...]
    stems: tuple[str, ...]
    starts: tuple[str, ...]
    """What every compound with it has in it."""


class Analyser:
    """Word data, stemmers and bounded caches of the words seen; build it once, use it in one thread."""

    def __init__(self, languages: tuple[str, ...] = OWN) -> None:
        self.languages = languages
        self.places = Places()
        self._commons = AcronymLookalikes()
        self._lexicon = Lexicon()
        self._compounds = Compounds(self._lexicon, self.places)
        self.locate: Callable[[str, str | None], Locations] = Gazetteer(self.places, self._lexicon).locate
        self._stems = Stems()
        self._stemmers = tuple(self._stems.of(language) for language in languages)
        self._order = {language: at for at, language in enumerate(languages)}
        self._english = inflection.irregular_english()
        self._hints = LetterFilter(self._lexicon)
        self._most_steps: int | None = None
        self.uncut = 0
        """How many words were left whole, to save time."""
        self.word: Callable[[str], QueryWord] = lru_cache(_WORDS)(self._word)
        self.derived: Callable[[tuple[str, ...]], tuple[Derived, ...]] = lru_cache(_PLACES)(self._derived)
        self.read: Callable[[str, str | None], WordReading] = lru_cache(_READINGS)(self._read)

    def _read(self, text: str, language: str | None) -> WordReading:
        """Return what is known about a word of a text."""
        plain, folded = strip_ignored(text), fold(text)
        stem = self._stems.stem(folded, language) if language in self._order else folded
        lemmas = self._lexicon.lemmas(folded) if language == "de" else ()
        return WordReading(text, folded, language, plain[:1].isupper(), plain.isupper(), stem, lemmas)

    def _word(self, text: str) -> QueryWord:
        """Return what is known about a word of a query."""
        folded = fold(text)
        stems = tuple([stem(folded) for stem in self._stemmers])
        noun = self._lexicon.find(folded)
        lemmas = (folded,) if noun and noun.is_common else self._lexicon.lemmas(folded)
        upper = len(text) > 1 and text.isupper()
        place = self.places.is_name(folded)
        town = not place and noun is not None and noun.is_place
        starts = tuple({_kept(each) for each in (folded, *lemmas)})
        return QueryWord(text, folded, text[:1].isupper(), upper, place, town, lemmas, stems, starts)

    def _derived(self, name: tuple[str, ...]) -> tuple[Derived, ...]:
        """Return what the name of a place leads to in texts; a town not in the table bends by rule in German."""
        if len(name) > 1:
            return self.places.derived(name)
        word = self.word(name[0])
        if word.town:
            return (Derived("de", frozenset(self._town_forms(word.folded)), frozenset(), ()),)
        return self.places.derived(name) if word.place else ()

    def derives(self, derived: Derived, reading: WordReading, *, compounds: bool) -> FormRule | None:
        """Return the rule by which a word is derived from a place ("nordchinesisch" with compounds only), or None."""
        if reading.language != derived.language:
            return None
        if reading.folded in derived.forms or reading.text in derived.capitals:
            return FormRule.DERIVATION
        if compounds and derived.language == "de" and not derived.forms.isdisjoint(self._parts(reading)[1]):
            return FormRule.COMPOUND_LAST
        return None

    def equal(self, word: QueryWord, reading: WordReading) -> FormRule | None:
        """Return the rule by which a word of a text is the keyword itself, or None."""
        if word.folded != reading.folded or self._is_other(word, reading):
            return None
        return FormRule.EXACT if word.text.lower() == reading.text.lower() else FormRule.SPELLING

    def _is_other(self, word: QueryWord, reading: WordReading) -> bool:
        """
        Apply the rules of capitals.

        In German a noun is not found in a word written small; an abbreviation is not found in a common word.
        """
        if word.capital and not reading.capital and reading.language == "de":
            return True
        return word.upper and self._commons.forbids(
            word.folded, reading.language, capital=reading.capital, upper=reading.upper
        )

    def relate(self, word: QueryWord, reading: WordReading, *, compounds: bool) -> FormRule | None:
        """Return the rule by which a word of a text is a form of the keyword or a compound with it, or None."""
        if word.folded == reading.folded:
            return self.equal(word, reading)
        if not self._is_other(word, reading) and self.bend(word, reading):
            return FormRule.INFLECTION
        return self._compound(word, reading) if compounds else None

    def bend(self, word: QueryWord, reading: WordReading, own_s_from: int = _OWN_S_FROM) -> bool:
        """Return the rule by which a word of a text is an inflected form of the keyword, or None."""
        k, p, language = word.folded, reading.folded, reading.language
        if language == "de":
            if any(lemma in reading.lemmas for lemma in word.lemmas):
                return True
            if word.lemmas and (self._bends_by_dictionary(k) or any(map(self._is_common, reading.lemmas))):
                return p == k + "s" and not reading.lemmas
        if len(k) >= own_s_from and p == k + "s":
            return True
        if word.place:
            return language == "de" and p == k + "n"
        if language not in self._order:
            return False
        same_stem = word.stems[self._order[language]] == reading.stem
        return self._bends_by_rule(k, p, language, same_stem=same_stem)

    def _bends_by_rule(self, k: str, p: str, language: str, *, same_stem: bool) -> bool:
        if same_stem and (language not in inflection.BENT or inflection.BENT[language](k, p)):
            return True
        if language == "en":
            return not self._bases(k).isdisjoint(self._bases(p))
        if language == "fr":
            return inflection.french_regular(k, p)
        return language == "it" and inflection.italian_regular(k, p)

    def bend_in_phrase(self, word: QueryWord, reading: WordReading) -> bool:
        """Judge a word of a phrase: adjectives bend too, and the shortest names take their s."""
        if self.bend(word, reading, own_s_from=2):
            return True
        return reading.language == "de" and inflection.german_adjective(word.folded, reading.folded)

    def word_keys(self, word: QueryWord, *, phrase: bool = False) -> set[str]:
        """Return keys under which to file a keyword: each of its forms in any text has one of them."""
        k = word.folded
        keys = {k, *word.stems, *inflection.keys(k)}
        keys.update(word.lemmas)
        if k in self._english:
            keys |= self._english[k]
        if phrase:
            keys.add(inflection.adjective_key(k))
        return keys

    def reading_keys(self, reading: WordReading) -> set[str]:
        """Return the keys under which a word of a text may be filed as a form of a keyword."""
        p, language = reading.folded, reading.language
        keys = {p, p[:-1] if p[-1] in "sn" else p, reading.stem, *reading.lemmas}
        if language == "de":
            keys.add(inflection.adjective_key(p))
        elif language == "en":
            keys |= self._bases(p)
        elif language in ("fr", "it"):
            keys.update(inflection.keys(p))
        return keys

    def compound_keys(self, reading: WordReading) -> frozenset[str]:
        """Return the keys under which a word of a text may be filed as a compound with a keyword."""
        if reading.language != "de":
            return frozenset()
        firsts, lasts = self._parts(reading)
        return firsts | lasts

    def hints(self, word: QueryWord, language: str | None, *, compounds: bool) -> set[str]:
        """Return what is in every word of a text that `relate` may take for a form of a keyword."""
        if language in self._order and language not in OWN:
            return {EDGE}  # nothing is known of what its stemmer leaves
        found = self._hints.forms(word.folded, word.lemmas, language)
        if compounds and language == "de" and len(word.folded) >= _LAST_FROM:
            found |= self._hints.parts((word.folded, *word.lemmas))
        return found

    def derived_hints(self, derived: Derived, *, compounds: bool) -> set[str]:
        """Return what is in every word of a text that `derives` may find."""
        found = {EDGE + fold(form) for form in (*derived.forms, *derived.capitals)}
        if compounds and derived.language == "de":
            found |= self._hints.parts(derived.forms)
        return found

    def _bases(self, folded: str) -> frozenset[str]:
        return self._english.get(folded) or frozenset((folded,))

    def rarity(self, text: str) -> float:
        """Return how rare a word is likely to be, for filing a query under its rarest; longer is rarer."""
        noun = self._lexicon.find(fold(text))
        return (9 - noun.frequency if noun else 8) + len(text) / 10

    def _bends_by_dictionary(self, lemma: str) -> bool:
        noun = self._lexicon.find(lemma)
        return noun is not None and noun.is_common and noun.endings != 0

    def _is_common(self, lemma: str) -> bool:
        noun = self._lexicon.find(lemma)
        return noun is not None and noun.is_common

    def _compound(self, word: QueryWord, reading: WordReading) -> FormRule | None:
        short = len(word.folded) < (_LAST_FROM if word.upper else _FIRST_FROM)
        if short or reading.language != "de":
            return None
        for start in word.starts:
            if start in reading.folded:
                break
        else:
            return None  # most words need not be cut
        firsts, lasts = self._parts(reading)
        if word.folded in firsts or any(lemma in firsts for lemma in word.lemmas):
            return FormRule.COMPOUND_FIRST
        if len(word.folded) < _LAST_FROM:
            return None
        found = word.folded in lasts or any(lemma in lasts for lemma in word.lemmas)
        return FormRule.COMPOUND_LAST if found else None

    @property
    def steps(self) -> int:
        """How much work cutting compounds was so far."""
        return self._compounds.steps

    @contextmanager
    def sparing(self) -> Iterator[None]:
        """
        Spend no more on cutting compounds meanwhile than one article may cost.

        After that, words not seen before are compared whole; no report gets there, a page of glued words does.
        """
        self._most_steps = self._compounds.steps + ARTICLE_STEPS
        try:
            yield
        finally:
            self._most_steps = None

    def _parts(self, reading: WordReading) -> tuple[frozenset[str], frozenset[str]]:
        if reading.parts is None:
            if self._most_steps is not None and self._compounds.steps >= self._most_steps:
                self.uncut += 1
                return _UNCUT  # and not remembered: the next article may cut it
            return reading.keep_parts(self._compounds.parts(reading.folded, capital=reading.capital))
        return reading.parts

    def _town_forms(self, folded: str) -> Iterator[str]:
        """Yield how a town's inhabitants and adjective are formed where nothing irregular is known."""
        stems = [folded + "r" if folded.endswith("e") else folded + "er"]
        shorter = folded[:-2] + "er"
        if folded.endswith("en") and not self._lexicon.lemmas(shorter):
            stems.append(shorter)
        for stem in stems:
            yield from (stem + ending for ending in ("", "n", "s", "in", "innen"))
        for stem in (folded, *stems):
            yield from (stem + "isch" + ending for ending in ("", "e", "en", "er", "es", "em"))


def _kept(lemma: str) -> str:
    """Return what bending leaves of the beginning: "Dorf", "Dörfer" (doerfer); "Arzt", "Ärzte" (aerzte)."""
    return lemma[: 1 if lemma[0] in "aou" else 2]
