"""What makes reading cheap without changing what is read: whole texts, and UTF-8 that is not converted."""

from __future__ import annotations

import xml.sax
from io import BytesIO
from xml.sax.handler import ContentHandler

import pytest
from feedparser import encodings

from bot.feeds import pages, xml_reader
from bot.feeds.cleaning import plain_text


class Pieces(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def characters(self, content: str) -> None:
        self.pieces.append(content)


def test_an_escaped_text_comes_in_one_piece() -> None:
    """Neither the ends of lines nor references cut it."""
    reader, heard = xml.sax.make_parser([xml_reader.__name__]), Pieces()
    reader.setContentHandler(heard)
    reader.parse(BytesIO(b"<a>" + b"&lt;p&gt;Z&#252;rich&amp;nbsp;\n&lt;/p&gt;\n" * 500 + b"</a>"))
    assert heard.pieces == ["<p>Zürich&nbsp;\n</p>\n" * 500]


@pytest.mark.parametrize(
    "start",
    [
        "",
        "<?xml version='1.0'?>",
        '<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?>\r\n',
        "\ufeff<?xml version='1.0' encoding='utf-16'?>",
        "\ufeff",
        "<?xml-stylesheet href='ü.css'?><?xml version='1.0'?>",
        "<?xml version='1.0'",
        "<\0?\0",
    ],
)
def test_utf8_is_handed_on_as_feedparser_would(start: str) -> None:
    """The short way gives the same bytes as feedparser's own conversion, whatever the document says it is."""
    body = f"{start}<rss><channel><title>Zürich >> 京都</title></channel></rss>".encode()
    assert pages.is_utf8(body)
    assert xml_reader.declare_utf8(body) == encodings.convert_to_utf8({"content-type": pages.UTF8}, body, {})


@pytest.mark.parametrize("text", ["Fuß\u00adball", "من\u200cها", "A\u200dB", "\u2067Zürich\u2069", "a\u0308\u00a0b"])
def test_whatever_is_invisible_is_noticed_beforehand(text: str) -> None:
    """The quick look before the slow pattern passes over nothing that the pattern would take out."""
    spaced = text.replace("\xa0", " ")
    assert plain_text.visible(text) == plain_text.composed(plain_text._INVISIBLE.sub("", spaced))
    for point in range(0x10000):
        sign = chr(point)
        if plain_text._INVISIBLE.search(f"x{sign}x"):
            assert plain_text._MAY_BE_INVISIBLE.search(sign), hex(point)
