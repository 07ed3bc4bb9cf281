"""Texts of /stats: the caption with the figures, and what stands in the picture."""

from __future__ import annotations

from datetime import timedelta

from bot.core.statistics import Bars, BusyKeyword, Chart, Delay, Statistics
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, bold, escape, join


def caption(statistics: Statistics, translation: Translation) -> Html:
    """Write the figures."""
    counts = [count for _, count in statistics.days]
    lines = [
        bold(translation.label("Figures of the bot")),
        translation.t(
            "Alerts: {today} today, {total} in {days} days",
            today=_number(counts[-1]),
            total=_number(sum(counts)),
            days=len(counts),
        ),
        translation.t(
            "Sources: {active} can be read, {failing} cannot be read, {gone} are gone for good",
            active=statistics.feeds["active"],
            failing=statistics.feeds["failing"],
            gone=statistics.feeds["gone"],
        ),
        escape(_delay(statistics.delay, translation)),
    ]
    if statistics.busiest:
        lines.append(translation.t("Busiest keywords, last 24 hours:"))
        lines += [
            escape(f"{place}. {_keyword(keyword, translation)}") for place, keyword in enumerate(statistics.busiest, 1)
        ]
    return join("\n", lines)


def chart(statistics: Statistics, translation: Translation) -> Chart:
    """Give the picture its texts."""
    today = statistics.days[-1][0]
    alerts = translation.label("alerts")
    return Chart(
        heading=_delay(statistics.delay, translation),
        days=Bars(
            title=translation.label("Alerts per day"),
            axis=alerts,
            names=tuple(translation.day(day, today) for day, _ in statistics.days),
            values=tuple(count for _, count in statistics.days),
            remarks=tuple(_number(count) for _, count in statistics.days),
        ),
        feeds=Bars(
            title=translation.label("Sources by state"),
            axis=translation.label("Sources"),
            names=(
                translation.label("can be read"),
                translation.label("cannot be read"),
                translation.label("gone for good"),
            ),
            values=tuple(statistics.feeds[state] for state in ("active", "failing", "gone")),
            remarks=tuple(_number(statistics.feeds[state]) for state in ("active", "failing", "gone")),
        ),
        keywords=Bars(
            title=translation.label("Busiest keywords, last 24 hours"),
            axis=alerts,
            names=tuple(f"{place}." for place in range(1, len(statistics.busiest) + 1)),
            values=tuple(keyword.alerts for keyword in statistics.busiest),
            remarks=tuple(_keyword(keyword, translation) for keyword in statistics.busiest),
        ),
    )


def _delay(delay: Delay | None, translation: Translation) -> str:
    if delay is None:
        return translation.label("From seen to sent: no alerts in the last 24 hours")
    return translation.label(
        "From seen to sent: half within {median}, 95 % within {most}",
        median=_span(delay.median, translation),
        most=_span(delay.percentile_95, translation),
    )


def _keyword(keyword: BusyKeyword, translation: Translation) -> str:
    alerts = translation.n("one alert", "{count} alerts", keyword.alerts)
    readers = translation.n("one reader", "{count} readers", keyword.readers)
    return f"{alerts}, {readers}"


def _number(number: int) -> str:
    """Group digits by a narrow space, which no language of ours reads as something else."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _span(length: timedelta, translation: Translation) -> Html:
    seconds = length.total_seconds()
    if seconds >= 120:
        return translation.t("{minutes} min", minutes=round(seconds / 60))
    return translation.t("{seconds} s", seconds=f"{seconds:.1f}")
