"""The plots of the status page."""

from __future__ import annotations

from datetime import timedelta

from lxml import etree

from bot.core.statistics import Delay
from bot.web import throughput
from bot.web.throughput import Throughput
from tests.builders import NOW


def test_a_bar_is_as_high_as_its_hour_and_the_plot_says_so_in_words() -> None:
    """The picture is well-formed, and styled by the page's own sheet alone."""
    text = throughput.draw_bars("Alerts", (0, 5, 10), NOW)
    svg = etree.fromstring(text)

    heights = [float(bar.get("height", "")) for bar in svg.iter("rect")]
    assert heights[0] == 0
    assert heights[2] == 2 * heights[1] > 0
    assert svg.get("aria-label") == "Alerts: 15 in 3 hours, at most 10, in the last one 10"
    assert [title.text for title in svg.iter("title")][-1] == f"{NOW - timedelta(hours=1):%H:%M}: 10"
    assert "style=" not in text


def test_hours_without_anything_are_a_plot_too() -> None:
    """Nothing is divided by nothing."""
    svg = etree.fromstring(throughput.draw_bars("Alerts", (0, 0), NOW))
    assert {bar.get("height") for bar in svg.iter("rect")} == {"0.0"}


def test_delays_are_told_in_a_unit_that_fits() -> None:
    """And that there are none."""
    delay = Delay(median=timedelta(seconds=1.5), percentile_95=timedelta(minutes=5))
    page = throughput.render(
        Throughput(ends_at=NOW, articles=(1,), alerts=(1,), publishing_delay=None, sending_delay=delay)
    )
    assert "published to seen: none in 24 hours" in page
    assert "seen to sent: half within 1.5 s, 95 % within 5 min" in page
