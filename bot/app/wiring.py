"""
All parts of a running bot, made and connected; the caller's exit stack closes them in reverse order.

Read it top to bottom: store, language, Telegram, feeds, sender, fan-out, conversation, schedule. Each part gets what it
needs when it is made.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from datetime import timedelta
from importlib import metadata

from bot.app import database, leader
from bot.app.conversation_wiring import make_conversation, make_mini_app, make_private_feeds, make_services
from bot.app.delivery_wiring import (
    make_notices,
    open_connection,
    open_delivery,
    schedule_care,
    schedule_digests,
)
from bot.app.error_log import ErrorLog
from bot.app.feed_wiring import LanguageParts, detect_lazily, open_announcer, open_feeds
from bot.app.leader import ProcessContext, free_the_dead, make_leader_duty
from bot.app.operator_wiring import (
    open_error_log,
    schedule_broadcasts,
    schedule_error_digest,
    schedule_hot_topics,
)
from bot.app.status import BotStatus, StatusRepositories
from bot.app.watchdog import DamageWatch
from bot.clock import WallClock
from bot.core import init_data
from bot.core.feed import FeedWish, Origin
from bot.core.query.matcher import Matcher
from bot.core.source import without_password
from bot.feeds import feed_lists
from bot.language import languages
from bot.language.analyser import Analyser
from bot.metrics import Metrics
from bot.scheduler import Scheduler
from bot.services.alerts import AlertLoop, MatcherSync
from bot.services.feeds import FeedHealthNotices
from bot.services.polling import PollingService
from bot.services.private_feeds import PrivateFeeds
from bot.services.retry import StoreRetry
from bot.services.search import WordIndexing, WordReindexing, WordSweep
from bot.services.sender import Sender
from bot.settings.model import Settings
from bot.telegram.api.client import RetryingCaller
from bot.telegram.application import TelegramBot
from bot.telegram.conversation import ConversationServices, TelegramConnection
from bot.telegram.operator_notices import Alarm
from bot.telegram.text.schedule import schedule_label
from bot.web.mini_app import MiniAppPages
from bot.web.private_feeds import FeedPages
from bot.web.webhook import WebhookEndpoint
from bot.web.websub import HubCallbacks
from storage.store import Store

_log = logging.getLogger(__name__)
_TICK = timedelta(seconds=0.25)
_DAMAGE_CHECK = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPages:
    """What the web server shows of the bot."""

    status: BotStatus
    feeds: FeedPages | None
    """None without a public address."""
    webhook: WebhookEndpoint | None
    """None where updates are polled."""
    hubs: HubCallbacks | None
    """None without a public address."""
    app: MiniAppPages | None
    """None without a public address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What `run` starts and stops."""

    process: ProcessContext
    bot: TelegramBot
    poll: PollingService
    announcer: AlertLoop
    sender: Sender
    scheduler: Scheduler
    pages: WebPages
    token_refused: asyncio.Event


async def open_application(
    settings: Settings, store: Store, clock: WallClock, stack: contextlib.AsyncExitStack
) -> Application:
    """Make and connect all parts; nothing runs yet, and nothing was requested over the network."""
    token_refused = asyncio.Event()
    process = await open_process(settings, store, clock, stack)
    language = _open_language(store)
    connection = await open_connection(process)
    feeds = await open_feeds(process, language)
    delivery = await open_delivery(process, language, connection, token_refused.set)
    announcer, full_texts = await open_announcer(
        process, language, feeds, queued=delivery.sender.wake, place_in_story=delivery.stories
    )
    private_feeds = make_private_feeds(process, delivery)
    errors = open_error_log(process)
    services = make_services(process, language, feeds, delivery, private_feeds, errors)
    bot = make_conversation(process, connection, delivery, services)
    stack.push_async_callback(bot.close)
    status = _make_status(process, connection, errors)
    stack.push_async_callback(status.close)
    scheduler = Scheduler()
    scheduler.every(_TICK, "poll", feeds.poll.tick)
    scheduler.every(timedelta(hours=1), "give texts up", full_texts.tidy)
    scheduler.every(timedelta(seconds=30), "count headlines", delivery.stories.catch_up)
    if feeds.websub is not None:
        scheduler.every(timedelta(seconds=1), "ask hubs", feeds.websub.tick)
        scheduler.every(timedelta(seconds=0.5), "poll what hubs told of", feeds.websub.poll_pushed)
    schedule_digests(process, scheduler, delivery.sender.wake)
    schedule_care(process, scheduler, delivery.sender.wake)
    _schedule_upkeep(process, language, connection, scheduler)
    schedule_broadcasts(process, bot, scheduler, delivery.sender.wake)
    schedule_hot_topics(process, connection.catalog, scheduler, delivery.sender.wake)
    schedule_error_digest(process, errors, connection.catalog, scheduler)
    await _watch_for_damage(process, connection, scheduler)
    return Application(
        process=process,
        bot=bot,
        poll=feeds.poll,
        announcer=announcer,
        sender=delivery.sender,
        scheduler=scheduler,
        pages=WebPages(
            status=status,
            feeds=_make_feed_pages(process, connection, private_feeds),
            webhook=_make_webhook(settings, bot),
            hubs=HubCallbacks(subscriber=feeds.websub) if feeds.websub is not None else None,
            app=_make_mini_app_pages(process, connection, services),
        ),
        token_refused=token_refused,
    )


async def open_process(
    settings: Settings, store: Store, clock: WallClock, stack: contextlib.AsyncExitStack
) -> ProcessContext:
    """Name this process, free the leases of dead ones, and store the catalogue."""
    owner = leader.name_owner()
    duty = make_leader_duty(settings, store, clock, owner)
    await free_the_dead(store, clock, alone=database.find_file(settings) is not None)
    await _sync_catalogue(settings, store, clock)
    return ProcessContext(
        settings=settings,
        store=store,
        clock=clock,
        owner=owner,
        duty=duty,
        metrics=Metrics(),
        retry=StoreRetry(clock=clock),
        stack=stack,
    )


async def _sync_catalogue(settings: Settings, store: Store, clock: WallClock) -> None:
    """Make the stored catalogue equal to the configuration's; feeds that are removed thereby are logged."""
    if gone := await store.feeds.sync_catalogue(list_catalogue(settings), clock.now()):
        named = ", ".join(f"{feed.title} ({without_password(feed.url)})" for feed in gone)
        _log.warning("catalogue.removed", extra={"feeds": len(gone), "which": named})


