"""All parts of a running bot, made and connected; the caller's exit stack closes them in reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import metadata

from bot.app import database, leader
from bot.app.delivery_wiring import (
    DigestWiring,
    abide_by_floods,
    open_stored_replies,
    schedule_care,
    wire_stories,
)
from bot.app.feed_wiring import (
    FirstPollAdoption,
    detect_lazily,
    fetch_policy,
    host_rate_limiter,
    list_rules,
    make_complete,
    make_starter,
    open_model,
    poll_policy,
)
from bot.app.leader import ANNOUNCE, DELIVER, POLL, RECEIVE, LeaderDuty, free_the_dead, make_leader_duty
from bot.app.status import BotStatus
from bot.app.watchdog import DamageWatch
from bot.clock import WallClock
from bot.core.delivery.delivery import DeliveryKind, SenderPolicy
from bot.core.delivery.rate_limit import RateLimiter, RatePolicy
from bot.core.feed import FeedWish, Origin
from bot.core.query.matcher import Matcher
from bot.core.source import without_password
from bot.feeds import feed_lists
from bot.feeds.discover import FeedDiscoverer
from bot.feeds.fetch import HttpFetcher
from bot.feeds.worker_pool import ParserPool
from bot.i18n.catalog import Catalog
from bot.language import languages
from bot.language.analyser import Analyser
from bot.metrics import Metrics
from bot.scheduler import Scheduler
from bot.services.alerts import AlertLoop, FanOut, FanOutPolicy, FanOutPorts, MatcherSync
from bot.services.archive import WordIndexing, WordReindexing, WordSweep
from bot.services.backtest import Backtest
from bot.services.explain import ExplainRepositories, ExplainService
from bot.services.feeds import FeedHealthNotices, FeedService
from bot.services.message import AlertSummariser, MessagePreparation
from bot.services.polling import PollingPorts, PollingService
from bot.services.retry import StoreRetry
from bot.services.send_rules import SendRules
from bot.services.sender import OutcomeReport, Sender, SenderProcess
from bot.services.subscriptions import SubscribeService, UnsubscribeService
from bot.settings.model import Settings
from bot.telegram.api.client import RetryingCaller
from bot.telegram.api.rate_limiter import TelegramRateLimiter
from bot.telegram.application import ConversationServices, LoopDuty, TelegramBot, TelegramConnection
from bot.telegram.operator_notices import Alarm, OperatorNotices
from bot.telegram.subscription_reply import SuggestionFinder
from storage.store import Store

_log = logging.getLogger(__name__)
_TICK = timedelta(seconds=0.25)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What `run` starts and stops."""

    owner: str
    clock: WallClock
    store: Store
    application: TelegramBot
    poll: PollingService
    announcer: AlertLoop
    deliver: Sender
    scheduler: Scheduler
    duty: LeaderDuty
    metrics: Metrics
    insight: BotStatus
    token_refused: asyncio.Event
    damage: DamageWatch


async def _sync_catalogue(settings: Settings, store: Store, clock: WallClock) -> None:
    """Make the stored catalogue equal to the configuration's; feeds that are removed thereby are logged."""
    if gone := await store.feeds.sync_catalogue(list_catalogue(settings), clock.now()):
        named = ", ".join(f"{feed.title} ({without_password(feed.url)})" for feed in gone)
        _log.warning("catalogue.removed", extra={"feeds": len(gone), "which": named})


