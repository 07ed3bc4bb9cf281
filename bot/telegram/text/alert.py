"""
The text of an alert: linked headline, summary, source and time; also why it matched, and [More].

Everything a feed wrote is escaped and stripped of characters that change the direction of text.

Lengths are counted as Telegram counts: visible characters as UTF-16 units. Its servers count code points, its apps and
entities units; the units are never fewer, so they hold for both. Other sources of the same story are links, at most
eight, with a number for the rest; they do not count in the length of an alert.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

from bot.core import quiet_hours, visible_text
from bot.core.chat import PictureSize
from bot.core.delivery.alert import Alert, OtherSource, Summary, SummaryLine
from bot.core.delivery.rules import MOST_NAMED
from bot.core.ids import DeliveryId
from bot.core.query.matcher import Evidence
from bot.core.query.patterns import TextField
from bot.core.visible_text import address as address
from bot.core.visible_text import cut as cut
from bot.core.visible_text import size as size
from bot.core.visible_text import tame as tame
from bot.core.visible_text import tidy as tidy
from bot.i18n import markup
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, bold
from bot.language.analyser import FormRule
from bot.telegram import keyboards


def reason(evidence: Evidence, translation: Translation) -> Html:
    """Say in one line why a form counts as the keyword: "Atomwaffenprogramm: begins with Atomwaffen"."""
    t, form, term = translation.t, bold(evidence.form), evidence.term
    match evidence.rule:
        case FormRule.EXACT:
            return t("{form}: the word itself", form=form)
        case FormRule.SPELLING:
            return t("{form}: another spelling of {term}", form=form, term=term)
        case FormRule.INFLECTION:
            return t("{form}: a form of {term}", form=form, term=term)
        case FormRule.DERIVATION:
            return t("{form}: derived from {term}", form=form, term=term)
        case FormRule.COMPOUND_FIRST | FormRule.OPEN_END:
            return t("{form}: begins with {term}", form=form, term=term)
        case FormRule.COMPOUND_LAST | FormRule.OPEN_START:
            return t("{form}: ends with {term}", form=form, term=term)
        case FormRule.PHRASE:
            return t("{form}: the words of {term} side by side", form=form, term=term)


def place(where: TextField, translation: Translation) -> str:
    """Name a place of an article."""
    match where:
        case TextField.TITLE:
            return translation.label("in the headline")
        case TextField.LEAD:
            return translation.label("in the lead")
        case TextField.BODY:
            return translation.label("in the text")


MESSAGE = 4096
CAPTION = 1024
NOTE = 200
"""What the answer to a press may hold."""


def visible_length(text: str) -> int:
    """Count the characters of markup that a reader sees, in UTF-16 units as Telegram's apps count."""
    return size(markup.plain(text))


MORE, MUTE, MENU = "more", "mute", "menu"
"""The verbs of the buttons below an alert."""
_NAME = 40

Text = TypeVar("Text", Html, str)


def buttons(delivery_id: DeliveryId, translation: Translation) -> InlineKeyboardMarkup | None:
    """Make the row under an alert; it is the same under every one, and stays."""
    return keyboards.keyboard([first_row(delivery_id, translation)])


def first_row(delivery_id: DeliveryId, translation: Translation) -> list[InlineKeyboardButton]:
    """Make [More] [Mute] [⋯]."""
    return [
        keyboards.button(translation.label("More"), MORE, delivery_id),
        keyboards.button(translation.label("Mute"), MUTE, delivery_id),
        keyboards.button("⋯", MENU, delivery_id),
    ]


def add(foot: Text, what: Alert, translation: Translation) -> Text:
    """Name the other sources at the end of an alert's last line."""
    own = tidy(what.article.source_title)
    others = [source for source in what.also if tidy(source.name) not in ("", own)]
    if not others:
        return foot
    names = markup.join(", ", [_link(source) for source in others[:MOST_NAMED]])
    if len(others) > MOST_NAMED:
        names = markup.join(" ", [names, f"+{len(others) - MOST_NAMED}"])
    said = translation.t("also at {names}", names=names)
    if isinstance(foot, Html):
        # Within the italics of the line, so that it stays one line to the eye.
        return Html(f"{foot.removesuffix('</i>')} · {said}</i>")
    return f"{foot} · {markup.plain(said)}"


def _link(also: OtherSource) -> Html:
    name = cut(tidy(also.name), _NAME)
    url = address(also.url)
    return markup.link(name, url) if url else markup.escape(name)


