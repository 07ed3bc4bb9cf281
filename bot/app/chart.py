"""
Draws the chart of `/stats` in a process of its own, so that neither the event loop nor this process's memory bears it.

    python -m bot.app.chart < chart.json > chart.png

The library is loaded only there. Bars bear their numbers and differ in their hatching, not in their colour alone.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import sys
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.core.statistics import Bars, Chart

_log = logging.getLogger(__name__)
_TIMEOUT_SECONDS = 60.0
_PNG = b"\x89PNG"
_SIZE, _DOTS = (7.2, 10.0), 120
"""Inches, and dots for each: 864 × 1200 pixels, whose texts a phone shows at their natural size."""
_COLOUR, _LINE, _GRID = "#8fb4d9", "#1d3557", "#d9d9d9"
_HATCHES = ("", "///", "xxx")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartProcess:
    """Draws one chart at a time."""

    timeout_seconds: float = _TIMEOUT_SECONDS
    module: str = __name__ if __name__ != "__main__" else "bot.app.chart"
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def draw(self, chart: Chart) -> bytes | None:
        """Draw a chart as PNG; None, and a line in the log, where that fails."""
        async with self._turn:
            try:
                return await self._draw(json.dumps(asdict(chart)).encode())
            except (OSError, TimeoutError) as error:
                _log.warning("chart.failed", extra={"error": error})
                return None

    async def _draw(self, written: bytes) -> bytes | None:
        # What the settings take from the environment is none of its business.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("STICHWORT_")}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self.module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
        )
        try:
            async with asyncio.timeout(self.timeout_seconds):
                drawn, _ = await process.communicate(written)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode == 0 and drawn.startswith(_PNG):
            return drawn
        _log.warning("chart.failed", extra={"code": process.returncode})
        return None


def paint(chart: Chart) -> bytes:
    """Draw a chart as PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE, dpi=_DOTS, facecolor="white", layout="constrained")
    figure.suptitle(chart.heading, fontsize=13)
    days, feeds, keywords = figure.subplots(3, 1, height_ratios=(4, 2, 4))
    _columns(days, chart.days)
    _rows(feeds, chart.feeds, _HATCHES)
    _rows(keywords, chart.keywords, _HATCHES[:1])
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _columns(axes: Any, bars: Bars) -> None:
    drawn = axes.bar(range(len(bars.names)), bars.values, color=_COLOUR, edgecolor=_LINE, zorder=2)
    axes.set_xticks(range(len(bars.names)), bars.names, rotation=60, ha="right", fontsize=10)
    axes.bar_label(drawn, bars.remarks, fontsize=9, padding=2)
    axes.set_ylabel(bars.axis, fontsize=11)
    axes.grid(axis="y", color=_GRID, zorder=0)
    axes.margins(y=0.15)
    _finish(axes, axes.yaxis, bars)


def _rows(axes: Any, bars: Bars, hatches: tuple[str, ...]) -> None:
    hatched = [hatches[place % len(hatches)] for place in range(len(bars.names))]
    drawn = axes.barh(range(len(bars.names)), bars.values, color=_COLOUR, edgecolor=_LINE, hatch=hatched, zorder=2)
    axes.set_yticks(range(len(bars.names)), bars.names, fontsize=11)
    axes.invert_yaxis()
    axes.bar_label(drawn, bars.remarks, fontsize=10, padding=4)
    axes.set_xlabel(bars.axis, fontsize=11)
    axes.grid(axis="x", color=_GRID, zorder=0)
    axes.margins(x=0.45)
    _finish(axes, axes.xaxis, bars)


def _finish(axes: Any, numbers: Any, bars: Bars) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_title(bars.title, fontsize=12, loc="left")
    numbers.set_major_locator(MaxNLocator(integer=True, nbins=6))
    if not any(bars.values):
        numbers.axes.set(**{f"{numbers.axis_name}lim": (0, 1)})
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _read(written: str) -> Chart:
    chart = json.loads(written)
    parts = {name: Bars(**{key: _tuple(value) for key, value in chart[name].items()}) for name in _PARTS}
    return Chart(heading=chart["heading"], **parts)


_PARTS = ("days", "feeds", "keywords")


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


if __name__ == "__main__":
    sys.stdout.buffer.write(paint(_read(sys.stdin.read())))
