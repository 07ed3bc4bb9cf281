"""
How an alert grows after it went out: other sources that tell the same, and the next sentences.

Other sources are links, at most eight, with a number for the rest; they are not part of the length of an alert.
"""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import urlsplit

from telegram import InlineKeyboardMarkup

from bot.chat import keyboards, lengths
from bot.core.alert import Alert, OtherSource, Summary
from bot.core.ids import DeliveryId
from bot.core.retelling import MOST_NAMED
from bot.texts import markup
from bot.texts.catalog import Translation
from bot.texts.markup import Html

MORE = "more"
"""The verb of the button that shows the next sentences."""
_NAME = 40

Text = TypeVar("Text", Html, str)


def buttons(
    delivery_id: DeliveryId, summary: Summary, speech: Translation, *, opened: bool
) -> InlineKeyboardMarkup | None:
    """Make the row under an alert."""
    row = []
    if summary.rest and not opened:
        row.append(keyboards.button(speech.label("More"), MORE, delivery_id))
    return keyboards.keyboard([row])


def add(foot: Text, what: Alert, speech: Translation) -> Text:
    """Name the other sources at the end of an alert's last line."""
    own = lengths.tidy(what.article.source_title)
    others = [each for each in what.also if lengths.tidy(each.name) not in ("", own)]
    if not others:
        return foot
    names = markup.join(", ", [_link(each) for each in others[:MOST_NAMED]])
    if len(others) > MOST_NAMED:
        names = markup.join(" ", [names, f"+{len(others) - MOST_NAMED}"])
    said = speech.t("also at {names}", names=names)
    if isinstance(foot, Html):
        # Within the italics of the line, so that it stays one line to the eye.
        return Html(f"{foot.removesuffix('</i>')} · {said}</i>")
    return f"{foot} · {markup.plain(said)}"


def _link(also: OtherSource) -> Html:
    name = lengths.cut(lengths.tidy(also.name), _NAME)
    url = address(also.url)
    return markup.link(name, url) if url else markup.escape(name)


def address(url: str | None) -> str | None:
    """Give an address that may be linked, or None."""
    url = "".join((url or "").split())
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return lengths.tame(url) if parts.scheme in ("http", "https") and parts.hostname else None
