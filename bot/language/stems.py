"""Snowball stems, per language."""

from __future__ import annotations

from collections.abc import Callable

import Stemmer

from bot.language import codes


class Stems:
    """Stemmers made when first asked for; one object belongs to one thread at a time."""

    def __init__(self) -> None:
        self._stem: dict[str, Callable[[str], str]] = {}

    def of(self, language: str) -> Callable[[str], str]:
        """Return the stemmer of a language, for calling it often."""
        if language not in self._stem:
            self._stem[language] = _stemmer(language)
        return self._stem[language]

    def stem(self, word: str, language: str) -> str:
        """Return the stem of a folded word; a language without a stemmer leaves the word as it is."""
        return self.of(language)(word)


def _stemmer(language: str) -> Callable[[str], str]:
    name = codes.SNOWBALL.get(language)
    if name is None:
        return str
    return Stemmer.Stemmer(name, 0).stemWord  # type: ignore[no-any-return]
