"""
Words that a reader may want beside a keyword: what is derived from it, its long form, its abbreviation.

None of them is found silently, they are offered. Tables made by `tools/make_related.py` list most pairs; a compound
takes those of its last part (Eiskunstlauf, Eiskunstläufer), and two rules tell what is likely to belong together in
texts: a known ending behind the keyword's stem, and a compound whose parts begin with the letters of an abbreviation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from bot.language import language_data
from bot.language.analyser import Analyser
from bot.language.tokens import fold, words
from bot.language.word_tables import Derivations

_ABBREVIATION = re.compile(r"[^\W\d_a-zäöüß]{2,5}")
_SHORTEST_STEM = 4
_SHORTEST_LONG_FORM = 6
_SHORTEST_FIRST = 3
_LONGEST_PHRASE = 100
"""Characters before an abbreviation in brackets in which its long form is looked for."""
_LAST_WORDS = re.compile(r"(?:[\w’'-]+ ){0,6}[\w’'-]+$")


@dataclass(frozen=True, slots=True)
class _Table:
    """The pairs of one language by folded word; those of last parts of compounds apart."""

    groups: dict[str, tuple[str, ...]]
    last_parts: dict[str, tuple[str, ...]]


class RelatedWords:
    """The packaged tables, each read when it is first asked for, and the rules."""

    def __init__(self, analyser: Analyser) -> None:
        self.analyser = analyser

    def list_known(self, name: str, languages: Iterable[str]) -> tuple[str, ...]:
        """Return what the tables have beside a word or a name, in the spelling in which to ask for it."""
        own, found = tuple(words(name)), dict[str, None]()
        keys = [_key(name), *(self.analyser.word(own[0]).lemmas if len(own) == 1 else ())]
        for language in languages:
            table = _table(language)
            for key in keys:
                found.update(dict.fromkeys(table.groups.get(key, ())))
            if len(own) == 1:
                found.update(dict.fromkeys(self._by_last_part(own[0], table)))
        return tuple(word for word in found if _key(word) not in keys)

    def _by_last_part(self, word: str, table: _Table) -> Iterator[str]:
        """Put the words beside a compound's last part behind its first one: Ski|springen, Ski|springer."""
        for cut in range(_SHORTEST_FIRST, len(word) - 2) if table.last_parts else ():
            others = table.last_parts.get(fold(word[cut:]), ())
            if others and len(fold(word[:cut])) in self.analyser.cuts(word):
                yield from (word[:cut] + other for other in others)

    def is_abbreviation(self, word: str) -> bool:
        """Tell a word written in two to five capitals: VW, WM, SRF."""
        return _ABBREVIATION.fullmatch(word) is not None

    def stems(self, word: str, languages: Iterable[str]) -> tuple[str, ...]:
        """Return the folded beginnings that words derived from a word may have, the longest first."""
        folded = fold(word)
        lost = {ending for language in languages for ending in _lost(language) if folded.endswith(ending)}
        stems = {folded, *(folded[: -len(ending)] for ending in lost)}
        return tuple(sorted((stem for stem in stems if len(stem) >= _SHORTEST_STEM), key=len, reverse=True))

    def derived(self, stems: Iterable[str], text: str, language: str) -> str | None:
        """Return the base form of a word of a text if it is one of these stems with a known ending, or None."""
        folded = fold(text)
        for stem in stems:
            ending = _endings(language).fullmatch(folded, len(stem)) if folded.startswith(stem) else None
            if ending is not None:
                base = text[: len(text) - len(ending["bent"])]
                return base.lower() if ending["small"] else base if base[0].isupper() else None
        return None

    def spells(self, abbreviation: str, phrase: Sequence[str]) -> bool:
        """Tell words whose parts begin with the letters of an abbreviation: VW, Volks|wagen; EZB, Zentral|bank."""
        if not phrase or not phrase[0][:1].isupper() or sum(map(len, phrase)) < _SHORTEST_LONG_FORM:
            return False
        if any(word.isupper() for word in phrase) or fold(phrase[0])[0] != fold(abbreviation)[0]:
            return False
        initials = iter([letter for word in phrase for letter in self._initials(word)])
        return all(letter in initials for letter in fold(abbreviation))

    def _initials(self, word: str) -> Iterator[str]:
        """Yield the first letters of a word's parts."""
        folded = fold(word)
        yield folded[:1]
        yield from (folded[cut] for cut in self.analyser.cuts(word) if cut < len(folded))

    def find_long_forms(self, abbreviation: str, text: str) -> Iterator[str]:
        """Yield what a text explains an abbreviation by, in as few words as will do: Europäische Zentralbank (EZB)."""
        bracket = f" ({abbreviation})"
        at = text.find(bracket)
        while at >= 0:
            run = _LAST_WORDS.search(text[max(0, at - _LONGEST_PHRASE) : at])
            before = run.group().split(" ") if run else []
            phrases = (before[-count:] for count in range(1, len(before) + 1))
            phrase = next((phrase for phrase in phrases if self.spells(abbreviation, phrase)), None)
            if phrase is not None:
                yield " ".join(phrase)
            at = text.find(bracket, at + 1)

    def find_short_forms(self, name: str, text: str) -> Iterator[str]:
        """Yield the abbreviations that a text puts in brackets behind a name: "Volkswagen (VW)"."""
        for match in re.finditer(rf"\b{re.escape(name)}\w{{0,2}} \(([^\W\d_]{{2,5}})\)", text):
            if self.is_abbreviation(match[1]) and fold(match[1])[0] == fold(name)[0]:
                yield match[1]


def _key(name: str) -> str:
    return " ".join(map(fold, words(name)))


@cache
def _table(language: str) -> _Table:
    """Read the table of a language: a group of words in each line, or after a hyphen of last parts."""
    groups: dict[str, dict[str, None]] = {}
    last_parts: dict[str, dict[str, None]] = {}
    for line in _read(language).splitlines():
        if line and not line.startswith("#"):
            members = [member.strip() for member in line.split(";")]
            filed = groups
            if line.startswith("-"):
                filed, members = last_parts, [member.removeprefix("-") for member in members]
            for member in members:
                others = filed.setdefault(_key(member), {})
                others.update(dict.fromkeys(other for other in members if other != member))
    return _Table(*({key: tuple(others) for key, others in filed.items()} for filed in (groups, last_parts)))


def _read(language: str) -> str:
    if language not in language_data.languages():
        return ""
    path = resources.files("bot.language").joinpath("data", language, "related.txt")
    return path.read_text("utf-8") if path.is_file() else ""


@cache
def _lost(language: str) -> tuple[str, ...]:
    known = language_data.find(Derivations, language)
    return tuple(map(fold, known.lost)) if known else ()


@cache
def _endings(language: str) -> re.Pattern[str]:
    known = language_data.find(Derivations, language)
    if known is None:
        return re.compile(r"(?P<small>)(?P<bent>)(?!)")
    small, others, bent = (
        "|".join(sorted(map(fold, endings), key=len, reverse=True))
        for endings in (known.small_endings, known.endings, known.bent)
    )
    return re.compile(rf"(?:(?P<small>{small})|(?:{others}))(?P<bent>(?:{bent})?)")