_ROOM = 40
"""With less room for it a line is left out rather than shortened."""
PAID = "🔒 "
"""Before the source of an article that only subscribers can read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertContext:
    """What the text of an alert depends on besides the alert."""

    translation: Translation
    now: datetime
    timezone: str
    """The time zone of chats that have set none."""


def alert(what: Alert, summary: Summary, setting: AlertContext, *, opened: bool = False) -> Html:
    """Write an alert as HTML, at most 500 visible characters long but for what it grew by: more text, other sources."""
    head, last = _linked_headline(what), markup.italic(foot(what, summary, setting))
    lines = _lines(summary, visible_text.ALERT - visible_length(head) - visible_length(last) - 1)
    if opened and summary.rest:
        lines.append(markup.quote(markup.join(" ", map(tame, summary.rest))))
    return markup.join("\n", [head, *lines, add(last, what, setting.translation)])


def _lines(summary: Summary, room: int) -> list[Html]:
    """Write the summary; where there is too little room the last lines yield, but never the one that says why."""
    kept = list(summary.lines)
    lines = [_line(line, summary.bulleted) for line in kept]
    while len(lines) > 1 and sum(visible_length(line) + 1 for line in lines) > room:
        last = len(kept) - 1
        if kept[last].bold and not any(line.bold for line in kept[:last]):
            last -= 1
        del kept[last], lines[last]
    if lines and visible_length(lines[0]) + 1 > room:
        return [_shortened(kept[0], summary.bulleted, room - 1)] if room > _ROOM else []
    return lines


def plain_alert(what: Alert, summary: Summary, setting: AlertContext) -> str:
    """Write an alert without any markup, for when Telegram refused the other one."""
    url = _url(what)
    return cut(
        "\n".join(
            [
                visible_text.headline(what.article),
                *([url] if url and len(url) < MESSAGE // 2 else []),
                *(markup.plain(_line(line, summary.bulleted)) for line in summary.lines),
                add(markup.plain(foot(what, summary, setting)), what, setting.translation),
            ]
        ),
        MESSAGE,
    )


_LONGEST_PREVIEWED = 2_048
"""Characters of a link; Telegram previews no longer one."""


def preview(what: Alert) -> LinkPreviewOptions | None:
    """
    Choose the picture below an alert: what Telegram finds at the article's link, as large as the chat wants it now.

    An edit that does not name it again would take it away.
    """
    url, size = _url(what), what.chat.pictures
    if size is PictureSize.OFF or url is None or len(url) > _LONGEST_PREVIEWED:
        return None
    if size is PictureSize.SMALL:
        return LinkPreviewOptions(url=url, prefer_small_media=True)
    return LinkPreviewOptions(url=url, prefer_large_media=True)


def headline(what: Alert) -> str:
    """Give the headline of an alert as plain text."""
    return visible_text.headline(what.article)


def _linked_headline(what: Alert) -> Html:
    url, title = _url(what), headline(what)
    return markup.bold(markup.link(title, url) if url else title)


def _url(what: Alert) -> str | None:
    return address(what.article.url)


def _line(line: SummaryLine, bulleted: bool) -> Html:
    pieces: list[str] = ["• "] if bulleted else []
    at = 0
    for start, end in sorted(line.bold):
        if start < at or end <= start:
            continue
        pieces += (tame(line.text[at:start]), markup.bold(tame(line.text[start:end])))
        at = end
    pieces.append(tame(line.text[at:]))
    return markup.join("", pieces)


def _shortened(line: SummaryLine, bulleted: bool, limit: int) -> Html:
    """Cut a single long line; what is bold behind the cut goes with it."""
    text = cut(line.text, limit - 2 * bulleted)
    inside = tuple(span for span in line.bold if span[1] < len(text))
    return _line(SummaryLine(text, inside), bulleted)


class DatedArticle(Protocol):
    """Something that was published: an article, or what is kept of one."""

    @property
    def published_at(self) -> datetime:
        """When."""
        ...

    @property
    def is_day(self) -> bool:
        """Whether only the day is known."""
        ...


def published(article: DatedArticle, now: datetime, translation: Translation) -> str:
    """Say when an article was published, in the time zone of `now`: of many only the day is known."""
    if article.is_day:
        return translation.day(article.published_at.date(), now.date())
    return translation.moment(article.published_at.astimezone(now.tzinfo), now)


def foot(what: Alert, summary: Summary, setting: AlertContext) -> Html:
    """Write the last line of an alert, without its other sources."""
    zone = quiet_hours.zone(what.chat.timezone, setting.timezone)
    time = published(what.article, setting.now.astimezone(zone), setting.translation)
    machine = setting.translation.label("AI") if summary.by_machine else ""
    updated = setting.translation.label("updated") if what.article.updated_at else ""
    source = f"{PAID * what.article.is_paid}{visible_text.source(what.article)}"
    parts = (visible_text.names(what), source, machine, time, updated)
    return markup.join(visible_text.SEPARATOR, filter(None, parts))
