"""
The telling words of an article: what a reader may want to exclude from a keyword, or to subscribe to.

Only names and nouns are proposed, and none that stands in articles about anything. A name has a capital within a
sentence; a noun has one in German, and follows an article in other languages. A word tells the more the more often the
article has it, and the rarer it is; one in the headline counts twice. Forms of one word count together, and are shown
in their base form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from math import sqrt

from bot.core.query.parser import AllOf, AnyOf, MatchMode, Node, NoneOf, Query, Term
from bot.core.query.patterns import Document, Passage, Sought, TextField, find, scan, seek, widen
from bot.language import language_data, stop_words
from bot.language.analyser import Analyser
from bot.language.tokens import fold
from bot.language.word_tables import CommonWords

MOST = 6
_SHORTEST = 4
_TITLE_COUNTS = 2
_NAME_COUNTS = 1.5
"""A word with a capital, in languages in which only names have one."""
_LOOKED_AT = 400
"""Words of the text that are counted: what it is about comes first."""
_CAPITALS_OF_A_TITLE = 0.85
"""Of the longer words of a headline, the share in capitals from which they say nothing: "Trump Meets Putin in Rome"."""


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
    readings = [
        analyser.read(word, document.language)
        for passage in passages
        for word in _list_distinct(passage, document.language)
    ]
    vague = _list_vague()
    distinct = {reading.stem for reading in readings if vague.isdisjoint((reading.folded, *reading.lemmas))}
    spellings: dict[str, Counter[str]] = {}
    weights: Counter[str] = Counter()
    for passage in passages:
        counts = _TITLE_COUNTS if passage.place is TextField.TITLE else 1
        for word in passage.words[:_LOOKED_AT]:
            stem = analyser.read(word, document.language).stem
            if stem in distinct and _may_tell(word) and fold(word) not in taken:
                spellings.setdefault(stem, Counter())[word] += 1
                weights[stem] += counts
    shown = {stem: _find_base(analyser, words, document.language) for stem, words in spellings.items()}

    def weigh(stem: str) -> float:
        return weights[stem] * sqrt(analyser.rarity(shown[stem])) * (_NAME_COUNTS if shown[stem][0].isupper() else 1)

    ranked = sorted(weights, key=lambda stem: (-weigh(stem), stem))
    return tuple(shown[stem] for stem in ranked[:most])


def _list_distinct(passage: Passage, language: str | None) -> Iterator[str]:
    """List the words that stand in a passage as names or nouns do."""
    words = passage.words[:_LOOKED_AT]
    is_capitalised = passage.place is TextField.TITLE and language != "de" and _is_capitalised(words)
    common = language_data.find(CommonWords, language)
    determiners = frozenset(map(fold, common.determiners)) if common else frozenset()
    for at, word in enumerate(words):
        if not _may_tell(word):
            continue
        is_within = at > 0 and passage.is_adjacent(at - 1)
        if word[0].isupper():
            is_distinct = (is_within or word.isupper()) and not is_capitalised
        else:
            is_distinct = is_within and fold(words[at - 1]) in determiners
        if is_distinct:
            yield word


def _is_capitalised(words: list[str]) -> bool:
    """Tell a headline in which most longer words have a capital, so that a capital tells no name."""
    longer = [word for word in words if len(word) >= _SHORTEST]
    return len(longer) > 1 and sum(word[0].isupper() for word in longer) > _CAPITALS_OF_A_TITLE * len(longer)


def _may_tell(word: str) -> bool:
    return (
        len(word) >= _SHORTEST
        and word.isalpha()
        and not stop_words.is_stop(word)
        and not stop_words.is_stop(word.lower())
    )


def _find_base(analyser: Analyser, spellings: Counter[str], language: str | None) -> str:
    """Find the base form among the spellings of a word, or within one of them; else the shortest spelling."""
    has_capital = language == "de"  # of a noun; elsewhere a capital may only be that of the sentence
    shortest = min(spellings, key=lambda word: (len(word), word[0].isupper() != has_capital, -spellings[word], word))
    for lemma in analyser.read(shortest, language).lemmas[:1]:
        for word in (shortest, *spellings, *(shortest[:end] for end in range(_SHORTEST, len(shortest)))):
            if fold(word) == lemma:
                return word
    return shortest


def _list_vague() -> frozenset[str]:
    """List the vague words of all languages, folded."""
    return frozenset(fold(word) for common in language_data.find_all(CommonWords).values() for word in common.vague)


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
