"""
Writes `deploy/grafana.json`, a dashboard of all metrics of the bot: `python -m tools.make_dashboard`.

It is generated because the file is long and says the same of each panel; a test compares the file with this.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "deploy" / "grafana.json"
_WIDTH, _HEIGHT = 12, 8
_SOURCE = {"type": "prometheus", "uid": "${source}"}
_QUANTILES = (0.5, 0.9, 0.99)


def _rate(metric: str, label: str = "") -> list[tuple[str, str]]:
    by = f" by ({label})" if label else ""
    return [(f"sum(rate({metric}[$__rate_interval])){by} * 60", f"{{{{{label}}}}}" if label else "a minute")]


def _quantiles(metric: str) -> list[tuple[str, str]]:
    buckets = f"sum(rate({metric}_bucket[$__rate_interval])) by (le)"
    return [(f"histogram_quantile({share}, {buckets})", f"p{share * 100:g}") for share in _QUANTILES]


PANELS: tuple[tuple[str, str, list[tuple[str, str]]], ...] = (
    ("From seen to sent", "s", _quantiles("stichwort_seen_to_sent_seconds")),
    ("Attempts to send, a minute", "short", _rate("stichwort_sends_total", "outcome")),
    ("Messages that wait", "short", [("sum(stichwort_outbox_messages) by (class)", "{{class}}")]),
    ("Age of the oldest message", "s", [("max(stichwort_outbox_oldest_seconds)", "oldest")]),
    ("Polls, a minute", "short", _rate("stichwort_polls_total", "outcome")),
    ("Feeds", "short", [("max(stichwort_feeds) by (state)", "{{state}}")]),
    ("New articles, a minute", "short", _rate("stichwort_articles_total")),
    ("Matches, a minute", "short", _rate("stichwort_matches_total")),
    ("Held back or given up, a minute", "short", _rate("stichwort_unsent_total", "reason")),
    ("Chats", "short", [("max(stichwort_chats) by (state)", "{{state}}")]),
    ("Reading a document", "s", _quantiles("stichwort_parse_seconds")),
    ("Matching an article", "s", _quantiles("stichwort_match_seconds")),
    ("Lag of the event loop", "s", _quantiles("stichwort_loop_lag_seconds")),
    (
        "Doubts about reading, a minute",
        "short",
        [
            *_rate("stichwort_parse_audits_total", "outcome"),
            ("sum(rate(stichwort_entries_lost_total[$__rate_interval])) * 60", "entries lost"),
        ],
    ),
)


def make() -> dict[str, Any]:
    """Make the dashboard, as Grafana imports it."""
    return {
        "title": "Stichwort",
        "uid": "stichwort",
        "tags": ["stichwort"],
        "schemaVersion": 39,
        "refresh": "1m",
        "time": {"from": "now-24h", "to": "now"},
        "templating": {
            "list": [{"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}]
        },
        "panels": [_panel(number, *panel) for number, panel in enumerate(PANELS)],
    }


def _panel(number: int, title: str, unit: str, queries: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": title,
        "datasource": _SOURCE,
        "gridPos": {"x": number % 2 * _WIDTH, "y": number // 2 * _HEIGHT, "w": _WIDTH, "h": _HEIGHT},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "options": {"tooltip": {"mode": "multi"}},
        "targets": [
            {"refId": chr(ord("A") + place), "expr": query, "legendFormat": legend, "datasource": _SOURCE}
            for place, (query, legend) in enumerate(queries)
        ],
    }


def render() -> str:
    """Give the file's text."""
    return json.dumps(make(), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(render(), "utf-8")