async def open_application(
    settings: Settings, store: Store, clock: WallClock, stack: contextlib.AsyncExitStack
) -> Application:
    """Make and connect all parts; nothing runs yet, and nothing was requested over the network."""
    owner, metrics, token_refused = leader.name_owner(), Metrics(), asyncio.Event()
    store_retry = StoreRetry(clock=clock)
    duty = make_leader_duty(settings, store, clock, owner)
    await free_the_dead(store, clock, alone=database.find_file(settings) is not None)
    await _sync_catalogue(settings, store, clock)
    analyser = Analyser()
    matcher_sync = MatcherSync(store.subscriptions, Matcher(analyser))
    await matcher_sync.refresh()
    gc.freeze()  # what a start builds lives until the end: no full collection has to walk over it again
    hours = DigestWiring(settings=settings, store=store, clock=clock)
    subscribe = SubscribeService(
        subscriptions=store.subscriptions,
        matcher_sync=matcher_sync,
        clock=clock,
        max_subscriptions=settings.chats.max_subscriptions,
    )
    hosts = host_rate_limiter(settings)
    fetcher = await stack.enter_async_context(HttpFetcher(fetch_policy(settings), now=clock.now, hosts=hosts))
    pool = await stack.enter_async_context(ParserPool(now=clock.now))
    detect = detect_lazily(analyser.languages)
    articles_stored = asyncio.Event()
    poll = PollingService(
        PollingPorts(
            feeds=store.feeds,
            fetcher=fetcher,
            hosts=hosts,
            parser=pool,
            detect=detect,
            clock=clock,
            counters=metrics,
            retry=store_retry,
        ),
        poll_policy(settings),
        owner=owner,
        jitter=random.random,
        stored=articles_stored.set,
        beat=duty.beat(POLL),
    )
    adoption = FirstPollAdoption(poll, lambda: detect(""))
    stack.push_async_callback(adoption.close)
    model = open_model(settings, store, clock, detect, stack)
    summarise = AlertSummariser(analyser, model, store.summaries)
    stories = wire_stories(settings, store, clock, summarise, analyser)
    connection = TelegramConnection.prepare(
        settings,
        clock,
        Catalog.load(settings.chats.language),
        TelegramRateLimiter(RateLimiter(RatePolicy(messages_per_second=settings.telegram.messages_per_second)), clock),
    )
    story_updates = stories.make_updates(connection.messenger)
    stored_replies = await open_stored_replies(connection, store, clock)
    application = TelegramBot(
        settings=settings,
        clock=clock,
        store=store,
        connection=connection,
        duty=LoopDuty(leadership=duty.leadership, beat=duty.beat(RECEIVE)),
        reply_queue=stored_replies,
        services=ConversationServices(
            subscribe=subscribe,
            unsubscribe=UnsubscribeService(subscriptions=store.subscriptions),
            settings=hours.settings_service(matcher_sync),
            suggestions=SuggestionFinder(
                backtest=Backtest(archive=store.archive, analyser=analyser, clock=clock),
                places=analyser.places,
                clock=clock,
            ),
            explain=ExplainService(
                repositories=ExplainRepositories(
                    archive=store.archive,
                    articles=store.articles,
                    subscriptions=store.subscriptions,
                    chats=store.chats,
                    stories=store.stories,
                    sources=store.sources,
                    digests=store.digests,
                ),
                analyser=analyser,
                clock=clock,
                max_age=settings.alerts.max_age,
                timezone=settings.chats.timezone,
            ),
            feeds=FeedService(
                feeds=store.feeds,
                sources=store.sources,
                discoverer=FeedDiscoverer(fetcher, pool, now=clock.now),
                clock=clock,
                take_in=adoption,
            ),
            starter=make_starter(store, clock, is_open=settings.chats.users_may_add_feeds),
            story_updates=story_updates,
        ),
    )
    stack.push_async_callback(application.close)
    sender_policy = SenderPolicy.for_rate(settings.telegram.messages_per_second)
    deliver = Sender(
        outbox=store.outbox,
        prepare=MessagePreparation(
            outbox=store.outbox,
            chats=store.chats,
            messenger=connection.messenger,
            clock=clock,
            summarise=summarise,
            rules=SendRules((stories.rule, hours.rule(), *list_rules(model, clock))),
            preparers=hours.preparers(connection.messenger)
            | {DeliveryKind.REPLY: stored_replies.prepare, DeliveryKind.EDIT: story_updates.prepare},
            fresh=sender_policy.fresh,
        ),
        rate_limiter=connection.rate_limiter,
        clock=clock,
        retry=store_retry,
        report=OutcomeReport(counters=metrics, clock=clock, outage=connection.outage),
        process=SenderProcess(
            owner=owner,
            token_refused=token_refused.set,
            may_send=duty.leadership.is_ours,
            beat=duty.beat(DELIVER),
        ),
        policy=sender_policy,
    )
    await abide_by_floods(connection, store, clock, settings)
    complete = await make_complete(settings, store, pool, analyser, clock, owner, stack, articles_stored.set)
    announcer = AlertLoop(
        FanOut(
            ports=FanOutPorts(articles=store.articles, clock=clock, counters=metrics, retry=store_retry),
            policy=FanOutPolicy(owner=owner, max_age=settings.alerts.max_age),
            matcher_sync=matcher_sync,
            queued=deliver.wake,
            full_text=complete,
            place_in_story=stories.group,
        ),
        articles_stored,
        beat=duty.beat(ANNOUNCE),
    )
    scheduler = Scheduler()
    scheduler.every(_TICK, "poll", poll.tick)
    scheduler.every(timedelta(seconds=1), "clock", _follow(clock))
    scheduler.every(timedelta(minutes=10), "forget queries", matcher_sync.forget_unused)
    scheduler.every(timedelta(hours=1), "forget updates", store.inbox.purge)
    scheduler.every(timedelta(seconds=10), "warn of feeds", _warn(settings, store, connection, duty, clock))
    hours.schedule(scheduler, duty, deliver.wake)
    schedule_care(scheduler, settings, store, clock, deliver.wake)
    scheduler.every(timedelta(hours=1), "give texts up", complete.tidy)
    stories.schedule(scheduler)
    _schedule_archive(scheduler, store, analyser, clock)
    return Application(
        owner=owner,
        clock=clock,
        store=store,
        application=application,
        poll=poll,
        announcer=announcer,
        deliver=deliver,
        scheduler=scheduler,
        duty=duty,
        metrics=metrics,
        insight=BotStatus(
            metrics=metrics,
            status=store.status,
            clock=clock,
            leadership=duty.leadership,
            catalog=connection.catalog,
            seconds=clock.monotonic,
        ),
        token_refused=token_refused,
        damage=await _watch_for_damage(settings, store, connection, duty, scheduler, clock),
    )


