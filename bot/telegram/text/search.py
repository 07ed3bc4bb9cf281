"""Pages of stored articles: what a search found, and the newest of all."""

from __future__ import annotations

from datetime import datetime, tzinfo

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.core.archive import MOST_FOUND, SEARCH_PAGE, SearchPage
from bot.core.article import Article
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, bold, italic, join
from bot.telegram import keyboards
from bot.telegram.text import alert, backtest

TURN = "find"
"""The verb of the buttons that turn pages."""
_SOURCE = 60


def page(
    found: SearchPage, translation: Translation, now: datetime, zone: tzinfo
) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Show a page, with buttons for those before and after it."""
    if not found.articles:
        return _nothing(found, translation), None
    lines = [_heading(found, translation)]
    lines += [_article(article, translation, now, zone) for article in found.articles]
    if found.checked_since is not None:
        lines.append(italic(translation.t("There are more; only the newest ones were looked at.")))
    elif found.is_cut and not found.has_older:
        lines.append(italic(translation.t("Only the newest {count} are shown.", count=MOST_FOUND)))
    return join("\n\n", lines), keyboards.keyboard([_buttons(found)])


def _nothing(found: SearchPage, translation: Translation) -> Html:
    if found.words:
        return translation.t("No stored article matches {query}.", query=bold(_shown(found.words)))
    return translation.t("No articles are stored here yet.")


def _heading(found: SearchPage, translation: Translation) -> Html:
    first, last = found.offset + 1, found.offset + len(found.articles)
    span = f"{first}–{last}" if last > first else str(first)
    if not found.words:
        return translation.t("The newest articles: {span} of {count}", span=span, count=found.total)
    query = bold(_shown(found.words))
    if found.total == 1:
        return translation.t("{query}: one article", query=query)
    return translation.t("{query}: {span} of {count} articles", query=query, span=span, count=found.total)


def _article(article: Article, translation: Translation, now: datetime, zone: tzinfo) -> Html:
    at = alert.published(article, now.astimezone(zone), translation)
    source = alert.cut(alert.tidy(article.source_title or article.source_host), _SOURCE)
    return join("\n", [backtest.headline(article), italic(join(" · ", [source, at]))])


def _buttons(found: SearchPage) -> list[InlineKeyboardButton]:
    buttons = []
    if found.has_newer:
        buttons.append(keyboards.button("‹", TURN, found.search_id, found.offset - SEARCH_PAGE))
    if found.has_older:
        buttons.append(keyboards.button("›", TURN, found.search_id, found.offset + SEARCH_PAGE))
    return buttons


def _shown(words: str) -> str:
    return alert.cut(words, 100)
