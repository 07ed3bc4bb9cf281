"""The learned weights: what they are read from, and the scale that operators set thresholds on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.language import headline_pairs
from bot.language.headline_pairs import PairFacts

NOTHING = PairFacts(*[0.0] * len(PairFacts._fields))


def test_every_fact_has_a_weight_and_moves_the_logit() -> None:
    """What a script wrote under a name is what the fact of that name is weighed with."""
    model = headline_pairs.load()
    base = model.logit(NOTHING)
    assert base == model.intercept
    for name in PairFacts._fields:
        moved = model.logit(NOTHING._replace(**{name: 1.0}))
        assert moved - base == pytest.approx(getattr(model.weights, name))
        assert moved != base


def test_what_is_shared_speaks_for_the_same_news_and_hours_against() -> None:
    """The signs a reader expects; a file of other signs was not learned from headlines."""
    weights = headline_pairs.load().weights
    assert min(weights.pieces, weights.covered, weights.evidence, weights.names, weights.figures, weights.teaser) > 0
    assert max(weights.hours, weights.one_asks, weights.one_ends, weights.has_teaser) < 0


def test_the_scale_goes_from_nothing_to_certain_by_way_of_both_defaults() -> None:
    """0.45 and 0.55 are the defaults of the manual; there and back is the same."""
    model = headline_pairs.load()
    (_, _), (even, related), (same, held), (_, _) = model.scale
    assert (related, held) == (0.45, 0.55)
    assert even < same
    assert [model.likeness(probability) for probability in (0.0, even, same, 1.0)] == [0.0, 0.45, 0.55, 1.0]
    middle = replace(model, scale=((0.0, 0.0), (0.8, 0.5), (1.0, 1.0)))
    assert middle.likeness(0.4) == pytest.approx(0.25)
    assert middle.likeness(0.9) == pytest.approx(0.75)


def test_logits_and_probabilities_turn_into_each_other() -> None:
    """Also at the ends, where a logarithm would fail."""
    for probability in (0.01, 0.5, 0.99):
        assert headline_pairs.sigmoid(headline_pairs.to_logit(probability)) == pytest.approx(probability)
    assert headline_pairs.sigmoid(headline_pairs.to_logit(0.0)) == 0.0
    assert headline_pairs.sigmoid(headline_pairs.to_logit(1.0)) == pytest.approx(1.0)
    assert headline_pairs.sigmoid(-1_000.0) == 0.0