async def _watch_for_damage(
    settings: Settings,
    store: Store,
    connection: TelegramConnection,
    duty: LeaderDuty,
    scheduler: Scheduler,
    clock: WallClock,
) -> DamageWatch:
    """Load the operators' chats while the database can still be read."""
    alarm = Alarm(
        call=RetryingCaller(connection.account, connection.rate_limiter, clock),
        catalog=connection.catalog,
        chats=store.chats,
        settings=settings,
    )
    await alarm.learn()
    scheduler.every(timedelta(minutes=10), "learn who runs the bot", alarm.learn)
    return DamageWatch(state=store.state, leadership=duty.leadership, alarm=alarm)


def _schedule_archive(scheduler: Scheduler, store: Store, analyser: Analyser, clock: WallClock) -> None:
    """Index articles for the archive periodically."""
    refile = WordReindexing(
        archive=store.archive, analyser=analyser, key_value=store.key_value, version=metadata.version("stichwort")
    )
    scheduler.every(timedelta(seconds=1), "remember words", WordIndexing(archive=store.archive, analyser=analyser))
    scheduler.every(timedelta(days=1), "refile words", refile)
    scheduler.every(timedelta(minutes=5), "sweep words", WordSweep(archive=store.archive, clock=clock))


def _warn(
    settings: Settings, store: Store, connection: TelegramConnection, duty: LeaderDuty, clock: WallClock
) -> FeedHealthNotices:
    """Notify those whom it concerns when a feed dies or returns."""
    warnings = OperatorNotices(
        settings=settings, chats=store.chats, outbox=store.outbox, catalog=connection.catalog, clock=clock
    )
    return FeedHealthNotices(
        status=store.status, key_value=store.key_value, clock=clock, leadership=duty.leadership, tell=warnings.tell
    )


def _follow(clock: WallClock) -> Callable[[], Awaitable[None]]:
    async def reread() -> None:
        clock.reread()

    return reread


def list_catalogue(settings: Settings) -> tuple[FeedWish, ...]:
    """List the feeds of the catalogue: the configured ones, else the starter feeds."""
    if not settings.feeds:
        # Readers choose the language of their chat themselves, so each must find papers that it reads.
        wishes = feed_lists.starter(languages.OWN)
        said = {"why": "no [[feeds]] in the configuration", "feeds": len(wishes), "languages": " ".join(languages.OWN)}
        _log.warning("feeds.starter", extra=said)
        return wishes
    return tuple(
        FeedWish(
            url=each.url,
            title=each.title,
            language=each.language,
            full_text=each.full_text,
            origin=Origin.CATALOGUE,
        )
        for each in settings.feeds
    )
