"""Invented German headlines: a third small words, the rest nouns and compounds as unevenly spread as words are."""

from __future__ import annotations

import random
from bisect import bisect
from importlib import resources
from itertools import accumulate

_SMALL = (
    "der die das und in von zu mit auf für im ist nicht den des ein eine dem sich nach bei aus am an wegen über gegen "
    "vor will soll wird hat neue neuer mehr weniger erneut jetzt so wie was warum drei zwei um bis unter ohne noch"
).split()
_COMPOUNDS = 0.25
_OFFSET = 15.0
"""Flattens the head of Zipf's law: the most frequent noun of headlines is far from the most frequent word."""


class Newswire:
    """A seeded source of headlines."""

    def __init__(self, seed: int = 3) -> None:
        self._random = random.Random(seed)
        data = resources.files("bot.language").joinpath("data/nouns.de.txt").read_text("utf-8")
        nouns = [line.split()[0].capitalize() for line in data.split("\n\n")[1].split("\n") if line]
        self._nouns = [each for each in nouns if 3 <= len(each) <= 14]
        random.Random(11).shuffle(self._nouns)
        self._sums = list(accumulate(1 / (rank + _OFFSET) for rank in range(len(self._nouns))))

    def noun(self) -> str:
        """Draw a noun."""
        return self._nouns[bisect(self._sums, self._random.random() * self._sums[-1])]

    def headline(self, words: int = 0) -> str:
        """Draw a headline of some nine words."""
        return " ".join(self._word() for _ in range(words or self._random.randint(6, 12)))

    def reword(self, headline: str) -> str:
        """Say a headline differently: most of its words, and two others."""
        kept = [word for word in headline.split() if self._random.random() < 0.7]
        return " ".join([*kept, *self.headline(2).split()])

    def _word(self) -> str:
        if self._random.random() < 1 / 3:
            return self._random.choice(_SMALL)
        return self.noun() + self.noun().lower() if self._random.random() < _COMPOUNDS else self.noun()
