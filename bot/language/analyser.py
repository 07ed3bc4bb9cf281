"""Analyser of words: holds the word data, and decides by which rule two words are forms of one another."""

from __future__ import annotations

import re
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
from bot.language.lexicon import Lexicon, Noun
from bot.language.names import MARK, NameList, Spellings
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


_BENT_NAMES = ("de", "en")
"""Languages in which a name takes an s: Nordkoreas."""
_READINGS = 50_000
_WORDS = 20_000
_PLACES = 500
_FIRST_FROM = 2
_ABBREVIATED_FROM = 6
_OWN_S_FROM = 3
_INHABITANT = re.compile(r"er(?:n|s|in|innen)?$")
_ADJECTIVE_NOUN = re.compile(r"(\w+)e[mrs] \1e[rn]?")
"""A name that could be an adjective, and the noun that is made of it: Neuer, der Neue."""
_TWO = 2
_SIBILANTS = ("s", "x", "z", "ce")
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
    name: bool
    """A name, and no word that bends: it takes an s and joins others with a hyphen."""
    adjective: bool
    """A name that no list has as a noun, and that is an adjective or the like when written small: Stark, Kurz."""
    named: bool
    """A common noun that is a name as well: Halle."""
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
        self._names = NameList()
        self.spellings = Spellings()
        self._compounds = Compounds(self._lexicon, self.places, self._names)
        self.locate: Callable[[str, str | None], Locations] = Gazetteer(self.places, self._lexicon).locate
        self._stems = Stems()
        self._stemmers = tuple(self._stems.of(language) for language in languages)
        self._order = {language: at for at, language in enumerate(languages)}
        self._irregular = {language: inflection.irregular(language) for language in OWN}
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
        capital, upper = text[:1].isupper(), len(text) > 1 and text.isupper()
        place = self.places.is_name(folded)
        name = capital and not upper and self._is_name(folded, noun, place=place)
        lemmas = (folded,) if noun and (name or noun.is_common) else () if name else self._lexicon.lemmas(folded)
        town = not place and noun is not None and noun.is_place
        starts = tuple({_kept(each) for each in (folded, *lemmas)})
        named = capital and noun is not None and not set(noun.kinds) <= {"c", "g"}
        adjective = name and noun is None and not place
        return QueryWord(text, folded, capital, upper, place, town, name, adjective, named, lemmas, stems, starts)

    def _is_name(self, folded: str, noun: Noun | None, *, place: bool) -> bool:
        """Tell whether a word typed with a capital is a person or a place, and no common noun as well."""
        if noun is not None and (noun.is_common or not any(map(self._is_common, self._lexicon.lemmas(folded)))):
            return not noun.is_common
        return place or self._names.is_unbent(folded)

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
        if self._is_other_town(reading.folded):
            return None  # Wiesbadener are not of Baden
        if compounds and derived.language == "de" and not derived.forms.isdisjoint(self._parts(reading)[1]):
            return FormRule.COMPOUND_LAST
        return None

    def _is_other_town(self, folded: str) -> bool:
        """Tell an inhabitant of a town of its own."""
        stem = _INHABITANT.sub("", folded)
        town = self._lexicon.find(stem) if stem != folded else None
        return town is not None and town.is_place and not self._compounds.part_of_place(folded)

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
        if word.upper and len(word.text) <= _TWO and not reading.text[:_TWO].isupper():
            return True  # "Ki" and "Wm" are no abbreviations
        return word.upper and self._commons.forbids(
            word.folded, reading.language, capital=reading.capital, upper=reading.upper
        )

    def relate(self, word: QueryWord, reading: WordReading, *, compounds: bool) -> FormRule | None:
        """Return the rule by which a word of a text is a form of the keyword or a compound with it, or None."""
        k, p = word.folded, reading.folded
        if k == p:
            return self.equal(word, reading)
        if not self._is_other(word, reading) and self.bend(word, reading):
            return FormRule.INFLECTION
        if word.capital and not word.lemmas and reading.language == "de" and inflection.base_of_name(p) == k:
            return FormRule.DERIVATION
        return self._compound(word, reading) if compounds else None

    def bend(self, word: QueryWord, reading: WordReading, own_s_from: int = _OWN_S_FROM) -> bool:
        """Return the rule by which a word of a text is an inflected form of the keyword, or None."""
        k, p, language = word.folded, reading.folded, reading.language
        if word.upper and not word.lemmas:
            return p == k + "s" and len(k) >= own_s_from
        if word.name:
            return p in _name_forms(k, own_s_from) or (word.place and language == "de" and p == k + "n")
        if language == "de":
            if any(lemma in reading.lemmas for lemma in word.lemmas):
                return not (p == k + "s" and self._is_rather(p, k))
            if word.lemmas and (self._bends_by_dictionary(k) or any(map(self._is_common, reading.lemmas))):
                return p == k + "s" and (not reading.lemmas or (word.named and self._lexicon.find(p) is None))
            if not word.lemmas and not word.place and any(map(self._is_common, reading.lemmas)):
                return False  # a word that is no noun is no form of one: Sinner, Sinn
        if len(k) >= own_s_from and p == k + "s":
            return True
        if word.place:
            return language == "de" and p == k + "n"
        if language not in self._order:
            return False
        same_stem = word.stems[self._order[language]] == reading.stem
        return self._bends_by_rule(k, p, language, same_stem=same_stem)

    def _is_rather(self, p: str, k: str) -> bool:
        """Tell a form that is rather a more frequent noun of its own: Eis is seldom of the egg."""
        own, noun = self._lexicon.find(p), self._lexicon.find(k)
        return own is not None and own.is_common and (noun is None or own.frequency > noun.frequency)

    def _bends_by_rule(self, k: str, p: str, language: str, *, same_stem: bool) -> bool:
        if same_stem and (language not in inflection.BENT or inflection.BENT[language](k, p)):
            return True
        if not self._bases(k, language).isdisjoint(self._bases(p, language)):
            return True
        if language == "fr":
            return inflection.french_regular(k, p)
        return language == "it" and inflection.italian_regular(k, p)

    def bend_in_phrase(self, word: QueryWord, reading: WordReading) -> bool:
        """Judge a word of a phrase: adjectives bend too, and the shortest names take their s."""
        if self.bend(word, reading, own_s_from=2):
            return True
        return not word.name and reading.language == "de" and inflection.german_adjective(word.folded, reading.folded)

    def is_person(self, words: tuple[str, ...]) -> bool:
        """Tell words of a query that look like a person's first name and surname: capitals, and no common noun."""
        if len(words) == 1 or not self._spelling_key(self.word(max(words, key=len)).folded):
            return False
        return all(
            word.capital and not word.upper and not word.place and self._may_be_person(word.folded)
            for word in (self.word(words[0]), self.word(words[-1]))
        )

    def _may_be_person(self, folded: str) -> bool:
        noun = self._lexicon.find(folded)
        return noun is None or not noun.is_common or not {"p", "v"}.isdisjoint(noun.kinds)

    def _spelling_key(self, folded: str) -> str:
        return self.spellings.key(folded) if self._may_be_person(folded) else ""

    def spells(self, word: QueryWord, reading: WordReading) -> bool:
        """Tell whether a word of a text is another spelling of a person's name."""
        if word.folded == reading.folded:
            return True
        key = self._spelling_key(word.folded) if reading.capital and word.capital else ""
        return key != "" and key in self._spelling_keys(reading)

    def _spelling_keys(self, reading: WordReading) -> tuple[str, ...]:
        """Return what the spellings of a name in a text have in common, also if it has a genitive's s."""
        folded = reading.folded
        genitive = (self._spelling_key(folded[:-1]),) if folded.endswith("s") else ()
        return (self._spelling_key(folded), *genitive)

    def spelling_key(self, word: QueryWord) -> str:
        """Return the key under which to file a word of a person's name for all its spellings."""
        return MARK + self._spelling_key(word.folded)

    def word_keys(self, word: QueryWord, *, phrase: bool = False) -> set[str]:
        """Return keys under which to file a keyword: each of its forms in any text has one of them."""
        k = word.folded
        keys = {k, *word.stems, *inflection.keys(k)}
        keys.update(word.lemmas)
        for bases in self._irregular.values():
            keys |= bases.get(k, frozenset())
        if phrase:
            keys.add(inflection.adjective_key(k))
        return keys

    def reading_keys(self, reading: WordReading) -> set[str]:
        """Return the keys under which a word of a text may be filed as a form of a keyword."""
        p, language = reading.folded, reading.language
        keys = {p, p[:-1] if p[-1] in "sn" else p, reading.stem, *reading.lemmas}
        if language == "de":
            keys.add(inflection.adjective_key(p))
            keys.add(inflection.base_of_name(p))
        elif language in ("fr", "it"):
            keys.update(inflection.keys(p))
        if language in self._irregular:
            keys |= self._bases(p, language)
        if reading.capital:
            keys.update(MARK + key for key in self._spelling_keys(reading) if key)
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
        if compounds and language == "de" and len(word.folded) >= _FIRST_FROM:
            found |= self._hints.parts((word.folded, *word.lemmas))
        return found

    def derived_hints(self, derived: Derived, *, compounds: bool) -> set[str]:
        """Return what is in every word of a text that `derives` may find."""
        found = {EDGE + fold(form) for form in (*derived.forms, *derived.capitals)}
        if compounds and derived.language == "de":
            found |= self._hints.parts(derived.forms)
        return found

    def is_known(self, text: str) -> bool:
        """Tell whether a word is a noun or name of our tables, or a form of one, so that it is no typing error."""
        word = self.word(text)
        return word.place or word.town or word.name or self._lexicon.find(word.folded) is not None

    def _bases(self, folded: str, language: str) -> frozenset[str]:
        return self._irregular.get(language, {}).get(folded) or frozenset((folded,))

    def base_form(self, text: str, language: str | None) -> str:
        """Return the base form of a word of a text, in its spelling; the word itself where that is not known."""
        reading = self.read(text, language)
        base = self.places.base_form(reading.folded, language or "")
        if base is not None:
            return base
        if len(reading.folded) == len(text) and not self.word(text).name:  # no letter was folded into two
            for lemma in reading.lemmas:
                if reading.folded.startswith(lemma):
                    return text[: len(lemma)]
        start = reading.folded.removesuffix("s")
        is_name = start != reading.folded and (self.places.is_name(start) or self._names.is_unbent(start))
        return text[:-1] if is_name and language in _BENT_NAMES else text

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

    def joins(self, word: QueryWord) -> bool:
        """Tell whether a keyword is looked for in German compounds."""
        return len(word.folded) >= (_ABBREVIATED_FROM if word.upper else _FIRST_FROM) and not word.adjective

    def _compound(self, word: QueryWord, reading: WordReading) -> FormRule | None:
        if reading.language != "de" or not self.joins(word):
            return None
        for start in word.starts:
            if start in reading.folded:
                break
        else:
            return None  # most words need not be cut
        firsts, lasts = self._parts(reading)
        if word.folded in firsts or any(lemma in firsts for lemma in word.lemmas):
            return FormRule.COMPOUND_FIRST
        found = word.folded in lasts or any(lemma in lasts for lemma in word.lemmas)
        return FormRule.COMPOUND_LAST if found else None

    def base_of_name(self, text: str) -> str:
        """Return the place or surname of which a word typed as a keyword is the genitive: Nordkoreas; else the word."""
        folded = fold(text)
        if not folded.endswith("s") or self._lexicon.lemmas(folded) or self.places.is_known(folded):
            return text
        noun = self._lexicon.find(folded[:-1])
        is_surname = noun is not None and noun.kinds == "p" and not self._names.is_whole(folded)
        return text[:-1] if is_surname or self._is_place(folded[:-1], noun) else text

    def _is_place(self, folded: str, noun: Noun | None) -> bool:
        return self.places.is_name(folded) or (noun is not None and noun.is_place)

    def other_reading(self, text: str) -> str | None:
        """Return what a name typed as a keyword could be instead, or None: Sieg for Siegen, neuer, baden."""
        word = self.word(text)
        if word.capital and self._names.is_both(word.folded):
            return text.lower()
        if not word.name:
            return None
        others = [lemma for lemma in self._lexicon.lemmas(word.folded) if lemma != word.folded]
        noun = next(filter(self._is_common, others), None)
        if noun is not None and not _ADJECTIVE_NOUN.fullmatch(f"{word.folded} {noun}"):
            return _spelled_like(text, noun)
        forms = (f"{word.folded}{ending}" for ending in ("", "e", "en", "es"))
        is_word = self._names.is_unbent(word.folded) and any(self._commons.is_common(form, "de") for form in forms)
        return text.lower() if is_word else None  # "neuer", but not "merkel"

    def doubtful_compounds(self, text: str) -> tuple[str, ...]:
        """Return the compounds that a keyword finds and may not mean, to be excluded on wish (Tag: Landtag)."""
        nouns = dict.fromkeys(self.word(text).lemmas)
        return tuple(compound for noun in nouns for compound in self._compounds.senses.doubtful(noun))

    def cuts(self, text: str) -> tuple[int, ...]:
        """Return where a German word is put together, as places in its folded form."""
        return self._compounds.cuts(fold(text))

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


def _name_forms(folded: str, own_s_from: int) -> tuple[str, ...]:
    """Return how a name bends: Merkels, and Merzens."""
    return (folded + "s",) * (len(folded) >= own_s_from) + (folded + "ens",) * folded.endswith(_SIBILANTS)


def _spelled_like(text: str, lemma: str) -> str:
    """Write a folded lemma as far as it goes with the letters of a word that may be a form of it: Wüst, Wüste."""
    same = max(at for at in range(len(text) + 1) if lemma.startswith(fold(text[:at])))
    return text[:same] + lemma[len(fold(text[:same])) :] if same else lemma.capitalize()


def _kept(lemma: str) -> str:
    """Return what bending leaves of the beginning: "Dorf", "Dörfer" (doerfer); "Arzt", "Ärzte" (aerzte)."""
    return lemma[: 1 if lemma[0] in "aou" else 2]
