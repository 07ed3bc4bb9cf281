"""How Telegram counts: visible characters as code points; and where a long message is cut."""

from __future__ import annotations

from bot.core.shown import cut as cut
from bot.core.shown import tame as tame
from bot.core.shown import tidy as tidy
from bot.texts import markup
from bot.texts.markup import Html

MESSAGE = 4096


def visible(text: str) -> int:
    """Count the characters of a piece of markup that a reader sees."""
    return len(markup.plain(text))


def pages(text: Html) -> list[Html]:
    """Cut a long message between its lines; no markup of ours goes over a line's end."""
    if visible(text) <= MESSAGE:
        return [text]
    made: list[Html] = []
    room, lines = 0, list[Html]()
    for line in map(Html, text.split("\n")):
        size = visible(line) + 1
        if lines and size > room:
            made.append(markup.join("\n", lines))
            lines = []
        if not lines:
            room = MESSAGE
        if size > MESSAGE:
            line, size = markup.escape(cut(markup.plain(line), MESSAGE)), MESSAGE
        lines.append(line)
        room -= size
    return [*made, markup.join("\n", lines)] if lines else made
