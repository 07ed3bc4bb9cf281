"""Makes the handlers of all topics of conversation, and the router that finds the one of a request."""

from __future__ import annotations

from dataclasses import dataclass

from bot.i18n.zones import Zones
from bot.telegram.commands import CommandMenu, CommandTable, Handlers, RequestRouter, by_verb
from bot.telegram.confirmations import Confirmations
from bot.telegram.conversation import ConversationParts
from bot.telegram.handlers.alert_buttons import AlertButtonHandlers
from bot.telegram.handlers.alert_menu import AlertMenuHandlers
from bot.telegram.handlers.data import DataHandlers, LegalNotice, TransferLimits
from bot.telegram.handlers.digests import DigestHandlers
from bot.telegram.handlers.explain import ExplainHandlers
from bot.telegram.handlers.feeds import AddFeedLimits, FeedHandlers
from bot.telegram.handlers.private_feed import PrivateFeedHandlers
from bot.telegram.handlers.proposals import ProposalHandlers
from bot.telegram.handlers.quiet_and_pause import QuietAndPauseHandlers
from bot.telegram.handlers.saved import SavedHandlers
from bot.telegram.handlers.search import SearchHandlers
from bot.telegram.handlers.settings import DataActions, OtherPages, SettingsHandlers, TopicChoice
from bot.telegram.handlers.sharing import SharingHandlers
from bot.telegram.handlers.start import StartHandlers
from bot.telegram.handlers.subscription_list import SubscriptionListHandlers
from bot.telegram.handlers.subscription_settings import SubscriptionSettingsHandlers
from bot.telegram.handlers.subscriptions import SubscriptionHandlers
from bot.telegram.handlers.unsubscribe import UnsubscribeHandlers
from bot.telegram.subscription_reply import SubscribeReply


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """The handlers that readers use, but for /start and /help, which list the commands of all others."""

    subscribe_reply: SubscribeReply
    subscriptions: SubscriptionHandlers
    unsubscribe: UnsubscribeHandlers
    feeds: FeedHandlers
    hours: QuietAndPauseHandlers
    sharing: SharingHandlers
    all: tuple[Handlers, ...]
    """In the order of the menu: what a newcomer needs first comes first."""


def make_topics(parts: ConversationParts) -> Topics:
    """Make the handlers that readers use."""
    services, chats, clock = parts.services, parts.store.chats, parts.clock
    timezone = parts.settings.chats.timezone
    subscribe_reply = SubscribeReply(
        subscribe=services.subscribe, find_suggestions=services.suggestions, starter=services.starter
    )
    feeds = _make_feeds(parts)
    hours = QuietAndPauseHandlers(
        settings_service=services.settings, chats=chats, clock=clock, timezone=timezone, zones=Zones()
    )
    sharing = SharingHandlers(sharing=services.sharing, account=parts.connection.account)
    subscriptions = SubscriptionHandlers(
        subscribe_reply=subscribe_reply,
        unsubscribe=services.unsubscribe,
        subscriptions=parts.store.subscriptions,
        chats=chats,
        clock=clock,
        offer_source=feeds.offer,
    )
    keyword_list, unsubscribe = _make_lists(parts)
    data = _make_data_handlers(parts)
    return Topics(
        subscribe_reply=subscribe_reply,
        subscriptions=subscriptions,
        unsubscribe=unsubscribe,
        feeds=feeds,
        hours=hours,
        sharing=sharing,
        all=(
            subscriptions,
            keyword_list,
            unsubscribe,
            DigestHandlers(settings_service=services.settings, chats=chats, clock=clock, timezone=timezone),
            hours,
            SearchHandlers(search_service=services.search, chats=chats, clock=clock, timezone=timezone),
            SavedHandlers(saved=parts.store.saved, clock=clock, timezone=timezone),
            ExplainHandlers(backtest=services.suggestions.backtest, explain_service=services.explain),
            _make_settings(parts, feeds, data),
            feeds,
            data,
            sharing,
            SubscriptionSettingsHandlers(settings_service=services.settings, subscribe_reply=subscribe_reply),
            ProposalHandlers(
                subscribe_reply=subscribe_reply,
                subscriptions=parts.store.subscriptions,
                settings_service=services.settings,
            ),
            *_make_alert_buttons(parts, sharing),
        ),
    )


