"""
Read a feed document: RSS, RDF and Atom through feedparser, JSON Feed by ourselves.

Runs in a worker process only (`bot.feeds.worker`). feedparser's own cleaning is off: it is slow, quadratic on hostile
documents, and not needed, because everything becomes plain text here.
"""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import feedparser

from bot.core.feed import FetchProblem, ParsedFeed, ParseFailed
from bot.feeds import dates, entries, jsonfeed
from bot.feeds.entries import RawEntry

_HEAD = 2_000
_TAIL = 4_000
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
_SKIPPED = re.compile(rb"<skip(?:Hours|Days)>(.{0,2000}?)</skip(?:Hours|Days)>", re.DOTALL)
_END = re.compile(rb"</\s*(?:[\w-]+:)?(?:rss|feed|rdf|channel|xml)\s*>", re.IGNORECASE)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def parse(body: bytes, *, url: str, content_type: str) -> ParsedFeed | ParseFailed:
    """Read a document that came from `url`, after redirects."""
    start = body[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"{", b"[")):
        return jsonfeed.parse(body.strip(), url)
    # It would take another XML reader, one that opens outside entities, if that happened to be installed.
    feedparser.api.PREFERRED_XML_PARSERS = []
    # A stream, not bytes: bytes could be taken for the name of a file.
    read = feedparser.parse(
        io.BytesIO(body.lstrip()),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-type": _real_type(body, content_type)},
    )
    if not read.get("version") and not read.entries:
        return _not_a_feed(start)
    return _feed(read, body, url)


def _feed(read: Any, body: bytes, url: str) -> ParsedFeed:
    is_whole = bool(_END.search(body[-_TAIL:]) or _END.search(body.rstrip(b"\0")[-_TAIL:].replace(b"\0", b"")))
    # The last entry of a document that breaks off may hold half a link.
    listed = read.entries if is_whole else read.entries[:-1]
    feed_language = entries.language(dict.get(read.feed, "language"))
    is_atom = str(read.get("version")).startswith("atom")
    raw = [_raw(item, feed_language, is_atom=is_atom) for item in listed]
    hours, days = _silence(body)
    return ParsedFeed(
        title=entries.line(dict.get(read.feed, "title") or ""),
        language=feed_language,
        site_url=entries.absolute(dict.get(read.feed, "link"), url),
        ttl=_ttl(dict.get(read.feed, "ttl")),
        entries=entries.clean_newest(raw, url),
        skip_hours=hours,
        skip_days=days,
        is_whole=is_whole,
    )


def _raw(item: Any, feed_language: str | None, *, is_atom: bool) -> RawEntry:
    # dict.get, because feedparser's own look-up answers with other keys of its choice.
    title = dict.get(item, "title_detail") or {}
    contents = [each.get("value") or "" for each in dict.get(item, "content") or ()]
    content = max(contents, key=len, default="")
    summary = dict.get(item, "summary") or ""
    guid = dict.get(item, "id")
    link = dict.get(item, "feedburner_origlink") or dict.get(item, "link")
    if link == guid and dict.get(item, "guidislink"):
        link = entries.absolute_only(guid)  # made of the guid, so only when that is a whole address
    return RawEntry(
        guid=guid,
        link=link,
        title=dict.get(item, "title") or "",
        # Only Atom says what a title is; in RSS feedparser guesses, and takes a script for text.
        is_title_plain=is_atom and title.get("type") == "text/plain",
        summary="" if summary in contents else summary,
        content=content,
        published_at=_published(item),
        language=_language(item, title, feed_language),
        tags=tuple(str(tag.get("label") or tag.get("term") or "") for tag in dict.get(item, "tags") or ()),
    )


def _published(item: Any) -> Any:
    for name in ("published", "updated", "created"):
        if text := dict.get(item, name):
            found = dates.parse(text, dict.get(item, f"{name}_parsed"))
            if found is not None:
                return found
    return None


def _language(item: Any, title: Any, feed_language: str | None) -> str | None:
    """What the entry says of itself; feedparser hands the feed's own language down to every entry."""
    own = entries.language(dict.get(item, "language"))
    if own:
        return own
    inherited = entries.language(title.get("language"))
    return inherited if inherited != feed_language else None


def _real_type(body: bytes, content_type: str) -> str:
    """Bytes that are valid UTF-8 beyond ASCII are UTF-8, whatever the header and the document call themselves."""
    if not body.isascii():
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            return content_type
        return "application/xml; charset=utf-8"
    return content_type


def _ttl(text: Any) -> timedelta | None:
    minutes = str(text or "").strip()
    if not (minutes.isascii() and minutes.isdecimal()) or len(minutes) > 6:
        return None
    return timedelta(minutes=int(minutes)) or None


def _silence(body: bytes) -> tuple[frozenset[int], frozenset[int]]:
    """feedparser keeps only the last of each, so they are read from the head of the document."""
    entry = _ENTRY.search(body)
    head = body[: entry.start()] if entry else body[:100_000]
    words = re.findall(
        r"<(hour|day)>\s*(\w+)\s*<", " ".join(each.decode("ascii", "ignore") for each in _SKIPPED.findall(head))
    )
    hours = {int(value) % 24 for kind, value in words if kind == "hour" and value.isdecimal() and int(value) <= 24}
    days = {_DAYS.index(value.lower()) for kind, value in words if kind == "day" and value.lower() in _DAYS}
    return frozenset(hours), frozenset(days)


def _not_a_feed(start: bytes) -> ParseFailed:
    if _HTML.search(start):
        return ParseFailed(FetchProblem.NOT_A_FEED, "This is a web page, not a feed.")
    return ParseFailed(FetchProblem.NOT_A_FEED, "This is not a feed.")
