"""
What the conversation with readers is made from: the connection to Telegram, which the sender shares, repositories it
reads and writes, and services that answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.core.channel import ChannelRepository
from bot.core.delivery.digest import CombinedMessageRepository
from bot.core.keyword_topic import KeywordTopicRepository
from bot.core.ports import Clock
from bot.core.repositories import ChatRepository, KeyValueRepository, SubscriptionRepository, UpdateRepository
from bot.core.saved import SavedArticleRepository
from bot.core.statistics import Chart
from bot.i18n.catalog import Catalog
from bot.services.alert_actions import AlertActions
from bot.services.broadcasts import BroadcastService
from bot.services.explain import ExplainService
from bot.services.feeds import FeedService
from bot.services.health import HealthService
from bot.services.hot_topics import HotTopicService
from bot.services.inline_search import InlineSearch
from bot.services.private_feeds import PrivateFeeds
from bot.services.retry import Outage
from bot.services.search import SearchService
from bot.services.sharing import SharingService
from bot.services.starter_feeds import StarterFeeds
from bot.services.statistics import StatisticsService
from bot.services.stories import StoryUpdates
from bot.services.subscriptions import SettingsService, SubscribeService, UnsubscribeService
from bot.services.transfer import TransferServices
from bot.settings.model import Settings
from bot.telegram.access import Authorizer
from bot.telegram.api.client import BotClient, RetryingCaller
from bot.telegram.api.rate_limiter import TelegramRateLimiter
from bot.telegram.messages import TelegramMessenger
from bot.telegram.replies import ReplySender
from bot.telegram.subscription_reply import SuggestionFinder
from bot.telegram.update_queue import PerChatExecutor


class ConversationRepositories(Protocol):
    """The part of the store that the conversation itself reads and writes."""

    @property
    def chats(self) -> ChatRepository:
        """Chats and persons."""
        ...

    @property
    def channels(self) -> ChannelRepository:
        """Managed channels."""
        ...

    @property
    def subscriptions(self) -> SubscriptionRepository:
        """Keywords."""
        ...

    @property
    def keyword_topics(self) -> KeywordTopicRepository:
        """Topics of private chats."""
        ...

    @property
    def inbox(self) -> UpdateRepository:
        """Received updates."""
        ...

    @property
    def key_value(self) -> KeyValueRepository:
        """What was set or shown last: menus and cards."""
        ...

    @property
    def combined_messages(self) -> CombinedMessageRepository:
        """Rolling messages, whose stories a button lists."""
        ...

    @property
    def saved(self) -> SavedArticleRepository:
        """Articles that chats keep."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationServices:
    """The services that answer readers."""

    subscribe: SubscribeService
    unsubscribe: UnsubscribeService
    settings: SettingsService
    suggestions: SuggestionFinder
    explain: ExplainService
    feeds: FeedService
    search: SearchService
    inline_search: InlineSearch
    transfer: TransferServices
    starter: StarterFeeds
    story_updates: StoryUpdates
    alert_actions: AlertActions
    private_feeds: PrivateFeeds | None
    """None where the bot has no public address."""
    sharing: SharingService
    health: HealthService
    broadcasts: BroadcastService
    hot_topics: HotTopicService
    statistics: StatisticsService
    draw_chart: Callable[[Chart], Awaitable[bytes | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramConnection:
    """What all who call Telegram share."""

    account: BotClient
    rate_limiter: TelegramRateLimiter
    outage: Outage
    catalog: Catalog
    messenger: TelegramMessenger

    @classmethod
    def prepare(
        cls, settings: Settings, clock: Clock, catalog: Catalog, rate_limiter: TelegramRateLimiter
    ) -> TelegramConnection:
        """Make the connection to the Bot API server of the settings; nothing is asked of it yet."""
        telegram = settings.telegram
        account = BotClient(
            telegram.api_url,
            telegram.token.get_secret_value(),
            allow_paid_broadcast=telegram.allow_paid_broadcast,
        )
        return cls(
            account=account,
            rate_limiter=rate_limiter,
            outage=Outage("telegram", clock),
            catalog=catalog,
            messenger=TelegramMessenger(
                account=account, catalog=catalog, clock=clock, timezone=settings.chats.timezone
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationPolicy:
    """How long a reader waits for a first sign, in seconds."""

    prompt_seconds: float = 0.8
    """Until the reader is told that a feed is still being looked at."""
    press_seconds: float = 0.5
    """Until a press is answered, with its note or without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationParts:
    """What the handlers and the dispatcher are made from."""

    settings: Settings
    clock: Clock
    store: ConversationRepositories
    connection: TelegramConnection
    services: ConversationServices
    policy: ConversationPolicy
    executor: PerChatExecutor
    call: RetryingCaller
    replies: ReplySender
    authorizer: Authorizer
