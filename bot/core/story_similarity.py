"""
How likely headlines report the same piece of news: the facts of a pair, weighed by a learned model.

Rare words count more. How rare a word is, is counted over all headlines of the window, whether a query matches them or
not; only some of them are ever compared with. Both are first in, first out. This is pure Python, so nothing here may
look at every headline: what is filed under common words alone can never be likely enough and is not looked at.
"""

from __future__ import annotations

from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest
from itertools import chain
from math import log, log1p, sqrt
from typing import NamedTuple

from bot.language import headline_pairs, headlines
from bot.language.headline_pairs import PairFacts, PairModel, sigmoid
from bot.language.headlines import HeadlineFeatures

_FEWEST_WORDS = 3
"""Of fewer words no likeness says anything: they are a label, and equal or not."""
_FEW_WORDS = 4
"""Below so many words, headlines that differ in a name have nothing to do with each other."""
_LEAST_ALIKE = 0.12
"""The cosine of words that a pair must be able to reach to be looked at."""
_MOST_WEIGHED = 20
"""Candidates that are weighed exactly, the likeliest first."""
_MOST_READ = 8
"""Pairs whose teasers are read, the likeliest first."""
_HOUR = 3600.0
_COUNTED_TOGETHER = timedelta(hours=1)
"""Headlines of so long count, and are forgotten, together."""

