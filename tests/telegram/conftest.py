"""A conversation: the real application and store, the strict server, and people who talk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.app.chart import ChartProcess
from bot.app.conversation_wiring import make_transfer
from bot.app.error_log import ErrorLog
from bot.app.feed_wiring import make_starter
from bot.core.delivery.delivery import TokenRefused
from bot.core.delivery.rate_limit import RateLimiter, RatePolicy
from bot.core.ids import ChatId
from bot.core.process_state import LoopProgress, SoleLeader
from bot.core.query.matcher import Matcher
from bot.core.statistics import Chart
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.rate_limits import ServerRateLimits
from bot.demo.telegram_server.server import Server
from bot.i18n.catalog import Catalog
from bot.language.related import RelatedWords
from bot.services.alert_actions import AlertActionRepositories, AlertActions, AlertActionServices
from bot.services.alerts import MatcherSync
from bot.services.backtest import Backtest
from bot.services.broadcasts import BroadcastService
from bot.services.explain import ExplainRepositories, ExplainService
from bot.services.feeds import FeedService
from bot.services.health import HealthService
from bot.services.hot_topics import HotTopicService
from bot.services.in_flight import Found, InFlight
from bot.services.inline_search import InlineSearch
from bot.services.message import AlertSummariser
from bot.services.private_feeds import PrivateFeeds
from bot.services.related import RelatedSearch
from bot.services.saved import SavedAlerts
from bot.services.search import SearchService
from bot.services.sharing import SharingService
from bot.services.statistics import StatisticsService
from bot.services.stories import StoryUpdates
from bot.services.subscriptions import SettingsService, SubscribeService, UnsubscribeService
from bot.services.volume import VolumeSearch
from bot.settings.model import Settings
from bot.telegram.access import Authorizer
from bot.telegram.api.rate_limiter import TelegramRateLimiter
from bot.telegram.application import LoopDuty, TelegramBot
from bot.telegram.conversation import ConversationPolicy, ConversationServices, TelegramConnection
from bot.telegram.subscription_reply import SuggestionFinder
from storage.store import Store, open_store
from tests.builders import the_analyser
from tests.fakes.bare_telegram import BareTelegram
from tests.fakes.clock import FakeClock
from tests.fakes.web import FakeWeb

CHOICES = (("✓ Sofort", "Still", "Sammelmeldung"), ("Genau", "Nur Titel", "Rückgängig"))
"""The buttons below the reply to /sub."""
FAST = RatePolicy(
    messages_per_second=1000, first_fill_share=1, chat_per_second=1000, group_per_minute=60_000, reply_overdraft=100
)


class DeskClock:
    """A wall clock the test moves, beside seconds that really pass."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        """Give the time the test set."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Give real seconds, on which waiting relies."""
        return time.monotonic()


class WatchedInFlight(InFlight):
    """Tells when something was looked up among the messages in flight."""

    def __init__(self) -> None:
        """Begin with nothing in flight."""
        super().__init__()
        self.looked = asyncio.Event()

    async def find(self, chat_id: ChatId, look_up: Callable[[], Awaitable[Found | None]]) -> Found | None:
        """Look it up, and tell."""

        async def watched() -> Found | None:
            found = await look_up()
            self.looked.set()
            return found

        return await super().find(chat_id, watched)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything a conversation needs."""

    server: Server
    store: Store
    application: TelegramBot
    clock: FakeClock
    web: FakeWeb
    running: asyncio.Task[TokenRefused | None]
    in_flight: WatchedInFlight

    async def ask(self, person: SimulatedPerson, text: str, **where: Any) -> Message:
        """Say something and give the bot's answer."""
        return await person.ask(text, **where)

    async def handled(self) -> None:
        """Wait until everything that was said is handled, also what gets no answer."""
        async with asyncio.timeout(HANG_SECONDS):
            while len(self.server.world.inbox) or await self.store.inbox.list_unfinished():  # noqa: ASYNC110 - rings no bell
                await asyncio.sleep(0.005)


