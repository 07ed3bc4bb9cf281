"""
Read a news sitemap: a `<urlset>` whose addresses carry title, time and language in Google's `news:` namespace.

Publishers without a feed write one for search engines: the articles of the last two days, up to 1,000 of them. Sources:
sitemaps.org (protocol 0.9), Google's documentation of news sitemaps. expat reads it here, since feedparser knows no
sitemaps. Prefixes are not resolved, so that an undeclared or misspelt namespace costs nothing: what counts is where an
element stands.

Runs in a worker process only.
"""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Mapping, Sized
from datetime import datetime
from functools import partial
from urllib.parse import urljoin
from xml.parsers import expat

from feedparser import encodings

from bot.core.feed import FetchProblem, ParsedFeed, ParseFailed
from bot.feeds import dates, document_limits, entries, fingerprints, links, pages, prescan
from bot.feeds.dates import Habits
from bot.feeds.entries import Losses, RawEntry
from bot.feeds.fingerprints import EntryFingerprint

MOST_NODES = 250_000
"""Elements and attributes: the 50,000 addresses the protocol allows, with their dates; about a second of expat."""
MOST_ADDRESSES = 1_000
"""Of an index; the protocol allows 50,000, but a search looks at a handful."""
_LONGEST = 4_000
"""Characters of one value."""
_HEAD = 8_000
_COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(urlset|sitemapindex)[\s>/]")
_FIRST = re.compile(rb"<[A-Za-z_]")
_NEWS = re.compile(rb"<(?:[\w.-]+:)?urlset[^>]*sitemap-news")
_REFERENCE = re.compile(rb"&(#?\w{1,30};)?")
"""What may be no reference in truth: publishers forget to escape the & of an address, or use names of HTML."""
_MOST_MENDED = 100_000
_XML_NAMES = frozenset((b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"))
_FIELDS = frozenset(
    (
        "loc",
        "lastmod",
        "news/title",
        "news/publication_date",
        "news/keywords",
        "news/access",
        "news/publication/name",
        "news/publication/language",
    )
)

Fields = Mapping[str, str]


def kind_of(head: bytes) -> str | None:
    """Name the root element where a document is a sitemap: "urlset", "sitemapindex", or None."""
    head = _COMMENT.sub(b"", head[:_HEAD].replace(b"\0", b""))
    first = _FIRST.search(head)
    root = _ROOT.match(head, first.start()) if first else None
    return root[1].decode() if root else None


def parse(
    body: bytes, url: str, content_type: str, known: Mapping[bytes, EntryFingerprint], now: datetime
) -> ParsedFeed | ParseFailed:
    """
    Read a sitemap as a feed; entries whose marks are known are left out.

    An index, and a sitemap of mere pages, are no feed.
    """
    data = _to_utf8(body, content_type)
    try:
        scan = _read(data)
    except document_limits.ExceededError as error:
        return ParseFailed(FetchProblem.TOO_LARGE, str(error))
    news = [fields for fields in scan.listed if fields.get("news/title")]
    if kind_of(data) == "sitemapindex":
        return ParseFailed(FetchProblem.NOT_A_FEED, "This is an index of sitemaps, not a news sitemap.")
    if not news and (scan.listed or not _NEWS.search(data[:_HEAD])):
        return ParseFailed(FetchProblem.NOT_A_FEED, "This is a sitemap without news.")
    losses = Losses()
    listed = [(fields, _fingerprint(fields)) for fields in _newest(news)]
    unseen = [index for index, (_, fingerprint) in enumerate(listed) if fingerprint not in known]
    habits = Habits(now=now, document=data)
    raw = [losses.attempt(partial(_raw, listed[index][0], habits)) for index in unseen]
    name = next((found for fields in news if (found := fields.get("news/publication/name"))), "")
    site_url = _site(news, url)
    cleaned = entries.clean_newest(raw, url, entries.outlets(name, site_url, url), losses)
    fresh = {
        listed[index][1]: fingerprints.of_entry(listed[index][1], date, entry)
        for index, date, entry in zip(unseen, entries.dates(raw), cleaned, strict=True)
    }
    marks = [fresh.get(fingerprint) or known[fingerprint] for _, fingerprint in listed]
    is_listing = len(unseen) == len(listed)
    return ParsedFeed(
        title=entries.line(name),
        language=_language(news),
        site_url=site_url,
        ttl=None,
        entries=tuple(entry for entry in cleaned if entry),
        is_whole=scan.is_whole,
        is_listing=is_listing,
        dates=fingerprints.dates(marks),
        listed=None if is_listing else fingerprints.traits(marks),
        marks=fingerprints.pack(marks, known),
        lost=tuple(losses.errors),
    )


def read_index(body: bytes, url: str, content_type: str) -> list[str]:
    """
    List the sitemaps an index names, the one changed last first where all say when they changed.

    What is no index, or too large, names none.
    """
    if kind_of(body) != "sitemapindex":
        return []
    try:
        listed = _read(_to_utf8(body, content_type)).listed
    except document_limits.ExceededError:
        return []
    changed = [dates.parse(fields.get("lastmod", "")) for fields in listed]
    if listed and all(changed):
        order = sorted(range(len(listed)), key=lambda index: -(c.at.timestamp() if (c := changed[index]) else 0.0))
        listed = [listed[index] for index in order]
    found = (links.absolute(fields.get("loc"), url) for fields in listed)
    return list(dict.fromkeys(address for address in found if address))[:MOST_ADDRESSES]


def _to_utf8(body: bytes, content_type: str) -> bytes:
    """Give a document in UTF-8, whatever it was written in."""
    converted: bytes = encodings.convert_to_utf8({"content-type": pages.real_type(body, content_type)}, body, {})
    return converted or body


def _read(data: bytes) -> _SitemapScan:
    """Go through a document; what is not well formed is mended once, and else read up to the damage."""
    scan = _SitemapScan()
    try:
        scan.run(data)
    except expat.ExpatError:
        if not scan.is_whole and data.count(b"&") <= _MOST_MENDED:
            scan = _SitemapScan()
            with contextlib.suppress(expat.ExpatError):  # what was complete before the damage counts
                scan.run(_mend(data))
    return scan


def _mend(data: bytes) -> bytes:
    """Escape what is no reference; in CDATA sections nothing is one."""
    pieces, at = [], 0
    while (start := data.find(b"<![CDATA[", at)) >= 0 and (end := data.find(b"]]>", start)) >= 0:
        pieces += [_REFERENCE.sub(_escape, data[at:start]), data[start:end]]
        at = end
    return b"".join((*pieces, _REFERENCE.sub(_escape, data[at:])))


def _escape(found: re.Match[bytes]) -> bytes:
    if found[1] in _XML_NAMES:
        return found[0]
    written = found[0].decode("ascii")
    read = html.unescape(written)
    escaped = html.escape(entries.scrub(read), quote=False) if read != written else "&amp;" + written[1:]
    return escaped.encode("ascii", "xmlcharrefreplace")


class _SitemapScan:
    """What a sitemap lists: for each address its fields by their path, such as `news/title`."""

    def __init__(self) -> None:
        self.listed: list[Fields] = []
        self.is_whole = False
        self._tally = document_limits.StructureTally()
        self._path: list[str] = []
        self._fields: dict[str, str] = {}
        self._field = ""
        self._pieces: list[str] = []
        self._length = 0
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = _refuse

    def run(self, data: bytes) -> None:
        self._parser.Parse(data, True)

    def _open(self, name: str, attributes: Sized) -> None:
        self._tally.open(len(attributes), is_entry=self._tally.depth == 1)
        if self._tally.nodes > MOST_NODES:
            raise document_limits.ExceededError(f"The sitemap has more than {MOST_NODES} elements and attributes.")
        self._path.append(name.rpartition(":")[2])
        field = "/".join(self._path[2:])
        self._field, self._pieces, self._length = (field if field in _FIELDS else ""), [], 0

    def _text(self, text: str) -> None:
        if self._field and self._length < _LONGEST:
            self._pieces.append(text[:_LONGEST])
            self._length += len(text)

    def _close(self, _: str) -> None:
        if self._field:
            self._fields.setdefault(self._field, "".join(self._pieces).strip())
            self._field = ""
        self._path.pop()
        self._tally.close()
        if len(self._path) == 1:
            if self._fields.get("loc"):
                self.listed.append(self._fields)
            self._fields = {}
        self.is_whole = not self._path


def _refuse(*_: object) -> None:
    raise document_limits.ExceededError("The sitemap declares entities, which none needs.")


def _newest(news: list[Fields]) -> list[Fields]:
    """Keep the newest of a sitemap that lists more than is told apart."""
    if len(news) <= prescan.MOST:
        return news
    return sorted(news, key=lambda fields: fields.get("news/publication_date", ""), reverse=True)[: prescan.MOST]


def _fingerprint(fields: Fields) -> bytes:
    return prescan.fingerprint("\0".join(fields.get(name, "") for name in sorted(_FIELDS - {"lastmod"})).encode())


def _raw(fields: Fields, habits: Habits) -> RawEntry:
    written = (fields.get("news/publication_date", ""), fields.get("lastmod", ""))
    published = next(filter(None, (dates.parse(text, habits=habits) for text in written)), None)
    return RawEntry(
        guid=None,
        links=(fields["loc"],),
        title=fields["news/title"],
        is_title_plain=False,  # many write references of HTML in it
        summary="",
        content="",
        published_at=published.at if published else None,
        is_paid=fields.get("news/access", "").lower() == "subscription",
        is_day=published is not None and published.is_day,
        language=fields.get("news/publication/language"),
        tags=tuple(tag for each in fields.get("news/keywords", "").split(",") if (tag := each.strip())),
    )


def _language(news: list[Fields]) -> str | None:
    """Give the language all entries say."""
    said = {entries.language(fields.get("news/publication/language")) for fields in news}
    return said.pop() if len(said) == 1 else None


def _site(news: list[Fields], url: str) -> str | None:
    """Give the front page of where the articles are; sitemaps themselves may be on another host."""
    link = links.absolute(news[0]["loc"], url) if news else None
    return links.absolute(urljoin(link or url, "/"), url)
