"""The results of an inline query: each story as a message that looks like an alert, and the button below them."""

from __future__ import annotations

from telegram import InlineQueryResultArticle, InlineQueryResultsButton, InputTextMessageContent, LinkPreviewOptions
from telegram.constants import ParseMode

from bot.i18n import markup
from bot.i18n.catalog import Translation
from bot.services.inline_search import InlineFound, InlineStory
from bot.telegram import start_links
from bot.telegram.text import alert
from bot.telegram.text.alert import AlertContext

_DESCRIPTION = 160
_QUERY = 30
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def results(found: InlineFound, context: AlertContext, *, plain: bool = False) -> list[InlineQueryResultArticle]:
    """Make the results; `plain` without any markup, for when Telegram refused the others."""
    return [_result(story, context, plain=plain) for story in found.stories]


def _result(story: InlineStory, context: AlertContext, *, plain: bool) -> InlineQueryResultArticle:
    what, summary = story.alert, story.summary
    write = alert.plain_alert if plain else alert.alert
    lines = [markup.plain(alert.foot(what, summary, context)), *(alert.tidy(line.text) for line in summary.lines[:1])]
    return InlineQueryResultArticle(
        id=str(what.article.id),
        title=alert.headline(what),
        description=alert.cut("\n".join(lines), _DESCRIPTION),
        url=alert.address(what.article.url),
        input_message_content=InputTextMessageContent(
            write(what, summary, context),
            parse_mode=None if plain else ParseMode.HTML,
            link_preview_options=_NO_PREVIEW,
        ),
    )


def button(query: str, translation: Translation) -> InlineQueryResultsButton:
    """Make the button that opens the private chat, to subscribe to the query where it fits into a link."""
    parameter = start_links.subscribe_parameter(query)
    if parameter is None:
        return InlineQueryResultsButton(translation.label("Open the bot"), start_parameter=start_links.PLAIN)
    label = translation.label("Alert me on {query}", query=alert.cut(query, _QUERY))
    return InlineQueryResultsButton(label, start_parameter=parameter)
