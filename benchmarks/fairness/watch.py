"""What is counted over a whole scenario: lag of the event loop, 429s, calls Telegram must refuse, lines of the log."""

from __future__ import annotations

import math
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from benchmarks.fairness.rows import Row
from benchmarks.fairness.stage import Stage

LAG_P99_BOUND, LAG_WORST_BOUND = 0.05, 0.25
_BUCKET = re.compile(r'^stichwort_loop_lag_seconds_bucket\{le="([^"]+)"\} (\S+)$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Lags:
    """The histogram of the event loop's lag: how many were at most so many seconds."""

    at_most: tuple[tuple[float, float], ...] = ()

    @classmethod
    def read(cls, metrics: str) -> Lags:
        """Read it from the bot's metrics."""
        return cls(tuple((float(bound), float(count)) for bound, count in _BUCKET.findall(metrics)))

    def since(self, earlier: Lags) -> Lags:
        """Give what came after an earlier reading of the same process; of another process, everything."""
        before = dict(earlier.at_most)
        if self.count < earlier.count:
            return self
        return Lags(tuple((bound, count - before.get(bound, 0.0)) for bound, count in self.at_most))

    @property
    def count(self) -> float:
        """How often it was measured."""
        return self.at_most[-1][1] if self.at_most else 0.0

    def share(self, share: float) -> float:
        """Give the upper end of the bucket in which `share` of all lags are; 1.0 gives the worst."""
        wanted = math.ceil(self.count * share)
        return next((bound for bound, count in self.at_most if count >= wanted), math.inf) if self.count else math.nan


@dataclass(kw_only=True)
class Watch:
    """What was counted between the begin and the end of a scenario; complete after the block of `watching`."""

    stage: Stage
    log_lines: int = 0
    floods: int = 0
    refused: int = 0
    """Calls that Telegram must refuse."""
    lags: Lags = Lags()

    def rows(self, scenario: str, *, log_lines: int | None = None, floods: int | None = 0) -> list[Row]:
        """Give the rows every scenario shows; `log_lines` and `floods` are bounds, None demands nothing."""

        def row(what: str, figure: float, bound: float | None, unit: str = "") -> Row:
            title = self.stage.database.title
            return Row(scenario=scenario, database=title, what=what, figure=figure, bound=bound, unit=unit)

        return [
            row("event loop late, p99", self.lags.share(0.99), LAG_P99_BOUND, "s"),
            row("event loop late, worst", self.lags.share(1.0), LAG_WORST_BOUND, "s"),
            row("answers 429", self.floods, floods),
            row("calls Telegram must refuse", self.refused, 0),
            row("lines logged", self.log_lines, log_lines),
        ]


@asynccontextmanager
async def watching(stage: Stage) -> AsyncIterator[Watch]:
    """Count over the block; the bot must run at its begin and its end."""
    watch = Watch(stage=stage)
    lines, calls, refused = stage.count_log_lines(), len(stage.server.calls), len(stage.server.violations)
    lags = Lags.read(await stage.metrics())
    yield watch
    watch.lags = Lags.read(await stage.metrics()).since(lags)
    watch.log_lines = stage.count_log_lines() - lines
    watch.floods = sum(call.number > calls and call.status == 429 for call in stage.server.calls)
    watch.refused = len(stage.server.violations) - refused
