"""The text of the welcome: what the bot does, and three keywords to try with one tap."""

from __future__ import annotations

from telegram import InlineKeyboardMarkup

from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, code, join
from bot.telegram import keyboards

ADD = "add"
"""The verb of a button that subscribes to the text it carries."""


def examples(translation: Translation) -> tuple[str, ...]:
    """Return keywords a reader may want to begin with."""
    return (
        translation.label("North Korea"),
        translation.label("artificial intelligence"),
        translation.label("climate"),
    )


def welcome(translation: Translation, *, in_group: bool) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Write the welcome and its buttons."""
    t, example = translation.t, code("/sub " + examples(translation)[0])
    if in_group:
        lines = [
            t("Hello! As soon as a news source reports on a keyword, an alert comes here. Three steps:"),
            t("1. {example} adds a keyword. Sent in a topic, its alerts come into that topic.", example=example),
            t("2. The buttons below the answer say how its alerts come: at once, silently or in a digest."),
            t("3. /list shows the keywords, /settings everything else."),
            t("In a group, administrators decide on the keywords."),
        ]
    else:
        lines = [
            t("Hello! Give me a keyword, and I will alert you as soon as a news source reports on it."),
            t("Write {example}, or try one of these:", example=example),
        ]
    rows = [[keyboards.button(example, ADD, example)] for example in examples(translation)]
    return join("\n", lines), keyboards.keyboard(rows)