def _make_feeds(parts: ConversationParts) -> FeedHandlers:
    return FeedHandlers(
        feed_service=parts.services.feeds,
        chats=parts.store.chats,
        clock=parts.clock,
        timezone=parts.settings.chats.timezone,
        is_open=parts.settings.chats.users_may_add_feeds,
        limits=AddFeedLimits(parts.clock),
        prompt_seconds=parts.policy.prompt_seconds,
        without_slot=parts.executor.without_slot,
    )


def _make_alert_buttons(parts: ConversationParts, sharing: SharingHandlers) -> tuple[Handlers, ...]:
    return (
        AlertButtonHandlers(
            story_updates=parts.services.story_updates,
            combined_messages=parts.store.combined_messages,
            catalog=parts.connection.catalog,
            clock=parts.clock,
            timezone=parts.settings.chats.timezone,
        ),
        AlertMenuHandlers(
            actions=parts.services.alert_actions,
            explain_service=parts.services.explain,
            clock=parts.clock,
            timezone=parts.settings.chats.timezone,
            share=sharing.give,
        ),
    )


def _make_lists(parts: ConversationParts) -> tuple[SubscriptionListHandlers, UnsubscribeHandlers]:
    return (
        SubscriptionListHandlers(
            settings_service=parts.services.settings,
            unsubscribe=parts.services.unsubscribe,
            subscriptions=parts.store.subscriptions,
            sources=parts.services.feeds.sources,
            chats=parts.store.chats,
            clock=parts.clock,
            timezone=parts.settings.chats.timezone,
            app_url=parts.settings.mini_app_url,
        ),
        UnsubscribeHandlers(
            unsubscribe=parts.services.unsubscribe,
            subscriptions=parts.store.subscriptions,
            export=parts.services.transfer.give,
            confirmations=Confirmations(chats=parts.store.chats, clock=parts.clock),
            chats=parts.store.chats,
        ),
    )


def _make_settings(parts: ConversationParts, feeds: FeedHandlers, data: DataHandlers) -> SettingsHandlers:
    feed_service = parts.services.private_feeds
    return SettingsHandlers(
        settings_service=parts.services.settings,
        sources=parts.services.feeds.sources,
        chats=parts.store.chats,
        catalog=parts.connection.catalog,
        clock=parts.clock,
        timezone=parts.settings.chats.timezone,
        pages=OtherPages(
            list_sources=feeds.first_page,
            sharing=parts.services.sharing,
            channels=parts.store.channels,
            app_url=parts.settings.mini_app_url,
            topics=TopicChoice(
                topics=parts.store.keyword_topics,
                has_topics=parts.connection.messenger.has_private_topics,
                clock=parts.clock,
            ),
        ),
        data=DataActions(
            export=data.export,
            forget=data.forget,
            private_feed=PrivateFeedHandlers(private_feeds=feed_service).change if feed_service else None,
        ),
    )


def _make_data_handlers(parts: ConversationParts) -> DataHandlers:
    settings = parts.settings
    return DataHandlers(
        transfer_services=parts.services.transfer,
        chats=parts.store.chats,
        catalog=parts.connection.catalog,
        clock=parts.clock,
        limits=TransferLimits(parts.clock),
        notice=LegalNotice(
            legal=settings.legal, retention=settings.retention, is_public=settings.telegram.access == "public"
        ),
        confirmations=Confirmations(chats=parts.store.chats, clock=parts.clock),
        step_back=parts.executor.step_back,
    )


def make_start(parts: ConversationParts, topics: Topics, menu: CommandMenu) -> StartHandlers:
    """Make the handlers of /start and /help."""
    return StartHandlers(
        subscribe_reply=topics.subscribe_reply,
        legal=parts.settings.legal,
        menu=menu,
        open_list=topics.sharing.open,
        account=parts.connection.account,
        others=tuple(command for handlers in topics.all for command in handlers.commands()),
    )


def make_router(topics: Topics, *more: Handlers) -> RequestRouter:
    """Make the router of these handlers, with `more` behind them."""
    handlers = (*topics.all, *more)
    return RequestRouter(
        commands=CommandTable(command for topic in handlers for command in topic.commands()),
        buttons=by_verb(button for topic in handlers for button in topic.buttons()),
        questions={question.kind: question for topic in handlers for question in topic.questions()},
        offer_removal=topics.unsubscribe.offer,
        offers=(topics.feeds.offer, topics.subscriptions.offer),
        locate=topics.hours.locate,
    )
