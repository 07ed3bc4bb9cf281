"""
Lists of feeds: OPML, as other feed readers write and read it, and the starter catalogue of a new installation.

listparser reads OPML as it occurs in practice, by an HTML parser that knows no entities of a document's own and opens
nothing; it is given bytes, since it would take a text for an address.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from importlib import resources

import listparser
from lxml import etree

from bot.core.feed import FeedWish, Origin
from bot.feeds import entries, links

MOST_BYTES = 5_000_000
_MOST = 20_000
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.-]{1,40})["']""")
_TITLE, _HEAD = 200, 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlFeed:
    """One feed of a list."""

    url: str
    title: str = ""
    site_url: str | None = None
    language: str | None = None
    folder: str = ""


class NoListError(ValueError):
    """The document is no OPML."""


def read(document: bytes) -> tuple[OpmlFeed, ...]:
    """Read the feeds of a document, each address once; raise `NoListError` when it is none."""
    if len(document) > MOST_BYTES:
        raise NoListError("the document is too large")
    found = listparser.parse(_as_utf8(document))
    if not found["feeds"] and b"<opml" not in document[:_HEAD].lower():
        raise NoListError("this is no OPML")
    listed: dict[str, OpmlFeed] = {}
    for each in found["feeds"][:_MOST]:
        url = links.absolute_only(_plain_scheme(str(each.get("url") or "").strip().replace(" ", "%20")))
        if url is None:
            continue
        categories = [part for path in each.get("categories") or () for part in path]
        folder = entries.line(categories[-1], is_plain=True)[:_TITLE] if categories else ""
        title = entries.line(str(each.get("title") or ""), is_plain=True)[:_TITLE]
        listed.setdefault(url, OpmlFeed(url=url, title=title, folder=folder))
    return tuple(listed.values())


def find_damage(document: bytes) -> tuple[int, int] | None:
    """Find the line and column, from 1, from which on a document in UTF-8 is no XML any more; entities stay closed."""
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False)
    try:
        etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        return max(1, line), max(1, column)
    return None


def write(feeds: Iterable[OpmlFeed], *, title: str, now: datetime) -> bytes:
    """Write OPML 2.0; feeds with a folder stand in it, the others beside the folders."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = entries.scrub(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(now.astimezone(UTC), usegmt=True)
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {"": body}
    for each in feeds:
        if each.folder not in folders:
            name = entries.scrub(each.folder)
            folders[each.folder] = etree.SubElement(body, "outline", text=name, title=name)
        name = entries.scrub(each.title or each.url)
        outline = etree.SubElement(
            folders[each.folder], "outline", type="rss", text=name, title=name, xmlUrl=entries.scrub(each.url)
        )
        for attribute, value in (("htmlUrl", each.site_url), ("language", each.language), ("category", each.folder)):
            if value:
                outline.set(attribute, entries.scrub(value))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _as_utf8(document: bytes) -> bytes:
    """The reader takes bytes for UTF-8 unless a mark says otherwise, whatever the document calls itself."""
    declared = _ENCODING.match(document)
    if declared is None or document.startswith((b"\xff\xfe", b"\xfe\xff")):
        return document
    try:
        return document.decode(declared[1].decode()).encode()
    except (LookupError, UnicodeDecodeError):
        return document


def _plain_scheme(url: str) -> str:
    """`feed:` before an address was a habit of readers once."""
    if url.lower().startswith(("feed:http:", "feed:https:")):
        return url[5:]
    return f"http://{url[7:]}" if url.lower().startswith("feed://") else url


_FALLBACK = "en"


def starter(languages: Collection[str], countries: Collection[str] = ()) -> tuple[FeedWish, ...]:
    """
    List the starter feeds in these languages, of newsrooms in these countries.

    A language without any feed (and no language) gets the English ones; one without any in these countries gets all.
    """
    entries = _starter()
    known = {entry["language"] for entry in entries}
    wanted = {language if language in known else _FALLBACK for language in languages or (_FALLBACK,)}
    local = {entry["language"] for entry in entries if entry["country"] in countries}
    return tuple(
        FeedWish(url=entry["url"], title=entry["title"], language=entry["language"], origin=Origin.CATALOGUE)
        for entry in entries
        if entry["language"] in wanted and (entry["language"] not in local or entry["country"] in countries)
    )


def starter_countries() -> frozenset[str]:
    """Name the countries with newsrooms among the starter feeds, as ISO 3166 writes them in small letters."""
    return frozenset(entry["country"] for entry in _starter())


def _starter() -> list[dict[str, str]]:
    text = resources.files("bot.feeds").joinpath("data", "starter.toml").read_text("utf-8")
    entries: list[dict[str, str]] = tomllib.loads(text)["feeds"]
    return entries


def groups() -> tuple[str, ...]:
    """Name the groups of the larger catalogue."""
    return tuple(dict.fromkeys(group for group, _ in _larger()))


def choose(wanted: Collection[str]) -> tuple[FeedWish, ...]:
    """List the feeds of some groups of the larger catalogue."""
    return tuple(wish for group, wish in _larger() if group in wanted)


def _larger() -> tuple[tuple[str, FeedWish], ...]:
    text = resources.files("bot.feeds").joinpath("data", "catalogue.tsv").read_text("utf-8")
    lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(
        (group, FeedWish(url=url, title=title, language=language, origin=Origin.OPERATOR))
        for group, language, title, url in lines
    )
