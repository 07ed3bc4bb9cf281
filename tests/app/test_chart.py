"""The picture of /stats, drawn in its own process."""

from __future__ import annotations

import pytest

from bot.app.chart import ChartProcess
from bot.core.statistics import Bars, Chart


def make_chart(values: tuple[int, ...] = (3, 0, 1_234_567)) -> Chart:
    """Make a chart of this height, with every letter our languages have."""
    bars = Bars(
        title="Häufigste Wörter, l’été, perché <b>$x_1$",
        axis="Meldungen",
        names=tuple(f"{place}. Dez." for place in range(len(values))),
        values=values,
        remarks=tuple(f"{value} Meldungen" for value in values),
    )
    return Chart(heading="Von gesehen bis gesendet: 95 % in 3,2 s", days=bars, feeds=bars, keywords=bars)


@pytest.mark.parametrize("values", [(3, 0, 1_234_567), (0, 0, 0), ()])
async def test_a_chart_is_a_picture_that_a_phone_shows(values: tuple[int, ...]) -> None:
    """A PNG of 200 kB at most, wide enough; also without any figure, and whatever its texts hold."""
    picture = await ChartProcess().draw(make_chart(values))
    assert picture is not None
    assert picture.startswith(b"\x89PNG")
    assert 5_000 < len(picture) <= 200_000
    width, height = int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])
    assert width >= 800
    assert width + height <= 10_000, "Telegram takes no larger photo"


@pytest.mark.parametrize("module", ["bot.app.nothing_there", "this"])
async def test_a_chart_that_cannot_be_drawn_is_none(module: str, caplog: pytest.LogCaptureFixture) -> None:
    """Where the process fails, or writes something that is no picture."""
    assert await ChartProcess(module=module).draw(make_chart()) is None
    assert [record.getMessage() for record in caplog.records] == ["chart.failed"]


async def test_a_chart_that_takes_too_long_is_given_up() -> None:
    """And its process does not go on."""
    assert await ChartProcess(timeout_seconds=0.0).draw(make_chart()) is None
