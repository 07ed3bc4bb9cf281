"""
Backtest: what a query would have found in the archive, computed on sets of articles.

A single word is decided by the words an article has. Where order counts, or a word is in too many articles, the sets
only say which articles may match, and their texts are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from bot.core.archive import ArticleRef
from bot.core.article import Article
from bot.core.ids import ArticleId
from bot.core.query.matcher import is_ignored
from bot.core.query.parser import AllOf, AnyOf, LanguageFilter, MatchMode, Node, NoneOf, SourceFilter, Term, is_stop
from bot.core.query.patterns import OpenPattern, OtherNamePattern, PhrasePattern, PlacePattern, Sought, WordPattern
from bot.language import stop_words
from bot.language.analyser import Analyser

Leaf = Term | SourceFilter | LanguageFilter
_ROW_WORDS = 2
"""Words of a phrase by which its articles are chosen; their texts are looked at anyway."""


@dataclass(frozen=True, slots=True)
class ArticleSet:
    """A set of articles, given by those in it, or by those not in it."""

    ids: frozenset[ArticleId] = frozenset()
    others: bool = False
    """Everything but these."""

    def __contains__(self, article_id: ArticleId) -> bool:
        return (article_id in self.ids) is not self.others

    def __and__(self, other: ArticleSet) -> ArticleSet:
        if self.others and other.others:
            return ArticleSet(self.ids | other.ids, others=True)
        if self.others:
            return ArticleSet(other.ids - self.ids)
        return ArticleSet(self.ids - other.ids if other.others else self.ids & other.ids)

    def __or__(self, other: ArticleSet) -> ArticleSet:
        if self.others and other.others:
            return ArticleSet(self.ids & other.ids, others=True)
        if self.others:
            return ArticleSet(self.ids - other.ids, others=True)
        return ArticleSet(other.ids - self.ids, others=True) if other.others else ArticleSet(self.ids | other.ids)

    def __invert__(self) -> ArticleSet:
        return ArticleSet(self.ids, others=not self.others)


NOBODY = ArticleSet()
EVERYBODY = ArticleSet(others=True)


class BacktestAnswer(NamedTuple):
    """The articles that answer for certain, and all that may."""

    sure: ArticleSet
    possible: ArticleSet


@dataclass(frozen=True, slots=True)
class FormCount:
    """A form that was found, in how many articles, and the newest of them."""

    form: str
    count: int
    newest: Article
    base: str = ""
    """The base form of the word; empty where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestResult:
    """What a query would have found; articles that several feeds carry count once."""

    week: int
    month: int
    checked_since: datetime | None = None
    """Older articles were not looked at, because too many come into question; None: all were."""
    is_week_whole: bool = True
    newest: tuple[Article, ...] = ()
    """A few examples."""
    sightings: tuple[ArticleRef, ...] = ()
    """All of the month, newest first, in each feed that carries them."""
    forms: tuple[FormCount, ...] = ()
    """By number, the most frequent first."""
    near: str | None = None
    """Another query that would have found something, when this one found nothing in a month."""
    is_empty: bool = False
    """No article is stored that this chat can see."""


def leaves(node: Node) -> Iterator[Leaf]:
    """List the parts of a query that must be looked up to evaluate it."""
    match node:
        case NoneOf():
            yield from leaves(node.part)
        case AllOf() | AnyOf():
            for part in _counted(node):
                yield from leaves(part)
        case _:
            yield node


def _counted(node: AllOf | AnyOf) -> list[Node]:
    return [part for part in node.parts if isinstance(node, AnyOf) or not is_ignored(part)]


def evaluate(node: Node, look: Callable[[Leaf], BacktestAnswer]) -> BacktestAnswer:
    """Compute which articles match a query."""
    match node:
        case NoneOf():
            part = evaluate(node.part, look)
            return BacktestAnswer(~part.possible, ~part.sure)
        case AllOf():
            sure, possible = EVERYBODY, EVERYBODY
            for each in _counted(node):
                part = evaluate(each, look)
                sure, possible = sure & part.sure, possible & part.possible
            return BacktestAnswer(sure, possible)
        case AnyOf():
            sure, possible = NOBODY, NOBODY
            for each in node.parts:
                part = evaluate(each, look)
                sure, possible = sure | part.sure, possible | part.possible
            return BacktestAnswer(sure, possible)
        case _:
            return look(node)


def wanted(node: Node) -> Iterator[Term]:
    """List the terms a reader hopes to find."""
    match node:
        case Term() if not is_stop(node):
            yield node
        case AllOf() | AnyOf():
            for part in node.parts:
                yield from wanted(part)
        case _:
            return


def swapped(node: Node, old: Term, new: Term) -> Node:
    """Replace one term by another."""
    match node:
        case NoneOf():
            return NoneOf(swapped(node.part, old, new))
        case AllOf() | AnyOf():
            return type(node)(tuple(swapped(part, old, new) for part in node.parts))
        case _:
            return new if node == old else node


def plain(term: Term) -> bool:
    """Return whether a term is a word or words without any operator."""
    return term == replace(term, quoted=False, exact=False, open_start=False, open_end=False, title=False)


def plain_name(root: Node) -> str | None:
    """Return a query's words if it consists of plain words only, whatever it excludes."""
    parts = [part for part in (root.parts if isinstance(root, AllOf) else (root,)) if not isinstance(part, NoneOf)]
    names = [part.text for part in parts if isinstance(part, Term) and plain(part)]
    return " ".join(names) if names and len(names) == len(parts) else None


def keys(analyser: Analyser, sought: Sought, offset: int = 0) -> frozenset[str]:
    """Return the keys under which the live index files something sought, for a phrase by one of its words."""
    match sought:
        case WordPattern():
            word = analyser.word(sought.name)
            return frozenset({word.folded} if sought.mode is MatchMode.EXACT else analyser.word_keys(word))
        case OtherNamePattern():
            return frozenset(analyser.word_keys(analyser.word(sought.other)))
        case PhrasePattern() if sought.spelled:
            word = analyser.word(sought.words[offset])
            return frozenset((word.folded, analyser.spelling_key(word)))
        case PhrasePattern():
            word = analyser.word(sought.words[offset])
            return frozenset({word.folded} if sought.exact else analyser.word_keys(word, phrase=True))
        case PlacePattern():
            return sought.derived.forms | frozenset(map(str.lower, sought.derived.capitals))
        case OpenPattern():
            return frozenset()


def offsets(row: PhrasePattern) -> tuple[int, ...]:
    """Choose the words of a phrase that are likely to be rare."""
    ranked = sorted(range(len(row.words)), key=lambda at: (stop_words.is_stop(row.words[at]), -len(row.words[at])))
    return tuple(ranked[:_ROW_WORDS])
