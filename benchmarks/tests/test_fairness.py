"""The harness of the fairness benchmark: what its table says of figures and bounds."""

from __future__ import annotations

import math

from benchmarks.fairness.command import list_scenarios
from benchmarks.fairness.probes import make_title, make_word
from benchmarks.fairness.rows import Row, percentile, write_table
from benchmarks.fairness.watch import Lags

_LAGS = 'stichwort_loop_lag_seconds_bucket{{le="0.05"}} {0}\nstichwort_loop_lag_seconds_bucket{{le="0.25"}} {1}\n'
_METRICS = _LAGS + 'stichwort_loop_lag_seconds_bucket{{le="+Inf"}} {2}\n'


def make_row(figure: float, bound: float | None, *, at_least: bool = False) -> Row:
    """Make a row of which only figure and bound matter."""
    return Row(scenario="s", database="SQLite", what="w", figure=figure, bound=bound, unit="s", at_least=at_least)


def test_a_bound_is_met_up_to_its_value_and_never_by_nothing() -> None:
    """Who was never answered, or could not be measured, meets no bound."""
    assert make_row(3.0, 3.0).met
    assert not make_row(3.1, 3.0).met
    assert not make_row(math.inf, 3.0).met
    assert not make_row(math.nan, 3.0).met
    assert make_row(math.nan, None).met
    assert make_row(5, 5, at_least=True).met
    assert not make_row(4, 5, at_least=True).met


def test_a_row_that_fails_is_seen_in_the_table() -> None:
    """The command's exit code says the same."""
    assert "| 3.1 s | ≤ 3 s | **no** |" in write_table([make_row(3.1, 3.0)])
    assert "| 0.12 s | ≤ 3 s | yes |" in write_table([make_row(0.12, 3.0)])


def test_one_of_a_hundred_may_be_late() -> None:
    """The 99th of a hundred counts; of a few, the worst; of none, nothing can be said."""
    assert percentile([*[1.0] * 99, 50.0], 0.99) == 1.0
    assert percentile([*[1.0] * 10, 50.0], 0.99) == 50.0
    assert math.isnan(percentile([], 0.99))


def test_lags_are_those_of_the_scenario_alone() -> None:
    """What was before it does not count, unless the bot was started anew since."""
    before, after = Lags.read(_METRICS.format(10, 12, 13)), Lags.read(_METRICS.format(109, 112, 113))
    assert after.since(before).count == 100
    assert after.since(before).share(0.99) == 0.05
    assert after.since(before).share(1.0) == 0.25
    assert after.share(1.0) == math.inf
    assert before.since(after).count == 13


def test_no_two_articles_of_the_probes_are_alike() -> None:
    """Else they would be taken for one story, and one alert would come for both."""
    assert len({make_word(number) for number in range(1000)}) == 1000
    assert len(set(make_title("Wort", 1).split()) & set(make_title("Wort", 2).split())) == 1


def test_scenarios_are_found_by_their_file() -> None:
    """Whoever adds a module adds a scenario."""
    assert "burst" in list_scenarios()
