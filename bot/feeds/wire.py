"""What goes through the pipe between the bot and a parsing worker: frames of JSON made of plain lists."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.feed import Entry, Fetched, FetchProblem, ParsedFeed, ParseFailed

LENGTH_BYTES = 4
LONGEST_FRAME = 128 * 1024 * 1024


def frame(payload: bytes) -> bytes:
    """Put the length before a payload."""
    return len(payload).to_bytes(LENGTH_BYTES, "big") + payload


def pack_request(fetched: Fetched) -> bytes:
    """Pack a document and what its reading needs."""
    about = json.dumps([fetched.url, fetched.content_type]).encode()
    return frame(frame(about) + fetched.body)


def unpack_request(payload: bytes) -> tuple[bytes, str, str]:
    """Give the body, where it came from and what the server called it."""
    end = LENGTH_BYTES + int.from_bytes(payload[:LENGTH_BYTES], "big")
    url, content_type = json.loads(payload[LENGTH_BYTES:end])
    return payload[end:], url, content_type


def pack_reply(result: ParsedFeed | ParseFailed, *, is_last: bool) -> bytes:
    """Pack what came of a document; `is_last` says that the worker ends after it."""
    if isinstance(result, ParseFailed):
        plain: list[Any] = [is_last, result.problem.value, result.detail]
    else:
        plain = [is_last, None, _plain_feed(result)]
    return frame(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode())


def unpack_reply(payload: bytes) -> tuple[ParsedFeed | ParseFailed, bool]:
    """Give what came of a document and whether the worker ends after it."""
    is_last, problem, content = json.loads(payload)
    if problem is not None:
        return ParseFailed(FetchProblem(problem), content), is_last
    return _feed(content), is_last


def _plain_feed(feed: ParsedFeed) -> list[Any]:
    return [
        feed.title,
        feed.language,
        feed.site_url,
        feed.ttl.total_seconds() if feed.ttl else None,
        [_plain_entry(entry) for entry in feed.entries],
        sorted(feed.skip_hours),
        sorted(feed.skip_days),
        feed.is_whole,
    ]


def _feed(plain: list[Any]) -> ParsedFeed:
    title, language, site_url, ttl, entries, hours, days, is_whole = plain
    return ParsedFeed(
        title=title,
        language=language,
        site_url=site_url,
        ttl=timedelta(seconds=ttl) if ttl else None,
        entries=tuple(map(_entry, entries)),
        skip_hours=frozenset(hours),
        skip_days=frozenset(days),
        is_whole=is_whole,
    )


def _plain_entry(entry: Entry) -> list[Any]:
    return [
        entry.guid,
        entry.link,
        entry.title,
        entry.summary,
        entry.content,
        entry.key_points,
        entry.html,
        entry.published_at.timestamp() if entry.published_at else None,
        entry.language,
        entry.tags,
    ]


def _entry(plain: list[Any]) -> Entry:
    guid, link, title, summary, content, key_points, html, published, language, tags = plain
    return Entry(
        guid=guid,
        link=link,
        title=title,
        summary=summary,
        content=content,
        key_points=tuple(key_points),
        html=html,
        published_at=None if published is None else datetime.fromtimestamp(published, UTC),
        language=language,
        tags=tuple(tags),
    )
