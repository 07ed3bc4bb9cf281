"""The counters of one process, under the names of the manual, ready to be scraped by Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

_FAST = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_LAGS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.35, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0)
"""Finer about what is still good (a late reply is not noticed) and what is not; wide enough for the worst."""
_SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 21600.0)


class Metrics:
    """The `Counters` port over a registry of its own."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # names the manual does not have
        self._registry = CollectorRegistry()
        self._counters = {
            "stichwort_polls_total": self._counter("stichwort_polls", "Polls of feeds.", ("outcome",)),
            "stichwort_parse_audits_total": self._counter(
                "stichwort_parse_audits", "Short readings of a feed compared with whole ones.", ("outcome",)
            ),
            "stichwort_entries_lost_total": self._counter(
                "stichwort_entries_lost", "Entries of feeds that could not be read and were left out."
            ),
            "stichwort_articles_total": self._counter("stichwort_articles", "New articles stored."),
            "stichwort_matches_total": self._counter("stichwort_matches", "Queries hit by new articles."),
            "stichwort_unsent_total": self._counter(
                "stichwort_unsent", "Messages that were held back or given up, by reason.", ("reason",)
            ),
            "stichwort_sends_total": self._counter("stichwort_sends", "Attempts to send a message.", ("outcome",)),
        }
        self._histograms = {
            "stichwort_parse_seconds": self._histogram("stichwort_parse_seconds", "Reading a feed document.", _FAST),
            "stichwort_match_seconds": self._histogram("stichwort_match_seconds", "Matching an article.", _FAST),
            "stichwort_seen_to_sent_seconds": self._histogram(
                "stichwort_seen_to_sent_seconds", "From first seeing an article to Telegram having the alert.", _SLOW
            ),
            "stichwort_loop_lag_seconds": self._histogram(
                "stichwort_loop_lag_seconds", "Lag of the event loop.", _LAGS
            ),
        }
        self._gauges = {
            "stichwort_outbox_messages": self._gauge("stichwort_outbox_messages", "Queued messages.", ("class",)),
            "stichwort_outbox_oldest_seconds": self._gauge("stichwort_outbox_oldest_seconds", "Age of the oldest."),
            "stichwort_feeds": self._gauge("stichwort_feeds", "Feeds by state.", ("state",)),
            "stichwort_chats": self._gauge("stichwort_chats", "Chats by state.", ("state",)),
        }

    def count(self, name: str, /, amount: float = 1, **labels: str) -> None:
        """Add to a counter."""
        counter = self._counters[name]
        (counter.labels(**labels) if labels else counter).inc(amount)

    def observe(self, name: str, seconds: float, /) -> None:
        """Add a duration, in seconds, to a histogram; a clock that went back counts as none."""
        self._histograms[name].observe(max(0.0, seconds))

    def measure(self, name: str, value: float, /, **labels: str) -> None:
        """Set a gauge."""
        gauge = self._gauges[name]
        (gauge.labels(**labels) if labels else gauge).set(value)

    def render(self) -> bytes:
        """Give everything in Prometheus' text format."""
        return generate_latest(self._registry)

    def _counter(self, name: str, help_: str, labels: tuple[str, ...] = ()) -> Counter:
        return Counter(name, help_, labels, registry=self._registry)

    def _histogram(self, name: str, help_: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, help_, buckets=buckets, registry=self._registry)

    def _gauge(self, name: str, help_: str, labels: tuple[str, ...] = ()) -> Gauge:
        return Gauge(name, help_, labels, registry=self._registry)
