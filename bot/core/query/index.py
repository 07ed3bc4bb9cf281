"""
Inverted index of what all queries look for, filed under the keys of its words, with a cache of words seen.

A word of a text is looked up once and cached with the targets it answers. When a target is added or removed, the cache
is not thrown away: a cached word is brought up to date when it comes again, by looking at the few changes since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.core.ids import QueryId
from bot.core.query.parser import MatchMode
from bot.core.query.patterns import OpenPattern, OtherNamePattern, PhrasePattern, PlacePattern, Sought, WordPattern
from bot.language.analyser import Analyser, FormRule, WordReading

_REMEMBERED = 200_000
"""Words remembered per language; some 45 MB when full."""
_GENERATIONS = 64
"""With more changes than this between two uses of a word it is looked up afresh."""


class MatchTarget:
    """A pattern, shared by all queries that contain it."""

    __slots__ = ("alone", "sought", "uses", "watchers")

    def __init__(self, sought: Sought) -> None:
        self.sought = sought
        self.uses = 0
        self.alone: tuple[QueryId, ...] = ()
        """Queries that ask for this and nothing else."""
        self.watchers: tuple[QueryId, ...] = ()
        """Queries that ask for more, and are looked at when this is found."""

    def take(self) -> None:
        """Count one use more."""
        self.uses += 1

    def give_back(self) -> None:
        """Count one use less."""
        self.uses -= 1

    def answer(self, query_id: QueryId, *, alone: bool) -> None:
        """Add a query that asks for this, alone or among others."""
        if alone:
            self.alone += (query_id,)
        else:
            self.watchers += (query_id,)

    def forget(self, query_id: QueryId, *, alone: bool) -> None:
        """Remove a query, from those for which it was added."""
        if alone:
            self.alone = tuple(other for other in self.alone if other != query_id)
        else:
            self.watchers = tuple(other for other in self.watchers if other != query_id)


class WordAnswers(NamedTuple):
    """The targets that one word of a text answers, by rule, and the phrases it may be part of."""

    targets: tuple[tuple[MatchTarget, FormRule], ...]
    rows: dict[tuple[int, str], list[tuple[MatchTarget, PhrasePattern]]]
    """By where the row goes on (1: behind, -1: before) and the first letter of the word there."""


NOTHING = WordAnswers((), {})


class WordCache:
    """The cached answers of words of one language, by the word as written."""

    def __init__(self) -> None:
        self.fresh: dict[str, WordAnswers] = {}
        self._older: list[tuple[dict[str, WordAnswers], int]] = []

    def __bool__(self) -> bool:
        return bool(self.fresh or self._older)

    def grow_old(self, changes: int) -> None:
        """Note that after a number of changes there was one more."""
        if self.fresh:
            self._older.append((self.fresh, changes))
            self.fresh = {}
            del self._older[:-_GENERATIONS]

    def take_older(self, word: str) -> tuple[WordAnswers, int] | None:
        """Take out what a word answered before the last change, and how many changes there had been by then."""
        for answers, changes in reversed(self._older):
            found = answers.pop(word, None)
            if found is not None:
                return found, changes
        return None

    def keep(self, word: str, answers: WordAnswers) -> None:
        """Remember what a word answers."""
        if len(self.fresh) >= _REMEMBERED:
            self.fresh.clear()
            self._older.clear()
        self.fresh[word] = answers


_CHANGES = 64
_KeyTable = dict[str, MatchTarget | list[MatchTarget]]


class QueryIndex:
    """The inverted index of all patterns."""

    def __init__(self, analyser: Analyser) -> None:
        self._analyser = analyser
        self._targets: dict[Sought, MatchTarget] = {}
        self._words: _KeyTable = {}
        self._starts: _KeyTable = {}
        self._ends: _KeyTable = {}
        self._insides: _KeyTable = {}
        self._recalls: dict[str | None, WordCache] = {}
        self._changes: list[tuple[MatchTarget, frozenset[str]]] = []

    def __len__(self) -> int:
        return len(self._targets) + sum(map(len, (self._words, self._starts, self._ends, self._insides)))

    def file(self, sought: Sought) -> MatchTarget:
        """Return the target of something sought, filing it when it is new; each use is to be given back by `drop`."""
        target = self._targets.get(sought)
        if target is None:
            target = self._targets[sought] = MatchTarget(sought)
            table, keys = self._place(sought)
            for key in keys:
                _put(table, key, target)
            if self._recalls:
                self._note(target, frozenset(keys))
        target.take()
        return target

    def drop(self, target: MatchTarget) -> None:
        """Give back one use of a target; the last one takes it out."""
        target.give_back()
        if target.uses:
            return
        del self._targets[target.sought]
        table, keys = self._place(target.sought)
        for key in keys:
            _take(table, key, target)
        if self._recalls:
            self._note(target, frozenset())

    def _note(self, target: MatchTarget, keys: frozenset[str]) -> None:
        """Let what is remembered grow old by one change; after too many, forget it all."""
        if len(self._changes) >= _CHANGES:
            self._recalls.clear()
            self._changes.clear()
            return
        for recall in self._recalls.values():
            recall.grow_old(len(self._changes))
        self._changes.append((target, keys))

    def _place(self, sought: Sought) -> tuple[_KeyTable, Iterable[str]]:
        analyser = self._analyser
        match sought:
            case WordPattern():
                word = analyser.word(sought.name)
                return self._words, {word.folded} if sought.mode is MatchMode.EXACT else analyser.word_keys(word)
            case OtherNamePattern():
                return self._words, analyser.word_keys(analyser.word(sought.other))
            case PhrasePattern():
                word = analyser.word(sought.words[sought.anchor])
                if sought.spelled:
                    return self._words, {word.folded, analyser.spelling_key(word)}
                return self._words, {word.folded} if sought.exact else analyser.word_keys(word, phrase=True)
            case PlacePattern():
                return self._words, {*sought.derived.forms, *map(str.lower, sought.derived.capitals)}
            case OpenPattern():
                table = self._starts if sought.open_end else self._ends
                return (self._insides if sought.open_start and sought.open_end else table), {sought.letters}

    def remembered(self, language: str | None) -> dict[str, WordAnswers]:
        """Return what is known in a language without looking up: by the word as it stands."""
        return self._recalls.setdefault(language, WordCache()).fresh

    def look_up(self, text: str, language: str | None) -> WordAnswers:
        """Find out what a word of a text answers, and remember it."""
        reading = self._analyser.read(text, language)
        uncut = self._analyser.uncut
        recall = self._recalls.setdefault(language, WordCache())
        older = recall.take_older(text)
        if older is None:
            answers = self._answer(reading, dict.fromkeys(self._candidates(reading)))
        else:
            answers = self._renew(reading, *older)
        if self._analyser.uncut == uncut:
            recall.keep(text, answers)
        return answers

    def _answer(self, reading: WordReading, candidates: Iterable[MatchTarget]) -> WordAnswers:
        targets: list[tuple[MatchTarget, FormRule]] = []
        rows: dict[tuple[int, str], list[tuple[MatchTarget, PhrasePattern]]] = {}
        for target in candidates:
            sought = target.sought
            if isinstance(sought, PhrasePattern):
                if sought.is_form(self._analyser, sought.anchor, reading):
                    rows.setdefault(sought.neighbour(), []).append((target, sought))
            elif rule := sought.rule_for(self._analyser, reading):
                targets.append((target, rule))
        return WordAnswers(tuple(targets), rows) if targets or rows else NOTHING

    def _renew(self, reading: WordReading, known: WordAnswers, changes: int) -> WordAnswers:
        """Bring up to date what a word answered: without what was dropped, with what was filed since."""
        added: list[MatchTarget] = []
        if changes < len(self._changes):
            keys = self._analyser.reading_keys(reading) | self._analyser.compound_keys(reading)
            added = [
                t for t, at in self._changes[changes:] if isinstance(t.sought, OpenPattern) or not at.isdisjoint(keys)
            ]
        fresh = self._answer(reading, [target for target in added if target.uses])
        if known is NOTHING:
            return fresh
        rows = {beside: [pair for pair in pairs if pair[0].uses] for beside, pairs in known.rows.items()}
        for beside, pairs in fresh.rows.items():
            rows.setdefault(beside, []).extend(pairs)
        targets = [pair for pair in known.targets if pair[0].uses]
        return WordAnswers((*targets, *fresh.targets), rows)

    def _candidates(self, reading: WordReading) -> Iterator[MatchTarget]:
        for key in (*self._analyser.reading_keys(reading), *self._analyser.compound_keys(reading)):
            yield from _each(self._words, key)
        folded = reading.folded
        if self._starts:
            for end in range(1, len(folded) + 1):
                yield from _each(self._starts, folded[:end])
        if self._ends:
            for start in range(len(folded)):
                yield from _each(self._ends, folded[start:])
        for letters in self._insides:
            if letters in folded:
                yield from _each(self._insides, letters)


def _put(table: _KeyTable, key: str, target: MatchTarget) -> None:
    filed = table.get(key)
    if filed is None:
        table[key] = target
    elif isinstance(filed, list):
        filed.append(target)
    else:
        table[key] = [filed, target]


def _take(table: _KeyTable, key: str, target: MatchTarget) -> None:
    filed = table[key]
    if isinstance(filed, list):
        filed.remove(target)
        if len(filed) == 1:
            table[key] = filed[0]
    else:
        del table[key]


def _each(table: _KeyTable, key: str) -> Iterator[MatchTarget]:
    filed = table.get(key)
    if isinstance(filed, list):
        yield from filed
    elif filed is not None:
        yield filed
