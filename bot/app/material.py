"""Where `stichwort match` gets its text: a file, the standard input, or a page of the public web."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.core.errors import BotError
from bot.core.feed import FeedWish, Fetched, FetchFailed, NotModified, Origin, unmet
from bot.core.scan import Document
from bot.feeds import charset, plaintext
from bot.feeds.fetch import HttpFetcher
from bot.feeds.policy import FetchPolicy

MOST_BYTES = 10_000_000
_WEB = ("http://", "https://")
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|article|div|p|h1|br)[\s/>]", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,2000})</title", re.IGNORECASE)
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
    return document(charset.decode(body))


def _read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES)


async def _fetch(url: str) -> Document:
    """Fetch a page as a reader's own feed would be: public addresses only, size and time bounded."""
    wish = FeedWish(url=url, origin=Origin.CHAT)
    async with HttpFetcher(FetchPolicy(max_body=MOST_BYTES)) as fetcher:
        outcome = await fetcher.fetch(unmet(wish, datetime.now(UTC)), subscribers=0)
    match outcome:
        case Fetched():
            found = document(charset.decode(outcome.body, outcome.content_type))
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
