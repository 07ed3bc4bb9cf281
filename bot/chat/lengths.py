"""
How Telegram counts: visible characters as UTF-16 units, pieces of markup; and where a long message is cut.

Its servers count code points, its apps and entities units; the units are never fewer, so they hold for both.
"""

from __future__ import annotations

from bot.core.shown import cut as cut
from bot.core.shown import size as size
from bot.core.shown import tame as tame
from bot.core.shown import tidy as tidy
from bot.texts import markup
from bot.texts.markup import Html

MESSAGE = 4096
CAPTION = 1024
NOTE = 200
"""What the answer to a press may hold."""
_MOST_MARKS = 100


def visible(text: str) -> int:
    """Count the characters of a piece of markup that a reader sees."""
    return size(markup.plain(text))


def pages(text: Html) -> list[Html]:
    """
    Cut a long message between its lines; no markup of ours goes over a line's end.

    Telegram heeds a hundred pieces of markup in a message: one that has more is a long one too.
    """
    if visible(text) <= MESSAGE and _marks(text) <= _MOST_MARKS:
        return [text]
    made: list[Html] = []
    room, left, lines = 0, 0, list[Html]()
    for line in map(Html, text.split("\n")):
        needed, marks = visible(line) + 1, _marks(line)
        if lines and (needed > room or marks > left):
            made.append(markup.join("\n", lines))
            lines = []
        if not lines:
            room, left = MESSAGE, _MOST_MARKS
        if needed > MESSAGE:
            line, needed = markup.escape(cut(markup.plain(line), MESSAGE)), MESSAGE
        lines.append(line)
        room, left = room - needed, left - marks
    return [*made, markup.join("\n", lines)] if lines else made


def _marks(text: str) -> int:
    """Count the pieces of markup."""
    return text.count("</")
