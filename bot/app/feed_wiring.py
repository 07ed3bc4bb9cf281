"""
Wiring of everything around feeds: policies, polling, full texts, language model, starter feeds, first polls.

Pages of articles are fetched only for feeds with `full_text`, and the language model is made only where `llm.base_url`
is set. The document that was read when somebody added a feed counts as its first poll, so that it is not fetched twice.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial

from bot.app.leader import ANNOUNCE, POLL, ProcessContext
from bot.core.article import Article
from bot.core.feed import Feed, Fetched, ParsedFeed
from bot.core.polling import PollPolicy
from bot.core.ports import Clock
from bot.feeds import feed_lists
from bot.feeds.fetch import FetchPolicy, HttpFetcher
from bot.feeds.fulltext import PageReader, page_policy
from bot.feeds.host_rate import HostRateLimiter
from bot.feeds.worker_pool import ParserPool
from bot.language import languages as language_languages
from bot.language.analyser import Analyser
from bot.language.languages import Detector
from bot.llm.client import ModelPolicy
from bot.llm.summariser import CachedModelSummariser
from bot.services.alerts import AlertLoop, FanOut, FanOutPolicy, FanOutPorts, MatcherSync
from bot.services.fulltext import FullTextPolicy, FullTextService
from bot.services.polling import PollingPorts, PollingService
from bot.services.send_rules import AwaitSummaryRule, Rule
from bot.services.starter_feeds import StarterFeeds
from bot.services.websub import WebSubPorts, WebSubSubscriber
from bot.settings.model import Settings
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageParts:
    """What reads words: the analyser, the matcher with all stored queries, and the detector of languages."""

    analyser: Analyser
    matcher_sync: MatcherSync
    detect: Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedParts:
    """What fetches, parses and polls feeds."""

    fetcher: HttpFetcher
    parser: ParserPool
    poll: PollingService
    adopt: FirstPollAdoption
    articles_stored: asyncio.Event
    """Set when there may be articles to announce."""
    websub: WebSubSubscriber | None
    """None without a public address."""


async def open_feeds(process: ProcessContext, language: LanguageParts) -> FeedParts:
    """Make what fetches, parses and polls feeds."""
    settings, store, clock, stack = process.settings, process.store, process.clock, process.stack
    hosts, articles_stored = host_rate_limiter(settings), asyncio.Event()
    fetcher = await stack.enter_async_context(HttpFetcher(fetch_policy(settings), now=clock.now, hosts=hosts))
    parser = await stack.enter_async_context(ParserPool(now=clock.now))
    websub = _make_websub(process, fetcher)
    poll = PollingService(
        PollingPorts(
            feeds=store.feeds,
            fetcher=fetcher,
            hosts=hosts,
            parser=parser,
            detect=language.detect,
            clock=clock,
            counters=process.metrics,
            retry=process.retry,
            push=websub,
        ),
        poll_policy(settings),
        owner=process.owner,
        jitter=random.random,
        stored=articles_stored.set,
        beat=process.duty.beat(POLL),
    )
    adopt = FirstPollAdoption(poll, lambda: language.detect(""))
    stack.push_async_callback(adopt.close)
    return FeedParts(
        fetcher=fetcher, parser=parser, poll=poll, adopt=adopt, articles_stored=articles_stored, websub=websub
    )


def _make_websub(process: ProcessContext, fetcher: HttpFetcher) -> WebSubSubscriber | None:
    if not process.settings.web.public_url:
        return None
    return WebSubSubscriber(
        WebSubPorts(hubs=process.store.hubs, client=fetcher, clock=process.clock, leadership=process.duty.leadership),
        public_url=process.settings.web.public_url,
        make_token=partial(secrets.token_urlsafe, 32),
    )


async def open_announcer(
    process: ProcessContext,
    language: LanguageParts,
    feeds: FeedParts,
    *,
    queued: Callable[[], None],
    place_in_story: Callable[[Article], Awaitable[None]],
) -> tuple[AlertLoop, FullTextService]:
    """Make the fan-out of stored articles, and what completes them with the text of their pages."""
    settings, store, clock = process.settings, process.store, process.clock
    fetcher = HttpFetcher(page_policy(fetch_policy(settings)), now=clock.now)
    await process.stack.enter_async_context(fetcher)
    reader = PageReader(fetcher, feeds.parser, store.key_value, networks=settings.polling.allow_networks, now=clock.now)
    full_texts = FullTextService(
        texts=store.full_texts,
        source=reader,
        analyser=language.analyser,
        clock=clock,
        owner=process.owner,
        policy=FullTextPolicy(keep=settings.alerts.story_window),
        resumed=feeds.articles_stored.set,
    )
    process.stack.push_async_callback(full_texts.close)
    fan_out = FanOut(
        ports=FanOutPorts(articles=store.articles, clock=clock, counters=process.metrics, retry=process.retry),
        policy=FanOutPolicy(owner=process.owner, max_age=settings.alerts.max_age),
        matcher_sync=language.matcher_sync,
        queued=queued,
        full_text=full_texts,
        place_in_story=place_in_story,
    )
    return AlertLoop(fan_out, feeds.articles_stored, beat=process.duty.beat(ANNOUNCE)), full_texts


def open_model(process: ProcessContext, detect: Callable[[str], str | None]) -> CachedModelSummariser | None:
    """
    Make the client of the language model, closed with the stack; None when `llm.base_url` is empty. No call is made
    yet.
    """
    settings, store = process.settings.llm, process.store
    if not settings.base_url:
        return None
    policy = ModelPolicy(
        base_url=settings.base_url,
        model=settings.model,
        api_key=settings.api_key.get_secret_value(),
        daily_calls=settings.daily_calls,
    )
    model = CachedModelSummariser(
        policy, summaries=store.summaries, key_value=store.key_value, clock=process.clock, detect=detect
    )
    process.stack.push_async_callback(model.close)
    return model


def list_rules(model: CachedModelSummariser | None, clock: Clock) -> tuple[Rule, ...]:
    """Return the send rule that lets alerts wait for the model; it must be the last one."""
    return (AwaitSummaryRule(begin=model.begin, clock=clock),) if model else ()


def fetch_policy(settings: Settings) -> FetchPolicy:
    """Read the operator's policy for fetching."""
    polling = settings.polling
    return FetchPolicy(
        contact=polling.contact,
        host_gap=polling.host_gap,
        ports=polling.ports,
        allow_networks=polling.allow_networks,
        readers_may_use_networks=settings.chats.users_may_add_private_feeds,
        max_body=polling.max_body,
        proxy=polling.proxy,
        proxy_resolves=polling.proxy_resolves,
    )


