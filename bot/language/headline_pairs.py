"""
How likely two headlines report the same piece of news: a logistic regression over a few facts of the pair.

The weights are in `data/same_news.json`; `tools/learn_stories.py` learns them from labelled headlines. What they give
is a probability among the pairs of that file. The scale beside them turns it into the likeness that operators set: 0.55
is where 97 of 100 of those that are held back are right, 0.45 where a headline may belong to a story.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from math import exp, log
from typing import NamedTuple


class PairFacts(NamedTuple):
    """What is known of two headlines; each fact has a weight of the same name."""

    pieces: float
    """The share of the pieces of words of the lighter one that the other has too."""
    covered: float
    """The share of what one says behind its kicker that the other says anywhere; the smaller of the two."""
    evidence: float
    """The logarithm of how many rare words they share."""
    names: float
    """The share of the names of the one with fewer."""
    figures: float
    """1 where they share a figure."""
    hours: float
    """The logarithm of the hours between them."""
    one_asks: float
    """1 where one of them asks or explains."""
    one_ends: float
    """1 where one of them says that something is over or works again."""
    teaser: float
    """The share of the one that the teaser of the other says."""
    has_teaser: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PairModel:
    """The learned weights."""

    intercept: float
    weights: PairFacts
    scale: tuple[tuple[float, float], ...]
    """Points of a line from probabilities to likenesses; it begins at 0 and ends at 1."""

    def logit(self, facts: PairFacts) -> float:
        """Weigh the facts of a pair."""
        weights = self.weights
        return (
            self.intercept
            + weights.pieces * facts.pieces
            + weights.covered * facts.covered
            + weights.evidence * facts.evidence
            + weights.names * facts.names
            + weights.figures * facts.figures
            + weights.hours * facts.hours
            + weights.one_asks * facts.one_asks
            + weights.one_ends * facts.one_ends
            + weights.teaser * facts.teaser
            + weights.has_teaser * facts.has_teaser
        )

    def likeness(self, probability: float) -> float:
        """Give the likeness that stands for a probability."""
        for (low, shown_low), (high, shown_high) in pairwise(self.scale):
            if probability <= high:
                return shown_low + (shown_high - shown_low) * (probability - low) / (high - low)
        return 1.0


def sigmoid(logit: float) -> float:
    """Turn a logit into a probability."""
    return 1 / (1 + exp(-logit)) if logit > -_FURTHEST else 0.0


_FURTHEST = 40.0


def to_logit(probability: float) -> float:
    """Turn a probability into a logit."""
    if probability <= 0:
        return -_FURTHEST
    return _FURTHEST if probability >= 1 else log(probability / (1 - probability))


@cache
def load() -> PairModel:
    """Load the packaged weights."""
    return parse(resources.files("bot.language").joinpath("data/same_news.json").read_text("utf-8"))


def parse(text: str) -> PairModel:
    """Read a model as `tools/learn_stories.py` writes it."""
    values: Mapping[str, object] = json.loads(text)
    weights, scale, intercept = values["weights"], values["scale"], values["intercept"]
    assert isinstance(weights, dict)
    assert isinstance(scale, list)
    assert isinstance(intercept, float)
    return PairModel(intercept=intercept, weights=PairFacts(**weights), scale=tuple(map(tuple, scale)))
