"""
`stichwort feeds check URL`: explains every step from an address to the next poll; changes nothing.

Of a feed that is polled already, it says by what its entries were found to be told apart so far, where there is a
database to ask.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from bot.app import database
from bot.app.feed_wiring import fetch_policy, poll_policy
from bot.core import article, identity
from bot.core import polling as core_polling
from bot.core.errors import StorageError
from bot.core.feed import (
    Feed,
    FeedWish,
    Fetched,
    FetchFailed,
    NotModified,
    Origin,
    ParsedFeed,
    address_key,
    unmet,
)
from bot.core.identity import IdentityRule, Trait
from bot.core.process_state import ExitCode
from bot.core.source import read_address, without_password
from bot.core.web_page import FeedFound, FeedsNamed, NothingFound
from bot.feeds.discover import FeedDiscoverer
from bot.feeds.fetch import HttpFetcher
from bot.feeds.guard import AddressGuard
from bot.feeds.worker_pool import ParserPool
from bot.settings.model import Settings
from storage.store import open_store

_HEADERS = ("Cache-Control", "Expires", "Age", "Retry-After", "ETag", "Last-Modified")
_FORMATS = (
    (rb"<rss[\s>]", "RSS"),
    (rb"<(?:\w+:)?feed[\s>]", "Atom"),
    (rb"<(?:\w+:)?RDF[\s>]", "RSS 1.0 (RDF)"),
    (rb'^\s*\{\s*"', "JSON Feed"),
    (rb"<(?:\w+:)?urlset[\s>]", "news sitemap"),
)
_HEAD = 4_000
_ENTRIES = 3


async def check(settings: Settings, url: str) -> int:
    """Explain each step; returns 0 when there is a feed, or a page that names one."""
    address = read_address(url)
    if address is None:
        print("address: this is no web address")
        return ExitCode.FAILURE
    print(f"address: {without_password(address)}")
    await _look_up(settings, address)
    print("robots.txt: not asked; feeds are made for machines")
    feed = unmet(FeedWish(url=address, origin=Origin.OPERATOR), datetime.now(UTC))
    feed = replace(feed, identity=await _find_rule(settings, address))
    async with HttpFetcher(fetch_policy(settings), watch=_show) as fetcher, ParserPool(workers=1) as pool:
        discover = FeedDiscoverer(fetcher, pool)
        outcome = await fetcher.fetch(feed, subscribers=0)
        match outcome:
            case FetchFailed(detail=detail):
                print(f"result: {detail}")
                return ExitCode.FAILURE
            case NotModified():
                print("result: the server says that nothing changed, which nobody had asked")
                return ExitCode.FAILURE
            case Fetched():
                return await _read(settings, pool, discover, feed, outcome)


async def _look_up(settings: Settings, address: str) -> None:
    """Say where the name leads, and whether feeds may be there; the connection itself is checked once more."""
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    polling = settings.polling
    yours, readers = AddressGuard(polling.ports, polling.allow_networks), AddressGuard(polling.ports)
    try:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(parts.hostname or "", port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        print(f"name: {parts.hostname} is not known")
        return
    for host in dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found):
        if readers.allows(host, port):
            remark = "public, allowed"
        elif yours.allows(host, port):
            remark = "in polling.allow_networks: allowed for your feeds, not for those of readers"
        elif port not in polling.ports:
            remark = f"refused: port {port} is not among polling.ports"
        else:
            remark = "refused: not public, and not in polling.allow_networks"
        print(f"name: {host} port {port} ({remark})")


def _show(url: str, status: int, headers: Mapping[str, str]) -> None:
    target = headers.get("Location", "") if 300 <= status < 400 else ""
    kept = " for good: the new address will be stored" if status in (301, 308) else ""
    print(f"answer: HTTP {status} from {without_password(url)}{f', leads to {_line(target)}{kept}' if target else ''}")
    for name in _HEADERS:
        if name in headers:
            print(f"  {name}: {_line(headers[name])}")


async def _read(settings: Settings, pool: ParserPool, discover: FeedDiscoverer, feed: Feed, fetched: Fetched) -> int:
    print(
        f"document: {len(fetched.body):,} bytes, {_line(fetched.content_type) or 'no type given'}, {_charset(fetched)}"
    )
    parsed = await pool.parse(fetched)
    if isinstance(parsed, ParsedFeed):
        _describe(settings, feed, fetched, parsed)
        return ExitCode.FINE
    print(f"feed: {parsed.detail}")
    links = await pool.find_feeds(fetched)
    print(f"discovery: the page names {len(links)} feed{'' if len(links) == 1 else 's'}")
    for link in links:
        print(f"  {without_password(link.url)}  {_line(link.title)}".rstrip())
    return ExitCode.FINE if links else await _search(settings, discover, feed, fetched)


async def _search(settings: Settings, discover: FeedDiscoverer, feed: Feed, page: Fetched) -> int:
    """Look for a news sitemap of the page's site."""
    print("discovery: looking for a news sitemap, as robots.txt allows")
    match await discover.search(FeedWish(url=feed.url, origin=Origin.OPERATOR), page):
        case FeedFound(url=url, fetched=fetched, parsed=parsed):
            print(f"discovery: {without_password(url)}")
            _describe(settings, feed, fetched, parsed)
            return ExitCode.FINE
        case FeedsNamed(links):
            print(f"discovery: there are {len(links)} news sitemaps")
            for link in links:
                print(f"  {without_password(link.url)}  {_line(link.title)}".rstrip())
            return ExitCode.FINE
        case NothingFound():
            print("discovery: no news sitemap")
            return ExitCode.FAILURE


