"""What a query will look for, before there is any text: told to a reader who wonders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.core.expression import AllOf, AnyOf, Node, NoneOf, Term
from bot.core.query import MatchMode, Query, is_stop
from bot.core.terms import OpenPattern, PhrasePattern, PlacePattern, Sought, WordPattern, seek
from bot.language import tokens
from bot.language.analyser import Analyser
from bot.language.places import Derived

_FIRST_FROM = 4
_LAST_FROM = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TermPreview:
    """What one term of a query will be found as."""

    term: str
    kind: str
    excluded: bool = False
    title: bool = False
    derived: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Other words that lead to it, by language: of a place, its adjective and inhabitants."""


def look_ahead(analyser: Analyser, query: Query, mode: MatchMode) -> tuple[TermPreview, ...]:
    """Say what each term will be found as; the words given are folded."""
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
    word = analyser.word(tokens.words(name)[0])
    if word.upper or len(word.folded) < _FIRST_FROM:
        return "forms"
    return "compounds" if len(word.folded) >= _LAST_FROM else "compounds_first"
