"""Where `stichwort match` gets its text: a file, the standard input, or a page of the public web."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.core.errors import BotError
from bot.core.feed import Feed, FeedState, Fetched, FetchFailed, NotModified, Origin
from bot.core.ids import ChatId, FeedId
from bot.core.matching import Document
from bot.feeds import plaintext
from bot.feeds.fetch import HttpFetcher
from bot.feeds.policy import FetchPolicy

MOST_BYTES = 10_000_000
_WEB = ("http://", "https://")
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|article|div|p|h1|br)[\s/>]", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,2000})</title", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_HEAD = 2_000


class MaterialError(BotError):
    """There is no text to look at; the message says why."""


async def read(source: str) -> Document:
    """Read a text, its language unknown; raise `MaterialError` when that fails."""
    if source.lower().startswith(_WEB):
        return await _fetch(source)
    try:
        body = sys.stdin.buffer.read(MOST_BYTES) if source == "-" else _read_file(Path(source))
    except OSError as error:
        raise MaterialError(f"{source}: {error.strerror or 'cannot be read'}") from error
    return document(decode(body))


def _read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES)


async def _fetch(url: str) -> Document:
    """Fetch a page as a reader's own feed would be: public addresses only, size and time bounded."""
    async with HttpFetcher(FetchPolicy(max_body=MOST_BYTES)) as fetcher:
        outcome = await fetcher.fetch(_as_feed(url), subscribers=0)
    match outcome:
        case Fetched():
            found = document(decode(outcome.body, outcome.content_type))
            return replace(found, source_host=re.split(r"[/:?#]", outcome.url.partition("://")[2], maxsplit=1)[0])
        case FetchFailed():
            raise MaterialError(f"{url}: {outcome.detail}")
        case NotModified():
            raise MaterialError(f"{url}: the server sent no page.")


def document(text: str) -> Document:
    """Make an article of plain text, whose first line is its headline, or of HTML."""
    if _MARKUP.search(text[:_HEAD]):
        named = _TITLE.search(text)
        title, body = plaintext.to_line(named[1]) if named else "", plaintext.to_text(text)
    else:
        title, body = "", text.strip()
    if not title:
        title, _, body = body.partition("\n")
    return Document(title=title.strip(), lead="", body=body.strip(), language=None, source_title="", source_host="")


def decode(body: bytes, content_type: str = "") -> str:
    """Read bytes as the header or the page itself says, else as UTF-8, else as Western European."""
    body = body.removeprefix(b"\xef\xbb\xbf")
    said = _CHARSET.search(content_type) or _CHARSET.search(body[:_HEAD].decode("ascii", "replace"))
    for encoding in (said[1] if said else "utf-8", "utf-8"):
        try:
            return body.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return body.decode("cp1252", "replace")


def _as_feed(url: str) -> Feed:
    now = datetime.now(UTC)
    return Feed(
        id=FeedId(0),
        url=url,
        title="",
        language=None,
        declared_language=None,
        full_text="never",
        origin=Origin.CHAT,
        owner=ChatId(0),
        state=FeedState.ACTIVE,
        etag=None,
        last_modified=None,
        validators_url=None,
        body_hash=None,
        interval=timedelta(0),
        next_poll_at=now,
        first_success_at=None,
        last_success_at=None,
        last_polled_at=None,
        failures=0,
        error=None,
    )
