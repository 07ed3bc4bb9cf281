"""Texts about how the bot does, for operators: /health and the digest of errors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from bot.core.health import MOST_FEEDS, HealthReport, LoggedError
from bot.core.polling import FeedHealth
from bot.i18n.catalog import Translation, mark
from bot.i18n.markup import Html, bold, code, join
from bot.telegram.text import alert

_TITLE, _REASON, _EVENT = 60, 120, 60
_MOST_ERRORS = 20
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
_LOOPS = {
    "poll": mark("reading sources"),
    "announce": mark("finding readers"),
    "deliver": mark("sending"),
    "receive": mark("receiving messages"),
    "digests": mark("digests"),
    "held alerts": mark("alerts that wait"),
}


def report(health: HealthReport, translation: Translation, zone: tzinfo) -> Html:
    """Describe how the bot does, in one message."""
    lines = [
        bold(translation.label("How the bot is doing")),
        _queue(health, translation),
        _sources(health, translation),
        *(_failing(feed, health, translation, zone) for feed in health.failing[:MOST_FEEDS]),
    ]
    more = len(health.failing) - MOST_FEEDS
    if more > 0:
        lines.append(translation.n("And one more source.", "And {count} more sources.", more))
    if health.own_failing:
        lines.append(
            translation.n(
                "✗ One source that a reader added cannot be read.",
                "✗ {count} sources that readers added cannot be read.",
                health.own_failing,
            )
        )
    return join(
        "\n", [*lines, *_database(health, translation), _loops(health, translation), _last(health, translation, zone)]
    )


def errors(logged: Sequence[LoggedError], translation: Translation, zone: tzinfo) -> Html:
    """List errors of the last hour or more, one kind a line."""
    lines = [translation.t("Errors since the last report; the log has the details:")]
    lines += [join("", ["• ", _error(error, translation, zone)]) for error in logged[:_MOST_ERRORS]]
    if (more := len(logged) - _MOST_ERRORS) > 0:
        lines.append(translation.n("And one more kind.", "And {count} more kinds.", more))
    return join("\n", lines)


def _queue(health: HealthReport, translation: Translation) -> Html:
    waiting = sum(health.stock.queue.values())
    if not waiting:
        return translation.t("✓ Queue: empty")
    total = translation.n("● Queue: one message", "● Queue: {count} messages", waiting)
    if health.stock.oldest_at is None:
        return join(", ", [total, translation.t("none of them due")])
    age = _span(health.at - health.stock.oldest_at, translation)
    return join(", ", [total, translation.t("the oldest has waited {span}", span=age)])


def _sources(health: HealthReport, translation: Translation) -> Html:
    count = health.stock.feeds
    mark_ = "✗" if count["failing"] else "✓"
    line = translation.t(
        "Sources: {active} can be read, {failing} cannot be read, {gone} are gone for good",
        active=count["active"],
        failing=count["failing"],
        gone=count["gone"],
    )
    return join(" ", [mark_, line])


def _failing(feed: FeedHealth, health: HealthReport, translation: Translation, zone: tzinfo) -> Html:
    since = translation.moment(feed.silent_since.astimezone(zone), health.at.astimezone(zone))
    title = alert.cut(alert.tidy(feed.feed.title or feed.feed.url), _TITLE)
    line = translation.t("✗ {title}, since {moment}", title=title, moment=since)
    return join(": ", [line, alert.cut(alert.tidy(feed.feed.error), _REASON)]) if feed.feed.error else line


def _database(health: HealthReport, translation: Translation) -> tuple[Html, ...]:
    size = f"{health.database.size / 1_000_000:.1f}"
    if health.written is None:
        line = translation.t(
            "Database: {product}, {size} MB, nothing written yet", product=health.database.product, size=size
        )
    else:
        line = translation.t(
            "Database: {product}, {size} MB, last write {span} ago",
            product=health.database.product,
            size=size,
            span=_span(health.written, translation),
        )
    line = join(" ", ["✗" if health.is_database_failing else "✓", line])
    if not health.is_database_failing:
        return (line,)
    return line, translation.t("✗ The database cannot be written to, or is damaged.")


def _loops(health: HealthReport, translation: Translation) -> Html:
    if not health.still:
        return translation.t("✓ All loops are running")
    named = translation.series([translation.label(_LOOPS.get(loop, loop)) for loop in health.still])
    return translation.t("✗ No progress for a minute: {loops}", loops=named)


def _last(health: HealthReport, translation: Translation, zone: tzinfo) -> Html:
    if health.last_error is None:
        return translation.t("✓ No error since the start")
    return translation.t("● Last error: {error}", error=_error(health.last_error, translation, zone, health.at))


def _error(error: LoggedError, translation: Translation, zone: tzinfo, now: datetime | None = None) -> Html:
    at = error.last_at.astimezone(zone)
    moment = translation.moment(at, (now or error.last_at).astimezone(zone))
    named = f"{error.event}: {error.cause}" if error.cause else error.event
    name = code(alert.cut(named, _EVENT))
    if error.count == 1:
        return translation.t("{name}, {moment}", name=name, moment=moment)
    return translation.t("{name}, {count} times, last {moment}", name=name, count=error.count, moment=moment)


def _span(length: timedelta, translation: Translation) -> Html:
    """Say a length of time roughly, in a unit that needs no declension."""
    if length >= 2 * _HOUR:
        return translation.t("{hours} h", hours=length // _HOUR)
    if length >= 2 * _MINUTE:
        return translation.t("{minutes} min", minutes=length // _MINUTE)
    return translation.t("{seconds} s", seconds=max(0, int(length.total_seconds())))
