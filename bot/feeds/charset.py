"""From the bytes of a page or feed to its text."""

from __future__ import annotations

import re

UTF8 = "application/xml; charset=utf-8"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_HEAD = 2_000
MARK = b"\xef\xbb\xbf"
"""With which some programs begin a document in UTF-8."""


def decode(body: bytes, content_type: str = "") -> str:
    """Read bytes as the header or the page itself says, else as UTF-8, else as Western European."""
    body = body.removeprefix(MARK)
    said = _CHARSET.search(content_type) or _CHARSET.search(body[:_HEAD].decode("ascii", "replace"))
    for encoding in (said[1] if said else "utf-8", "utf-8"):
        try:
            return body.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return body.decode("cp1252", "replace")


def real_type(body: bytes, content_type: str) -> str:
    """Bytes that are valid UTF-8 beyond ASCII are UTF-8, whatever the header and the document call themselves."""
    return UTF8 if is_utf8(body) else content_type


def is_utf8(body: bytes) -> bool:
    """Say whether bytes are valid UTF-8 beyond ASCII."""
    if body.isascii():
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
