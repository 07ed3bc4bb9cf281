"""How Telegram counts: visible characters as code points, and what of a feed's text may be shown at all."""

from __future__ import annotations

from bot.texts import markup
from bot.texts.markup import Html

MESSAGE = 4096
_DROPPED = (
    *range(0x09),
    *range(0x0E, 0x20),
    0x7F,
    0x00AD,  # soft hyphen
    0x061C,
    0x200B,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),  # embeddings and overrides
    0x2060,
    *range(0x2066, 0x206A),  # isolates
    0xFEFF,
    *range(0xD800, 0xE000),  # halves of characters, which cannot be sent
)
_BLANKS = (0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029)
_TABLE: dict[int, str | None] = {**dict.fromkeys(_DROPPED), **dict.fromkeys(_BLANKS, " ")}


def visible(text: str) -> int:
    """Count the characters of a piece of markup that a reader sees."""
    return len(markup.plain(text))


def tame(text: str) -> str:
    """Take out marks that turn or hide text, and line breaks; the rest stays in place."""
    return text.translate(_TABLE)


def tidy(text: str) -> str:
    """Make one line of a text, without marks that turn or hide it."""
    return " ".join(tame(text).split())


def cut(text: str, limit: int) -> str:
    """Shorten to `limit` characters, at the end of a word where there is one near."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    head, _, _ = kept.rpartition(" ")
    if len(head) >= limit * 0.6:
        kept = head
    return kept.rstrip(" ,;:–-\u200d") + "…"


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
