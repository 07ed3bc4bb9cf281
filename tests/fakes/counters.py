"""Counters that remember what they were told."""

from __future__ import annotations

from collections import Counter


class FakeCounters:
    """The `Counters` port; a label's value stands behind the name."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.observed: dict[str, list[float]] = {}

    def count(self, name: str, /, amount: float = 1, **labels: str) -> None:
        """Add up."""
        self.counts[" ".join((name.removeprefix("stichwort_"), *labels.values()))] += int(amount)

    def observe(self, name: str, seconds: float, /) -> None:
        """Note a duration."""
        self.observed.setdefault(name.removeprefix("stichwort_"), []).append(seconds)