def _describe(settings: Settings, feed: Feed, fetched: Fetched, parsed: ParsedFeed) -> None:
    kind = next((name for pattern, name in _FORMATS if re.search(pattern, fetched.body[:_HEAD])), "unknown format")
    count = len(parsed.entries)
    print(f"feed: {kind}, «{_line(parsed.title)}», {count} entries, language {parsed.language or 'not said'}")
    dates = sorted(entry.published_at for entry in parsed.entries if entry.published_at)
    if dates:
        print(f"dates: {len(dates)} of {count} entries, {dates[0]:%Y-%m-%d %H:%MZ} to {dates[-1]:%Y-%m-%d %H:%MZ}")
    elif parsed.entries:
        print("dates: none that can be read; entries count from when they are first seen")
    print(
        f"identity: {sum(entry.guid is not None for entry in parsed.entries)} with guid, "
        f"{sum(entry.link is not None for entry in parsed.entries)} with link; {_identity(parsed, feed.identity)}"
    )
    for entry in parsed.entries[:_ENTRIES]:
        print(f"  {_line(entry.title)}  {entry.link or ''}".rstrip())
    if not parsed.is_whole:
        print("warning: the document breaks off before its end")
    now = datetime.now(UTC)
    after = core_polling.after_success(
        feed, poll_policy(settings), fetched, now=now, jitter=0.5, parsed=parsed, body_hash=""
    )
    wishes = [f"max-age {fetched.cache.max_age}"] if fetched.cache.max_age else []
    wishes += [f"ttl {parsed.ttl}"] if parsed.ttl else []
    wishes += ["quiet hours or days"] if parsed.skip_hours or parsed.skip_days else []
    asked = f"; the publisher asks for {', '.join(wishes)}" if wishes else ""
    print(f"next poll: in about {timedelta(seconds=round((after.next_poll_at - now).total_seconds()))}{asked}")
    print(f"validators: {'the next poll will be conditional' if after.etag or after.last_modified else 'none given'}")


async def _find_rule(settings: Settings, address: str) -> IdentityRule | None:
    """Ask the database by what the entries of this feed are told apart; None where nobody polls it."""
    file = database.find_file(settings)
    if file is not None and not file.exists():
        return None
    try:
        store = await open_store(settings.database.url)
    except StorageError as error:
        print(f"database: {error.line}; so nothing is known of earlier polls")
        return None
    try:
        there = await store.feeds.list_all()
    finally:
        await store.close()
    same = (feed.identity for feed in there if address_key(feed.url) == address_key(address))
    return next(filter(None, same), None)


def _identity(parsed: ParsedFeed, kept: IdentityRule | None) -> str:
    """Say by what the entries of this feed are told apart: as it was learned, else as far as its document shows."""
    rule = identity.choose(article.listing(parsed), kept)
    if rule is None:
        return "what tells its entries apart shows when it lists two"
    names = {Trait.LINK: "link", Trait.FRAGMENT: "link with its fragment", Trait.GUID: "guid"}
    good = [name for trait, name in names.items() if trait in rule.traits]
    bad = [name for trait, name in names.items() if trait in rule.refuted]
    why = "" if bad else ", for links and guids do not differ"
    said = f"told apart by {' and by '.join(good) if good else f'title and date{why}'}"
    if bad:
        said += f"; not by {' or '.join(bad)}, which named another entry at an earlier poll"
    return f"{said} (learned from its polls)" if kept else said


def _charset(fetched: Fetched) -> str:
    if fetched.body.isascii():
        return "plain ASCII"
    try:
        fetched.body.decode()
    except UnicodeDecodeError:
        return "not UTF-8; read as the header or the document says"
    return "UTF-8"


def _line(text: str) -> str:
    return "".join(each for each in " ".join(text.split()) if each.isprintable())[:300]
