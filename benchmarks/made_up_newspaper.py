"""
A made-up newspaper of any size.

Its words are drawn from the packaged German nouns by rank, as often as ranks occur in real texts, with compounds of two
nouns strewn in: some 60 words an article that no article before had, among the first thousand, as in real texts.
"""

from __future__ import annotations

import itertools
import random
from datetime import datetime, timedelta
from importlib import resources

from bot.core.article import ArticleDraft
from bot.core.ids import FeedId

WORDS = 370
NAMES = (
    "Nordkorea Nordkoreas nordkoreanische Südkorea Ukraine Ukrainer ukrainische Atomwaffen Atomwaffenprogramm".split()
)


class Newspaper:
    """A seeded source of articles of some 2.7 KB, spread evenly over some days."""

    def __init__(self, articles: int, days: int, until: datetime, seed: int = 7) -> None:
        self._articles, self._days, self._until = articles, timedelta(days=days), until
        self._random = random.Random(seed)
        data = resources.files("bot.language").joinpath("data/nouns.de.txt").read_text("utf-8")
        nouns = [line.split()[0].capitalize() for line in data.split("\n\n")[1].split("\n")]
        self._random.shuffle(nouns)
        self._words = (
            "die der und in zu den das mit von auf für im sich dem ein eine Regierung Bahn".split() + nouns[:60_000]
        )
        self._ranks = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(self._words))))
        self._parts = nouns[:4_000]
        self.compounds: dict[str, tuple[str, str]] = {}

    def drafts(self, feed_id: FeedId) -> list[ArticleDraft]:
        """Make all articles, oldest first."""
        return [self._draft(feed_id, number) for number in range(self._articles)]

    def _draft(self, feed_id: FeedId, number: int) -> ArticleDraft:
        words = self._random.choices(self._words, cum_weights=self._ranks, k=WORDS)
        for at in self._random.sample(range(WORDS), WORDS // 16):
            first, last = self._random.choices(self._parts, cum_weights=self._ranks[: len(self._parts)], k=2)
            words[at] = first + last.lower()
            self.compounds[words[at]] = first, last
        if self._random.random() < 0.02:
            words[self._random.randrange(WORDS)] = self._random.choice(NAMES)
        if self._random.random() < 0.005:
            words[20:20] = ["Kim", "Jong", "Un"]
        return ArticleDraft(
            feed_id=feed_id,
            owner=None,
            key=f"article {number}",
            guid_key=None,
            url=f"https://news.example/{number}",
            title=" ".join(words[:8]),
            lead=" ".join(words[8:30]) + ".",
            body=". ".join(" ".join(words[at : at + 12]) for at in range(30, len(words), 12)),
            key_points=(),
            html="",
            tags=(),
            language="de",
            published_at=self._until - self._days * (1 - number / self._articles) + timedelta(minutes=1),
            seen_at=self._until,
            source_title="Zeitung",
            source_host="news.example",
        )
