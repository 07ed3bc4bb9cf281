"""The protocol between the bot and a worker: frames of JSON made of plain lists."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.core.feed import Entry, FetchProblem, ParsedFeed, ParseFailed
from bot.core.identity import Traits

LENGTH_BYTES = 4
LARGE = 1_000_000
LONGEST_FRAME = 128 * 1024 * 1024


class WorkerJob(StrEnum):
    """What is to be done with a document."""

    FEED = "feed"
    LINKS = "links"
    """Find the feeds a page names."""
    SITEMAPS = "sitemaps"
    """List what an index of sitemaps names."""
    TEXT = "text"
    """Find the article on a page."""
    RULES = "rules"
    """Say whether robots.txt and its like let us read an address."""


def frame(payload: bytes) -> bytes:
    """Put the length before a payload."""
    return len(payload).to_bytes(LENGTH_BYTES, "big") + payload


def pack_request(body: bytes, *about: str, job: WorkerJob = WorkerJob.FEED) -> tuple[bytes, bytes]:
    """
    Pack a document and what its reading needs: mostly its address and what the server called it.

    The head and the body come apart, so that a large body is not copied.
    """
    head = frame(json.dumps([job, *about]).encode())
    return (len(head) + len(body)).to_bytes(LENGTH_BYTES, "big") + head, body


def is_large(job: WorkerJob, body: bytes) -> bool:
    """Say whether a document is one of those of which one at a time is read: they may need much memory."""
    return job is WorkerJob.TEXT or len(body) > LARGE


def unpack_request(payload: bytes) -> tuple[WorkerJob, bytes, list[str]]:
    """Give what is to be done, the document, and what else was said of it."""
    end = LENGTH_BYTES + int.from_bytes(payload[:LENGTH_BYTES], "big")
    job, *about = json.loads(payload[LENGTH_BYTES:end])
    return WorkerJob(job), payload[end:], about


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of a document; the entries of a feed follow in frames of their own."""

    content: list[Any] | ParseFailed
    entries: int
    """So many frames follow, one entry each, so that the bot never has to read megabytes in one go."""
    cpu: float
    """Seconds of processor time the document took."""
    is_last: bool
    """The worker ends after it."""


def pack_reply(result: ParsedFeed | ParseFailed | list[Any], *, cpu: float, is_last: bool) -> list[bytes]:
    """Pack what came of a document into frames: its head, then each entry."""
    entries = result.entries if isinstance(result, ParsedFeed) else ()
    problem = result.problem.value if isinstance(result, ParseFailed) else None
    match result:
        case ParseFailed():
            content: Any = result.detail
        case ParsedFeed():
            content = _plain_head(result)
        case _:
            content = result
    return [
        _frame_json([is_last, cpu, len(entries), problem, content]),
        *(_frame_json(_plain_entry(e)) for e in entries),
    ]


def unpack_reply(payload: bytes) -> Reply:
    """Read the first frame of a reply."""
    is_last, cpu, entries, problem, content = json.loads(payload)
    told = content if problem is None else ParseFailed(FetchProblem(problem), content)
    return Reply(content=told, entries=entries, cpu=cpu, is_last=is_last)


def _frame_json(plain: list[Any]) -> bytes:
    return frame(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode())


def _plain_head(read: ParsedFeed) -> list[Any]:
    return [
        read.title,
        read.language,
        read.site_url,
        read.ttl.total_seconds() if read.ttl else None,
        sorted(read.skip_hours),
        sorted(read.skip_days),
        read.is_whole,
        read.is_listing,
        None if read.dates is None else [date.timestamp() for date in read.dates],
        None if read.listed is None else [_plain_traits(traits) for traits in read.listed],
        None if read.marks is None else read.marks.hex(),
        read.audit,
        read.hub,
        read.topic,
        read.lost,
    ]


def feed(plain: list[Any], entries: Iterable[Entry]) -> ParsedFeed:
    """Read a feed that came through the pipe."""
    title, language, site_url, ttl, hours, days, is_whole, is_listing, dates, *more = plain
    listed, marks, audit, hub, topic, lost = more
    return ParsedFeed(
        title=title,
        language=language,
        site_url=site_url,
        ttl=timedelta(seconds=ttl) if ttl else None,
        entries=tuple(entries),
        skip_hours=frozenset(hours),
        skip_days=frozenset(days),
        is_whole=is_whole,
        is_listing=is_listing,
        dates=None if dates is None else tuple(datetime.fromtimestamp(date, UTC) for date in dates),
        listed=None if listed is None else tuple(map(_traits, listed)),
        marks=None if marks is None else bytes.fromhex(marks),
        audit=audit,
        hub=hub,
        topic=topic,
        lost=tuple(lost),
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
        entry.is_day,
        entry.is_paid,
        entry.language,
        entry.tags,
    ]


def _plain_traits(traits: Traits) -> list[Any]:
    return [traits.link, traits.fragment, traits.guid, traits.title, traits.date]


def _traits(plain: list[Any]) -> Traits:
    link, fragment, guid, title, date = plain
    return Traits(link=link, fragment=fragment, guid=guid, title=title, date=date)


def entry(payload: bytes) -> Entry:
    """Read the frame of an entry."""
    guid, link, title, summary, content, key_points, html, published, is_day, is_paid, language, tags = json.loads(
        payload
    )
    return Entry(
        guid=guid,
        link=link,
        title=title,
        summary=summary,
        content=content,
        key_points=tuple(key_points),
        html=html,
        is_day=is_day,
        is_paid=is_paid,
        published_at=None if published is None else datetime.fromtimestamp(published, UTC),
        language=language,
        tags=tuple(tags),
    )
