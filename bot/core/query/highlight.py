"""
Finds where the forms of a query's terms stand in a text: for bold print and for choosing summary sentences.

Few words of a text can be a form of a given keyword. They are picked out by letters they must contain
(`bot.language.prefilter`), so that the rest needs no analysis.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator
from itertools import accumulate

from bot.core.query.parser import AllOf, AnyOf, MatchMode, Node, Query, Term, is_stop
from bot.core.query.patterns import Passage, PhrasePattern, Sought, TextField, seek, widen
from bot.language.analyser import Analyser
from bot.language.prefilter import EDGE, fewest
from bot.language.tokens import fold

Spans = tuple[tuple[int, int], ...]
Possible = dict[str, list[Sought]]
"""What each word of a text that is worth a closer look may be a form of."""


class Highlighter:
    """
    Finds the forms of the wanted terms of some queries in any text of a language; made once, asked often.

    What a query excludes is not found, nor are stop words beside other words; with `together` they are where all words
    of a query stand side by side, which then are one. Spans are disjoint and in order.
    """

    def __init__(
        self,
        analyser: Analyser,
        wishes: Iterable[tuple[Query, MatchMode]],
        language: str | None,
        *,
        together: bool = False,
    ) -> None:
        self._analyser = analyser
        self._language = language
        sought = {
            each: fewest(each.hints(analyser, language))
            for query, mode in wishes
            for term in (*_wanted(widen(analyser, query.root)), *(_rows(query.root) if together else ()))
            for each in seek(analyser, term, mode)
        }
        self._hints: dict[str, list[Sought]] = {}
        for each, hints in sought.items():
            for hint in hints:
                self._hints.setdefault(hint, []).append(each)

    def __call__(self, text: str) -> Spans:
        """Return where a form stands."""
        passage = Passage(TextField.BODY, text)
        possible = self._possible(passage.words)
        if not possible:
            return ()
        disjoint: list[tuple[int, int]] = []
        with self._analyser.sparing():
            for start, end in sorted(self._find(passage, possible)):
                if disjoint and start < disjoint[-1][1]:
                    disjoint[-1] = (disjoint[-1][0], max(end, disjoint[-1][1]))
                else:
                    disjoint.append((start, end))
        return tuple(disjoint)

    def _possible(self, words: list[str]) -> Possible:
        """Pick out the words that have a hint in them, each with what it may be, by searching all of them at once."""
        unique = list(dict.fromkeys(words))
        folded = list(map(fold, unique))
        row = f"{EDGE}{EDGE.join(folded)}{EDGE}"
        edges: list[int] = []
        found: Possible = {}
        for hint, sought in self._hints.items():
            at = row.find(hint)
            while at >= 0:
                edges = edges or list(accumulate((len(word) + 1 for word in folded), initial=0))
                number = bisect(edges, at)
                if number > len(unique):
                    break  # a hint that is an edge alone, at the end of the row
                found.setdefault(unique[number - 1], []).extend(sought)
                at = row.find(hint, edges[number])
        return found

    def _find(self, passage: Passage, possible: Possible) -> Iterator[tuple[int, int]]:
        analyser, language = self._analyser, self._language
        known: dict[str, tuple[bool, list[PhrasePattern]]] = {}
        for at, word in enumerate(passage.words):
            if word not in possible:
                continue
            if word not in known:
                known[word] = self._find_forms(word, possible[word])
            is_form, rows = known[word]
            if is_form:
                yield passage.span(at)
            for row in rows:
                if row.stands_at(analyser, passage, at - row.anchor, language):
                    yield passage.span(at - row.anchor, len(row.words))

    def _find_forms(self, word: str, possible: list[Sought]) -> tuple[bool, list[PhrasePattern]]:
        """Say whether a word is a form by itself, and of which rows it may be the anchor."""
        analyser = self._analyser
        reading = analyser.read(word, self._language)
        is_form = any(
            sought.rule_for(analyser, reading) for sought in possible if not isinstance(sought, PhrasePattern)
        )
        return is_form, [
            row for row in possible if isinstance(row, PhrasePattern) and row.is_form(analyser, row.anchor, reading)
        ]


def highlight(analyser: Analyser, query: Query, mode: MatchMode, text: str, language: str | None) -> Spans:
    """Return where in any text of a language (a summary) a form of one query's wanted terms stands."""
    return Highlighter(analyser, ((query, mode),), language)(text)


def _rows(node: Node) -> Iterator[Term]:
    """Return plain words side by side as a phrase: Kim Jong Un, of which the last is a stop word."""
    match node:
        case AllOf() if all(isinstance(part, Term) and part == Term(part.text) for part in node.parts):
            yield Term(" ".join(part.text for part in node.parts if isinstance(part, Term)), quoted=True)
        case AllOf() | AnyOf():
            for part in node.parts:
                yield from _rows(part)
        case _:
            return


def _wanted(node: Node) -> list[Term]:
    match node:
        case Term():
            return [] if is_stop(node) else [node]
        case AllOf() | AnyOf():
            return [term for part in node.parts for term in _wanted(part)]
        case _:
            return []
