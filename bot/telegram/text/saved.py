"""Pages of the alerts a chat keeps."""

from __future__ import annotations

from datetime import datetime

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.core.saved import SAVED_PAGE, SavedArticle, SavedPage
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, bold, escape, italic, join, link
from bot.telegram import keyboards
from bot.telegram.text import alert

TURN, REMOVE, RESTORE = "saved", "unsave", "resave"
"""The verbs of the buttons that turn pages, remove an article, and restore it."""
_SUMMARY = 200
_SHORT = 60

Reply = tuple[Html, InlineKeyboardMarkup | None]


def page(found: SavedPage, translation: Translation, now: datetime, *, removed: str | None = None) -> Reply:
    """Show a page, with buttons that remove each of its articles; `removed` is one that can be restored."""
    rows = [_remove_buttons(found), _turn_buttons(found)]
    if removed is not None:
        rows.append([keyboards.button(translation.label("Undo"), RESTORE, removed, found.offset)])
    if not found.articles:
        text = translation.t("Nothing is saved here. Under an alert, ⋯ and then 🔖 saves it.")
        return text, keyboards.keyboard(rows)
    lines = [_heading(found, translation)]
    lines += [
        _article(number, article, translation, now) for number, article in enumerate(found.articles, found.offset + 1)
    ]
    return join("\n\n", lines), keyboards.keyboard(rows)


def find_restorable(shown: InlineKeyboardMarkup | None) -> str | None:
    """Return the article that the last button of a page restores; None where it has no such button."""
    verb, rest = keyboards.unpack(str(shown.inline_keyboard[-1][0].callback_data)) if shown else ("", "")
    return rest.partition(":")[0] if verb == RESTORE else None


def short(article: SavedArticle) -> str:
    """Name an article in a notice."""
    return alert.cut(article.title, _SHORT)


def _heading(found: SavedPage, translation: Translation) -> Html:
    first, last = found.offset + 1, found.offset + len(found.articles)
    span = f"{first}–{last}" if last > first else str(first)
    return translation.t("Saved alerts: {span} of {count}", span=span, count=found.total)


def _article(number: int, article: SavedArticle, translation: Translation, now: datetime) -> Html:
    url, title = alert.address(article.url), alert.tidy(article.title) or "…"
    headline = join(" ", [f"{number}.", bold(link(title, url) if url else title)])
    summary = escape(alert.cut(alert.tidy(article.summary), _SUMMARY)) if article.summary else None
    time = alert.published(article, now, translation)
    source = f"{alert.PAID * article.is_paid}{alert.tidy(article.source)}"
    foot = italic(join(" · ", filter(None, [source, time])))
    return join("\n", [headline, *([summary] if summary else []), foot])


def _remove_buttons(found: SavedPage) -> list[InlineKeyboardButton]:
    return [
        keyboards.button(f"✗ {number}", REMOVE, article.key, found.offset)
        for number, article in enumerate(found.articles, found.offset + 1)
    ]


def _turn_buttons(found: SavedPage) -> list[InlineKeyboardButton]:
    buttons = []
    if found.has_newer:
        buttons.append(keyboards.button("‹", TURN, found.offset - SAVED_PAGE))
    if found.has_older:
        buttons.append(keyboards.button("›", TURN, found.offset + SAVED_PAGE))
    return buttons
