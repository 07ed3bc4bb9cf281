"""
Parses feed documents: RSS, RDF and Atom through feedparser, JSON Feed and news sitemaps by ourselves.

Runs in a worker process only (`bot.feeds.worker`). feedparser's own cleaning is off: it is slow, quadratic on hostile
documents, and not needed, because everything becomes plain text here. feedparser still takes most of the time, so it
gets only the entries this feed has not shown before (`bot.feeds.prescan`); whatever is unusual is read whole.

JSON Feed 1.0 and 1.1 (jsonfeed.org) are not read by feedparser. It also passes over elements with a namespace it does
not know, so a prefix without a declaration (`<rss:item>`) is removed first.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from xml.sax import SAXException

import feedparser
from feedparser.datetimes import _parse_date

from bot.core import article
from bot.core.feed import FetchProblem, ParsedFeed, ParseFailed
from bot.feeds import dates, document_limits, entries, fingerprints, links, pages, prescan, sitemap, xml_reader
from bot.feeds.cleaning import boilerplate
from bot.feeds.dates import Habits, Published
from bot.feeds.entries import Losses, RawEntry
from bot.feeds.fingerprints import EntryFingerprint
from bot.feeds.prescan import ScannedEntry

_LONGEST_NUMBER = 40


def parse_json_feed(
    body: bytes, url: str, known: Mapping[bytes, EntryFingerprint], now: datetime
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
    unseen = [index for index, each in enumerate(prints) if each not in known]
    habits = Habits(now=now, language=_text(document, "language"), document=body)
    raw = [losses.attempt(partial(_raw, items[index], habits)) for index in unseen]
    title = entries.line(_text(document, "title"), is_plain=True)
    own = links.absolute(_text(document, "feed_url"), url)
    site_url = links.absolute(_text(document, "home_page_url"), own or url)
    cleaned = entries.clean_newest(raw, links.base(url, own, site_url), entries.outlets(title, site_url, url), losses)
    fresh = {
        prints[index]: fingerprints.of_entry(prints[index], date, entry)
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
        dates=fingerprints.dates(listed),
        listed=None if len(unseen) == len(items) else fingerprints.traits(listed),
        marks=fingerprints.pack(listed, known),
        hub=_hub(document, url),
        topic=own,
        lost=tuple(losses.errors),
    )


def _hub(document: dict[str, Any], url: str) -> str | None:
    """Return the WebSub hub that a JSON Feed names."""
    hubs = document.get("hubs")
    named = [hub for hub in hubs if isinstance(hub, dict)] if isinstance(hubs, list) else []
    return next(
        (links.absolute(_text(hub, "url"), url) for hub in named if _text(hub, "type").lower() == "websub"), None
    )


def _fingerprint(item: dict[str, Any]) -> bytes:
    return prescan.fingerprint(json.dumps(item, sort_keys=True).encode())


def _number(digits: str) -> int | str:
    """Read a whole number; one longer than any id or date stays text, since Python refuses to convert endless ones."""
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def _raw(item: dict[str, Any], habits: Habits) -> RawEntry:
    content = _text(item, "content_html")
    plain = _text(item, "content_text")
    tags, attached = item.get("tags"), item.get("attachments")
    files = [_text(each, "url") for each in attached if isinstance(each, dict)] if isinstance(attached, list) else []
    written = (_text(item, "date_published"), _text(item, "date_modified"))
    published = next(filter(None, (dates.parse(text, habits=habits) for text in written)), None)
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


def is_same(short: ParsedFeed, whole: ParsedFeed) -> bool:
    """Say whether a short reading gave what the whole one gives of the same entries."""
    there = set(whole.entries)
    return (
        all(entry in there for entry in short.entries)
        and article.ambiguous(short, short.entries) == article.ambiguous(whole, short.entries)
        and _head(short) == _head(whole)
    )


def _head(feed: ParsedFeed) -> tuple[Any, ...]:
    return feed.title, feed.language, feed.site_url, feed.ttl, feed.skip_hours, feed.skip_days


_PREFIXED = re.compile(rb"<([A-Za-z_][\w.-]{0,40}):(?:item|entry|title|channel|feed|rss)[\s>/]")
_PREFIXED_ENTRY = re.compile(rb"<[A-Za-z_][\w.-]{0,40}:(?:item|entry)[\s>]")
_OF_MODULES = frozenset(b"media dc dcterms content itunes podcast slash wfw sy georss geo thr gd yt".split())
"""Prefixes of extensions, whose titles are not those of entries; feedparser knows them undeclared too."""
_MOST = 5


def cut(body: bytes) -> bytes | None:
    """Give a feed without the prefixes of its elements; None where it has none that could be cut."""
    found = dict.fromkeys(prefix for prefix in _PREFIXED.findall(body) if prefix not in _OF_MODULES)
    if not found:
        return None
    names = b"|".join(map(re.escape, list(found)[:_MOST]))
    return re.sub(rb"(</?)(?:" + names + rb"):(?=[A-Za-z_])", rb"\1", body)


_HEAD = 2_000
_TAIL = 4_000
_MARK_OF_UTF8 = b"\xef\xbb\xbf"
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
_SKIPPED = re.compile(rb"<skip(?:Hours|Days)>(.{0,2000}?)</skip(?:Hours|Days)>", re.DOTALL)
_END = re.compile(rb"</\s*(?:[\w-]+:)?(?:rss|feed|rdf|channel|xml)\s*>", re.IGNORECASE)
_IMPOSSIBLE = re.compile(
    rb"&#(?:[xX]0*(?:[dD][89a-fA-F][0-9a-fA-F]{2}|[1-9a-fA-F][0-9a-fA-F]{5,})"
    rb"|0*(?:5(?:5(?:29[6-9]|[3-9]\d\d)|6\d{3}|7(?:[0-2]\d\d|3(?:[0-3]\d|4[0-3])))|[1-9]\d{6,}));"
)
"""References to halves of character pairs and to numbers that are no character: feedparser dies of them."""
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def parse(
    body: bytes, *, url: str, content_type: str, marks: bytes = b"", audit: bool = False, now: datetime | None = None
) -> ParsedFeed | ParseFailed:
    """
    Read a document that came from `url`, after redirects.

    One that tells nothing but the errors of a bridge is a failure like the error itself.

    `marks` are those of the last reading of this feed: entries they hold are left out where that is safe. `audit`
    reads the whole document too and compares; where the two differ the whole one counts. `now` decides which of several
    readings of a date is meant; without, the clock of this process is asked.
    """
    now = now or datetime.now(UTC)
    feed = _parse(body, url=url, content_type=content_type, marks=marks, audit=audit, now=now)
    return feed if isinstance(feed, ParseFailed) else boilerplate.without_errors(feed)


def _parse(
    body: bytes, *, url: str, content_type: str, marks: bytes, audit: bool, now: datetime
) -> ParsedFeed | ParseFailed:
    body = body.lstrip()
    if body[:4].removeprefix(_MARK_OF_UTF8).isspace():
        body = body.removeprefix(_MARK_OF_UTF8).lstrip()  # blank lines before the declaration
    start = body[:_HEAD].removeprefix(_MARK_OF_UTF8).lstrip()
    known = fingerprints.unpack(marks)
    if start.startswith((b"{", b"[")):
        return parse_json_feed(body, url, known, now)
    if sitemap.kind_of(body):
        return sitemap.parse(body, url, content_type, known, now)
    # It would take another XML reader, one that opens outside entities, if that happened to be installed.
    feedparser.api.PREFERRED_XML_PARSERS = [xml_reader.__name__]
    try:
        document = _open(body, url, content_type, now, known)
        short = _read_unseen(document, known)
        if document.is_skimmed and (audit or short is None):
            document = _open(body, url, content_type, now)
            short = short or _read_unseen(document, known)
    except document_limits.ExceededError as error:
        return ParseFailed(FetchProblem.TOO_LARGE, str(error))
    if short is None:
        return _read_whole(document, known) or _not_a_feed(start)
    if not audit:
        return short
    whole = _read_all(document, known)
    if whole is None:
        return short
    if is_same(short, whole):
        return replace(whole, audit=True)
    return replace(whole, audit=False, marks=b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    body: bytes
    url: str
    content_type: str
    utf8: bytes
    """The body as feedparser hands it to its own parser."""
    found: tuple[ScannedEntry, ...] | None
    """Its entries, where it is one to take apart."""
    is_whole: bool
    is_skimmed: bool
    """Entries that are known were not looked into."""
    now: datetime

    def habits(self, language: str = "") -> Habits:
        """Give what is known of how it writes dates; `language` is what it declares."""
        return Habits(now=self.now, language=language, document=self.utf8 or self.body)


def _open(
    body: bytes, url: str, content_type: str, now: datetime, known: Mapping[bytes, EntryFingerprint] | None = None
) -> _Document:
    """Take a document apart; with `known` it may skim those entries, which is only good for reading the others."""
    body = _IMPOSSIBLE.sub(b"", body) if b"&#" in body else body
    is_whole = bool(_END.search(body[-_TAIL:]) or _END.search(body.rstrip(b"\0")[-_TAIL:].replace(b"\0", b"")))
    utf8, content_type, is_sure = xml_reader.to_utf8(body, content_type)
    can_be_cut = is_whole and is_sure
    skimmed = prescan.skim(utf8, known) if can_be_cut and known else None
    found = skimmed or (prescan.find(utf8) if can_be_cut else None)
    if found is None:
        document_limits.check_loosely(utf8 or body)
    elif prescan.is_too_much(found):
        chosen = prescan.newest(utf8, found, entries.MOST, partial(_date, habits=Habits(now=now, document=utf8)))
        body = utf8 = prescan.keep(utf8, found, chosen)
        content_type, found = pages.UTF8, prescan.find(utf8)
    return _Document(
        body=body,
        url=url,
        content_type=content_type,
        utf8=utf8,
        found=found,
        is_whole=is_whole,
        is_skimmed=skimmed is not None,
        now=now,
    )


def _read_whole(document: _Document, known: Mapping[bytes, EntryFingerprint]) -> ParsedFeed | None:
    """Read all entries; where some or all have a prefix that means nothing, without the prefix."""
    feed = _read_all(document, known)
    if feed is not None and feed.entries and (document.found is not None or not _PREFIXED_ENTRY.search(document.body)):
        return feed
    bare = cut(document.body)
    again = _read_all(_open(bare, document.url, document.content_type, document.now), known) if bare else None
    return again if again is not None and len(again.entries) > (len(feed.entries) if feed else 0) else feed


def _read_all(document: _Document, known: Mapping[bytes, EntryFingerprint]) -> ParsedFeed | None:
    read = _ask_feedparser(document.body, document.content_type)
    if not read.get("version") and not read.entries:
        return None
    losses = Losses()
    raw, feed = _feed(read, document, losses)
    # The last entry of a document that breaks off may hold half a link.
    listed_raw = raw if document.is_whole else raw[:-1]
    cleaned = entries.clean_newest(listed_raw, _base(read, feed, document), _names(feed, document), losses)
    kept = tuple(entry for entry in cleaned if entry)
    feed = replace(feed, entries=kept, is_whole=document.is_whole, lost=tuple(losses.errors))
    if document.found is None or len(document.found) != len(raw) or _is_loose(read):
        return feed
    prints = [each.print for each in document.found]
    listed = [fingerprints.of_entry(*parts) for parts in zip(prints, entries.dates(raw), cleaned, strict=True)]
    return replace(feed, marks=fingerprints.pack(listed, known))


def _read_unseen(document: _Document, known: Mapping[bytes, EntryFingerprint]) -> ParsedFeed | None:
    """Read only the entries without a mark; None where the whole document must be read."""
    found = document.found
    if not known or not found:
        return None
    unseen = [index for index, each in enumerate(found) if each.print not in known]
    if len(unseen) > min(entries.MOST, len(found) - 1):
        return None
    read = _ask_feedparser(prescan.keep(document.utf8, found, set(unseen)), pages.UTF8)
    if read.bozo or not read.get("version") or len(read.entries) != len(unseen):
        return None
    losses = Losses()
    raw, feed = _feed(read, document, losses)
    cleaned = entries.clean_newest(raw, _base(read, feed, document), _names(feed, document), losses)
    fresh = {
        found[index].print: fingerprints.of_entry(found[index].print, date, entry)
        for index, date, entry in zip(unseen, entries.dates(raw), cleaned, strict=True)
    }
    listed = [fresh.get(each.print) or known[each.print] for each in found]
    kept = tuple(entry for entry in cleaned if entry)
    return replace(
        feed,
        entries=kept,
        is_listing=False,
        dates=fingerprints.dates(listed),
        listed=fingerprints.traits(listed),
        marks=fingerprints.pack(listed, known),
        lost=tuple(losses.errors),
    )


def _ask_feedparser(body: bytes, content_type: str) -> Any:
    return feedparser.parse(
        io.BytesIO(body),  # a stream, because bytes could be taken for the name of a file
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-type": content_type},
    )


def _is_loose(read: Any) -> bool:
    """Say whether feedparser fell back to reading the document as if it were HTML."""
    return isinstance(read.get("bozo_exception"), SAXException)


def _feed(read: Any, document: _Document, losses: Losses) -> tuple[list[RawEntry | None], ParsedFeed]:
    feed_language = entries.language(dict.get(read.feed, "language"))
    is_atom = str(read.get("version")).startswith("atom")
    hours, days = _silence(document.body)
    habits = document.habits(str(dict.get(read.feed, "language") or ""))
    raw = [losses.attempt(partial(_raw_parse, item, feed_language, habits, is_atom=is_atom)) for item in read.entries]
    return raw, ParsedFeed(
        title=entries.line(dict.get(read.feed, "title") or ""),
        language=feed_language,
        site_url=links.absolute(dict.get(read.feed, "link"), links.own_of(read.feed, document.url) or document.url),
        ttl=_ttl(dict.get(read.feed, "ttl")),
        entries=(),
        skip_hours=hours,
        skip_days=days,
        hub=links.hub_of(read.feed, document.url),
        topic=links.own_of(read.feed, document.url),
    )


def _base(read: Any, feed: ParsedFeed, document: _Document) -> str:
    return links.base(document.url, links.own_of(read.feed, document.url), feed.site_url)


def _names(feed: ParsedFeed, document: _Document) -> frozenset[str]:
    return entries.outlets(feed.title, feed.site_url, document.url)


def _raw_parse(item: Any, feed_language: str | None, habits: Habits, *, is_atom: bool) -> RawEntry:
    # dict.get, because feedparser's own look-up answers with other keys of its choice.
    title = dict.get(item, "title_detail") or {}
    contents = [each.get("value") or "" for each in dict.get(item, "content") or ()]
    content = max(contents, key=len, default="")
    summary = dict.get(item, "summary") or ""
    guid = dict.get(item, "id")
    published = _published(item, habits)
    return RawEntry(
        guid=guid,
        links=links.of_item(item),
        title=dict.get(item, "title") or "",
        # Only Atom says what a title is; in RSS feedparser guesses, and takes a script for text.
        is_title_plain=is_atom and title.get("type") == "text/plain",
        summary="" if summary in contents else summary,
        content=content,
        published_at=published.at if published else None,
        is_day=published is not None and published.is_day,
        language=_language(item, title, feed_language),
        tags=tuple(str(tag.get("label") or tag.get("term") or "") for tag in dict.get(item, "tags") or ()),
    )


def _published(item: Any, habits: Habits) -> Published | None:
    for name in ("published", "updated", "created"):
        if text := dict.get(item, name):
            found = dates.parse(text, dict.get(item, f"{name}_parsed"), habits)
            if found is not None:
                return found
    return None


def _date(text: str, habits: Habits) -> datetime | None:
    published = dates.parse(text, _parse_date(text), habits)
    return published.at if published else None


def _language(item: Any, title: Any, feed_language: str | None) -> str | None:
    """What the entry says of itself; feedparser hands the feed's own language down to every entry."""
    own = entries.language(dict.get(item, "language"))
    if own:
        return own
    inherited = entries.language(title.get("language"))
    return inherited if inherited != feed_language else None


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
