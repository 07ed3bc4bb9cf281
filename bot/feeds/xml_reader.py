"""
The XML reader feedparser is given: the standard library's, told to deliver a text in one piece.

Otherwise expat delivers it line by line and character reference by character reference (`&lt;`), and feedparser takes
longer to join the pieces of an escaped article than for all the rest of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.parsers import expat
from xml.sax.expatreader import ExpatParser

from feedparser import encodings

from bot.feeds import pages

_PIECE = 64 * 1024
"""Bytes of text that are collected; a longer one comes in several pieces."""
_DECLARED = b"<?xml version='1.0' encoding='utf-8'?>"
_DECLARATION = re.compile(rb"<\?xml[^>]*?>")


class _JoiningReader(ExpatParser):
    if TYPE_CHECKING:
        _parser: expat.XMLParserType

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_size = _PIECE
        self._parser.buffer_text = True


def create_parser() -> ExpatParser:
    """Make a reader; `xml.sax.make_parser` looks for a function of this name in each module it is told of."""
    return _JoiningReader()


def to_utf8(body: bytes, content_type: str) -> tuple[bytes, str, bool]:
    """Give a document as feedparser hands it to its XML reader, its real type, and whether its encoding is known."""
    if pages.is_utf8(body):
        return declare_utf8(body), pages.UTF8, True
    told: dict[str, Any] = {}
    utf8 = encodings.convert_to_utf8({"content-type": content_type}, body, told)
    return utf8, content_type, bool(told.get("encoding"))


def declare_utf8(body: bytes) -> bytes:
    """Give what feedparser makes of a document in UTF-8, without decoding and encoding all of it again."""
    body = body.removeprefix(pages.MARK)
    declared = _DECLARATION.match(body)
    return b"".join((_DECLARED, body[declared.end() :] if declared else b"\n" + body))
