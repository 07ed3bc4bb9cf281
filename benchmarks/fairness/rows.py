"""The rows of the table: a figure, its bound, and whether the bound is met."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of one scenario on one database; the smaller figure is the better one, unless `at_least`."""

    scenario: str
    database: str
    what: str
    figure: float
    bound: float | None = None
    """None: the figure is shown and demands nothing."""
    unit: str = ""
    at_least: bool = False
    note: str = ""

    @property
    def met(self) -> bool:
        """Say whether the figure keeps its bound; NaN never does."""
        if self.bound is None:
            return True
        return self.figure >= self.bound if self.at_least else self.figure <= self.bound


def percentile(values: Sequence[float], share: float) -> float:
    """Give the smallest value that `share` of all values do not exceed; NaN without values."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def write_table(rows: Sequence[Row]) -> str:
    """Write the rows as a Markdown table."""
    lines = ["| scenario | database | what | figure | bound | met |", "|---|---|---|---:|---:|---|"]
    for row in rows:
        bound = "" if row.bound is None else f"{'≥' if row.at_least else '≤'} {_number(row.bound)}{_unit(row)}"
        met = "" if row.bound is None else "yes" if row.met else "**no**"
        note = f" ({row.note})" if row.note else ""
        figure = f"{_number(row.figure)}{_unit(row)}"
        lines.append(f"| {row.scenario} | {row.database} | {row.what}{note} | {figure} | {bound} | {met} |")
    return "\n".join(lines)


def _unit(row: Row) -> str:
    return f" {row.unit}" if row.unit else ""


def _number(value: float) -> str:
    if math.isnan(value) or math.isinf(value):
        return "none"
    return f"{value:,.0f}" if value == int(value) and abs(value) >= 1 else f"{value:.3g}"
