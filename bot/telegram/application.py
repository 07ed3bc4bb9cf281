"""
The Telegram side of the bot, wired: one object the process opens, runs and stops.

It owns the account, the rate limiter and the messenger; what it reads and writes comes in through ports.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from bot.core.delivery.delivery import TokenRefused
from bot.core.delivery.digest import CombinedMessageRepository
from bot.core.delivery.rate_limit import RateLimiter, RatePolicy
from bot.core.ids import UserId
from bot.core.ports import Clock, Messenger
from bot.core.process_state import Leadership, SoleLeader
from bot.core.repositories import ChatRepository, KeyValueRepository, SubscriptionRepository, UpdateRepository
from bot.i18n.catalog import Catalog
from bot.i18n.zones import Zones
from bot.services.explain import ExplainService
from bot.services.feeds import FeedService
from bot.services.retry import Outage
from bot.services.starter_feeds import StarterFeeds
from bot.services.stories import StoryUpdates
from bot.services.subscriptions import SettingsService, SubscribeService, UnsubscribeService
from bot.settings.model import Settings
from bot.telegram.access import Authorizer, CommandRateLimit, PairingCode
from bot.telegram.api.client import BotClient, RetryingCaller, connect
from bot.telegram.api.rate_limiter import TelegramRateLimiter
from bot.telegram.approval_cards import ApprovalCards
from bot.telegram.callback_answers import CallbackAnswers
from bot.telegram.chat_executor import PerChatExecutor
from bot.telegram.commands import Command, CommandMenu, CommandTable
from bot.telegram.dispatch import Dispatcher
from bot.telegram.handlers.alert_buttons import AlertButtonHandlers
from bot.telegram.handlers.digests import DigestHandlers
from bot.telegram.handlers.explain import ExplainHandlers
from bot.telegram.handlers.feeds import FeedHandlers
from bot.telegram.handlers.operators import OperatorHandlers
from bot.telegram.handlers.quiet_and_pause import QuietAndPauseHandlers
from bot.telegram.handlers.settings import SettingsHandlers
from bot.telegram.handlers.start import StartHandlers
from bot.telegram.handlers.subscription_settings import SubscriptionSettingsHandlers
from bot.telegram.handlers.subscriptions import SubscriptionHandlers
from bot.telegram.handlers.unsubscribe import UnsubscribeHandlers
from bot.telegram.membership import GROUPS, MembershipTracker
from bot.telegram.messages import DigestMessenger, MessageCalls, TelegramMessenger
from bot.telegram.replies import ReplySender
from bot.telegram.subscription_reply import SubscribeReply, SuggestionFinder
from bot.telegram.throttle import DeclinedRequests, Throttle
from bot.telegram.updates import UpdateReceiver


class TelegramBot:
    """The Telegram side of the bot: receives updates, dispatches them to handlers, and sends."""

    def __init__(
        self,
        *,
        settings: Settings,
        clock: Clock,
        chats: ChatRepository,
        subscriptions: SubscriptionRepository,
        inbox: UpdateRepository,
        key_value: KeyValueRepository,
        leadership: Leadership | None = None,
        beat: Callable[[bool], None] = lambda succeeded: None,
        subscribe: SubscribeService,
        unsubscribe: UnsubscribeService,
        look_back: SuggestionFinder,
        why: ExplainService,
        feed_service: FeedService,
        starter: StarterFeeds,
        settings_service: SettingsService,
        retell_by: Callable[[Messenger], StoryUpdates],
        combined_messages: CombinedMessageRepository,
        limiter: RateLimiter | None = None,
        prompt_seconds: float = 0.8,
        press_seconds: float = 0.5,
    ) -> None:
        telegram = settings.telegram
        self._settings = settings
        self._clock = clock
        self._chats = chats
        self._subscriptions = subscriptions
        self._inbox = inbox
        self._key_value = key_value
        self._leadership = leadership or SoleLeader()
        self._beat = beat
        self._subscribe_reply = SubscribeReply(subscribe=subscribe, look_back=look_back, starter=starter)
        self._unsubscribe = unsubscribe
        self._look_back = look_back
        self._why = why
        self._feed_service = feed_service
        self._prompt_seconds = prompt_seconds
        self._settings_service = settings_service
        self._combined_messages = combined_messages
        self.catalog = Catalog.load(settings.chats.language)
        self.account = BotClient.at(telegram.api_url, telegram.token.get_secret_value())
        rates = RatePolicy(messages_per_second=telegram.messages_per_second)
        self.rate_limiter = TelegramRateLimiter(limiter or RateLimiter(rates), clock)
        self.messenger = TelegramMessenger(
            account=self.account,
            catalog=self.catalog,
            clock=clock,
            timezone=settings.chats.timezone,
            allow_paid_broadcast=telegram.allow_paid_broadcast,
        )
        self.digest_messenger = DigestMessenger(
            account=self.account,
            catalog=self.catalog,
            clock=clock,
            timezone=settings.chats.timezone,
            allow_paid_broadcast=telegram.allow_paid_broadcast,
        )
        self.retell = retell_by(self.messenger)
        self.ready = asyncio.Event()
        self.outage = Outage("telegram", clock)
        self.paid = telegram.allow_paid_broadcast
        self.calls = MessageCalls(account=self.account, allow_paid_broadcast=self.paid)
        self._lanes = PerChatExecutor()
        self.replies = ReplySender(
            self.account, self.rate_limiter, clock, aside=self._lanes.aside, allow_paid_broadcast=self.paid
        )
        self.replies.moved = lambda old, new: chats.move(old, new, clock.now())
        self._answers = CallbackAnswers(self.replies, press_seconds, self._lanes.aside)
        self._pairing = PairingCode(clock)
        self._authorizer = Authorizer(
            chats=chats,
            clock=clock,
            operators=frozenset(map(UserId, telegram.operators)),
            is_public=telegram.access == "public",
        )
        self._cards = ApprovalCards(
            calls=self.calls,
            call=RetryingCaller(self.rate_limiter, clock, asyncio.sleep, self._lanes.aside),
            chats=chats,
            key_value=key_value,
            authorizer=self._authorizer,
            catalog=self.catalog,
            clock=clock,
            leadership=self._leadership,
        )
        self._receiver: UpdateReceiver | None = None
        self._stopping = False

    async def offer_pairing(self) -> str | None:
        """Make the one-time code, if there is no operator at all; it belongs on standard output and nowhere else."""
        return None if await self._authorizer.list_operators() else self._pairing.open()

    async def open(self) -> None:
        """
        Connect to Telegram, retrying until it succeeds.

        Raises `TokenRefusedError` when it does not accept the token; to be cancelled when the process is to stop.
        """
        await connect(self.account, self.outage)

    async def run(self) -> TokenRefused | None:
        """Receive and answer until `stop`, after `open`; ends by itself only when the token is refused meanwhile."""
        dispatch = self._dispatch()
        self._receiver = UpdateReceiver(
            account=self.account,
            inbox=self._inbox,
            handle=dispatch,
            failed=dispatch.sorry,
            clock=self._clock,
            ready=self.ready,
            leadership=self._leadership,
            beat=self._beat,
            heed=dispatch.heed,
            outage=self.outage,
            decline=dispatch.decline,
            decline_press=dispatch.declining.press,
            lanes=self._lanes,
        )
        if self._stopping:
            return None
        dispatch.menu.publish()
        cards = asyncio.create_task(self._cards.run())
        try:
            return await self._receiver.run()
        finally:
            cards.cancel()
            await asyncio.gather(cards, return_exceptions=True)
            await dispatch.menu.close()

    def stop(self) -> None:
        """End the long poll; `run` returns when what is in hand is answered."""
        self._stopping = True
        if self._receiver is not None:
            self._receiver.stop()

    async def close(self) -> None:
        """Close the connections, after `run` and the sender have ended."""
        await self._answers.close()
        await self.replies.close()
        await self.account.close_all()

    def _dispatch(self) -> Dispatcher:
        """Make the dispatcher with all handlers; the account must be open, because its name is part of commands."""
        chats, clock, catalog, authorizer = self._chats, self._clock, self.catalog, self._authorizer
        account_id = self.account.id
        table: list[Command] = []
        alerts = SubscriptionHandlers(
            subscribe_reply=self._subscribe_reply,
            unsubscribe=self._unsubscribe,
            subscriptions=self._subscriptions,
            chats=chats,
            clock=clock,
            look_back=self._look_back,
        )
        operator = OperatorHandlers(
            authorizer=authorizer,
            chats=chats,
            catalog=catalog,
            clock=clock,
            cards=self._cards,
            resume=lambda person: dispatch.resume(person),
        )
        sources = self._sources()
        hours = self._hours()
        handlers = (alerts, sources, hours, *self._digest_handlers(), *self._other_handlers(table), operator)
        table += [command for handler in handlers for command in handler.commands()]
        dispatch = Dispatcher(
            account_id=account_id,
            username=self.account.username.lower(),
            replies=self.replies,
            chats=chats,
            catalog=catalog,
            clock=clock,
            authorizer=authorizer,
            declining=DeclinedRequests(throttle=Throttle(clock), chats=chats, catalog=catalog, answers=self._answers),
            lanes=self._lanes,
            pairing=self._pairing,
            menu=CommandMenu(
                replies=self.replies, key_value=self._key_value, catalog=catalog, commands=table, account_id=account_id
            ),
            membership=MembershipTracker(
                authorizer=authorizer,
                chats=chats,
                catalog=catalog,
                replies=self.replies,
                clock=clock,
                key_value=self._key_value,
                account_id=account_id,
                lanes=self._lanes,
                farewells=CommandRateLimit(clock, most=GROUPS),
            ),
            alerts=alerts,
            sources=sources,
            hours=hours,
            operator=operator,
            commands=CommandTable(table),
            buttons={button.verb: button for handler in handlers for button in handler.buttons()},
            questions={question.kind: question for handler in (alerts, sources) for question in handler.questions()},
            answers=self._answers,
        )
        return dispatch

    def _hours(self) -> QuietAndPauseHandlers:
        timezone = self._settings.chats.timezone
        return QuietAndPauseHandlers(
            settings_service=self._settings_service,
            chats=self._chats,
            clock=self._clock,
            timezone=timezone,
            zones=Zones(),
        )

    def _digest_handlers(self) -> tuple[DigestHandlers, SubscriptionSettingsHandlers]:
        timezone = self._settings.chats.timezone
        digests = DigestHandlers(
            settings_service=self._settings_service, chats=self._chats, clock=self._clock, timezone=timezone
        )
        return digests, SubscriptionSettingsHandlers(settings_service=self._settings_service)

    def _sources(self) -> FeedHandlers:
        return FeedHandlers(
            feed_service=self._feed_service,
            sources=self._feed_service.sources,
            chats=self._chats,
            clock=self._clock,
            timezone=self._settings.chats.timezone,
            is_open=self._settings.chats.users_may_add_feeds,
            commands_an_hour=CommandRateLimit(self._clock, most=5, span=timedelta(hours=1)),
            presses_an_hour=CommandRateLimit(self._clock, most=20, span=timedelta(hours=1)),
            prompt_seconds=self._prompt_seconds,
            aside=self._lanes.aside,
        )

    def _other_handlers(
        self, table: list[Command]
    ) -> tuple[UnsubscribeHandlers, ExplainHandlers, SettingsHandlers, AlertButtonHandlers, StartHandlers]:
        """Make the handlers that only commands lead to; `table` is filled when all handlers are made."""
        timezone = self._settings.chats.timezone
        return (
            UnsubscribeHandlers(unsubscribe=self._unsubscribe, subscriptions=self._subscriptions, clock=self._clock),
            ExplainHandlers(look_back=self._look_back, why=self._why),
            SettingsHandlers(chats=self._chats, catalog=self.catalog),
            AlertButtonHandlers(
                retell=self.retell,
                combined_messages=self._combined_messages,
                catalog=self.catalog,
                clock=self._clock,
                timezone=timezone,
            ),
            StartHandlers(
                subscribe_reply=self._subscribe_reply,
                legal=self._settings.legal,
                table=lambda: tuple(table),
            ),
        )
