"""Short common words, which a keyword in capitals (WHO, IT, AIDS) must not be mistaken for."""

from __future__ import annotations

from importlib import resources

from bot.language.fold import fold
from bot.language.stops import STOP_WORDS

_NAMES_ABBREVIATIONS = frozenset({"fr", "it"})
"""Where the press writes abbreviations like names ("Usa", "Otan"), a first capital is enough."""


class CommonWords:
    """The packaged lists, read once: some 9,000 words."""

    def __init__(self) -> None:
        data = resources.files("bot.language").joinpath("data/commons.txt").read_text("utf-8")
        rows = (line.split() for line in data.splitlines())
        self._words = {language: frozenset(map(fold, found)) for language, *found in rows}

    def forbids(self, folded: str, language: str | None, *, capital: bool, upper: bool) -> bool:
        """Tell whether a word of a text is too likely the common word to be the abbreviation."""
        if upper:
            return False
        if folded in STOP_WORDS:
            return True
        if language in self._words:
            is_common = folded in self._words[language]
        else:
            is_common = any(folded in found for found in self._words.values())
        return is_common and not (capital and language in _NAMES_ABBREVIATIONS)
