"""
The channel that an answer in a private chat is about: its answers begin with its name, and name it in their commands.

Without that, "remove all of them?" might mean the keywords of the private chat as well, and a command taken from the
answer would act on them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, escape, italic, join

_HEADING = re.compile(r"\A<i>[^<\n]*</i>\n")
_COMMAND = re.compile(r"(?<![\w/<:.;&\"@])/(?!(?:start|help|cancel)\b)[a-z]{3,20}\b(?![/.\w]| @| -100)")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedChannel:
    """A channel by what people call it."""

    title: str
    reference: str
    """What a command names it by: its @name, else its id."""

    def head(self, text: Html, translation: Translation) -> Html:
        """Begin an answer with the channel's name, and name it in the commands within."""
        heading = italic(translation.t("Channel {channel}", channel=self.title))
        reference = escape(self.reference)
        return join("\n", [heading, Html(_COMMAND.sub(lambda command: f"{command[0]} {reference}", text))])


def without_heading(text: Html) -> Html:
    """Return an answer without the name it begins with."""
    return Html(_HEADING.sub("", text, count=1))
