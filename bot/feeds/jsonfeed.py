"""JSON Feed 1.0 and 1.1 (jsonfeed.org), which feedparser does not read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.core.feed import FetchProblem, ParsedFeed, ParseFailed
from bot.feeds import dates, entries, links, marking, prescan
from bot.feeds.entries import Losses, RawEntry
from bot.feeds.marking import EntryFingerprint

_LONGEST_NUMBER = 40


def parse_json_feed(
    body: bytes, url: str, known: Mapping[bytes, EntryFingerprint] | None = None
) -> ParsedFeed | ParseFailed:
    """Read a document that begins like JSON; entries whose marks are known are left out."""
    try:
        document = json.loads(body.decode("utf-8-sig"), parse_int=_number, strict=False)  # lines break inside strings
    except (ValueError, RecursionError):
        return ParseFailed(FetchProblem.NOT_A_FEED, "This is damaged JSON, not a feed.")
    if not isinstance(document, dict) or "jsonfeed.org/version" not in str(document.get("version")):
        return ParseFailed(FetchProblem.NOT_A_FEED, "This is JSON, but not a JSON Feed.")
    items = document.get("items")
    items = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    losses = Losses()
    printed = [(item, losses.attempt(partial(_fingerprint, item))) for item in items]
    items = [item for item, fingerprint in printed if fingerprint]
    prints = [fingerprint for _, fingerprint in printed if fingerprint]
    known = known or {}
    unseen = [index for index, each in enumerate(prints) if each not in known]
    raw = [losses.attempt(partial(_raw, items[index])) for index in unseen]
    title = entries.line(_text(document, "title"), is_plain=True)
    own = links.absolute(_text(document, "feed_url"), url)
    site_url = links.absolute(_text(document, "home_page_url"), own or url)
    cleaned = entries.clean_newest(raw, links.base(url, own, site_url), entries.outlets(title, site_url, url), losses)
    fresh = {
        prints[index]: marking.of_entry(prints[index], date, entry)
        for index, date, entry in zip(unseen, entries.dates(raw), cleaned, strict=True)
    }
    listed = [fresh.get(each) or known[each] for each in prints]
    kept = tuple(entry for entry in cleaned if entry)
    return ParsedFeed(
        title=title,
        language=entries.language(_text(document, "language")),
        site_url=site_url,
        ttl=None,
        entries=kept,
        is_listing=len(unseen) == len(items),
        dates=marking.dates(listed),
        listed=None if len(unseen) == len(items) else marking.traits(listed),
        marks=marking.pack(listed, known),
        lost=tuple(losses.errors),
    )


def _fingerprint(item: dict[str, Any]) -> bytes:
    return prescan.fingerprint(json.dumps(item, sort_keys=True).encode())


def _number(digits: str) -> int | str:
    """Read a whole number; one longer than any id or date stays text, since Python refuses to convert endless ones."""
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def _raw(item: dict[str, Any]) -> RawEntry:
    content = _text(item, "content_html")
    plain = _text(item, "content_text")
    tags, attached = item.get("tags"), item.get("attachments")
    files = [_text(each, "url") for each in attached if isinstance(each, dict)] if isinstance(attached, list) else []
    published = dates.parse(_text(item, "date_published")) or dates.parse(_text(item, "date_modified"))
    return RawEntry(
        guid=_text(item, "id") or None,
        links=(_text(item, "url"), _text(item, "external_url"), links.absolute_only(_text(item, "id")) or "", *files),
        title=_text(item, "title"),
        is_title_plain=True,
        summary=_text(item, "summary"),
        content=content or plain.replace("&", "&amp;").replace("<", "&lt;"),
        published_at=published.at if published else None,
        is_day=published is not None and published.is_day,
        language=_text(item, "language") or None,
        tags=tuple(str(tag) for tag in tags) if isinstance(tags, list) else (),
    )


def _text(document: dict[str, Any], name: str) -> str:
    """Ids are numbers in some feeds; anything that is neither is as good as missing."""
    value = document.get(name)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
