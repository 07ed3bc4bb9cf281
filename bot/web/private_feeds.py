"""
Private feeds over HTTP: Atom 1.0 and JSON Feed 1.1, with conditional requests.

A document is kept until what it shows is different, so that a reader who asks every minute costs a few small reads.
Whatever is wrong with an address, the answer is the one to an unknown page.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from aiohttp import web
from lxml import etree

from bot.core.ids import ChatId
from bot.core.ports import Clock
from bot.core.private_feed import FeedContents, PublishedAlert
from bot.i18n.catalog import Catalog
from bot.services.private_feeds import OpenFeed

_ATOM = "http://www.w3.org/2005/Atom"
_JSON_FEED = "https://jsonfeed.org/version/1.1"
_PROGRAM = "Stichwort"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DOCUMENTS = 256
"""Documents that are kept, each of some 30 KB."""
_SECOND = timedelta(seconds=1)


class FeedSource(Protocol):
    """Where private feeds come from; all of it raises `StorageError`."""

    async def open(self, token: str) -> OpenFeed | None:
        """Find the feed of a token."""
        ...

    async def look(self, opened: OpenFeed) -> FeedContents:
        """Say what it shows at the moment, without loading it."""
        ...

    async def list_items(self, contents: FeedContents) -> tuple[PublishedAlert, ...]:
        """Load what it shows."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHead:
    """What stands above the entries."""

    id: str
    title: str
    language: str
    address: str
    updated_at: datetime


def write_atom(head: FeedHead, items: tuple[PublishedAlert, ...]) -> bytes:
    """Write an Atom feed (RFC 4287)."""
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})  # type: ignore[dict-item] # the default one has no name
    root.set("{http://www.w3.org/XML/1998/namespace}lang", head.language)
    _add(root, "id", head.id)
    _add(root, "title", head.title)
    _add(root, "updated", _time(head.updated_at))
    _add(root, "link", rel="self", type="application/atom+xml", href=head.address)
    _add(_add(root, "author"), "name", _PROGRAM)
    _add(root, "generator", _PROGRAM)
    for item in items:
        entry = _add(root, "entry")
        _add(entry, "id", item.id)
        _add(entry, "title", item.title, type="text")
        if item.url:
            _add(entry, "link", rel="alternate", type="text/html", href=item.url)
        _add(entry, "published", _time(item.published_at))
        _add(entry, "updated", _time(item.updated_at))
        _add(_add(entry, "author"), "name", item.source or _PROGRAM)
        for keyword in item.keywords:
            _add(entry, "category", term=keyword)
        # An entry without a link must have a content.
        _add(entry, "summary" if item.url else "content", item.summary, type="text")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    values = {key: _clean(value) for key, value in attributes.items()}
    element = etree.SubElement(parent, f"{{{_ATOM}}}{name}", values)
    element.text = _clean(text) or None
    return element


def _clean(text: str) -> str:
    """Leave out what no XML document may hold."""
    return _NOT_XML.sub("", text)


def write_json(head: FeedHead, items: tuple[PublishedAlert, ...]) -> bytes:
    """Write a JSON Feed (https://www.jsonfeed.org/version/1.1/)."""
    document = {
        "version": _JSON_FEED,
        "title": head.title,
        "feed_url": head.address,
        "language": head.language,
        "items": [_json_item(item) for item in items],
    }
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")


def _json_item(item: PublishedAlert) -> dict[str, object]:
    return {
        "id": item.id,
        **({"url": item.url} if item.url else {}),
        "title": item.title,
        "content_text": item.summary or item.title,
        "date_published": _time(item.published_at),
        "date_modified": _time(item.updated_at),
        "authors": [{"name": item.source or _PROGRAM}],
        "tags": list(item.keywords),
    }


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


_FORMATS: Mapping[str, tuple[str, Callable[[FeedHead, tuple[PublishedAlert, ...]], bytes]]] = {
    "atom": ("application/atom+xml", write_atom),
    "json": ("application/feed+json", write_json),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _WrittenFeed:
    """A document as it was written, for what was shown then."""

    mark: str
    body: bytes
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPages:
    """Answers requests for private feeds."""

    source: FeedSource
    catalog: Catalog
    clock: Clock
    _documents: OrderedDict[tuple[ChatId, str], _WrittenFeed] = field(default_factory=OrderedDict)

    async def answer(self, request: web.Request) -> web.Response:
        """Give a feed, or say that it is as it was; raises `HTTPNotFound`."""
        token, _, kind = request.match_info["name"].rpartition(".")
        opened = await self.source.open(token) if kind in _FORMATS else None
        if opened is None:
            raise web.HTTPNotFound
        contents = await self.source.look(opened)
        document = await self._write(opened, contents, kind)
        changed_at = contents.changed_at or opened.feed.created_at
        headers = {"Cache-Control": "private, no-cache", "ETag": f'"{document.etag}"'}
        if self.clock.now() - changed_at >= _SECOND:  # before, another alert may come that this could not tell apart
            headers["Last-Modified"] = changed_at.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
        if _is_known(request, document.etag, changed_at):
            return web.Response(status=304, headers=headers)
        headers["Content-Type"] = f"{_FORMATS[kind][0]}; charset=utf-8"
        return web.Response(body=document.body, headers=headers)

    async def _write(self, opened: OpenFeed, contents: FeedContents, kind: str) -> _WrittenFeed:
        translation = self.catalog.speak(opened.chat.language)
        key = opened.feed.chat_id, kind
        mark = f"{opened.feed.digest}:{translation.language}:{contents.mark}"
        known = self._documents.get(key)
        if known is None or known.mark != mark:
            head = FeedHead(
                id=uuid.uuid5(uuid.NAMESPACE_URL, f"stichwort:feed:{opened.feed.salt}").urn,
                title=translation.label("Stichwort: alerts of this chat"),
                language=translation.language,
                address=opened.addresses.atom if kind == "atom" else opened.addresses.json,
                updated_at=contents.changed_at or opened.feed.created_at,
            )
            body = _FORMATS[kind][1](head, await self.source.list_items(contents))
            known = _WrittenFeed(mark=mark, body=body, etag=hashlib.sha256(body).hexdigest()[:32])
        self._documents[key] = known
        self._documents.move_to_end(key)
        while len(self._documents) > _DOCUMENTS:
            self._documents.popitem(last=False)
        return known


def _is_known(request: web.Request, etag: str, changed_at: datetime) -> bool:
    """Say whether the client has this document; a date counts only where no tag is given (RFC 9110, 13.2.2)."""
    if request.if_none_match is not None:
        return any(known.value in (etag, "*") for known in request.if_none_match)
    since = request.if_modified_since
    return since is not None and changed_at.replace(microsecond=0) <= since
