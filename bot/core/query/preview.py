"""
Preview of a query: what each of its terms will match, before there is any text; and the edit distance of words.

The distance counts letters that are missing, added, wrong or in the wrong order (Damerau).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.core.query.parser import AllOf, AnyOf, MatchMode, Node, NoneOf, Query, Term, is_stop
from bot.core.query.patterns import OpenPattern, PhrasePattern, PlacePattern, Sought, WordPattern, seek
from bot.language import tokens
from bot.language.analyser import Analyser
from bot.language.places import Derived


@dataclass(frozen=True, slots=True, kw_only=True)
class TermPreview:
    """What one term of a query will match."""

    term: str
    kind: str
    excluded: bool = False
    title: bool = False
    derived: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Other words that lead to it, by language: of a place, its adjective and inhabitants."""


def look_ahead(analyser: Analyser, query: Query, mode: MatchMode) -> tuple[TermPreview, ...]:
    """Return what each term of a query will match; the words given are folded."""
    return tuple(
        _look(analyser, term, mode, excluded=excluded) for term, excluded in _terms(query.root, excluded=False)
    )


def _terms(node: Node, *, excluded: bool) -> Iterator[tuple[Term, bool]]:
    match node:
        case Term():
            yield node, excluded
        case NoneOf():
            yield from _terms(node.part, excluded=not excluded)
        case AllOf() | AnyOf():
            for part in node.parts:
                yield from _terms(part, excluded=excluded)


def _look(analyser: Analyser, term: Term, mode: MatchMode, *, excluded: bool) -> TermPreview:
    own, *others = seek(analyser, term, mode)
    derived = {each.derived.language: _words(each.derived) for each in others if isinstance(each, PlacePattern)}
    found = TermPreview(term=term.text, kind=_kind(own, analyser), excluded=excluded, title=term.title, derived=derived)
    return replace(found, kind="ignored", derived={}) if is_stop(term) else found


def _words(derived: Derived) -> tuple[str, ...]:
    """List what is derived, without the genitives."""
    single = sorted(form for form in derived.forms if not (form.endswith("s") and form[:-1] in derived.forms))
    return (*single, *sorted(derived.capitals), *map(" ".join, derived.rows))


def _kind(sought: Sought, analyser: Analyser) -> str:
    match sought:
        case OpenPattern():
            return "contains" if sought.open_start and sought.open_end else "begins" if sought.open_end else "ends"
        case PhrasePattern():
            return "exact" if sought.exact else "phrase"
        case WordPattern() if sought.mode is MatchMode.EXACT:
            return "exact"
        case WordPattern() if sought.mode is MatchMode.COMPOUNDS:
            return _compounds(sought.name, analyser)
        case _:
            return "forms"


def _compounds(name: str, analyser: Analyser) -> str:
    return "compounds" if analyser.joins(analyser.word(tokens.words(name)[0])) else "forms"


_SHORT, _LONG = 4, 6


def reach(length: int) -> int:
    """Return how many typing errors a word of this length may have and still be recognised."""
    return 0 if length < _SHORT else 1 if length < _LONG else 2


def is_likely(letters: set[str], other: str, most: int) -> bool:
    """Tell cheaply whether a word can be near one with these letters."""
    return len(letters.symmetric_difference(other)) <= 2 * most


def distance(first: str, second: str, most: int) -> int | None:
    """Count the slips between two words; None when there are more than `most`."""
    if abs(len(first) - len(second)) > most:
        return None
    before: list[int] = []
    row = list(range(len(second) + 1))
    for at, letter in enumerate(first, 1):
        older, before, row = before, row, [at]
        for to, other in enumerate(second, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != other))
            if at > 1 and to > 1 and letter == second[to - 2] and first[at - 2] == other:
                cost = min(cost, older[to - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None
