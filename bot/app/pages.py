"""The reading of articles' own pages, wired; nothing is asked for unless a feed says `full_text`."""

from __future__ import annotations

import contextlib

from bot.app.policies import fetch_policy
from bot.clock import WallClock
from bot.feeds.fetch import HttpFetcher
from bot.feeds.fulltext import PageReader, page_policy
from bot.feeds.pool import ParserPool
from bot.flow.complete import FullTextPolicy, FullTextService
from bot.language.analyser import Analyser
from bot.settings.model import Settings
from storage.store import Store


async def make_complete(
    settings: Settings,
    store: Store,
    pool: ParserPool,
    analyser: Analyser,
    clock: WallClock,
    owner: str,
    stack: contextlib.AsyncExitStack,
) -> FullTextService:
    """Open a fetcher of its own, with the manners of a guest."""
    fetcher = await stack.enter_async_context(HttpFetcher(page_policy(fetch_policy(settings)), now=clock.now))
    complete = FullTextService(
        texts=store.full_texts,
        source=PageReader(fetcher, pool, store.facts, networks=settings.polling.allow_networks, now=clock.now),
        analyser=analyser,
        clock=clock,
        owner=owner,
        policy=FullTextPolicy(keep=settings.alerts.story_window),
    )
    stack.push_async_callback(complete.close)
    return complete
