"""The public names of the metrics."""

from __future__ import annotations

import pytest

from bot.metrics import Metrics

NAMES = """
stichwort_polls_total stichwort_parse_seconds stichwort_articles_total stichwort_matches_total stichwort_match_seconds
stichwort_outbox_messages stichwort_outbox_oldest_seconds stichwort_sends_total stichwort_seen_to_sent_seconds
stichwort_loop_lag_seconds stichwort_feeds stichwort_chats
""".split()


def test_every_name_of_the_manual_is_there_and_counts() -> None:
    """Operators' dashboards rely on them."""
    metrics = Metrics()
    metrics.count("stichwort_polls_total", outcome="changed")
    metrics.count("stichwort_articles_total", 3)
    metrics.count("stichwort_matches_total")
    metrics.count("stichwort_sends_total", outcome="delivered")
    for name in ("parse", "match", "seen_to_sent", "loop_lag"):
        metrics.observe(f"stichwort_{name}_seconds", 0.2)
    metrics.measure("stichwort_outbox_messages", 4, **{"class": "alert"})
    metrics.measure("stichwort_outbox_oldest_seconds", 1.5)
    metrics.measure("stichwort_feeds", 2, state="active")
    metrics.measure("stichwort_chats", 2, state="active")
    shown = metrics.render().decode()

    for name in NAMES:
        assert f"# TYPE {name.removesuffix('_total')}" in shown or f"# TYPE {name} " in shown
    assert 'stichwort_polls_total{outcome="changed"} 1.0' in shown
    assert "stichwort_articles_total 3.0" in shown
    assert 'stichwort_outbox_messages{class="alert"} 4.0' in shown
    assert "stichwort_parse_seconds_count 1.0" in shown


def test_a_clock_that_went_back_counts_as_no_time() -> None:
    """A histogram knows no negative durations."""
    metrics = Metrics()
    metrics.observe("stichwort_parse_seconds", -5.0)

    assert "stichwort_parse_seconds_sum 0.0" in metrics.render().decode()


def test_a_name_nobody_knows_is_a_mistake() -> None:
    """It would be counted where nobody looks."""
    with pytest.raises(KeyError):
        Metrics().count("stichwort_nonsense_total")