Vector = tuple["array[int]", "array[int]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedHeadline:
    """A headline as it is compared with others."""

    features: HeadlineFeatures
    names: int = 0
    """The bits of the words that are names."""
    figures: frozenset[str] = frozenset()
    teaser: str = ""
    published_at: datetime


class SimilarHeadline(NamedTuple):
    """A filed headline and how likely it reports the same, from 0 to 1."""

    slot: int
    probability: float


class HeadlineSimilarity:
    """The headlines of one language; belongs to one thread."""

    def __init__(self, model: PairModel | None = None) -> None:
        self._model = model or headline_pairs.load()
        self._numbers: dict[str, int] = {}
        self._texts: list[str] = []
        self._counts: array[int] = array("I")
        self._logs: array[float] = array("f")
        self._postings: dict[int, array[int]] = {}
        """Where each word stands; pieces are only compared."""
        self._unused: list[int] = []
        self._counted: deque[_CountedHour] = deque()
        self._size = 0
        """How many headlines count."""
        self._filed: dict[int, _FiledHeadline] = {}
        self._lengths: dict[int, float] = {}
        self._order: deque[tuple[datetime, int]] = deque()
        self._next = 0
        self._newest: tuple[HeadlineFeatures, Vector] | None = None
        """What was counted last."""

    def __len__(self) -> int:
        return len(self._filed)

    def count(self, features: HeadlineFeatures, at: datetime) -> None:
        """Let a headline count for what is rare."""
        vector = self._vector(features)
        if not self._counted or at - self._counted[-1].since >= _COUNTED_TOGETHER:
            if self._counted:
                self._counted[-1].close()
            self._counted.append(_CountedHour(at))
        self._counted[-1].add(vector, at)
        self._size += 1
        for number in chain(*vector):
            self._recount(number, 1)
        self._newest = features, vector

    def file(self, headline: ComparedHeadline, at: datetime) -> int:
        """File a headline for later ones to be compared with; returns its slot."""
        # Most headlines are filed right after they were counted: one vector does for both.
        features, vector = self._newest if self._newest else (None, None)
        if features is not headline.features or vector is None:
            vector = self._vector(headline.features)
        slot = self._next
        self._next += 1
        for number in vector[0]:
            if number not in self._postings:
                self._postings[number] = array("I")
            self._postings[number].append(slot)
        self._filed[slot] = _FiledHeadline(headline, vector)
        base, logs = self._base(), self._logs
        self._lengths[slot] = sqrt(sum((1 - logs[number] / base) ** 2 for number in vector[0]))
        self._order.append((at, slot))
        return slot

    def forget(self, before: datetime) -> tuple[int, ...]:
        """Forget what is older, what is counted by the hour; returns the slots that are gone."""
        gone: list[int] = []
        while self._order and self._order[0][0] < before:
            _, slot = self._order.popleft()
            filed = self._filed.pop(slot)
            del self._lengths[slot]
            for number in filed.words:
                posting = self._postings[number]
                posting.pop(0)  # slots stand in order, and the oldest goes first
                if not posting:
                    del self._postings[number]
            self._drop_unused(chain(filed.words, filed.pieces))
            gone.append(slot)
        while self._counted and self._counted[0].last < before:
            hour = self._counted.popleft()
            hour.close()
            self._size -= hour.headlines
            for number, times in zip(hour.numbers, hour.times, strict=True):
                self._recount(number, -times)
            self._drop_unused(hour.numbers)
            self._newest = None  # its numbers may be gone
        return tuple(gone)

    def likely(
        self,
        headline: ComparedHeadline,
        least: float,
        is_allowed: Callable[[int], bool] = lambda _: True,
        *,
        names_count: bool = True,
    ) -> tuple[SimilarHeadline, ...]:
        """
        List the filed headlines that report the same with at least this probability, the likeliest first.

        Where names count, "Kim trifft Putin" and "Kim trifft Trump" are other news: all that differs is who.
        """
        model, needed = self._model, headline_pairs.to_logit(least)
        most_of_teaser = max(0.0, model.weights.teaser + model.weights.has_teaser)
        found: list[tuple[float, int, PairFacts]] = []
        ours = self._weigh(headline)
        for slot in self._candidates(ours) if ours else ():
            filed = self._filed[slot]
            words, is_other = self._word_facts(ours, filed)  # type: ignore[arg-type]
            most = model.logit(words) + (most_of_teaser if headline.teaser or filed.teaser else 0.0)
            if most + model.weights.pieces < needed or len(filed.words) < _FEWEST_WORDS:
                continue
            if not is_allowed(slot) or (is_other and (names_count or len(filed.words) < _FEW_WORDS)):
                continue
            facts = self._with_pieces(ours, filed, words)  # type: ignore[arg-type]
            found.append((model.logit(facts), -slot, facts))
        best = nlargest(_MOST_READ, found)
        read = [(model.logit(self._with_teasers(headline, self._filed[-slot], facts)), slot) for _, slot, facts in best]
        return tuple(
            SimilarHeadline(-slot, sigmoid(logit)) for logit, slot in sorted(read, reverse=True) if logit >= needed
        )

    def compare(self, headline: ComparedHeadline) -> Iterator[tuple[int, PairFacts]]:
        """Give what is known of a headline and each filed one that shares a word with it."""
        ours = self._weigh(headline)
        if ours is None:
            return
        for slot in sorted({slot for number in ours.weights for slot in self._postings.get(number, ())}):
            filed = self._filed[slot]
            words, is_other = self._word_facts(ours, filed)
            if len(filed.words) >= _FEWEST_WORDS and not is_other:
                yield slot, self._with_teasers(headline, filed, self._with_pieces(ours, filed, words))

    def _base(self) -> float:
        return log(1 + self._size) + 1

    def _weigh(self, headline: ComparedHeadline) -> _Weighed | None:
        """Weigh the words and pieces of a headline; None where it has too few."""
        if len(headline.features.words) < _FEWEST_WORDS or not self._filed:
            return None
        words, pieces = self._vector(headline.features, grow=False)
        base, logs = self._base(), self._logs
        weights = {number: (1 - logs[number] / base) ** 2 if number >= 0 else 1.0 for number in words}
        core = sum(weights[number] for at, number in enumerate(words) if headline.features.core >> at & 1)
        known = frozenset(number for number in pieces if number >= 0)
        square = sum((1 - logs[number] / base) ** 2 for number in known) + len(pieces) - len(known)
        places = {number: 1 << at for at, number in enumerate(words)}
        hour = headline.published_at.timestamp() / _HOUR
        learned, whole = self._model.weights, sqrt(sum(weights.values()) or 1.0)
        first_look = (learned.covered + learned.pieces + learned.evidence) / whole
        return _Weighed(headline, hour, first_look, weights, places, (1 << len(words)) - 1, core, known, square)

    def _word_facts(self, ours: _Weighed, filed: _FiledHeadline) -> tuple[PairFacts, bool]:
        """Give the facts of a pair but for pieces and teasers, and whether all that differs is who or where."""
        base, logs, headline, places = self._base(), self._logs, ours.headline, ours.places
        bit, shared, ours_covered, theirs_covered, theirs_core, names = 1, 0.0, 0.0, 0.0, 0.0, 0
        ours_left, theirs_left = ours.all_places, 0
        for number in filed.words:
            weight = 1 - logs[number] / base
            weight *= weight
            is_core, place = filed.core & bit, places.get(number)
            if is_core:
                theirs_core += weight
            if place:
                shared += weight
                theirs_covered += weight if is_core else 0.0
                ours_covered += weight if headline.features.core & place else 0.0
                names += bool(filed.names & bit and headline.names & place)
                ours_left &= ~place
            else:
                theirs_left |= bit
            bit <<= 1
        hours = abs(ours.hour - filed.hour)
        asks, other_asks = headline.features.is_asking, filed.is_asking
        fewest_names = min(headline.names.bit_count(), filed.names.bit_count())
        is_other = bool(
            ours_left and theirs_left and not ours_left & ~headline.names and not theirs_left & ~filed.names
        )
        facts = PairFacts(
            pieces=0.0,
            covered=min(_share(ours_covered, ours.core), _share(theirs_covered, theirs_core)),
            evidence=log1p(shared),
            names=names / fewest_names if names else 0.0,
            figures=float(not headline.figures.isdisjoint(filed.figures)),
            hours=log1p(hours),
            one_asks=float(asks != other_asks),
            one_ends=float(headline.features.is_ending != filed.is_ending),
            teaser=0.0,
            has_teaser=0.0,
        )
        return facts, is_other

    def _with_pieces(self, ours: _Weighed, filed: _FiledHeadline, facts: PairFacts) -> PairFacts:
        """Add the share of pieces of words."""
        base, logs, known = self._base(), self._logs, ours.pieces
        shared = square = 0.0
        for number in filed.pieces:
            weight = 1 - logs[number] / base
            weight *= weight
            square += weight
            if number in known:
                shared += weight
        return facts._replace(pieces=_share(shared, min(square, ours.square)))

    def _with_teasers(self, headline: ComparedHeadline, filed: _FiledHeadline, facts: PairFacts) -> PairFacts:
        """Add how much of either headline the other's teaser says."""
        if not headline.teaser and not filed.teaser:
            return facts
        said = 0.0
        if filed.teaser:
            theirs = headlines.teaser_words(filed.teaser)
            weights = [self._weight(self._numbers.get(word)) for word in headline.features.words]
            told = (word in theirs for word in headline.features.words)
            said = _share(sum(weight for weight, is_told in zip(weights, told, strict=True) if is_told), sum(weights))
        if headline.teaser:
            ours = headlines.teaser_words(headline.teaser)
            weights = [self._weight(number) for number in filed.words]
            told = (self._texts[number] in ours for number in filed.words)
            share = _share(sum(weight for weight, is_told in zip(weights, told, strict=True) if is_told), sum(weights))
            said = max(said, share)
        return facts._replace(teaser=said, has_teaser=1.0)

    def _weight(self, number: int | None) -> float:
        return 1.0 if number is None else float((1 - self._logs[number] / self._base()) ** 2)

    def _candidates(self, ours: _Weighed) -> list[int]:
        """
        List slots that share enough of what is rare in this headline, the likeliest first.

        By Cauchy and Schwarz a cosine is at most the root of the share of the squared weight that both have: what
        shares none of the rarest words, beside which the rest weighs next to nothing, need not be looked at.
        """
        square = sum(ours.weights.values())
        left, least = square, _LEAST_ALIKE * _LEAST_ALIKE * square
        found: dict[int, float] = {}
        for number, weight in sorted(ours.weights.items(), key=lambda each: -each[1]):
            if left < least:
                break
            left -= weight
            posting = self._postings.get(number, ())
            if not found:
                found = dict.fromkeys(posting, weight)
                continue
            for slot in posting:
                found[slot] = found[slot] + weight if slot in found else weight
        # Lengths are those of the day of filing, near enough for a first look.
        scale, lengths = _LEAST_ALIKE * sqrt(square), self._lengths
        likely = [slot for slot, shared in found.items() if shared + left >= scale * lengths[slot]]
        if len(likely) > _MOST_WEIGHED:
            # An estimate of the logit from what was counted so far.
            alike, hours, filed = ours.first_look, self._model.weights.hours, self._filed
            estimates = [
                (alike * found[slot] / lengths[slot] + hours * log1p(abs(ours.hour - filed[slot].hour)), slot)
                for slot in likely
            ]
            likely = [slot for _, slot in nlargest(_MOST_WEIGHED, estimates)]
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

    def _recount(self, number: int, by: int) -> None:
        self._counts[number] += by
        self._logs[number] = log(1 + self._counts[number])

    def _drop_unused(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            if not self._counts[number] and number not in self._postings and self._texts[number]:
                del self._numbers[self._texts[number]]
                self._texts[number] = ""
                self._unused.append(number)


class _CountedHour:
    """
    How often each word and piece stood in the headlines of an hour.

    A vector for each headline, kept until it is forgotten, takes half a kilobyte: with ten thousand feeds more than all
    the rest of the process.
    """

    __slots__ = ("headlines", "last", "numbers", "since", "times")

    def __init__(self, since: datetime) -> None:
        self.since = self.last = since
        self.headlines = 0
        self.numbers: array[int] = array("i")
        self.times: array[int] = array("I")
        """Of each number; empty, and each number as often as it was counted, while the hour lasts."""

    def add(self, vector: Vector, at: datetime) -> None:
        self.headlines += 1
        self.last = max(self.last, at)
        for half in vector:
            self.numbers.extend(half)

    def close(self) -> None:
        if not self.times:
            counted = Counter(self.numbers)
            self.numbers, self.times = array("i", counted.keys()), array("I", counted.values())


class _FiledHeadline:
    """A headline of the window, kept small."""

    __slots__ = ("core", "figures", "hour", "is_asking", "is_ending", "names", "pieces", "teaser", "words")

    def __init__(self, headline: ComparedHeadline, vector: Vector) -> None:
        self.words, self.pieces = vector
        self.core, self.names = headline.features.core, headline.names
        self.is_asking, self.is_ending = headline.features.is_asking, headline.features.is_ending
        self.figures, self.teaser = headline.figures, headline.teaser
        self.hour = headline.published_at.timestamp() / _HOUR


@dataclass(frozen=True, slots=True)
class _Weighed:
    """The headline that is compared."""

    headline: ComparedHeadline
    hour: float
    first_look: float
    """What a unit of shared weight adds to a first estimate, for a headline of length 1."""
    weights: dict[int, float]
    places: dict[int, int]
    """The bit of each word."""
    all_places: int
    core: float
    """The weight of what stands behind the kicker."""
    pieces: frozenset[int]
    square: float
    """The weight of all pieces."""


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