def list_catalogue(settings: Settings) -> tuple[FeedWish, ...]:
    """List the feeds of the catalogue: the configured ones, else the starter feeds."""
    if not settings.feeds:
        # Readers choose the language of their chat themselves, so each must find papers that it reads.
        wishes = feed_lists.starter(languages.OWN)
        facts = {"why": "no [[feeds]] in the configuration", "feeds": len(wishes), "languages": " ".join(languages.OWN)}
        _log.warning("feeds.starter", extra=facts)
        return wishes
    return tuple(
        FeedWish(
            url=feed.url,
            title=feed.title,
            language=feed.language,
            full_text=feed.full_text,
            origin=Origin.CATALOGUE,
        )
        for feed in settings.feeds
    )


def _open_language(store: Store) -> LanguageParts:
    """Load the analyser; the matcher gets its queries from whoever matches first, while commands are answered."""
    analyser = Analyser()
    matcher_sync = MatcherSync(store.subscriptions, Matcher(analyser))
    return LanguageParts(analyser=analyser, matcher_sync=matcher_sync, detect=detect_lazily(analyser.languages))


def _make_feed_pages(
    process: ProcessContext, connection: TelegramConnection, private_feeds: PrivateFeeds | None
) -> FeedPages | None:
    if private_feeds is None:
        return None
    return FeedPages(source=private_feeds, catalog=connection.catalog, clock=process.clock)


def _make_mini_app_pages(
    process: ProcessContext, connection: TelegramConnection, services: ConversationServices
) -> MiniAppPages | None:
    settings = process.settings
    if not settings.web.public_url:
        return None
    return MiniAppPages(
        key=init_data.derive_key(settings.telegram.token.get_secret_value()),
        readers=make_mini_app(process, services),
        catalog=connection.catalog,
        clock=process.clock,
        name_hours=schedule_label,
    )


def _make_webhook(settings: Settings, bot: TelegramBot) -> WebhookEndpoint | None:
    if bot.webhook is None:
        return None
    return WebhookEndpoint(sink=bot.webhook, secret=settings.telegram.webhook_secret.get_secret_value())


def _schedule_upkeep(
    process: ProcessContext, language: LanguageParts, connection: TelegramConnection, scheduler: Scheduler
) -> None:
    """Follow a moved clock, forget what nobody needs, index articles for the archive, and tell of feeds that die."""
    store, clock, analyser = process.store, process.clock, language.analyser

    async def follow_clock() -> None:
        clock.reread()

    scheduler.every(timedelta(seconds=1), "clock", follow_clock)
    scheduler.every(timedelta(minutes=10), "forget queries", language.matcher_sync.forget_unused)
    scheduler.every(timedelta(hours=1), "forget updates", store.inbox.purge)
    feed_notices = FeedHealthNotices(
        status=store.status,
        key_value=store.key_value,
        clock=clock,
        leadership=process.duty.leadership,
        tell=make_notices(process, connection.catalog).tell,
    )
    scheduler.every(timedelta(seconds=10), "warn of feeds", feed_notices)
    reindexing = WordReindexing(
        archive=store.archive, analyser=analyser, key_value=store.key_value, version=metadata.version("stichwort")
    )
    scheduler.every(timedelta(seconds=1), "remember words", WordIndexing(archive=store.archive, analyser=analyser))
    scheduler.every(timedelta(days=1), "refile words", reindexing)
    scheduler.every(timedelta(minutes=5), "sweep words", WordSweep(archive=store.archive, clock=clock))


async def _watch_for_damage(process: ProcessContext, connection: TelegramConnection, scheduler: Scheduler) -> None:
    """Load the operators' chats while the database can still be read, and report to them that it is damaged."""
    alarm = Alarm(
        call=RetryingCaller(connection.account, connection.rate_limiter, process.clock),
        catalog=connection.catalog,
        chats=process.store.chats,
        settings=process.settings,
    )
    await alarm.learn()
    scheduler.every(timedelta(minutes=10), "learn who runs the bot", alarm.learn)
    watch = DamageWatch(state=process.store.state, leadership=process.duty.leadership, alarm=alarm)
    scheduler.every(_DAMAGE_CHECK, "look for damage", watch)


def _make_status(process: ProcessContext, connection: TelegramConnection, errors: ErrorLog) -> BotStatus:
    return BotStatus(
        metrics=process.metrics,
        repositories=StatusRepositories(
            status=process.store.status,
            fates=process.store.article_fates,
            statistics=process.store.statistics,
        ),
        max_age=process.settings.alerts.max_age,
        errors=errors,
        clock=process.clock,
        leadership=process.duty.leadership,
        catalog=connection.catalog,
        seconds=process.clock.monotonic,
    )
