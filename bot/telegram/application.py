"""
The Telegram side of the bot: its connection, which the sender shares, and the conversation with readers.

What it reads and writes comes in through ports.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.core.delivery.delivery import TokenRefused
from bot.core.errors import StorageError
from bot.core.ids import ChatId
from bot.core.ports import Clock
from bot.core.process_state import Leadership
from bot.i18n.catalog import Catalog
from bot.i18n.zones import Zones
from bot.services.retry import Outage
from bot.settings.model import Settings
from bot.telegram.access import Authorizer, CommandRateLimit, PairingCode, Throttle
from bot.telegram.api.client import BotClient, RetryingCaller, connect
from bot.telegram.api.rate_limiter import TelegramRateLimiter
from bot.telegram.approval_cards import ApprovalCards
from bot.telegram.callback_answers import CallbackAnswers, PressLimit
from bot.telegram.channels import ChannelAccess
from bot.telegram.commands import ChatRegistry, CommandMenu, CommandTable, Handlers, RequestRouter, by_verb
from bot.telegram.confirmations import Confirmations
from bot.telegram.conversation import ConversationRepositories, ConversationServices
from bot.telegram.dispatch import Admission, Dispatcher, OperatorPairing
from bot.telegram.handlers.alert_buttons import AlertButtonHandlers
from bot.telegram.handlers.alert_menu import AlertMenuHandlers
from bot.telegram.handlers.broadcasts import BroadcastHandlers
from bot.telegram.handlers.data import DataHandlers, LegalNotice, TransferLimits
from bot.telegram.handlers.digests import DigestHandlers
from bot.telegram.handlers.explain import ExplainHandlers
from bot.telegram.handlers.feeds import AddFeedLimits, FeedHandlers
from bot.telegram.handlers.operator_reports import OperatorReportHandlers
from bot.telegram.handlers.operators import OperatorHandlers
from bot.telegram.handlers.private_feed import PrivateFeedHandlers
from bot.telegram.handlers.proposals import ProposalHandlers
from bot.telegram.handlers.quiet_and_pause import QuietAndPauseHandlers
from bot.telegram.handlers.saved import SavedHandlers
from bot.telegram.handlers.search import SearchHandlers
from bot.telegram.handlers.settings import DataActions, OtherPages, SettingsHandlers
from bot.telegram.handlers.sharing import SharingHandlers
from bot.telegram.handlers.start import StartHandlers
from bot.telegram.handlers.subscription_list import SubscriptionListHandlers
from bot.telegram.handlers.subscription_settings import SubscriptionSettingsHandlers
from bot.telegram.handlers.subscriptions import SubscriptionHandlers
from bot.telegram.handlers.unsubscribe import UnsubscribeHandlers
from bot.telegram.inline_mode import InlineQueries, InlineResponder
from bot.telegram.membership import GROUPS, GroupLeaver, MembershipTracker
from bot.telegram.messages import TelegramMessenger
from bot.telegram.replies import ReplyQueue, ReplySender
from bot.telegram.subscription_reply import SubscribeReply
from bot.telegram.update_queue import PerChatExecutor, StoredUpdateQueue
from bot.telegram.updates import UpdateReceiver


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
class LoopDuty:
    """When a loop may work, and whom it tells of each finished round and whether it succeeded."""

    leadership: Leadership
    beat: Callable[[bool], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
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


class TelegramBot:
    """The conversation with readers: receives updates, dispatches them to handlers, and replies."""

    def __init__(
        self,
        *,
        settings: Settings,
        clock: Clock,
        store: ConversationRepositories,
        connection: TelegramConnection,
        services: ConversationServices,
        duty: LoopDuty,
        reply_queue: ReplyQueue | None = None,
        policy: ConversationPolicy | None = None,
    ) -> None:
        account, policy, executor = connection.account, policy or ConversationPolicy(), PerChatExecutor()
        call = RetryingCaller(account, connection.rate_limiter, clock, without_slot=executor.without_slot)
        self.connection = connection
        self._authorizer = Authorizer.of(settings.telegram, store.chats, clock)
        self.replies = ReplySender(
            call,
            queue=reply_queue,
            move_chat=lambda old, new: store.chats.move(old, new, clock.now()),
            versions=connection.messenger.versions,
        )
        parts = _Parts(
            settings=settings,
            clock=clock,
            store=store,
            connection=connection,
            services=services,
            policy=policy,
            executor=executor,
            call=call,
            replies=self.replies,
            authorizer=self._authorizer,
        )
        self._pairing = PairingCode(clock)
        self._answers = CallbackAnswers(self.replies, policy.press_seconds, executor.without_slot)
        self._menu = CommandMenu(call=call, key_value=store.key_value, catalog=connection.catalog)
        self._cards = _make_cards(parts, duty.leadership)
        self._inline = _make_inline(parts)
        dispatcher = _make_dispatcher(parts, self._pairing, self._answers, self._menu, self._cards)
        self.commands = dispatcher.router.commands.all
        self._receiver = UpdateReceiver(
            account=account,
            inbox=store.inbox,
            queue=StoredUpdateQueue(
                account=account,
                inbox=store.inbox,
                handler=dispatcher,
                executor=executor,
                clock=clock,
                answer_inline=self._inline.submit,
            ),
            clock=clock,
            outage=connection.outage,
            leadership=duty.leadership,
            beat=duty.beat,
        )

    @property
    def ready(self) -> asyncio.Event:
        """The event that is set by the first answer of Telegram to the question for updates."""
        return self._receiver.ready

    async def offer_pairing(self) -> str | None:
        """Make the one-time code, if there is no operator at all; it belongs on standard output and nowhere else."""
        return None if await self._authorizer.list_operators() else self._pairing.open()

    async def open(self) -> None:
        """
        Connect to Telegram, retrying until it succeeds.

        Raises `TokenRefusedError` when it does not accept the token; to be cancelled when the process is to stop.
        """
        await connect(self.connection.account, self.connection.outage)

    async def run(self) -> TokenRefused | None:
        """Receive and answer until `stop`, after `open`; ends by itself only when the token is refused meanwhile."""
        self._menu.publish(self.commands)
        await self._publish_for_operators()
        cards = asyncio.create_task(self._cards.run())
        try:
            return await self._receiver.run()
        finally:
            cards.cancel()
            await asyncio.gather(cards, return_exceptions=True)
            await self._menu.close()

    async def _publish_for_operators(self) -> None:
        """Show operators who have opened their chats what this version can do; the others see it at their /start."""
        with contextlib.suppress(StorageError):
            for operator in await self._authorizer.list_operators():
                if await self._authorizer.chats.find(ChatId(operator)) is not None:
                    self._menu.publish_for(operator, self.commands)

    def stop(self) -> None:
        """End the long poll; `run` returns when what is in hand is answered."""
        self._receiver.stop()

    async def close(self) -> None:
        """Close the connections, after `run` and the sender have ended."""
        await self._inline.close()
        await self._answers.close()
        await self.replies.close()
        await self.connection.account.close_all()


def _make_inline(parts: _Parts) -> InlineQueries:
    respond = InlineResponder(
        authorizer=parts.authorizer,
        chats=parts.store.chats,
        search=parts.services.inline_search,
        catalog=parts.connection.catalog,
        clock=parts.clock,
        timezone=parts.settings.chats.timezone,
    )
    return InlineQueries(respond, parts.call, parts.clock)


def _make_cards(parts: _Parts, leadership: Leadership) -> ApprovalCards:
    return ApprovalCards(
        call=parts.call,
        chats=parts.store.chats,
        key_value=parts.store.key_value,
        authorizer=parts.authorizer,
        catalog=parts.connection.catalog,
        clock=parts.clock,
        leadership=leadership,
    )


def _make_dispatcher(
    parts: _Parts, code: PairingCode, answers: CallbackAnswers, menu: CommandMenu, cards: ApprovalCards
) -> Dispatcher:
    """Make the handlers, the router that finds them, and the dispatcher that decides who may ask it."""
    store, catalog, authorizer = parts.store, parts.connection.catalog, parts.authorizer
    registry = ChatRegistry(chats=store.chats, catalog=catalog, clock=parts.clock)
    topics = _make_topics(parts)
    start = _make_start(parts, topics, menu)
    # What a person asked before approval is answered without the commands of operators, which include approving.
    operators = OperatorHandlers(
        authorizer=authorizer, registry=registry, cards=cards, readers_router=_make_router(topics, start)
    )
    reports = OperatorReportHandlers(
        health_service=parts.services.health,
        statistics=parts.services.statistics,
        draw_chart=parts.services.draw_chart,
        timezone=parts.settings.chats.timezone,
        without_slot=parts.executor.without_slot,
    )
    of_operators = (reports, BroadcastHandlers(broadcasts=parts.services.broadcasts), operators)
    start = replace(
        start, others=(*start.others, *(command for handlers in of_operators for command in handlers.commands()))
    )
    router = _make_router(topics, start, *of_operators)
    pairing = OperatorPairing(
        code=code, authorizer=authorizer, registry=registry, menu=menu, commands=router.commands.all
    )
    throttle = Throttle(parts.clock)
    return Dispatcher(
        replies=parts.replies,
        authorizer=authorizer,
        registry=registry,
        admission=Admission(
            pairing=pairing,
            throttle=throttle,
            step_back=parts.executor.step_back,
            receive_stranger=operators.receive_stranger,
        ),
        router=router,
        presses=PressLimit(throttle=throttle, chats=store.chats, catalog=catalog, answers=answers),
        membership=_make_membership(parts, registry),
        channels=ChannelAccess(replies=parts.replies, registry=registry, channels=store.channels),
    )


def _make_membership(parts: _Parts, registry: ChatRegistry) -> MembershipTracker:
    return MembershipTracker(
        authorizer=parts.authorizer,
        registry=registry,
        channels=parts.store.channels,
        replies=parts.replies,
        key_value=parts.store.key_value,
        account=parts.connection.account,
        leaver=GroupLeaver(
            replies=parts.replies,
            step_back=parts.executor.step_back,
            farewells=CommandRateLimit(parts.clock, most=GROUPS),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Topics:
    """The handlers that readers use, but for /start and /help, which list the commands of all others."""

    subscribe_reply: SubscribeReply
    subscriptions: SubscriptionHandlers
    unsubscribe: UnsubscribeHandlers
    feeds: FeedHandlers
    hours: QuietAndPauseHandlers
    sharing: SharingHandlers
    all: tuple[Handlers, ...]
    """In the order of the menu: what a newcomer needs first comes first."""


def _make_topics(parts: _Parts) -> _Topics:
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
    return _Topics(
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


def _make_feeds(parts: _Parts) -> FeedHandlers:
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


def _make_alert_buttons(parts: _Parts, sharing: SharingHandlers) -> tuple[Handlers, ...]:
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


def _make_lists(parts: _Parts) -> tuple[SubscriptionListHandlers, UnsubscribeHandlers]:
    return (
        SubscriptionListHandlers(
            settings_service=parts.services.settings,
            unsubscribe=parts.services.unsubscribe,
            subscriptions=parts.store.subscriptions,
            sources=parts.services.feeds.sources,
            chats=parts.store.chats,
            clock=parts.clock,
            timezone=parts.settings.chats.timezone,
        ),
        UnsubscribeHandlers(
            unsubscribe=parts.services.unsubscribe,
            subscriptions=parts.store.subscriptions,
            export=parts.services.transfer.give,
            confirmations=Confirmations(chats=parts.store.chats, clock=parts.clock),
        ),
    )


def _make_settings(parts: _Parts, feeds: FeedHandlers, data: DataHandlers) -> SettingsHandlers:
    feed_service = parts.services.private_feeds
    return SettingsHandlers(
        settings_service=parts.services.settings,
        sources=parts.services.feeds.sources,
        chats=parts.store.chats,
        catalog=parts.connection.catalog,
        clock=parts.clock,
        timezone=parts.settings.chats.timezone,
        pages=OtherPages(list_sources=feeds.first_page, sharing=parts.services.sharing),
        data=DataActions(
            export=data.export,
            forget=data.forget,
            private_feed=PrivateFeedHandlers(private_feeds=feed_service).change if feed_service else None,
        ),
    )


def _make_data_handlers(parts: _Parts) -> DataHandlers:
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


def _make_start(parts: _Parts, topics: _Topics, menu: CommandMenu) -> StartHandlers:
    return StartHandlers(
        subscribe_reply=topics.subscribe_reply,
        legal=parts.settings.legal,
        menu=menu,
        open_list=topics.sharing.open,
        account=parts.connection.account,
        others=tuple(command for handlers in topics.all for command in handlers.commands()),
    )


def _make_router(topics: _Topics, *more: Handlers) -> RequestRouter:
    handlers = (*topics.all, *more)
    return RequestRouter(
        commands=CommandTable(command for topic in handlers for command in topic.commands()),
        buttons=by_verb(button for topic in handlers for button in topic.buttons()),
        questions={question.kind: question for topic in handlers for question in topic.questions()},
        offer_removal=topics.unsubscribe.offer,
        offers=(topics.feeds.offer, topics.subscriptions.offer),
        locate=topics.hours.locate,
    )
