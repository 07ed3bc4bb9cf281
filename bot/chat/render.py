"""
How an alert looks: headline linked and first, the summary below it, source and time last.

Everything a feed wrote is stripped of marks that turn text round, and escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.chat import growing, lengths
from bot.core import hours
from bot.core.alert import Alert, Line, Summary
from bot.texts import markup
from bot.texts.catalog import Speech
from bot.texts.markup import Html

HEADLINE = 150
ALERT = 500
_NAME = 40
_NAMES = 120
_SOURCE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the look of an alert depends on besides the alert."""

    speech: Speech
    now: datetime
    timezone: str
    """For chats that have set none."""


def alert(what: Alert, summary: Summary, setting: Setting, *, opened: bool = False) -> Html:
    """Write an alert as HTML, at most 500 visible characters long but for what it grew by: more text, other sources."""
    head, foot = _headline(what), markup.italic(_foot(what, summary, setting))
    room = ALERT - lengths.visible(head) - lengths.visible(foot) - 1
    lines: list[Html] = []
    for line in summary.lines:
        text = _line(line, summary.bulleted)
        size = lengths.visible(text) + 1
        if size > room and not lines and room > _NAME:
            text, size = _shortened(line, summary.bulleted, room - 1), room
        if size > room:
            break  # the last bullets yield
        lines.append(text)
        room -= size
    if opened and summary.rest:
        lines.append(markup.quote(markup.join(" ", map(lengths.tame, summary.rest))))
    return markup.join("\n", [head, *lines, growing.add(foot, what, setting.speech)])


def plain_alert(what: Alert, summary: Summary, setting: Setting) -> str:
    """Write an alert without any markup, for when Telegram refused the other one."""
    url = _url(what)
    return lengths.cut(
        "\n".join(
            [
                _title(what),
                *([url] if url and len(url) < lengths.MESSAGE // 2 else []),
                *(markup.plain(_line(line, summary.bulleted)) for line in summary.lines),
                growing.add(_foot(what, summary, setting), what, setting.speech),
            ]
        ),
        lengths.MESSAGE,
    )


def _headline(what: Alert) -> Html:
    url, title = _url(what), _title(what)
    return markup.bold(markup.link(title, url) if url else title)


def _title(what: Alert) -> str:
    article = what.article
    title = lengths.tidy(article.title) or lengths.tidy(article.lead) or _source(what) or "…"
    return lengths.cut(title, HEADLINE)


def _url(what: Alert) -> str | None:
    return growing.address(what.article.url)


def _line(line: Line, bulleted: bool) -> Html:
    pieces: list[str] = ["• "] if bulleted else []
    at = 0
    for start, end in sorted(line.bold):
        if start < at or end <= start:
            continue
        pieces += (lengths.tame(line.text[at:start]), markup.bold(lengths.tame(line.text[start:end])))
        at = end
    pieces.append(lengths.tame(line.text[at:]))
    return markup.join("", pieces)


def _shortened(line: Line, bulleted: bool, limit: int) -> Html:
    """Cut a single long line; what is bold behind the cut goes with it."""
    text = lengths.cut(line.text, limit - 2 * bulleted)
    inside = tuple(span for span in line.bold if span[1] < len(text))
    return _line(Line(text, inside), bulleted)


def _foot(what: Alert, summary: Summary, setting: Setting) -> str:
    zone = hours.zone(what.chat.timezone, setting.timezone)
    time = setting.speech.moment(what.article.published_at.astimezone(zone), setting.now.astimezone(zone))
    names = [_names(what)] if what.subscription_count > 1 and what.matches else []
    machine = [setting.speech.label("AI")] if summary.by_machine else []
    return " · ".join([*names, *([_source(what)] if _source(what) else []), *machine, time])


def _source(what: Alert) -> str:
    article = what.article
    return lengths.cut(lengths.tidy(article.source_title) or article.source_host.removeprefix("www."), _SOURCE)


def _names(what: Alert) -> str:
    names = [lengths.cut(lengths.tidy(match.subscription.name), _NAME) for match in what.matches]
    shown = names[:1]
    for name in names[1:]:
        if len(", ".join([*shown, name])) > _NAMES:
            break
        shown.append(name)
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" +{more}" if more else "")
