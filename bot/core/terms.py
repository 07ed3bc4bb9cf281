"""What a query term looks for in a text, once its words are analysed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.core.query import Mode, Term
from bot.core.scan import Passage
from bot.language import tokens
from bot.language.analyser import Analyser, Word
from bot.language.fold import fold
from bot.language.rules import Rule


@dataclass(frozen=True, slots=True)
class Sought:
    """A word or a row of words, how freely it may bend, and under which name it is reported."""

    name: str
    words: tuple[Word, ...] = field(compare=False)
    key: tuple[str, ...]
    mode: Mode
    open_start: bool = False
    open_end: bool = False
    language: str | None = None

    def find(self, analyser: Analyser, passage: Passage, language: str | None) -> Iterator[tuple[int, int, Rule]]:
        """Yield where in a passage it stands, and by which rule."""
        if self.language and language != self.language:
            return
        for first in range(len(passage.tokens) - len(self.words) + 1):
            rule = self.at(analyser, passage, first, language)
            if rule:
                yield passage.tokens[first].start, passage.tokens[first + len(self.words) - 1].end, rule

    def at(self, analyser: Analyser, passage: Passage, first: int, language: str | None) -> Rule | None:
        """Judge whether it stands at a given word of a passage."""
        if len(self.words) == 1:
            return self._judge_one(analyser, passage.tokens[first].text, language)
        for offset, word in enumerate(self.words):
            reading = analyser.read(passage.tokens[first + offset].text, language)
            same = reading.folded == word.folded
            if not same and (self.mode is Mode.EXACT or not analyser.inflect(word, reading)):
                return None
            if offset and not passage.is_adjacent(first + offset - 1):
                return None
        return Rule.DERIVATION if self.language else Rule.PHRASE

    def _judge_one(self, analyser: Analyser, text: str, language: str | None) -> Rule | None:
        word = self.words[0]
        if self.open_start or self.open_end:
            return self._judge_open(fold(text))
        reading = analyser.read(text, language)
        if self.language:
            found = word.folded == reading.folded or analyser.inflect(word, reading)
            return Rule.DERIVATION if found else None
        if self.mode is Mode.EXACT:
            return analyser.equal(word, reading)
        return analyser.relate(word, reading, compounds=self.mode is Mode.COMPOUNDS)

    def _judge_open(self, folded: str) -> Rule | None:
        key = self.words[0].folded
        if self.open_start and self.open_end:
            return Rule.OPEN_END if key in folded else None
        if self.open_end:
            return Rule.OPEN_END if folded.startswith(key) else None
        return Rule.OPEN_START if folded.endswith(key) else None


def seek(analyser: Analyser, term: Term, mode: Mode) -> tuple[Sought, ...]:
    """Return all that a term may be found as: itself and, if it is a place, what is derived from it."""
    found = tuple(tokens.words(term.text))
    mode = Mode.EXACT if term.exact else mode
    own = _sought(analyser, term.text, found, mode, term=term)
    if mode is Mode.EXACT or term.open_start or term.open_end:
        return (own,)
    derived = analyser.places.derived(found)
    return (own, *(_sought(analyser, term.text, d.words, Mode.FORMS, language=d.language) for d in derived))


def _sought(
    analyser: Analyser,
    name: str,
    found: tuple[str, ...],
    mode: Mode,
    *,
    term: Term | None = None,
    language: str | None = None,
) -> Sought:
    opened = (term.open_start, term.open_end) if term else (False, False)
    return Sought(name, tuple(analyser.word(word) for word in found), found, mode, *opened, language)
