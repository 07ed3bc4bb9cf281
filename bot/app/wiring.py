"""
All parts of a running bot, made and connected; the caller's exit stack closes them in reverse order.

Read it top to bottom: store, language, Telegram, feeds, sender, fan-out, conversation, schedule. Each part gets what it
needs when it is made.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib import metadata

from bot.app import database, leader
from bot.app.chart import ChartProcess
from bot.app.delivery_wiring import (
    DeliveryParts,
    make_notices,
    open_connection,
    open_delivery,
    schedule_care,
    schedule_digests,
)
from bot.app.error_log import ErrorLog
from bot.app.feed_wiring import FeedParts, LanguageParts, detect_lazily, make_starter, open_announcer, open_feeds
from bot.app.leader import RECEIVE, ProcessContext, free_the_dead, make_leader_duty
from bot.app.operator_wiring import (
    make_broadcasts,
    make_health,
    make_statistics,
    open_error_log,
    schedule_broadcasts,
    schedule_error_digest,
)
from bot.app.status import BotStatus
from bot.app.watchdog import DamageWatch
from bot.clock import WallClock
from bot.core.feed import Feed, FeedWish, Origin
from bot.core.ports import Clock
from bot.core.query.matcher import Matcher
from bot.core.source import without_password
from bot.feeds import feed_lists
from bot.feeds.discover import FeedDiscoverer
from bot.feeds.feed_lists import OpmlFeed
from bot.i18n.catalog import Catalog
from bot.language import languages
from bot.language.analyser import Analyser
from bot.language.related import RelatedWords
from bot.metrics import Metrics
from bot.scheduler import Scheduler
from bot.services.alert_actions import AlertActionRepositories, AlertActions, AlertActionServices
from bot.services.alerts import AlertLoop, MatcherSync
from bot.services.backtest import Backtest
from bot.services.explain import ExplainRepositories, ExplainService
from bot.services.feeds import FeedHealthNotices, FeedService
from bot.services.inline_search import InlineSearch
from bot.services.message import AlertSummariser
from bot.services.polling import PollingService
from bot.services.private_feeds import PrivateFeeds
from bot.services.related import RelatedSearch
from bot.services.retry import StoreRetry
from bot.services.saved import SavedAlerts
from bot.services.search import SearchService, WordIndexing, WordReindexing, WordSweep
from bot.services.sender import Sender
from bot.services.sharing import SharingService
from bot.services.subscriptions import SettingsService, SubscribeService, UnsubscribeService
from bot.services.transfer import (
    ExportService,
    ImportPolicy,
    ImportRepositories,
    ImportService,
    TransferServices,
)
from bot.services.volume import VolumeSearch
from bot.settings.model import ChatSettings, Settings
from bot.telegram.access import Authorizer
from bot.telegram.api.client import RetryingCaller
from bot.telegram.application import LoopDuty, TelegramBot, TelegramConnection
from bot.telegram.conversation import ConversationServices
from bot.telegram.operator_notices import Alarm
from bot.telegram.subscription_reply import SuggestionFinder
from bot.web.private_feeds import FeedPages
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
    language = await _open_language(store)
    connection = await open_connection(process)
    feeds = await open_feeds(process, language)
    delivery = await open_delivery(process, language, connection, token_refused.set)
    announcer, full_texts = await open_announcer(
        process, language, feeds, queued=delivery.sender.wake, place_in_story=delivery.stories
    )
    private_feeds = _make_private_feeds(process, delivery)
    errors = open_error_log(process)
    bot = _make_conversation(process, language, connection, feeds, delivery, private_feeds, errors)
    stack.push_async_callback(bot.close)
    scheduler = Scheduler()
    scheduler.every(_TICK, "poll", feeds.poll.tick)
    scheduler.every(timedelta(hours=1), "give texts up", full_texts.tidy)
    scheduler.every(timedelta(seconds=30), "count headlines", delivery.stories.catch_up)
    schedule_digests(process, scheduler, delivery.sender.wake)
    schedule_care(process, scheduler, delivery.sender.wake)
    _schedule_upkeep(process, language, connection, scheduler)
    schedule_broadcasts(process, bot, scheduler, delivery.sender.wake)
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
            status=_make_status(process, connection), feeds=_make_feed_pages(process, connection, private_feeds)
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


async def _open_language(store: Store) -> LanguageParts:
    """Load the analyser, and the matcher with all stored queries."""
    analyser = Analyser()
    matcher_sync = MatcherSync(store.subscriptions, Matcher(analyser))
    await matcher_sync.refresh()
    gc.freeze()  # what a start builds lives until the end: no full collection has to walk over it again
    return LanguageParts(analyser=analyser, matcher_sync=matcher_sync, detect=detect_lazily(analyser.languages))


def _make_conversation(
    process: ProcessContext,
    language: LanguageParts,
    connection: TelegramConnection,
    feeds: FeedParts,
    delivery: DeliveryParts,
    private_feeds: PrivateFeeds | None,
    errors: ErrorLog,
) -> TelegramBot:
    settings, store, clock, duty = process.settings, process.store, process.clock, process.duty
    settings_service = SettingsService(
        chats=store.chats,
        subscriptions=store.subscriptions,
        digests=store.digests,
        held=store.held,
        matcher_sync=language.matcher_sync,
        clock=clock,
        timezone=settings.chats.timezone,
    )
    feed_service = _make_feed_service(process, feeds)
    services = ConversationServices(
        subscribe=_make_subscribe(process, language),
        unsubscribe=_make_unsubscribe(process),
        settings=settings_service,
        suggestions=_make_suggestions(process, language.analyser),
        explain=_make_explain_service(process, language.analyser),
        feeds=feed_service,
        search=SearchService(archive=store.archive, searches=store.searches, analyser=language.analyser, clock=clock),
        inline_search=InlineSearch(store.archive, language.analyser, AlertSummariser(language.analyser)),
        transfer=make_transfer(
            store,
            clock,
            settings.chats,
            matcher_sync=language.matcher_sync,
            feed_service=feed_service,
            settings_service=settings_service,
        ),
        starter=make_starter(store, clock, is_open=settings.chats.users_may_add_feeds),
        story_updates=delivery.story_updates,
        private_feeds=private_feeds,
        alert_actions=_make_alert_actions(process, language, settings_service, feed_service, delivery),
        sharing=_make_sharing(process, language.matcher_sync),
        health=make_health(process, errors),
        broadcasts=make_broadcasts(process),
        statistics=make_statistics(process),
        draw_chart=ChartProcess().draw,
    )
    return TelegramBot(
        settings=settings,
        clock=clock,
        store=store,
        connection=connection,
        services=services,
        duty=LoopDuty(leadership=duty.leadership, beat=duty.beat(RECEIVE)),
        reply_queue=delivery.stored_replies,
    )


def _make_private_feeds(process: ProcessContext, delivery: DeliveryParts) -> PrivateFeeds | None:
    """Make the private feeds; None where there is no address under which they could be read."""
    settings, store = process.settings, process.store
    if not settings.web.public_url:
        return None
    authorizer = Authorizer.of(settings.telegram, store.chats, process.clock)
    return PrivateFeeds(
        repository=store.private_feeds,
        summarise=delivery.story_updates.summarise,
        may_read=authorizer.is_welcome,
        clock=process.clock,
        public_url=settings.web.public_url,
    )


def _make_feed_pages(
    process: ProcessContext, connection: TelegramConnection, private_feeds: PrivateFeeds | None
) -> FeedPages | None:
    if private_feeds is None:
        return None
    return FeedPages(source=private_feeds, catalog=connection.catalog, clock=process.clock)


def _make_feed_service(process: ProcessContext, feeds: FeedParts) -> FeedService:
    return FeedService(
        feeds=process.store.feeds,
        sources=process.store.sources,
        discoverer=FeedDiscoverer(feeds.fetcher, feeds.parser, now=process.clock.now),
        clock=process.clock,
        take_in=feeds.adopt,
    )


def _make_unsubscribe(process: ProcessContext) -> UnsubscribeService:
    return UnsubscribeService(
        subscriptions=process.store.subscriptions,
        clock=process.clock,
        max_subscriptions=process.settings.chats.max_subscriptions,
    )


def _make_sharing(process: ProcessContext, matcher_sync: MatcherSync) -> SharingService:
    return SharingService(
        shared_lists=process.store.shared_lists,
        subscriptions=process.store.subscriptions,
        unsubscribe=_make_unsubscribe(process),
        matcher_sync=matcher_sync,
        clock=process.clock,
        max_subscriptions=process.settings.chats.max_subscriptions,
    )


def _make_alert_actions(
    process: ProcessContext,
    language: LanguageParts,
    settings_service: SettingsService,
    feed_service: FeedService,
    delivery: DeliveryParts,
) -> AlertActions:
    store = process.store
    return AlertActions(
        repositories=AlertActionRepositories(
            stories=store.stories,
            outbox=store.outbox,
            subscriptions=store.subscriptions,
            actions=store.alert_actions,
        ),
        services=AlertActionServices(
            settings=settings_service,
            unsubscribe=_make_unsubscribe(process),
            feeds=feed_service,
            saved=SavedAlerts(saved=store.saved, summarise=delivery.story_updates.summarise, clock=process.clock),
        ),
        matcher_sync=language.matcher_sync,
        analyser=language.analyser,
        clock=process.clock,
        max_subscriptions=process.settings.chats.max_subscriptions,
    )


def _make_suggestions(process: ProcessContext, analyser: Analyser) -> SuggestionFinder:
    store, clock = process.store, process.clock
    backtest = Backtest(archive=store.archive, analyser=analyser, clock=clock)
    return SuggestionFinder(
        backtest=backtest,
        volume=VolumeSearch(backtest=backtest, clock=clock),
        related=RelatedSearch(
            archive=store.archive,
            subscriptions=store.subscriptions,
            related=RelatedWords(analyser),
            clock=clock,
        ),
        clock=clock,
    )


def _make_subscribe(process: ProcessContext, language: LanguageParts) -> SubscribeService:
    return SubscribeService(
        subscriptions=process.store.subscriptions,
        matcher_sync=language.matcher_sync,
        clock=process.clock,
        max_subscriptions=process.settings.chats.max_subscriptions,
    )


def _make_explain_service(process: ProcessContext, analyser: Analyser) -> ExplainService:
    store = process.store
    return ExplainService(
        repositories=ExplainRepositories(
            archive=store.archive,
            articles=store.articles,
            subscriptions=store.subscriptions,
            chats=store.chats,
            stories=store.stories,
            sources=store.sources,
            digests=store.digests,
            actions=store.alert_actions,
        ),
        analyser=analyser,
        clock=process.clock,
        max_age=process.settings.alerts.max_age,
        timezone=process.settings.chats.timezone,
    )


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


def _make_status(process: ProcessContext, connection: TelegramConnection) -> BotStatus:
    return BotStatus(
        metrics=process.metrics,
        status=process.store.status,
        clock=process.clock,
        leadership=process.duty.leadership,
        catalog=connection.catalog,
        seconds=process.clock.monotonic,
    )


_OPML_TITLE = "Stichwort"


def make_transfer(
    store: Store,
    clock: Clock,
    chats: ChatSettings,
    *,
    matcher_sync: MatcherSync,
    feed_service: FeedService,
    settings_service: SettingsService,
) -> TransferServices:
    """Make the services of /export and /import."""

    def write_opml(feeds: Sequence[Feed]) -> bytes:
        return feed_lists.write(map(_to_opml, feeds), title=_OPML_TITLE, now=clock.now())

    return TransferServices(
        give=ExportService(
            chats=store.chats,
            subscriptions=store.subscriptions,
            digests=store.digests,
            sources=store.sources,
            saved=store.saved,
            shared_lists=store.shared_lists,
            clock=clock,
            write_opml=write_opml,
        ),
        take=ImportService(
            repositories=ImportRepositories(chats=store.chats, subscriptions=store.subscriptions, saved=store.saved),
            feed_service=feed_service,
            settings_service=settings_service,
            matcher_sync=matcher_sync,
            clock=clock,
            read_opml=_read_opml,
            policy=ImportPolicy(
                max_subscriptions=chats.max_subscriptions,
                may_add_feeds=chats.users_may_add_feeds,
                languages=Catalog.load().languages,
            ),
        ),
    )


def _to_opml(feed: Feed) -> OpmlFeed:
    return OpmlFeed(url=feed.url, title=feed.title, site_url=feed.site_url, language=feed.language)


def _read_opml(content: bytes) -> Iterable[tuple[str, str]]:
    return [(feed.url, feed.title) for feed in feed_lists.read(content)]
