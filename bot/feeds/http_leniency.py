"""
Repairs the heads of HTTP answers as servers really send them, so that a strict parser reads them as browsers do.

aiohttp's parser refuses an answer whole for a header with a space in its name, a line without a colon, or a length that
is given twice. It has no option for that, so the head is repaired before the parser sees it: what cannot be read is
left out, what is given twice alike is given once. What could be read in two ways (two different lengths) is left as it
is, and refused.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

MOST_HEAD = 64 * 1024
"""Bytes of a head; Content-Security-Policies of 9 kB and more are in use."""
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_END = re.compile(rb"\r?\n\r?\n")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_INTERIM = re.compile(rb"HTTP/1\.\d 1\d\d\b")
_PROTOCOL = b"HTTP/"
_LENGTH, _CODING = b"content-length", b"transfer-encoding"


def mend(head: bytes) -> bytes:
    """
    Put the head of an answer in order.

    Args:
        head: the status line and the headers, without the empty line that ends them.
    """
    status, *lines = head.split(b"\n")
    fields: list[tuple[bytes, bytes]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            if fields:  # a value that goes on in the next line
                fields[-1] = (fields[-1][0], fields[-1][1] + b" " + line.strip())
            continue
        name, colon, value = line.partition(b":")
        if colon and _NAME.fullmatch(name.rstrip()):
            fields.append((name.rstrip(), _CONTROLS.sub(b"", value.strip())))
    names = {name.lower() for name, _ in fields}
    lengths = {part.strip() for name, value in fields if name.lower() == _LENGTH for part in value.split(b",")}
    if _CODING in names or len(lengths) == 1:  # a body in chunks tells its length itself (RFC 9112, 6.3)
        fields = [field for field in fields if field[0].lower() != _LENGTH]
        if _CODING not in names:
            fields.append((b"Content-Length", lengths.pop()))
    return b"\r\n".join([status.rstrip(b"\r"), *(name + b": " + value for name, value in fields)])


class LenientResponseHandler(ResponseHandler):
    """aiohttp's protocol of one connection, whose parser is given heads in order."""

    _head: bytearray | None = None
    """What came of a head that has not ended yet; None while a body is read."""

    def set_response_params(self, **params: Any) -> None:
        """Begin to read the next answer."""
        self._head = bytearray()
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        """Take what came; a head is passed on once it is whole, or longer than any may be."""
        if self._head is None or not data:
            super().data_received(data)
            return
        self._head += data
        while (end := _END.search(self._head)) is not None:
            head = bytes(self._head[: end.start()])
            rest = bytes(self._head[end.end() :])
            is_interim = _INTERIM.match(head) is not None
            self._head = bytearray(rest) if is_interim else None
            super().data_received(mend(head) + b"\r\n\r\n" + (b"" if is_interim else rest))
            if self._head is None:
                return
        if len(self._head) > MOST_HEAD or not self._head.startswith(_PROTOCOL[: len(self._head)]):
            passed_on, self._head = bytes(self._head), None
            super().data_received(passed_on)

    def eof_received(self) -> None:
        """Pass on a head that breaks off; the parser refuses it."""
        if self._head:
            passed_on, self._head = bytes(self._head), None
            super().data_received(passed_on)
        super().eof_received()


class LenientConnector(aiohttp.TCPConnector):
    """Opens connections whose answers may be a little out of order."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # No public way leads there; `tests/feeds/test_http_leniency.py` fails should the library rename it.
        self._factory = functools.partial(LenientResponseHandler, loop=self._loop)  # type: ignore[assignment]
