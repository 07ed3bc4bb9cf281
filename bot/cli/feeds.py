"""`stichwort feeds list | add | remove | export`: the catalogue of feeds; a running bot notices changes itself."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import database, leader
from bot.app.feed_wiring import detect_lazily, fetch_policy, host_rate_limiter, poll_policy
from bot.cli import feed_import
from bot.clock import WallClock
from bot.core.errors import StorageError
from bot.core.feed import Feed, FeedState, FeedWish, Fetched, Origin, ParsedFeed, address_key
from bot.core.process_state import ExitCode
from bot.core.source import without_password
from bot.feeds import feed_lists
from bot.feeds.discover import FeedDiscoverer
from bot.feeds.feed_lists import OpmlFeed
from bot.feeds.fetch import HttpFetcher
from bot.feeds.worker_pool import ParserPool
from bot.language import languages
from bot.metrics import Metrics
from bot.services.feeds import FeedChoice, FeedService, Followed, FollowedBefore, FollowResult, NotFollowed
from bot.services.polling import PollingPorts, PollingService
from bot.services.retry import StoreRetry
from bot.settings.model import Settings
from storage.store import Store

_ENTRIES = 3


async def feeds(settings: Settings, options: argparse.Namespace) -> int:
    """Run the given subcommand."""
    try:
        store = await database.open_upgraded(settings, timedelta(0))
    except StorageError as error:
        print(f"stichwort: database: {error.line}", file=sys.stderr)
        return ExitCode.DATABASE
    try:
        match options.verb:
            case "list":
                return await _list(store, everybody=options.all)
            case "add":
                return await _add(settings, store, options)
            case "remove":
                return await _remove(store, options.feed)
            case "export":
                return await _export(store, options.file)
            case _:
                async with opened(settings, store) as (follow, fetcher):
                    return await feed_import.run(follow, fetcher, options)
    finally:
        await store.close()


@asynccontextmanager
async def opened(settings: Settings, store: Store) -> AsyncIterator[tuple[FeedService, HttpFetcher]]:
    """
    Open what the commands need; the document read when a feed is added is its first poll, also without a running bot.
    """
    clock = WallClock()
    async with AsyncExitStack() as stack:
        hosts = host_rate_limiter(settings)
        fetcher = await stack.enter_async_context(HttpFetcher(fetch_policy(settings), now=clock.now, hosts=hosts))
        pool = await stack.enter_async_context(ParserPool(now=clock.now))
        poll = PollingService(
            PollingPorts(
                feeds=store.feeds,
                fetcher=fetcher,
                hosts=hosts,
                parser=pool,
                detect=detect_lazily(languages.OWN),
                clock=clock,
                counters=Metrics(),
                retry=StoreRetry(clock=clock),
            ),
            poll_policy(settings),
            owner=leader.name_owner(),
            jitter=random.random,
            stored=lambda: None,
        )

        async def take_in(feed: Feed, fetched: Fetched, parsed: ParsedFeed) -> None:
            if poll.reserve(feed.id):
                await poll.meet(feed, fetched, parsed)

        yield (
            FeedService(
                feeds=store.feeds,
                sources=store.sources,
                discoverer=FeedDiscoverer(fetcher, pool, now=clock.now),
                clock=clock,
                take_in=take_in,
            ),
            fetcher,
        )


async def _list(store: Store, *, everybody: bool) -> int:
    there = await store.feeds.list_all()
    own = [feed for feed in there if feed.owner is not None]
    if not there:
        print(
            "stichwort: no feeds yet; those of the configuration come with the first `stichwort run`", file=sys.stderr
        )
    for feed in there:
        if feed.owner is None or everybody:
            columns = (str(feed.id), feed.state, _next_poll(feed), _line(feed.title), without_password(feed.url))
            print("\t".join(columns))
    if own and not everybody:
        print(f"stichwort: and {len(own)} of readers' own; --all shows them", file=sys.stderr)
    return ExitCode.FINE


def _next_poll(feed: Feed) -> str:
    return "never" if feed.state is FeedState.GONE else f"{feed.next_poll_at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"


def _line(text: str) -> str:
    """Return a title as one column of a terminal, without control characters."""
    return "".join(each for each in " ".join(text.split()) if each.isprintable())


async def _add(settings: Settings, store: Store, options: argparse.Namespace) -> int:
    if options.language is not None and options.language not in languages.LANGUAGES:
        print(f"stichwort: feeds: --language: there is no language {options.language}; such as de", file=sys.stderr)
        return ExitCode.CONFIG
    wish = FeedWish(
        url=options.url,
        title=options.title.strip(),
        language=options.language,
        full_text=options.full_text,
        origin=Origin.OPERATOR,
    )
    async with opened(settings, store) as (follow, _):
        return _tell(await follow(wish))


def _tell(result: FollowResult) -> int:
    match result:
        case Followed(feed, parsed):
            language = feed.language or parsed.language
            print(f"Added: {feed.id}\t{_line(feed.title)}{f' ({language})' if language else ''}")
            print(without_password(feed.url))
            for entry in parsed.entries[:_ENTRIES]:
                print(f"  {_line(entry.title)}  {entry.link or ''}".rstrip())
            return ExitCode.FINE
        case FollowedBefore(source):
            print(f"It is there already: {source.feed.id}\t{_line(source.feed.title)}")
            return ExitCode.FINE
        case FeedChoice(links):
            print("stichwort: feeds: the page names several feeds; add the one you want:", file=sys.stderr)
            for link in links:
                print(f"  {without_password(link.url)}  {_line(link.title)}".rstrip(), file=sys.stderr)
            return ExitCode.FAILURE
        case NotFollowed():
            print(f"stichwort: feeds: {feed_import.reason(result)}", file=sys.stderr)
            return ExitCode.FAILURE


async def _remove(store: Store, wanted: str) -> int:
    for feed in await store.feeds.list_all():
        if wanted == str(feed.id) or (feed.owner is None and address_key(wanted) == address_key(feed.url)):
            if feed.origin is Origin.CATALOGUE:
                why = "it stands in the configuration, or comes from the starter catalogue because none does"
                print(f"stichwort: feeds: {feed.id} is not removed: {why}", file=sys.stderr)
                return ExitCode.FAILURE
            await store.feeds.remove(feed.id, datetime.now(UTC))
            print(f"Removed: {feed.id}\t{_line(feed.title)}")
            return ExitCode.FINE
    print("stichwort: feeds: there is no such feed; `stichwort feeds list` shows all", file=sys.stderr)
    return ExitCode.FAILURE


async def _export(store: Store, file: Path | None) -> int:
    listed = [
        OpmlFeed(
            url=feed.url,
            title=feed.title,
            site_url=feed.site_url,
            language=feed.language or feed.declared_language,
            folder=(feed.language or feed.declared_language or "").upper(),
        )
        for feed in await store.feeds.list_all()
        if feed.owner is None
    ]
    written = feed_lists.write(listed, title="Stichwort", now=datetime.now(UTC))
    if file is None:
        sys.stdout.write(written.decode())
        return ExitCode.FINE
    try:
        await asyncio.to_thread(file.write_bytes, written)
    except OSError as error:
        print(f"stichwort: feeds: {file}: {error.strerror}", file=sys.stderr)
        return ExitCode.FAILURE
    print(f"{len(listed)} feeds written to {file}")
    return ExitCode.FINE
