"""
The words of one article, field by field, and what a term of a query looks for in them: the patterns it is turned into.

There are four kinds: a single word, a word with an open end (a star), a phrase, and the names derived from a place.
They hold spelling only and no analysis, because the index keeps hundreds of thousands of them and the analyser caches
what it needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.core.query.parser import AllOf, AnyOf, MatchMode, Node, Term
from bot.language import tokens
from bot.language.analyser import Analyser, FormRule, WordReading
from bot.language.places import Derived
from bot.language.prefilter import EDGE
from bot.language.tokens import fold

MAX_LENGTH = 200_000
"""Characters of a place that are looked at; far more than any report, far less than a runaway page."""


class TextField(StrEnum):
    """Where in an article something stands."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What matching needs of an article."""

    title: str
    lead: str
    body: str
    language: str | None
    source_title: str
    source_host: str


class Passage:
    """One place of an article: its text and its words; where they stand is worked out when something was found."""

    __slots__ = ("_starts", "place", "text", "words")

    def __init__(self, place: TextField, text: str) -> None:
        self.place = place
        self.text = text[:MAX_LENGTH]
        self.words = tokens.words(self.text)
        self._starts: list[int] | None = None

    def span(self, at: int, words: int = 1) -> tuple[int, int]:
        """Return where a word, or several from it on, begin and end in the text."""
        starts = self._begins()
        last = at + words - 1
        return starts[at], starts[last] + len(self.words[last])

    def is_adjacent(self, at: int) -> bool:
        """Tell whether a word and the next stand in one sentence."""
        starts = self._begins()
        return not tokens.ends_sentence(self.text[starts[at] + len(self.words[at]) : starts[at + 1]], self.words[at])

    def is_hyphened(self, at: int) -> bool:
        """Tell whether nothing but a hyphen stands between a word and the next."""
        starts = self._begins()
        return tokens.is_hyphened(self.text[starts[at] + len(self.words[at]) : starts[at + 1]])

    def _begins(self) -> list[int]:
        if self._starts is None:
            self._starts = tokens.starts(self.text, self.words)
        return self._starts


def scan(document: Document) -> list[Passage]:
    """Return the article's words; nothing joins the end of one place to the start of the next."""
    places = ((TextField.TITLE, document.title), (TextField.LEAD, document.lead), (TextField.BODY, document.body))
    return [Passage(place, text) for place, text in places if text]


_LETTERS_NUMBER = re.compile(r"(?P<letters>[^\W\d_]{1,8})(?P<hyphen>[-‐‑]?)(?P<number>\d{1,4})")


@dataclass(frozen=True, slots=True)
class WordPattern:
    """One word, as freely as the mode allows."""

    name: str
    mode: MatchMode

    def rule_for(self, analyser: Analyser, reading: WordReading) -> FormRule | None:
        """Return by which rule a word of a text is a form of this word; None if it is none."""
        word = analyser.word(self.name)
        if self.mode is MatchMode.EXACT:
            return analyser.equal(word, reading)
        return analyser.relate(word, reading, compounds=self.mode is MatchMode.COMPOUNDS)

    def hints(self, analyser: Analyser, language: str | None) -> set[str]:
        """Return substrings of which every matching word contains at least one."""
        word = analyser.word(self.name)
        if self.mode is MatchMode.EXACT:
            return {f"{EDGE}{word.folded}{EDGE}"}
        return analyser.hints(word, language, compounds=self.mode is MatchMode.COMPOUNDS)


@dataclass(frozen=True, slots=True)
class OtherNamePattern:
    """Another name or spelling of what is asked for; it bends like any name."""

    name: str
    other: str

    def rule_for(self, analyser: Analyser, reading: WordReading) -> FormRule | None:
        """Return by which rule a word of a text is this other name; None if it is not."""
        word = analyser.word(self.other)
        if not reading.capital or (word.upper and not reading.text[:2].isupper()):
            return None
        found = analyser.relate(word, reading, compounds=False)
        return FormRule.SPELLING if found else None

    def hints(self, analyser: Analyser, language: str | None) -> set[str]:
        """Return substrings of which every matching word contains at least one."""
        return analyser.hints(analyser.word(self.other), language, compounds=False)


