"""`stichwort check`: configuration, database, token and every feed, one line each."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bot.app import database
from bot.app.feed_wiring import fetch_policy
from bot.app.wiring import list_catalogue
from bot.clock import WallClock, find_fault
from bot.core.errors import StorageError
from bot.core.feed import Feed, Fetched, FetchFailed, NotModified, ParseFailed, unmet
from bot.core.process_state import ExitCode
from bot.core.source import without_password
from bot.feeds.fetch import HttpFetcher
from bot.feeds.worker_pool import ParserPool
from bot.settings.model import Settings
from bot.telegram.api.client import BotClient, TokenRefusedError
from storage import schema
from storage.schema import SchemaState
from storage.store import open_store

_AT_ONCE = 8


async def check(settings: Settings) -> int:
    """Check everything a start needs; returns the exit code of the first fault."""
    print("configuration: fine")
    if fault := find_fault(WallClock().now()):
        print(f"clock: {fault}")
        return ExitCode.FAILURE
    try:
        known = await _check_database(settings)
    except StorageError as error:
        print(f"database: {error.line}")
        return ExitCode.DATABASE
    if token_code := await _check_token(settings):
        return token_code
    urls = {feed.url for feed in known}
    missing = [wish for wish in list_catalogue(settings) if wish.url not in urls]
    now = datetime.now(UTC)
    return await _check_feeds(settings, [*known, *(unmet(wish, now) for wish in missing)])


async def _check_database(settings: Settings) -> tuple[Feed, ...]:
    """Look at the database without changing it, and list the feeds it knows."""
    open_files = database.list_open_files(settings)
    state = await asyncio.to_thread(schema.find_state, settings.database.url)
    for file, mode in open_files:
        print(f"database: warning: {file} can be read by others ({mode:04o}); run: chmod 600 {file}")
    match state:
        case SchemaState.NEW:
            print("database: fine, its tables are made at the first start")
            return ()
        case SchemaState.PENDING:
            print("database: fine, the next start (or `stichwort upgrade`) brings it up to date")
            return ()
        case SchemaState.CURRENT:
            store = await open_store(settings.database.url)
    try:
        known = await store.feeds.list_all()
    finally:
        await store.close()
    print("database: fine")
    return known


async def _check_token(settings: Settings) -> int:
    account = BotClient(settings.telegram.api_url, settings.telegram.token.get_secret_value())
    try:
        await account.open()
        print(f"token: fine, it belongs to @{account.username}")
        if not account.supports_inline_queries:
            print(f"inline mode: off; /setinline at @BotFather lets people search with @{account.username} in any chat")
        return ExitCode.FINE
    except TokenRefusedError:
        print("token: Telegram does not accept it")
        return ExitCode.TOKEN
    except Exception as error:  # the library's network errors, whose names belong to bot.chat
        print(f"token: Telegram at {settings.telegram.api_url} cannot be reached ({type(error).__name__})")
        return ExitCode.FAILURE
    finally:
        await account.close_all()


async def _check_feeds(settings: Settings, feeds: list[Feed]) -> int:
    places = asyncio.Semaphore(_AT_ONCE)
    async with HttpFetcher(fetch_policy(settings), now=WallClock().now) as fetcher, ParserPool() as parser:

        async def look(feed: Feed) -> bool:
            async with places:
                good, words = await _look(fetcher, parser, feed)
            print(f"feed {without_password(feed.url)}: {words}")
            return good

        results = await asyncio.gather(*map(look, feeds))
    print(f"feeds: {sum(results)} of {len(results)} fine")
    return ExitCode.FINE if all(results) else ExitCode.FAILURE


async def _look(fetcher: HttpFetcher, parser: ParserPool, feed: Feed) -> tuple[bool, str]:
    outcome = await fetcher.fetch(feed, subscribers=0)
    match outcome:
        case FetchFailed():
            return False, outcome.detail
        case NotModified():
            return True, "fine, nothing new"
        case Fetched():
            parsed = await parser.parse(outcome)
            if isinstance(parsed, ParseFailed):
                return False, parsed.detail
            return True, f"fine, {len(parsed.entries)} entries"
