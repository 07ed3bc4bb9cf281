"""
Similarity of headlines: cosines of their words and of pieces of words, and how much of the shorter is covered.

Rare words count more. How rare a word is, is counted over all headlines of the window, whether a query matches them or
not; only some of them are ever compared with. Both are first in, first out. This is pure Python, so nothing here may
look at every headline: what is filed under common words alone can never be similar enough and is not looked at.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from math import log, sqrt
from typing import NamedTuple

from bot.language.headlines import HeadlineFeatures

_WORDS, _PIECES, _SHARE = 0.4, 0.2, 0.4
"""What each counts: words tell best, pieces find compounds and inflections, and the share finds what was reworded with
a kicker or a subordinate clause."""
_STRETCH = 1.04
"""Puts the scale where 0.55 holds back what is the same and 0.45 what may be; see docs/performance.md."""
_FEWEST_WORDS, _FEW_WORDS = 3, 4
"""Of fewer words no likeness says anything: they are a label, and equal or not. Of few only a great likeness does."""
_FEW_ALIKE = 0.8
_LEAST_ALIKE = 0.35
"""What the words alone must reach for the pieces to be looked at."""
_MOST_WEIGHED = 100
"""Candidates that are weighed exactly, the likeliest first."""

Vector = tuple["array[int]", "array[int]"]


class SimilarHeadline(NamedTuple):
    """A filed headline and how alike it is, from 0 to 1."""

    slot: int
    score: float


class HeadlineSimilarity:
    """The headlines of one language; belongs to one thread."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._texts: list[str] = []
        self._counts: array[int] = array("I")
        self._logs: array[float] = array("f")
        self._postings: dict[int, array[int]] = {}
        """Where each word stands; pieces are only compared."""
        self._unused: list[int] = []
        self._counted: deque[tuple[datetime, Vector]] = deque()
        self._filed: dict[int, Vector] = {}
        self._lengths: dict[int, float] = {}
        self._order: deque[tuple[datetime, int]] = deque()
        self._next = 0

    def __len__(self) -> int:
        return len(self._filed)

    def count(self, features: HeadlineFeatures, at: datetime) -> None:
        """Let a headline count for what is rare."""
        vector = self._vector(features)
        self._recount(vector, 1)
        self._counted.append((at, vector))

    def file(self, features: HeadlineFeatures, at: datetime) -> int:
        """File a headline for later ones to be compared with; returns its slot."""
        slot, vector = self._next, self._vector(features)
        self._next += 1
        for number in vector[0]:
            if number not in self._postings:
                self._postings[number] = array("I")
            self._postings[number].append(slot)
        self._filed[slot] = vector
        base = log(1 + len(self._counted)) + 1
        self._lengths[slot] = sqrt(sum((base - self._logs[number]) ** 2 for number in vector[0]))
        self._order.append((at, slot))
        return slot

    def forget(self, before: datetime) -> tuple[int, ...]:
        """Forget what is older; returns the slots that are gone."""
        gone: list[int] = []
        while self._order and self._order[0][0] < before:
            _, slot = self._order.popleft()
            vector = self._filed.pop(slot)
            del self._lengths[slot]
            for number in vector[0]:
                posting = self._postings[number]
                posting.pop(0)  # slots stand in order, and the oldest goes first
                if not posting:
                    del self._postings[number]
            self._drop_unused(vector)
            gone.append(slot)
        while self._counted and self._counted[0][0] < before:
            _, vector = self._counted.popleft()
            self._recount(vector, -1)
            self._drop_unused(vector)
        return tuple(gone)

    def nearest(
        self, features: HeadlineFeatures, threshold: float, is_allowed: Callable[[int], bool] = lambda _: True
    ) -> SimilarHeadline | None:
        """Find the filed headline that is most alike, of equals the oldest; None when none reaches the threshold."""
        if len(features.words) < _FEWEST_WORDS or not self._filed:
            return None
        vector = self._vector(features, grow=False)
        base = log(1 + len(self._counted)) + 1
        words, pieces = (_FeatureHalf.weigh(half, base, self._logs) for half in vector)
        best: SimilarHeadline | None = None
        for slot in self._candidates(words):
            theirs = self._filed[slot]
            if len(theirs[0]) < _FEWEST_WORDS or not is_allowed(slot):
                continue
            cosine, share = words.compare(theirs[0], base, self._logs)
            piecewise, _ = pieces.compare(theirs[1], base, self._logs)
            score = min(1.0, _STRETCH * (_WORDS * cosine + _PIECES * piecewise + _SHARE * share))
            if min(len(features.words), len(theirs[0])) < _FEW_WORDS and score < _FEW_ALIKE:
                continue
            if score >= threshold and (best is None or (score, -slot) > (best.score, -best.slot)):
                best = SimilarHeadline(slot, score)
        return best

    def _candidates(self, words: _FeatureHalf) -> list[int]:
        """
        List slots that share enough of what is rare in this headline, the likeliest first.

        By Cauchy and Schwarz a cosine is at most the root of the share of the squared weight that both have: what
        shares none of the rarest words, beside which the rest weighs next to nothing, need not be looked at.
        """
        left, least = words.square, _LEAST_ALIKE * _LEAST_ALIKE * words.square
        found: dict[int, float] = {}
        for number, weight in sorted(words.weights.items(), key=lambda each: -each[1]):
            if left < least:
                break
            square = weight * weight
            left -= square
            posting = self._postings.get(number, ())
            if not found:
                found = dict.fromkeys(posting, square)
                continue
            for slot in posting:
                found[slot] = found[slot] + square if slot in found else square
        # Lengths are those of the day of filing, near enough for a first look.
        scale, lengths = _LEAST_ALIKE * sqrt(words.square), self._lengths
        likely = [slot for slot, shared in found.items() if shared + left >= scale * lengths[slot]]
        if len(likely) > _MOST_WEIGHED:
            likely = sorted(likely, key=lambda slot: (-found[slot] / lengths[slot], slot))[:_MOST_WEIGHED]
        return likely

    def _vector(self, features: HeadlineFeatures, *, grow: bool = True) -> Vector:
        return (
            self._numbers_of(features.words, grow=grow),
            # Words and pieces may be spelled alike and are never the same.
            self._numbers_of(["·" + piece for piece in features.pieces], grow=grow),
        )

    def _numbers_of(self, texts: Sequence[str], *, grow: bool) -> array[int]:
        """Give the numbers of features; one that has none yet gets one, or a number below zero that leads nowhere."""
        numbers = array("i")
        for at, text in enumerate(texts, 1):
            number = self._numbers.get(text)
            if number is None:
                number = self._add(text) if grow else -at
            numbers.append(number)
        return numbers

    def _add(self, text: str) -> int:
        if self._unused:
            number = self._unused.pop()
            self._texts[number] = text
        else:
            number = len(self._texts)
            self._texts.append(text)
            self._counts.append(0)
            self._logs.append(0.0)
        self._numbers[text] = number
        return number

    def _recount(self, vector: Vector, by: int) -> None:
        counts, logs = self._counts, self._logs
        for half in vector:
            for number in half:
                counts[number] += by
                logs[number] = log(1 + counts[number])

    def _drop_unused(self, vector: Vector) -> None:
        for half in vector:
            for number in half:
                if not self._counts[number] and number not in self._postings and self._texts[number]:
                    del self._numbers[self._texts[number]]
                    self._texts[number] = ""
                    self._unused.append(number)


class _FeatureHalf(NamedTuple):
    """The words or the pieces of the headline that is compared."""

    weights: dict[int, float]
    square: float

    @classmethod
    def weigh(cls, numbers: array[int], base: float, logs: array[float]) -> _FeatureHalf:
        """Give each feature the logarithm of how rare it is."""
        weights = {number: base - (logs[number] if number >= 0 else 0.0) for number in numbers}
        return cls(weights, sum(weight * weight for weight in weights.values()))

    def compare(self, others: array[int], base: float, logs: array[float]) -> tuple[float, float]:
        """Give the cosine with the same half of a filed headline, and the share of the lighter one that both have."""
        shared = square = 0.0
        ours = self.weights
        for number in others:
            weight = base - logs[number]
            weight *= weight
            square += weight
            if number in ours:
                shared += weight
        if not shared:
            return 0.0, 0.0
        return shared / sqrt(self.square * square), shared / min(self.square, square)