def make_application(
    server: Server | BareTelegram,
    store: Store,
    clock: FakeClock,
    web: FakeWeb,
    *,
    users_may_add_feeds: bool = True,
    prompt_seconds: float = 5.0,
    public_url: str = "",
    max_chats: int = 0,
    in_flight: InFlight | None = None,
    draw_chart: Callable[[Chart], Awaitable[bytes | None]] | None = None,
    **telegram: object,
) -> TelegramBot:
    """Wire the application as the process does."""
    settings = Settings.model_validate(
        {
            "telegram": {"token": server.token, "api_url": server.url, "access": "public", **telegram},
            "chats": {"users_may_add_feeds": users_may_add_feeds, "max_subscriptions": 30, "max_chats": max_chats},
            "web": {"public_url": public_url},
            "legal": {"operator": "Rita <Example>", "source_url": "https://example.org/source"},
        }
    )
    in_flight = in_flight or InFlight()
    desk_clock = DeskClock(clock)
    analyser = the_analyser()
    matcher_sync = MatcherSync(store.subscriptions, Matcher(analyser))
    backtest = Backtest(archive=store.archive, analyser=analyser, clock=desk_clock)
    settings_service = SettingsService(
        chats=store.chats,
        subscriptions=store.subscriptions,
        digests=store.digests,
        held=store.held,
        matcher_sync=matcher_sync,
        clock=desk_clock,
        timezone=settings.chats.timezone,
    )
    feed_service = FeedService(feeds=store.feeds, sources=store.sources, discoverer=web, clock=desk_clock)
    unsubscribe = UnsubscribeService(subscriptions=store.subscriptions, clock=desk_clock, max_subscriptions=30)
    limiter = TelegramRateLimiter(RateLimiter(FAST), desk_clock)
    connection = TelegramConnection.prepare(settings, desk_clock, Catalog.load(settings.chats.language), limiter)
    return TelegramBot(
        settings=settings,
        clock=desk_clock,
        store=store,
        connection=connection,
        duty=LoopDuty(leadership=SoleLeader(), beat=lambda succeeded: None),
        services=ConversationServices(
            subscribe=SubscribeService(
                subscriptions=store.subscriptions, matcher_sync=matcher_sync, clock=desk_clock, max_subscriptions=30
            ),
            unsubscribe=unsubscribe,
            settings=settings_service,
            suggestions=SuggestionFinder(
                backtest=backtest,
                volume=VolumeSearch(backtest=backtest, clock=desk_clock),
                related=RelatedSearch(
                    archive=store.archive,
                    subscriptions=store.subscriptions,
                    related=RelatedWords(analyser),
                    clock=desk_clock,
                ),
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
                    actions=store.alert_actions,
                ),
                in_flight=in_flight,
                analyser=analyser,
                clock=desk_clock,
                max_age=timedelta(hours=24),
                timezone=settings.chats.timezone,
            ),
            feeds=feed_service,
            search=SearchService(archive=store.archive, searches=store.searches, analyser=analyser, clock=desk_clock),
            inline_search=InlineSearch(archive=store.archive, analyser=analyser, summarise=AlertSummariser(analyser)),
            transfer=make_transfer(
                store,
                desk_clock,
                settings.chats,
                matcher_sync=matcher_sync,
                feed_service=feed_service,
                settings_service=settings_service,
            ),
            starter=make_starter(store, desk_clock, is_open=users_may_add_feeds),
            story_updates=StoryUpdates(
                stories=store.stories,
                outbox=store.outbox,
                messenger=connection.messenger,
                summarise=AlertSummariser(analyser),
                in_flight=in_flight,
            ),
            private_feeds=make_private_feeds(settings, store, desk_clock, AlertSummariser(analyser)),
            alert_actions=AlertActions(
                repositories=AlertActionRepositories(
                    stories=store.stories,
                    outbox=store.outbox,
                    subscriptions=store.subscriptions,
                    actions=store.alert_actions,
                ),
                services=AlertActionServices(
                    settings=settings_service,
                    unsubscribe=unsubscribe,
                    feeds=feed_service,
                    saved=SavedAlerts(saved=store.saved, summarise=AlertSummariser(analyser), clock=desk_clock),
                ),
                in_flight=in_flight,
                matcher_sync=matcher_sync,
                analyser=analyser,
                clock=desk_clock,
                max_subscriptions=30,
            ),
            sharing=SharingService(
                shared_lists=store.shared_lists,
                subscriptions=store.subscriptions,
                unsubscribe=unsubscribe,
                matcher_sync=matcher_sync,
                clock=desk_clock,
                max_subscriptions=30,
            ),
            broadcasts=BroadcastService(broadcasts=store.broadcasts, clock=desk_clock),
            hot_topics=HotTopicService(
                hot_topics=store.hot_topics,
                subscriptions=store.subscriptions,
                unsubscribe=unsubscribe,
                matcher_sync=matcher_sync,
                clock=desk_clock,
                max_subscriptions=30,
            ),
            health=HealthService(
                status=store.status,
                database=store.state,
                progress=LoopProgress(desk_clock.monotonic, ("poll",)),
                errors=ErrorLog(desk_clock),
                clock=desk_clock,
            ),
            statistics=StatisticsService(statistics=store.statistics, status=store.status, clock=desk_clock),
            draw_chart=draw_chart or ChartProcess().draw,
        ),
        policy=ConversationPolicy(prompt_seconds=prompt_seconds, press_seconds=prompt_seconds),
    )


def make_private_feeds(
    settings: Settings, store: Store, clock: DeskClock, summarise: AlertSummariser
) -> PrivateFeeds | None:
    """Make the private feeds where the settings name a public address."""
    if not settings.web.public_url:
        return None
    return PrivateFeeds(
        repository=store.private_feeds,
        summarise=summarise,
        may_read=Authorizer.of(settings.telegram, store.chats, clock).is_welcome,
        clock=clock,
        public_url=settings.web.public_url,
    )


Open = Callable[..., Any]


@pytest.fixture
async def open_desk(clock: FakeClock) -> AsyncIterator[Open]:
    """Open desks of any kind; each is closed, and must have made no mistake in Telegram's eyes."""
    stores: list[Store] = []

    @asynccontextmanager
    async def open_one(**telegram: Any) -> AsyncIterator[Desk]:
        web, in_flight = FakeWeb(), WatchedInFlight()
        store = await open_store("sqlite://")
        stores.append(store)
        async with Server(limits=ServerRateLimits(enabled=False)) as server:
            application = make_application(server, store, clock, web, in_flight=in_flight, **telegram)
            await application.open()
            running = asyncio.create_task(application.run())
            await application.ready.wait()
            try:
                yield Desk(
                    server=server,
                    store=store,
                    application=application,
                    clock=clock,
                    web=web,
                    running=running,
                    in_flight=in_flight,
                )
                assert server.violations == []
            finally:
                application.stop()
                await running
                await application.close()

    yield open_one
    for store in stores:
        await store.close()


@pytest.fixture
async def desk(open_desk: Open) -> AsyncIterator[Desk]:
    """A bot that lets everybody in."""
    async with open_desk() as opened:
        yield opened


@pytest.fixture
async def private_desk(open_desk: Open) -> AsyncIterator[Desk]:
    """A bot that asks its operator, Olga (id 77), about everybody."""
    async with open_desk(access="private", operators=(77,)) as opened:
        yield opened
