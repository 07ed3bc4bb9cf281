"""
Terms and articles for measuring: made up, but from real words as often as they really occur.

No news text is packaged, so articles are drawn word by word from wordfreq's German frequencies, with compounds of two
nouns strewn in; their length and number of different words are those of a German newspaper article.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from importlib import resources

from bot.core.query.patterns import Document

ARTICLE_WORDS = 370
COMPOUNDS = 0.06
SHARES = (("noun", 0.30), ("compound", 0.30), ("phrase", 0.23), ("foreign", 0.17))


def _nouns() -> list[str]:
    data = resources.files("bot.language").joinpath("data/nouns.de.txt").read_text("utf-8")
    return [line.split()[0].capitalize() for line in data.split("\n\n")[1].split("\n")]


class Corpus:
    """A seeded source of terms and articles."""

    def __init__(self, seed: int = 7) -> None:
        from wordfreq import top_n_list, word_frequency

        self._random = random.Random(seed)
        self._nouns = _nouns()
        nouns = {noun.lower() for noun in self._nouns}
        common = top_n_list("de", 60_000)
        self._words = [word.capitalize() if word in nouns else word for word in common if word.isalpha()]
        self._weights = [word_frequency(word, "de") for word in common if word.isalpha()]
        self._foreign = [w for language in ("en", "fr", "it") for w in top_n_list(language, 40_000) if w.isalpha()]
        self._usual = [word for word in self._words[:20_000] if word[0].isupper() and len(word) > 3]

    def terms(self, count: int) -> list[str]:
        """Return different terms: nouns, compounds, phrases in quotes, words of other languages."""
        makers = {
            "noun": lambda: self._random.choice(self._nouns),
            "compound": self._compound,
            "phrase": self._phrase,
            "foreign": lambda: self._random.choice(self._foreign),
        }
        found: dict[str, None] = {}
        for kind, share in SHARES:
            wanted = len(found) + int(count * share)
            tries = 0
            while len(found) < wanted and tries < 20 * count:
                found.setdefault(makers[kind]())
                tries += 1
        while len(found) < count:
            found.setdefault(self._compound())
        terms = list(found)
        self._random.shuffle(terms)
        return terms

    def _compound(self) -> str:
        return self._random.choice(self._usual) + self._random.choice(self._nouns).lower()

    def _phrase(self) -> str:
        words = self._random.choices(self._words[:20_000], k=self._random.choice((1, 1, 2)))
        return '"' + " ".join([*words, self._random.choice(self._usual)]) + '"'

    def articles(self, count: int) -> list[Document]:
        """Return articles of some 2.7 KB."""
        return [self._article() for _ in range(count)]

    def _article(self) -> Document:
        words = self._random.choices(self._words, self._weights, k=ARTICLE_WORDS)
        drawn = [self._compound() if self._random.random() < COMPOUNDS else word for word in words]
        sentences = list(_sentences(drawn, self._random))
        return Document(
            title=sentences[0],
            lead=sentences[1],
            body=" ".join(sentences[2:]),
            language="de",
            source_title="Zeitung",
            source_host="www.example.org",
        )


def _sentences(words: list[str], source: random.Random) -> Iterator[str]:
    at = 0
    while at < len(words):
        size = source.randint(6, 20)
        sentence = " ".join(words[at : at + size])
        yield sentence[:1].upper() + sentence[1:] + "."
        at += size
