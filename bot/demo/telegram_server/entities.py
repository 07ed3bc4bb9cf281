"""Formatted text: a plain string with entities whose offsets count UTF-16 units, as Telegram's do."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

_COMMAND = re.compile(r"(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")
_MENTION = re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{2,31}\b")
_URL = re.compile(r"https?://[^\s<>\"«»“”]+[^\s<>\"«»“”.,:;!?)\]]")
_HASHTAG = re.compile(r"(?<![\w#&])#\w*[^\W\d_]\w*")
_BLANKED = re.compile("[\x00-\x09\x0b-\x1f]")
_DROPPED = re.compile("[\u2028-\u202e]")
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_FOUND = (("url", _URL), ("bot_command", _COMMAND), ("mention", _MENTION), ("hashtag", _HASHTAG))
_OPAQUE = frozenset({"pre", "code"})
MAX_ENTITIES = 100
# Of two entities over the same stretch the one with the smaller rank comes first, that is, outside.
_RANKS = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
_OTHER_RANK = 50


def units(text: str) -> int:
    """Count the UTF-16 units of a text."""
    return len(text) if text.isascii() else len(text) + len(_BEYOND.findall(text))


def cut(text: str, offset: int, length: int) -> str:
    """Return the piece of a text that an entity covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One formatted stretch of a text."""

    kind: str
    offset: int
    length: int
    url: str = ""
    language: str = ""
    extra: tuple[tuple[str, str | int], ...] = ()

    def to_wire(self) -> dict[str, object]:
        """Shape the entity as the Bot API does."""
        wire: dict[str, object] = {"type": self.kind, "offset": self.offset, "length": self.length}
        if self.url:
            wire["url"] = self.url
        if self.language:
            wire["language"] = self.language
        return wire | dict(self.extra)


@dataclass(frozen=True, slots=True)
class Formatted:
    """A plain text and its entities, ordered as Telegram orders them."""

    text: str
    entities: tuple[Entity, ...] = ()


def clean(text: str) -> str:
    """Drop or blank the control characters Telegram does not keep."""
    text = text.replace("\r", "")
    return _DROPPED.sub("", _BLANKED.sub(" ", text))


def arrange(text: str, entities: Iterable[Entity]) -> Formatted:
    """Trim the text as Telegram does, keep the entities that still cover something, and add what it finds itself."""
    kept = sorted(entities, key=_order)
    first = kept[0].offset if kept else units(text)
    dropped = 0
    while dropped < first and text[dropped : dropped + 1] in (" ", "\n") and dropped < len(text):
        dropped += 1
    # Blanks are one unit each, so characters and units agree in the dropped part.
    text = text[dropped:].rstrip(" \n")
    end = units(text)
    moved = []
    for entity in kept:
        offset = entity.offset - dropped
        length = min(entity.length, end - offset)
        if length > 0 and cut(text, offset, length).strip():
            moved.append(replace(entity, offset=offset, length=length))
    settled = _without_nested(moved)
    both = sorted((*settled, *_find(text, settled)), key=_order)
    return Formatted(text, tuple(both[:MAX_ENTITIES]))


def find(text: str) -> Formatted:
    """Treat a text as typed by a person: no markup, but commands, links, mentions and hashtags are seen."""
    return arrange(clean(text), ())


def _order(entity: Entity) -> tuple[int, int, int]:
    return (entity.offset, -entity.length, _RANKS.get(entity.kind, _OTHER_RANK))


def _without_nested(entities: list[Entity]) -> list[Entity]:
    """Inside code nothing else is formatted, and quotes do not nest."""
    kept: list[Entity] = []
    for entity in entities:
        inside = [one for one in kept if one.offset <= entity.offset < one.offset + one.length]
        if any(one.kind in _OPAQUE for one in inside):
            continue
        if entity.kind.endswith("blockquote") and any(one.kind.endswith("blockquote") for one in inside):
            continue
        kept.append(entity)
    return kept


def _find(text: str, settled: list[Entity]) -> list[Entity]:
    taken = [(one.offset, one.offset + one.length) for one in settled if one.kind in _OPAQUE or one.url]
    found: list[Entity] = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            offset, length = units(text[: match.start()]), units(match.group())
            if all(offset >= end or offset + length <= start for start, end in taken):
                found.append(Entity(kind=kind, offset=offset, length=length))
                taken.append((offset, offset + length))
    return found
