"""
Formatted text: a plain string with entities whose offsets count UTF-16 units, and the parser of Telegram's HTML.

The parser follows Telegram's own, which differs from HTML's: five named references, a fixed set of tags, byte offsets
in its complaints. Addresses that Telegram does not accept make no link.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit, urlunsplit

from bot.demo.telegram_server.rate_limits import bad_request

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


_SCHEMES = frozenset({"http", "https", "tg", "ton", "tonsite"})


def normalise(address: str) -> str:
    """Return the address as Telegram stores it, or an empty string if it makes no link of it."""
    address = address.strip()
    if "://" not in address:
        address = f"http://{address}"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in _SCHEMES or not host or any(character.isspace() for character in parts.netloc):
        return ""
    if parts.scheme in ("tg", "ton"):
        return address
    # A host without a dot, such as localhost, is no link in Telegram.
    if "." not in host.strip(".") and ":" not in host:
        return ""
    shown = f"[{host}]" if ":" in host else host
    return urlunsplit(
        (parts.scheme, f"{shown}:{port}" if port else shown, parts.path or "/", parts.query, parts.fragment)
    )


_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
_STRETCH = re.compile("[^<&\0]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE = frozenset(" \t\r\n\0\v")
_PLAIN = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_TAGS = frozenset(_PLAIN) | {"a", "code", "pre", "blockquote", "tg-emoji", "tg-time"}
_MAX_REFERENCE = 10


@dataclass(slots=True)
class _Open:
    """A tag that waits for its end."""

    name: str
    attributes: dict[str, str]
    offset: int
    start: int


@dataclass(slots=True)
class _HtmlParser:
    source: str
    position: int = 0
    output: list[str] = field(default_factory=list)
    offset: int = 0
    open: list[_Open] = field(default_factory=list)
    found: list[Entity] = field(default_factory=list)

    def run(self) -> Formatted:
        while self.position < len(self.source) - 1:
            character = self.source[self.position]
            if character == "<":
                self._tag()
            elif character == "&":
                self._emit(self._character())
            else:
                # The closing NUL stops it.
                stretch = _STRETCH.match(self.source, self.position)
                self.position += len(stretch[0]) if stretch else 1
                self._emit(stretch[0] if stretch else character)
        if self.open:
            raise self._error(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        text = "".join(self.output)
        if _SURROGATE.search(text):
            raise self._error(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        # Only a block has a language; inline code loses the one it may carry for a block around it.
        found = (replace(entity, language="") if entity.kind == "code" else entity for entity in self.found)
        return arrange(text, found)

    def _emit(self, text: str) -> None:
        text = clean(text)
        self.output.append(text)
        self.offset += units(text)

    def _character(self) -> str:
        """Take one character or reference."""
        here = self.source[self.position]
        if here == "&" and (match := _REFERENCE.match(self.source, self.position)):
            decoded = _decode(match)
            if decoded:
                self.position = match.end()
                return decoded
        self.position += 1
        return here

    def _tag(self) -> None:
        begin = self.position
        self.position += 1
        if self.source[self.position] == "/":
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _start_tag(self, begin: int) -> None:
        self._skip_until(_SPACE | {">"})
        if self._at_end():
            raise self._error("Unclosed start tag", begin)
        name = self.source[begin + 1 : self.position].lower()
        if name not in _TAGS:
            raise self._error(f'Unsupported start tag "{name}"', begin)
        attributes: dict[str, str] = {}
        while self.source[self.position] != ">":
            self._skip_space()
            if self.source[self.position] == ">":
                break
            self._attribute(name, begin, attributes)
        self.position += 1
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(_Open(name, attributes, self.offset, len(self.output)))

    def _attribute(self, tag: str, begin: int, attributes: dict[str, str]) -> None:
        start = self.position
        self._skip_until(_SPACE | set("=>/\"'"))
        key = self.source[start : self.position]
        if not key:
            raise self._error(f'Empty attribute name in the tag "{tag}"', begin)
        self._skip_space()
        if self.source[self.position] != "=":
            if self._at_end():
                raise self._error(f'Unclosed start tag "{tag}"', begin)
            attributes[key] = ""
            return
        self.position += 1
        self._skip_space()
        if self._at_end():
            raise self._error(f'Unclosed start tag "{tag}"', begin)
        attributes[key] = self._value()
        if self._at_end():
            raise self._error(f'Unclosed start tag "{tag}"', begin)

    def _value(self) -> str:
        quote = self.source[self.position]
        start = self.position
        if quote not in "\"'":
            while self.source[self.position].isascii() and (
                self.source[self.position].isalnum() or self.source[self.position] in ".-"
            ):
                self.position += 1
            if self.source[self.position] not in _SPACE | {">"}:
                raise self._error("Unexpected end of name token", start)
            return self.source[start : self.position].lower()
        self.position += 1
        value: list[str] = []
        while self.source[self.position] != quote and not self._at_end():
            value.append(self._character())
        if self.source[self.position] == quote:
            self.position += 1
        return "".join(value)

    def _end_tag(self, begin: int) -> None:
        if not self.open:
            raise self._error("Unexpected end tag", begin)
        self._skip_until(_SPACE | {">"})
        name = self.source[begin + 2 : self.position].lower()
        self._skip_space()
        if self.source[self.position] != ">":
            raise self._error("Unclosed end tag", begin)
        self.position += 1
        opened = self.open.pop()
        if name and name != opened.name:
            place = f"at byte offset {self._bytes(begin)}"
            raise self._error(f'Unmatched end tag {place}, expected "</{opened.name}>", found "</{name}>"')
        if self.offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        kind, url, language = _PLAIN.get(opened.name, opened.name), "", ""
        extra: tuple[tuple[str, str | int], ...] = ()
        if kind == "a":
            content = "".join(self.output[opened.start :])
            kind, url = "text_link", normalise(opened.attributes.get("href") or content)
            if not url:
                return
        elif kind == "blockquote" and "expandable" in opened.attributes:
            kind = "expandable_blockquote"
        elif kind == "tg-emoji":
            kind, extra = "custom_emoji", (("custom_emoji_id", self._number(opened, "emoji-id", "custom emoji")),)
        elif kind == "tg-time":
            number = int(self._number(opened, "unix", "unix time"))
            kind, extra = "date_time", (("unix_time", number),)
            if shape := opened.attributes.get("format"):
                extra = (*extra, ("date_time_format", shape))
        elif kind in ("pre", "code"):
            kind, language = self._code(opened)
        length = self.offset - opened.offset
        self.found.append(
            Entity(kind=kind, offset=opened.offset, length=length, url=url, language=language, extra=extra)
        )

    def _code(self, opened: _Open) -> tuple[str, str]:
        """Join `pre` and `code` around the same text into one block with a language, whichever is outside."""
        declared = opened.attributes.get("class", "") if opened.name == "code" else ""
        language = declared.removeprefix("language-") if declared.startswith("language-") else ""
        inner = self.found[-1] if self.found else None
        if (
            inner is not None
            and {inner.kind, opened.name} == {"pre", "code"}
            and (inner.offset, inner.length) == (opened.offset, self.offset - opened.offset)
        ):
            self.found.pop()
            return "pre", language or inner.language
        return opened.name, language

    def _number(self, opened: _Open, key: str, what: str) -> str:
        value = opened.attributes.get(key, "")
        if not re.fullmatch(r"-?[0-9]{1,19}", value) or int(value) == 0:
            raise self._error(f"Invalid {what} identifier specified")
        return value

    def _skip_until(self, stops: set[str] | frozenset[str]) -> None:
        while self.source[self.position] not in stops:
            self.position += 1

    def _skip_space(self) -> None:
        while not self._at_end() and self.source[self.position] in _SPACE:
            self.position += 1

    def _at_end(self) -> bool:
        return self.position >= len(self.source) - 1

    def _bytes(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _error(self, reason: str, position: int | None = None) -> Exception:
        if position is not None:
            reason += f" at byte offset {self._bytes(position)}"
        return bad_request(f"can't parse entities: {reason}")


def parse_html(source: str) -> Formatted:
    """Parse a text in Telegram's HTML mode."""
    # The closing NUL lets every scan stop without asking for the length first.
    return _HtmlParser(source.replace("\0", " ") + "\0").run()


def _decode(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED.get(name, "")
    digits = hexadecimal or decimal
    number = int(digits, 16 if hexadecimal else 10) if len(digits) < _MAX_REFERENCE else 0
    return chr(number) if 0 < number < 0x10FFFF else ""
