"""
Whether the tags in a text that an operator typed are in order, by the rules of Telegram's HTML.

Asking Telegram would be a call that it refuses, and its answer names a byte in English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

_NAMES = frozenset("a b strong i em u ins s strike del code pre span blockquote tg-spoiler tg-emoji tg-time".split())
_VALUE = r"(?:\"[^\"<>]*\"|'[^'<>]*'|[\w.-]+)"
_TAG = re.compile(rf"<(?P<end>/?)(?P<name>[a-zA-Z-]*)(?P<attributes>(?:\s+[\w-]+(?:\s*=\s*{_VALUE})?)*)\s*>", re.ASCII)
_NEEDED = {
    "span": re.compile(r"class\s*=\s*[\"']?tg-spoiler\b"),
    "tg-emoji": re.compile(r"emoji-id\s*=\s*[\"']?\d+\b"),
    "tg-time": re.compile(r"unix\s*=\s*[\"']?\d+\b"),
}
"""Attributes without which Telegram refuses a tag."""
_SHOWN = 20


class TagFault(Enum):
    """What is wrong with a tag."""

    UNKNOWN = auto()
    """It is none, or lacks what it needs; a bare sign "<" too."""
    UNCLOSED = auto()
    UNOPENED = auto()
    """It ends what was not begun, or what encloses another one that is still open."""


@dataclass(frozen=True, slots=True)
class FaultyTag:
    """A tag, as it was typed, and what is wrong with it."""

    tag: str
    fault: TagFault


def find_fault(text: str) -> FaultyTag | None:
    """Find the first tag that is not in order."""
    opened: list[tuple[str, str]] = []
    at = text.find("<")
    while at >= 0:
        tag = _TAG.match(text, at)
        name = tag["name"].lower() if tag else ""
        if tag is None or name not in _NAMES:
            return FaultyTag(text[at : at + _SHOWN].split("\n")[0], TagFault.UNKNOWN)
        if not tag["end"]:
            needed = _NEEDED.get(name)
            if needed is not None and not needed.search(tag["attributes"]):
                return FaultyTag(tag[0], TagFault.UNKNOWN)
            opened.append((name, tag[0]))
        elif tag["attributes"] or not opened or opened.pop()[0] != name:
            return FaultyTag(tag[0], TagFault.UNOPENED)
        at = text.find("<", tag.end())
    return FaultyTag(opened[-1][1], TagFault.UNCLOSED) if opened else None
