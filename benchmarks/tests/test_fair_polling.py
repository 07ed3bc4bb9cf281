"""How evenly feeds are asked, on a clock that is moved by hand."""

from __future__ import annotations

import itertools

from benchmarks import fair_polling


def test_p14_minutes_are_alike_over_hours() -> None:
    """Thousands of feeds added together are asked evenly: each minute within a fifth of the mean, none too early."""
    minutes, asked = fair_polling.simulate(3_000, 3, seed=1)
    steady = minutes[30:]
    mean = sum(steady) / len(steady)
    assert mean * 0.8 <= min(steady)
    assert max(steady) <= mean * 1.2
    assert all(later - earlier >= 900 for times in asked.values() for earlier, later in itertools.pairwise(times))
