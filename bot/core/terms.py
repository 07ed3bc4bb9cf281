"""What a query term looks for in a text, once its words are analysed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.expression import And, Node, Or, Term
from bot.core.query import Mode
from bot.core.scan import Passage
from bot.language import tokens
from bot.language.analyser import Analyser, Word
from bot.language.fold import fold
from bot.language.places import Derived
from bot.language.rules import Rule


@dataclass(frozen=True, slots=True)
class Single:
    """One word, as freely as the mode allows."""

    name: str
    word: Word
    mode: Mode

    def judge(self, analyser: Analyser, passage: Passage, at: int, language: str | None) -> Rule | None:
        """Judge whether it stands at a word of a passage."""
        reading = analyser.read(passage.tokens[at].text, language)
        if self.mode is Mode.EXACT:
            return analyser.equal(self.word, reading)
        return analyser.relate(self.word, reading, compounds=self.mode is Mode.COMPOUNDS)


@dataclass(frozen=True, slots=True)
class Open:
    """Any word that begins, ends or goes on as written."""

    name: str
    letters: str
    open_start: bool
    open_end: bool

    def judge(self, analyser: Analyser, passage: Passage, at: int, language: str | None) -> Rule | None:
        """Judge whether it stands at a word of a passage."""
        folded = fold(passage.tokens[at].text)
        if self.open_start and self.open_end:
            return Rule.OPEN_END if self.letters in folded else None
        if self.open_end:
            return Rule.OPEN_END if folded.startswith(self.letters) else None
        return Rule.OPEN_START if folded.endswith(self.letters) else None


@dataclass(frozen=True, slots=True)
class Row:
    """Several words side by side in one sentence; unless exact, each may be inflected."""

    name: str
    words: tuple[Word, ...]
    exact: bool
    rule: Rule = Rule.PHRASE
    language: str | None = None

    def judge(self, analyser: Analyser, passage: Passage, at: int, language: str | None) -> Rule | None:
        """Judge whether it begins at a word of a passage."""
        if self.language not in (None, language) or at + len(self.words) > len(passage.tokens):
            return None
        for offset, word in enumerate(self.words):
            reading = analyser.read(passage.tokens[at + offset].text, language)
            same = reading.folded == word.folded
            if not same and (self.exact or not analyser.bend_in_phrase(word, reading)):
                return None
            if offset and not passage.is_adjacent(at + offset - 1):
                return None
        return self.rule


@dataclass(frozen=True, slots=True)
class Derivation:
    """Adjectives, inhabitants and other names of a place, in texts of one language."""

    name: str
    derived: Derived
    compounds: bool

    def judge(self, analyser: Analyser, passage: Passage, at: int, language: str | None) -> Rule | None:
        """Judge whether one of them stands at a word of a passage."""
        if language != self.derived.language:
            return None
        return analyser.derives(self.derived, passage.tokens[at].text, compounds=self.compounds)


Sought = Single | Open | Row | Derivation


def length(sought: Sought) -> int:
    """Return how many words of a text it covers."""
    return len(sought.words) if isinstance(sought, Row) else 1


def find(sought: Sought, analyser: Analyser, passage: Passage, language: str | None) -> Iterator[tuple[int, int, Rule]]:
    """Yield where in a passage something sought stands, and by which rule."""
    for at in range(len(passage.tokens)):
        rule = sought.judge(analyser, passage, at, language)
        if rule:
            yield passage.tokens[at].start, passage.tokens[at + length(sought) - 1].end, rule


def seek(analyser: Analyser, term: Term, mode: Mode) -> tuple[Sought, ...]:
    """Return all that a term may be found as: itself and, if it is a place, what is derived from it."""
    found = tuple(tokens.words(term.text))
    if term.open_start or term.open_end:
        return (Open(term.text, fold(term.text), term.open_start, term.open_end),)
    mode = Mode.EXACT if term.exact else mode
    words = tuple(analyser.word(word) for word in found)
    own: Sought = Single(term.text, words[0], mode) if len(words) == 1 else Row(term.text, words, mode is Mode.EXACT)
    if mode is Mode.EXACT or term.quoted:
        return (own,)
    return (own, *_derivations(analyser, term.text, found, mode))


def _derivations(analyser: Analyser, name: str, found: tuple[str, ...], mode: Mode) -> Iterator[Sought]:
    for derived in analyser.derived(found):
        yield Derivation(name, derived, mode is Mode.COMPOUNDS)
        for row in derived.rows:
            words = tuple(analyser.word(word) for word in row)
            yield Row(name, words, exact=False, rule=Rule.DERIVATION, language=derived.language)


def widen(analyser: Analyser, node: Node) -> Node:
    """
    Let plain words that name a place together lead to what is derived from it: Costa Rica, South Korean.

    All words anywhere stays enough; the name as a whole is one more way.
    """
    match node:
        case Or():
            return Or(tuple(widen(analyser, part) for part in node.parts))
        case And():
            parts = list(node.parts)
            for first, last in _runs(parts):
                names = [part.text for part in parts[first:last] if isinstance(part, Term)]
                if analyser.places.derived(tuple(tokens.words(" ".join(names)))):
                    whole = Or((And(tuple(parts[first:last])), Term(" ".join(names))))
                    rest = (*parts[:first], whole, *parts[last:])
                    return whole if len(rest) == 1 else And(rest)
            return node
        case _:
            return node


def _runs(parts: list[Node]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of at least two plain words, longest first."""
    plain = [
        isinstance(part, Term) and not (part.quoted or part.exact or part.open_start or part.open_end or part.title)
        for part in parts
    ]
    for size in range(len(parts), 1, -1):
        for first in range(len(parts) - size + 1):
            if all(plain[first : first + size]):
                yield first, first + size
