"""
How an alert looks: headline linked and first, the summary below it, source and time last.

Everything a feed wrote is stripped of marks that turn text round, and escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.chat import growing, lengths
from bot.core import hours, shown
from bot.core.alert import Alert, Summary, SummaryLine
from bot.texts import markup
from bot.texts.catalog import Translation
from bot.texts.markup import Html

_ROOM = 40
"""With less room for it a line is left out rather than shortened."""
_PAID = "🔒 "
"""Before the source of an article that only subscribers can read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertContext:
    """What the look of an alert depends on besides the alert."""

    speech: Translation
    now: datetime
    timezone: str
    """For chats that have set none."""


def alert(what: Alert, summary: Summary, setting: AlertContext, *, opened: bool = False) -> Html:
    """Write an alert as HTML, at most 500 visible characters long but for what it grew by: more text, other sources."""
    head, foot = _headline(what), markup.italic(_foot(what, summary, setting))
    lines = _lines(summary, shown.ALERT - lengths.visible(head) - lengths.visible(foot) - 1)
    if opened and summary.rest:
        lines.append(markup.quote(markup.join(" ", map(lengths.tame, summary.rest))))
    return markup.join("\n", [head, *lines, growing.add(foot, what, setting.speech)])


def _lines(summary: Summary, room: int) -> list[Html]:
    """Write the summary; where there is too little room the last lines yield, but never the one that says why."""
    kept = list(summary.lines)
    lines = [_line(line, summary.bulleted) for line in kept]
    while len(lines) > 1 and sum(lengths.visible(line) + 1 for line in lines) > room:
        last = len(kept) - 1
        if kept[last].bold and not any(line.bold for line in kept[:last]):
            last -= 1
        del kept[last], lines[last]
    if lines and lengths.visible(lines[0]) + 1 > room:
        return [_shortened(kept[0], summary.bulleted, room - 1)] if room > _ROOM else []
    return lines


def plain_alert(what: Alert, summary: Summary, setting: AlertContext) -> str:
    """Write an alert without any markup, for when Telegram refused the other one."""
    url = _url(what)
    return lengths.cut(
        "\n".join(
            [
                shown.headline(what.article),
                *([url] if url and len(url) < lengths.MESSAGE // 2 else []),
                *(markup.plain(_line(line, summary.bulleted)) for line in summary.lines),
                growing.add(_foot(what, summary, setting), what, setting.speech),
            ]
        ),
        lengths.MESSAGE,
    )


def _headline(what: Alert) -> Html:
    url, title = _url(what), shown.headline(what.article)
    return markup.bold(markup.link(title, url) if url else title)


def _url(what: Alert) -> str | None:
    return growing.address(what.article.url)


def _line(line: SummaryLine, bulleted: bool) -> Html:
    pieces: list[str] = ["• "] if bulleted else []
    at = 0
    for start, end in sorted(line.bold):
        if start < at or end <= start:
            continue
        pieces += (lengths.tame(line.text[at:start]), markup.bold(lengths.tame(line.text[start:end])))
        at = end
    pieces.append(lengths.tame(line.text[at:]))
    return markup.join("", pieces)


def _shortened(line: SummaryLine, bulleted: bool, limit: int) -> Html:
    """Cut a single long line; what is bold behind the cut goes with it."""
    text = lengths.cut(line.text, limit - 2 * bulleted)
    inside = tuple(span for span in line.bold if span[1] < len(text))
    return _line(SummaryLine(text, inside), bulleted)


def _foot(what: Alert, summary: Summary, setting: AlertContext) -> str:
    zone = hours.zone(what.chat.timezone, setting.timezone)
    published, now = what.article.published_at, setting.now.astimezone(zone)
    if what.article.is_day:
        time = setting.speech.day(published.date(), now.date())
    else:
        time = setting.speech.moment(published.astimezone(zone), now)
    machine = setting.speech.label("AI") if summary.by_machine else ""
    updated = setting.speech.label("updated") if what.article.updated_at else ""
    source = f"{_PAID * what.article.is_paid}{shown.source(what.article)}"
    return shown.SEPARATOR.join(filter(None, (shown.names(what), source, machine, time, updated)))
