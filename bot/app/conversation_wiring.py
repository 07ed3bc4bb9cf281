"""Wiring of the conversation: the services that commands and buttons ask, and the bot that answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.app.chart import ChartProcess
from bot.app.delivery_wiring import DeliveryParts
from bot.app.error_log import ErrorLog
from bot.app.feed_wiring import FeedParts, LanguageParts, make_starter
from bot.app.leader import RECEIVE, ProcessContext
from bot.app.operator_wiring import make_broadcasts, make_health, make_hot_topics, make_statistics
from bot.core.chat import Authorization
from bot.core.feed import Feed
from bot.core.ids import UserId
from bot.core.ports import Clock
from bot.feeds import feed_lists
from bot.feeds.discover import FeedDiscoverer
from bot.feeds.feed_lists import OpmlFeed
from bot.i18n.catalog import Catalog
from bot.language.analyser import Analyser
from bot.language.related import RelatedWords
from bot.services.alert_actions import AlertActionRepositories, AlertActions, AlertActionServices
from bot.services.alerts import MatcherSync
from bot.services.backtest import Backtest
from bot.services.explain import ExplainRepositories, ExplainService
from bot.services.feeds import FeedService
from bot.services.in_flight import InFlight
from bot.services.inline_search import InlineSearch
from bot.services.message import AlertSummariser
from bot.services.mini_app import MiniApp
from bot.services.private_feeds import PrivateFeeds
from bot.services.related import RelatedSearch
from bot.services.saved import SavedAlerts
from bot.services.search import SearchService
from bot.services.sharing import SharingService
from bot.services.subscriptions import SettingsService, SubscribeService, UnsubscribeService
from bot.services.transfer import ExportService, ImportPolicy, ImportRepositories, ImportService, TransferServices
from bot.services.volume import VolumeSearch
from bot.settings.model import ChatSettings
from bot.telegram.access import Authorizer, CommandRateLimit
from bot.telegram.application import LoopDuty, TelegramBot
from bot.telegram.conversation import ConversationServices, TelegramConnection
from bot.telegram.subscription_reply import SuggestionFinder
from storage.store import Store


def make_conversation(
    process: ProcessContext,
    connection: TelegramConnection,
    delivery: DeliveryParts,
    services: ConversationServices,
) -> TelegramBot:
    """Make the bot that answers."""
    duty = process.duty
    return TelegramBot(
        settings=process.settings,
        clock=process.clock,
        store=process.store,
        connection=connection,
        services=services,
        duty=LoopDuty(leadership=duty.leadership, beat=duty.beat(RECEIVE)),
        reply_queue=delivery.stored_replies,
    )


def make_services(
    process: ProcessContext,
    language: LanguageParts,
    feeds: FeedParts,
    delivery: DeliveryParts,
    private_feeds: PrivateFeeds | None,
    errors: ErrorLog,
) -> ConversationServices:
    """Make the services that the conversation asks."""
    settings, store, clock = process.settings, process.store, process.clock
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
    return ConversationServices(
        subscribe=_make_subscribe(process, language),
        unsubscribe=_make_unsubscribe(process),
        settings=settings_service,
        suggestions=_make_suggestions(process, language.analyser),
        explain=_make_explain_service(process, language.analyser, delivery.story_updates.in_flight),
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
        hot_topics=make_hot_topics(process, language.matcher_sync),
        statistics=make_statistics(process),
        draw_chart=ChartProcess().draw,
    )


def make_mini_app(process: ProcessContext, services: ConversationServices) -> MiniApp:
    """Make the settings of private chats in the Mini App, changed by the services of the conversation."""
    store, clock = process.store, process.clock
    authorizer = Authorizer.of(process.settings.telegram, store.chats, clock)
    limit = CommandRateLimit(clock)

    async def authorize(user_id: UserId) -> Authorization:
        return (await authorizer.identify(user_id)).authorization

    return MiniApp(
        settings_service=services.settings,
        feed_service=services.feeds,
        subscriptions=store.subscriptions,
        authorize=authorize,
        takes=lambda user_id: not limit.step(user_id),
        clock=clock,
        timezone=process.settings.chats.timezone,
    )


def make_private_feeds(process: ProcessContext, delivery: DeliveryParts) -> PrivateFeeds | None:
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
        in_flight=delivery.story_updates.in_flight,
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


def _make_explain_service(process: ProcessContext, analyser: Analyser, in_flight: InFlight) -> ExplainService:
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
        in_flight=in_flight,
        analyser=analyser,
        clock=process.clock,
        max_age=process.settings.alerts.max_age,
        timezone=process.settings.chats.timezone,
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
            find_damage=feed_lists.find_damage,
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