@dataclass(frozen=True, slots=True)
class OpenPattern:
    """Any word that begins, ends or goes on as written."""

    name: str
    letters: str
    open_start: bool
    open_end: bool

    def rule_for(self, analyser: Analyser, reading: WordReading) -> FormRule | None:
        """Return the rule by which a word of a text matches; None if it does not."""
        if self.open_start and self.open_end:
            return FormRule.OPEN_END if self.letters in reading.folded else None
        if self.open_end:
            return FormRule.OPEN_END if reading.folded.startswith(self.letters) else None
        return FormRule.OPEN_START if reading.folded.endswith(self.letters) else None

    def hints(self, _analyser: Analyser, _language: str | None) -> set[str]:
        """Return substrings of which every matching word contains at least one."""
        return {("" if self.open_start else EDGE) + self.letters + ("" if self.open_end else EDGE)}


@dataclass(frozen=True, slots=True)
class PlacePattern:
    """Adjectives, inhabitants and other names of a place, in texts of one language."""

    name: str
    derived: Derived
    compounds: bool

    def rule_for(self, analyser: Analyser, reading: WordReading) -> FormRule | None:
        """Return by which rule a word of a text is derived from the place; None if it is not."""
        return analyser.derives(self.derived, reading, compounds=self.compounds)

    def hints(self, analyser: Analyser, language: str | None) -> set[str]:
        """Return substrings of which every matching word contains at least one; none in texts of another language."""
        return (
            analyser.derived_hints(self.derived, compounds=self.compounds)
            if language == self.derived.language
            else set()
        )


@dataclass(frozen=True, slots=True)
class PhrasePattern:
    """Several words side by side in one sentence; unless exact, each may be inflected."""

    name: str
    words: tuple[str, ...]
    exact: bool
    rule: FormRule = FormRule.PHRASE
    language: str | None = None
    hyphened: bool = False
    """Nothing but hyphens may stand between the words: G-7."""
    spelled: bool = False
    """The words name a person, who is found in other spellings, too."""

    def is_form(self, analyser: Analyser, offset: int, reading: WordReading) -> bool:
        """Return whether a word of a text is a form of the phrase's word at this offset."""
        word = analyser.word(self.words[offset])
        if reading.folded == word.folded:
            return True
        if self.spelled:
            return analyser.spells(word, reading)
        return not self.exact and word.folded[0] == reading.folded[0] and analyser.bend_in_phrase(word, reading)

    def stands_at(self, analyser: Analyser, passage: Passage, at: int, language: str | None) -> bool:
        """Return whether the phrase begins at a word of a passage."""
        if at < 0 or at + len(self.words) > len(passage.words) or self.language not in (None, language):
            return False
        for offset in range(len(self.words)):
            if not self.is_form(analyser, offset, analyser.read(passage.words[at + offset], language)):
                return False
        beside = passage.is_hyphened if self.hyphened else passage.is_adjacent
        return all(beside(at + offset) for offset in range(len(self.words) - 1))

    def hints(self, analyser: Analyser, language: str | None) -> set[str]:
        """Return what every word has in it that may be its anchor; nothing in texts of another language."""
        if self.language not in (None, language):
            return set()
        if self.spelled:
            return {EDGE}  # how another spelling begins is not known
        word = analyser.word(self.words[self.anchor])
        return {f"{EDGE}{word.folded}{EDGE}"} if self.exact else analyser.hints(word, language, compounds=False)

    def neighbour(self) -> tuple[int, str]:
        """Return, counted from the anchor, which word is next to it, and that word's folded first letter."""
        anchor = self.anchor
        beside = 1 if anchor + 1 < len(self.words) else -1
        return beside, ANY_LETTER if self.spelled else initial(self.words[anchor + beside])

    @property
    def anchor(self) -> int:
        """Which of its words to file it under: the longest, as likely the rarest."""
        return max(range(len(self.words)), key=lambda offset: len(self.words[offset]))


Sought = WordPattern | OtherNamePattern | OpenPattern | PlacePattern | PhrasePattern


ANY_LETTER = ""
"""Stands for a first letter where that is not known."""


