"""
The telling words of an article: what a reader may want to exclude from a keyword, or to subscribe to.

A word tells the more the more often the article has it, and the rarer it is; one in the headline counts twice. Forms of
one word count together, in the spelling that is nearest to its base form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import sqrt

from bot.core.query.parser import AllOf, AnyOf, MatchMode, Node, NoneOf, Query, Term
from bot.core.query.patterns import Document, Passage, Sought, TextField, find, scan, seek, widen
from bot.language import stop_words
from bot.language.analyser import Analyser
from bot.language.tokens import fold

MOST = 6
_SHORTEST = 4
_TITLE_COUNTS = 2
_NAME_COUNTS = 1.5
"""A word with a capital, in languages in which only names have one."""
_LOOKED_AT = 400
"""Words of the text that are counted: what it is about comes first."""


def list_telling(
    analyser: Analyser,
    document: Document,
    queries: Iterable[tuple[Query, MatchMode]],
    *,
    most: int = MOST,
) -> tuple[str, ...]:
    """List words of an article that none of the queries asks for or excludes, the most telling first."""
    passages = scan(document)
    taken = _list_taken(analyser, passages, queries, document.language)
    taken |= {fold(word) for word in Passage(TextField.BODY, document.source_title).words}
    spellings: dict[str, Counter[str]] = {}
    weights: Counter[str] = Counter()
    for passage in passages:
        counts = _TITLE_COUNTS if passage.place is TextField.TITLE else 1
        for word in passage.words[:_LOOKED_AT]:
            if _is_telling(word, document.language) and fold(word) not in taken:
                stem = analyser.read(word, document.language).stem
                spellings.setdefault(stem, Counter())[word] += 1
                weights[stem] += counts
    shown = {stem: min(words, key=lambda word: (len(word), -words[word])) for stem, words in spellings.items()}

    def weigh(stem: str) -> float:
        return weights[stem] * sqrt(analyser.rarity(shown[stem])) * (_NAME_COUNTS if shown[stem][0].isupper() else 1)

    ranked = sorted(weights, key=lambda stem: (-weigh(stem), stem))
    return tuple(shown[stem] for stem in ranked[:most])


def _is_telling(word: str, language: str | None) -> bool:
    """Tell whether a word may be proposed; in German and with names, nouns tell most."""
    if len(word) < _SHORTEST or not word.isalpha() or stop_words.is_stop(word) or stop_words.is_stop(word.lower()):
        return False
    return word[0].isupper() or language != "de"


def _list_taken(
    analyser: Analyser,
    passages: Iterable[Passage],
    queries: Iterable[tuple[Query, MatchMode]],
    language: str | None,
) -> frozenset[str]:
    """List the words of the article by which a query finds it, or which it excludes."""
    sought: list[Sought] = []
    taken: set[str] = set()
    for query, mode in queries:
        for term in _terms(widen(analyser, query.root)):
            sought += seek(analyser, term, mode)
            taken.update(fold(word) for word in Passage(TextField.BODY, term.text).words)
    for passage in passages:
        for pattern in sought:
            for start, end, _ in find(pattern, analyser, passage, language):
                taken.update(fold(word) for word in Passage(TextField.BODY, passage.text[start:end]).words)
    return frozenset(taken)


def _terms(node: Node) -> list[Term]:
    match node:
        case Term():
            return [node]
        case NoneOf():
            return _terms(node.part)
        case AllOf() | AnyOf():
            return [term for part in node.parts for term in _terms(part)]
        case _:
            return []
