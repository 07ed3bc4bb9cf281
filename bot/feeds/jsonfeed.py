"""JSON Feed 1.0 and 1.1 (jsonfeed.org), which feedparser does not read."""

from __future__ import annotations

import json
from typing import Any

from bot.core.feed import FetchProblem, ParsedFeed, ParseFailed
from bot.feeds import dates, entries
from bot.feeds.entries import RawEntry


def parse(body: bytes, url: str) -> ParsedFeed | ParseFailed:
    """Read a document that begins like JSON."""
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return ParseFailed(FetchProblem.NOT_A_FEED, "This is damaged JSON, not a feed.")
    if not isinstance(document, dict) or "jsonfeed.org/version" not in str(document.get("version")):
        return ParseFailed(FetchProblem.NOT_A_FEED, "This is JSON, but not a JSON Feed.")
    items = document.get("items")
    raw = [_raw(item) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return ParsedFeed(
        title=entries.line(_text(document, "title"), is_plain=True),
        language=entries.language(_text(document, "language")),
        site_url=entries.absolute(_text(document, "home_page_url"), url),
        ttl=None,
        entries=entries.clean_newest(raw, url),
    )


def _raw(item: dict[str, Any]) -> RawEntry:
    content = _text(item, "content_html")
    plain = _text(item, "content_text")
    tags = item.get("tags")
    return RawEntry(
        guid=_text(item, "id") or None,
        link=_text(item, "url") or _text(item, "external_url") or None,
        title=_text(item, "title"),
        is_title_plain=True,
        summary=_text(item, "summary"),
        content=content or plain.replace("&", "&amp;").replace("<", "&lt;"),
        published_at=dates.parse_iso(_text(item, "date_published") or _text(item, "date_modified")),
        language=_text(item, "language") or None,
        tags=tuple(str(tag) for tag in tags) if isinstance(tags, list) else (),
    )


def _text(document: dict[str, Any], name: str) -> str:
    """Ids are numbers in some feeds; anything that is neither is as good as missing."""
    value = document.get(name)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
