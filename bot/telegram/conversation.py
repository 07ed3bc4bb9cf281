"""What the conversation with readers is made from: repositories it reads and writes, and services that answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.core.channel import ChannelRepository
from bot.core.delivery.digest import CombinedMessageRepository
from bot.core.repositories import ChatRepository, KeyValueRepository, SubscriptionRepository, UpdateRepository
from bot.core.saved import SavedArticleRepository
from bot.core.statistics import Chart
from bot.services.alert_actions import AlertActions
from bot.services.broadcasts import BroadcastService
from bot.services.explain import ExplainService
from bot.services.feeds import FeedService
from bot.services.health import HealthService
from bot.services.inline_search import InlineSearch
from bot.services.private_feeds import PrivateFeeds
from bot.services.search import SearchService
from bot.services.sharing import SharingService
from bot.services.starter_feeds import StarterFeeds
from bot.services.statistics import StatisticsService
from bot.services.stories import StoryUpdates
from bot.services.subscriptions import SettingsService, SubscribeService, UnsubscribeService
from bot.services.transfer import TransferServices
from bot.telegram.subscription_reply import SuggestionFinder


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
    statistics: StatisticsService
    draw_chart: Callable[[Chart], Awaitable[bytes | None]]