def initial(text: str) -> str:
    """Return the first letter of a word as folding leaves it; all forms of a word in a row share it."""
    return text[0].lower() if text.isascii() else fold(text)[0]


def find(
    sought: Sought, analyser: Analyser, passage: Passage, language: str | None
) -> Iterator[tuple[int, int, FormRule]]:
    """Yield where in a passage something sought stands, and by which rule, looking at every word."""
    for at, word in enumerate(passage.words):
        if isinstance(sought, PhrasePattern):
            if sought.stands_at(analyser, passage, at, language):
                yield *passage.span(at, len(sought.words)), sought.rule
        elif rule := sought.rule_for(analyser, analyser.read(word, language)):
            yield *passage.span(at), rule


def seek(analyser: Analyser, term: Term, mode: MatchMode) -> tuple[Sought, ...]:
    """Return all that a term may be found as: itself and, if it is a place, what is derived from it."""
    found = tuple(tokens.words(term.text))
    if term.open_start or term.open_end:
        return (OpenPattern(term.text, fold("".join(found)), term.open_start, term.open_end),)
    mode = MatchMode.EXACT if term.exact else mode
    if len(found) == 1 and not term.quoted and mode is not MatchMode.EXACT:
        found = (analyser.base_of_name(found[0]),)
    own: Sought = (
        WordPattern(found[0], mode) if len(found) == 1 else PhrasePattern(term.text, found, mode is MatchMode.EXACT)
    )
    if mode is MatchMode.EXACT:
        return (own,)
    spelled = tuple(_spelled(analyser, term.text, found))
    if term.quoted:
        return (own, *spelled)
    return (own, *spelled, *_with_number(term.text), *_derivations(analyser, term.text, found, mode))


def _spelled(analyser: Analyser, name: str, found: tuple[str, ...]) -> Iterator[Sought]:
    """Yield the other spellings of a person, and the other names of a place or body that all languages have."""
    for other in analyser.spellings.others(name) if name[:1].isupper() else ():
        words = tuple(tokens.words(other))
        if len(words) > 1:
            yield PhrasePattern(name, words, exact=True, rule=FormRule.SPELLING)
        else:
            yield OtherNamePattern(name, words[0])
    if analyser.is_person(found):
        yield PhrasePattern(name, found, exact=False, rule=FormRule.SPELLING, spelled=True)


def _with_number(text: str) -> Iterator[Sought]:
    """Yield the other way to write letters with a number: G7 and G-7."""
    parts = _LETTERS_NUMBER.fullmatch(text)
    if parts is not None and parts["hyphen"]:
        yield WordPattern(parts["letters"] + parts["number"], MatchMode.EXACT)
    elif parts is not None:
        yield PhrasePattern(
            text, (parts["letters"], parts["number"]), exact=True, rule=FormRule.SPELLING, hyphened=True
        )


def _derivations(analyser: Analyser, name: str, found: tuple[str, ...], mode: MatchMode) -> Iterator[Sought]:
    for derived in analyser.derived(found):
        yield PlacePattern(name, derived, mode is MatchMode.COMPOUNDS)
        for row in derived.rows:
            yield PhrasePattern(name, row, exact=False, rule=FormRule.DERIVATION, language=derived.language)


def widen(analyser: Analyser, node: Node) -> Node:
    """
    Let plain words that name a place or person together lead to what is derived from it: Costa Rica, South Korean.

    All words anywhere stays enough; the name as a whole is one more way.
    """
    match node:
        case AnyOf():
            return AnyOf(tuple(widen(analyser, part) for part in node.parts))
        case AllOf():
            parts = list(node.parts)
            for first, last in _runs(parts):
                names = [part.text for part in parts[first:last] if isinstance(part, Term)]
                words = tuple(tokens.words(" ".join(names)))
                place = bool(analyser.places.derived(words))
                if place or analyser.is_person(words):
                    whole = AnyOf((Term(" ".join(names), quoted=not place), AllOf(tuple(parts[first:last]))))
                    rest = (*parts[:first], whole, *parts[last:])
                    return whole if len(rest) == 1 else AllOf(rest)
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