def poll_policy(settings: Settings) -> PollPolicy:
    """Read the operator's policy for polling."""
    polling = settings.polling
    return PollPolicy(interval=polling.interval, min_interval=polling.min_interval, max_interval=polling.max_interval)


def host_rate_limiter(settings: Settings) -> HostRateLimiter:
    """Make what both the fetcher of feeds and the polling service ask before they ask a host."""
    policy, interval = fetch_policy(settings), settings.polling.interval
    return HostRateLimiter(gap=policy.host_gap, per_host=policy.per_host, at_once=policy.at_once, interval=interval)


class FirstPollAdoption:
    """
    Hands the document that was read when a feed was added to the polling service.

    The caller does not wait for this, because `warm` may have to load the language detector.
    """

    def __init__(self, poll: PollingService, warm: Callable[[], object]) -> None:
        self._poll = poll
        self._warm = warm
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, feed: Feed, fetched: Fetched, parsed: ParsedFeed) -> None:
        """Start to adopt the document, unless the feed is being polled already."""
        if not self._poll.reserve(feed.id):
            return
        task = asyncio.create_task(self._take_in(feed, fetched, parsed))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take_in(self, feed: Feed, fetched: Fetched, parsed: ParsedFeed) -> None:
        try:
            await asyncio.to_thread(self._warm)
        finally:
            await self._poll.meet(feed, fetched, parsed)

    async def close(self) -> None:
        """Cancel what is under way; those feeds are polled as usual."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def detect_lazily(languages: Iterable[str]) -> Callable[[str], str | None]:
    """Detect languages with a model that is loaded at the first text without a declared language."""
    detectors: list[Detector] = []

    def detect(text: str) -> str | None:
        if not detectors:
            detectors.append(Detector(languages))
        return detectors[0].detect(text)

    return detect


def make_starter(store: Store, clock: Clock, *, is_open: bool) -> StarterFeeds:
    """Read the starter catalogue once, by language."""
    wishes = feed_lists.starter(language_languages.OWN)
    return StarterFeeds(
        feeds=store.feeds,
        sources=store.sources,
        archive=store.archive,
        clock=clock,
        is_open=is_open,
        starter={
            language: [wish for wish in wishes if wish.language == language] for language in language_languages.OWN
        },
    )
