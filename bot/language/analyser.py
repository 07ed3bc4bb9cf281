"""What is known about a word: the one object that holds the word data and judges whether two words are one."""

from __future__ import annotations

from dataclasses import dataclass

from bot.language.fold import fold, strip_ignored
from bot.language.places import Places
from bot.language.rules import Rule
from bot.language.stems import Stems

LANGUAGES = ("de", "en", "fr", "it")
_CACHED = 200_000
_FIRST_FROM = 4
_LAST_FROM = 6
_OWN_S_FROM = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """A word of a text, read in one language."""

    text: str
    folded: str
    language: str | None
    capital: bool
    upper: bool
    stem: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a query."""

    text: str
    folded: str
    capital: bool
    strict: bool
    stems: dict[str, str]


class Analyser:
    """Word data, stemmers and a bounded cache of the words seen; build it once, use it in one thread."""

    def __init__(self, languages: tuple[str, ...] = LANGUAGES) -> None:
        self.languages = languages
        self.places = Places()
        self._stems = Stems()
        self._readings: dict[tuple[str, str | None], Reading] = {}

    def read(self, text: str, language: str | None) -> Reading:
        """Return what is known about a word of a text."""
        key = (text, language)
        found = self._readings.get(key)
        if found is None:
            if len(self._readings) >= _CACHED:
                self._readings.clear()
            found = self._readings[key] = self._read(text, language)
        return found

    def _read(self, text: str, language: str | None) -> Reading:
        plain, folded = strip_ignored(text), fold(text)
        stem = self._stems.stem(folded, language) if language else folded
        return Reading(text, folded, language, plain[:1].isupper(), plain.isupper(), stem)

    def word(self, text: str) -> Word:
        """Return what is known about a word of a query."""
        folded = fold(text)
        strict = len(text) > 1 and text.isupper() and folded in ("us", "it", "who", "aids")
        stems = {language: self._stems.stem(folded, language) for language in self.languages}
        return Word(text, folded, text[:1].isupper(), strict, stems)

    def equal(self, word: Word, reading: Reading) -> Rule | None:
        """Judge whether a word of a text is the keyword itself."""
        if word.folded != reading.folded or (word.strict and not reading.upper) or self._is_small(word, reading):
            return None
        return Rule.EXACT if word.text.casefold() == reading.text.casefold() else Rule.SPELLING

    def relate(self, word: Word, reading: Reading, *, compounds: bool) -> Rule | None:
        """Judge whether a word of a text is a form of the keyword, or a compound with it."""
        found = self.equal(word, reading)
        if found or word.strict or self._is_small(word, reading):
            return found
        return self.inflect(word, reading) or (self._compound(word, reading) if compounds else None)

    def inflect(self, word: Word, reading: Reading) -> Rule | None:
        """Judge whether a word of a text is an inflected form of the keyword."""
        own_s = len(word.folded) >= _OWN_S_FROM and reading.folded == word.folded + "s"
        stem = word.stems.get(reading.language or "")
        return Rule.INFLECTION if own_s or stem == reading.stem else None

    @staticmethod
    def _is_small(word: Word, reading: Reading) -> bool:
        """Apply the capital rule: in German a noun is not found in a word written small."""
        return reading.language == "de" and word.capital and not reading.capital

    @staticmethod
    def _compound(word: Word, reading: Reading) -> Rule | None:
        if reading.language != "de" or not reading.capital:
            return None
        size, rest = len(word.folded), len(reading.folded) - len(word.folded)
        if rest < _FIRST_FROM:
            return None
        if size >= _FIRST_FROM and reading.folded.startswith(word.folded):
            return Rule.COMPOUND_FIRST
        return Rule.COMPOUND_LAST if size >= _LAST_FROM and reading.folded.endswith(word.folded) else None
