"""
Letters that every form of a word contains, so that most words of a text need no further analysis.

A text is here a sequence of folded words, each between two `EDGE`s; a hint is any substring of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.language import inflection
from bot.language.languages import OWN
from bot.language.lexicon import Lexicon

EDGE = "\n"
_KEPT = 2
"""Letters at the beginning that bending leaves alone, but for the umlaut of the first."""
_UMLAUTS = "aou"


class LetterFilter:
    """Knows what inflection changes, from the noun list and the irregular words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._irregular = {language: inflection.irregular(language) for language in OWN}
        self._heads: dict[tuple[str, str], set[str]] = {}
        for language, forms in self._irregular.items():
            for form, bases in forms.items():
                for base in bases:
                    self._heads.setdefault((language, base), set()).add(form[:_KEPT])

    def forms(self, folded: str, lemmas: tuple[str, ...], language: str | None) -> set[str]:
        """Return hints of which every inflected form of a word has one: how it may begin."""
        heads = set[str]()
        for lemma in {folded, *lemmas}:
            heads.add(self._head(lemma))
            if lemma[0] in _UMLAUTS:
                heads.add(lemma[0] + "e")
            heads.update(form[:_KEPT] for form in self._lexicon.irregular_forms(lemma))
        if language in self._irregular:
            for base in self._irregular[language].get(folded, ()):
                heads |= self._heads[language, base]
        return {EDGE + head for head in heads}

    def parts(self, nouns: Iterable[str]) -> set[str]:
        """Return hints of which every compound that ends in a form of one of these has one: what is left of it."""
        return {hint for noun in nouns for hint in self._lexicon.cores(noun)}

    def _head(self, word: str) -> str:
        """Return how the forms of a word begin; an accent may change, and of the shortest nouns less stays."""
        head = word[: min(_KEPT, max(1, len(word) - self._lexicon.lost(word)))]
        return head if head.isascii() else head[:1]


def fewest(hints: Iterable[str]) -> tuple[str, ...]:
    """Leave out hints that have another one in them."""
    kept: list[str] = []
    for hint in sorted(hints, key=len):
        if not any(other in hint for other in kept):
            kept.append(hint)
    return tuple(kept)
