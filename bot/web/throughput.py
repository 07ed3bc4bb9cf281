"""
The plots of the status page: articles and alerts of each hour, and how long both take, as SVG without any script.

Colours come from the page's style sheet, so that they follow light and dark; each plot says in words what it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from bot.core.statistics import Delay

HOURS = 24
_WIDTH, _HEIGHT, _TOP, _FOOT = 480, 120, 18, 18
"""Units of the drawing, which the page scales to its width."""
_EVERY = 6
"""Hours between two labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput:
    """What went through in the last hours, the oldest first."""

    ends_at: datetime
    articles: tuple[int, ...]
    alerts: tuple[int, ...]
    publishing_delay: Delay | None
    """From publication until an article was seen; None where none came."""
    sending_delay: Delay | None
    """From then until its alert was sent, where nothing kept it back."""


def render(throughput: Throughput) -> str:
    """Write both plots and the delays."""
    plots = "".join(
        f"<figure><figcaption>{name}</figcaption>{draw_bars(name, values, throughput.ends_at)}"
        f"<p>{_tell(delay, what)}</p></figure>"
        for name, values, delay, what in (
            ("Articles an hour", throughput.articles, throughput.publishing_delay, "published to seen"),
            ("Alerts an hour", throughput.alerts, throughput.sending_delay, "seen to sent"),
        )
    )
    return f'<section class="plots">{plots}</section>'


def draw_bars(name: str, values: Sequence[int], ends_at: datetime) -> str:
    """Draw one bar for each hour, with the highest value and the time (UTC) of some hours."""
    most, step = max(values), _WIDTH / len(values)
    label = f"{name}: {sum(values):,} in {len(values)} hours, at most {most:,}, in the last one {values[-1]:,}"
    parts = [f'<text class="label" x="0" y="12">{most:,}</text>']
    for place, value in enumerate(values):
        begins_at = ends_at - timedelta(hours=len(values) - place)
        height = (_HEIGHT - _TOP - _FOOT) * value / most if most else 0
        y = _HEIGHT - _FOOT - height
        parts.append(
            f'<rect class="bar" x="{place * step + 1:.1f}" y="{y:.1f}" width="{step - 2:.1f}" height="{height:.1f}">'
            f"<title>{begins_at:%H:%M}: {value:,}</title></rect>"
        )
        if place % _EVERY == 0:
            parts.append(f'<text class="label" x="{place * step:.1f}" y="{_HEIGHT - 4}">{begins_at:%H:%M}</text>')
    ground = f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{_HEIGHT - _FOOT}" y2="{_HEIGHT - _FOOT}"/>'
    view = f'viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    return f'<svg {view} role="img" aria-label="{escape(label, quote=True)}">{"".join(parts)}{ground}</svg>'


def _tell(delay: Delay | None, what: str) -> str:
    if delay is None:
        return f"{what}: none in {HOURS} hours"
    return f"{what}: half within {_seconds(delay.median)}, 95 % within {_seconds(delay.percentile_95)}"


def _seconds(length: timedelta) -> str:
    seconds = length.total_seconds()
    if seconds < 100:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.0f} h"
