"""
Stop words, and the common words that an acronym in capitals could be mistaken for.

Stop words are too common to be a query by themselves. A keyword in capitals (WHO, IT, AIDS) must not match the common
short word with the same letters.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from bot.language import language_data, tokens, word_tables
from bot.language.tokens import fold

_ACRONYM_FROM = 2


_LONG_TEXT = 40
"""Words from which on a text tells its language by its stop words."""
_FOREIGN_SHARE, _OWN_SHARE = 0.12, 0.28
"""
Of all words in a text: at most so many are stop words of a language it is not written in, and at least so many of its
own. Chosen on one news report in each of the four languages: the own language's share was .37 to .52, that of another
at most .07, but for French words in Italian (.10) and Italian in French (.17), which are therefore believed.
"""


def find_other_language(text: str, declared: str) -> str | None:
    """
    Find the language of a long text that is clearly not in the declared one; None where there is no doubt about that.

    Counts stop words, so that only a wide margin overrules what a publisher says. Works for languages that have a list
    here; other declared ones are believed.
    """
    if declared not in _by_language():
        return None
    words = [fold(word) for word in tokens.words(text)]
    if len(words) < _LONG_TEXT:
        return None
    shares = {language: sum(word in known for word in words) / len(words) for language, known in _by_language().items()}
    likely = max(shares, key=lambda language: shares[language])
    return likely if shares[declared] <= _FOREIGN_SHARE and shares[likely] >= _OWN_SHARE else None


def is_stop(word: str) -> bool:
    """
    Tell whether a typed word is a stop word.

    In capitals it is taken for an abbreviation (WHO, IT); with a first capital for a name or noun (Waren, Allen), but
    for the plainest words of all.
    """
    folded = fold(word)
    if len(word) >= _ACRONYM_FROM and word.isupper():
        return False
    return folded in (_plainest() if word[:1].isupper() else all_stop_words())


def is_told_by_capitals(word: str) -> bool:
    """Tell an abbreviation in capitals that in small letters is a common word of some language: WHO, US, AIDS."""
    if len(word) < _ACRONYM_FROM or not word.isupper():
        return False
    folded = fold(word)
    return folded in all_stop_words() or _lookalikes().is_common_somewhere(folded)


@cache
def _lookalikes() -> AcronymLookalikes:
    return AcronymLookalikes()


@cache
def _by_language() -> Mapping[str, frozenset[str]]:
    words = language_data.find_all(word_tables.CommonWords)
    return {language: frozenset(map(fold, common.stop_words)) for language, common in words.items()}


@cache
def all_stop_words() -> frozenset[str]:
    """Give the stop words of all languages, folded."""
    return frozenset().union(*_by_language().values())


@cache
def _plainest() -> frozenset[str]:
    return frozenset(map(fold, language_data.every(word_tables.CommonWords, "plainest")))


class AcronymLookalikes:
    """The packaged lists, read once: some 9,000 words."""

    def __init__(self) -> None:
        data = resources.files("bot.language").joinpath("data/commons.txt").read_text("utf-8")
        rows = (line.split() for line in data.splitlines())
        self._words = {language: frozenset(map(fold, found)) for language, *found in rows}

    def is_common(self, folded: str, language: str) -> bool:
        """Tell whether a word is among the common words of a language."""
        return folded in self._words.get(language, ())

    def is_common_somewhere(self, folded: str) -> bool:
        """Tell whether a word is among the common words of any language."""
        return any(folded in words for words in self._words.values())

    def forbids(self, folded: str, language: str | None, *, capital: bool, upper: bool) -> bool:
        """Tell whether a word of a text is too likely the common word to be the abbreviation."""
        if upper:
            return False
        if folded in all_stop_words():
            return True
        if language in self._words:
            is_common = folded in self._words[language]
        else:
            is_common = self.is_common_somewhere(folded)
        words = language_data.find(word_tables.CommonWords, language)
        is_name = capital and words is not None and words.has_named_abbreviations  # there a first capital is enough
        return is_common and not is_name
