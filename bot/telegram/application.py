"""
The conversation with readers: receives updates, has them dispatched to handlers, and replies.

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
from bot.services.retry import StoreRetry
from bot.settings.model import Settings
from bot.telegram.access import Authorizer, CommandRateLimit, FullNotices, PairingCode, Throttle
from bot.telegram.api.client import RetryingCaller, connect
from bot.telegram.approval_cards import ApprovalCards
from bot.telegram.callback_answers import CallbackAnswers, PressLimit
from bot.telegram.channels import ChannelAccess
from bot.telegram.commands import ChatRegistry, CommandMenu
from bot.telegram.conversation import (
    ConversationParts,
    ConversationPolicy,
    ConversationRepositories,
    ConversationServices,
    TelegramConnection,
)
from bot.telegram.dispatch import Admission, Dispatcher, OperatorPairing
from bot.telegram.handlers.broadcasts import BroadcastHandlers
from bot.telegram.handlers.channels import ChannelHandlers
from bot.telegram.handlers.hot_topics import HotTopicHandlers
from bot.telegram.handlers.operator_reports import OperatorReportHandlers
from bot.telegram.handlers.operators import OperatorHandlers
from bot.telegram.inline_mode import InlineQueries, InlineResponder
from bot.telegram.membership import GROUPS, GroupLeaver, MembershipTracker
from bot.telegram.replies import ReplyQueue, ReplySender
from bot.telegram.topics import make_router, make_start, make_topics
from bot.telegram.update_intake import UpdateIntake
from bot.telegram.update_queue import PerChatExecutor, StoredUpdateQueue
from bot.telegram.updates import UpdateReceiver
from bot.telegram.webhook import Webhook, WebhookReceiver


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopDuty:
    """When a loop may work, and whom it tells of each finished round and whether it succeeded."""

    leadership: Leadership
    beat: Callable[[bool], None]


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
        parts = ConversationParts(
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
        self._menu = CommandMenu(
            call=call, key_value=store.key_value, catalog=connection.catalog, retry=StoreRetry(clock=clock)
        )
        self._cards = _make_cards(parts, duty.leadership)
        self._inline = _make_inline(parts)
        dispatcher = _make_dispatcher(parts, self._pairing, self._answers, self._menu, self._cards)
        self.commands = dispatcher.router.commands.all
        self._receiver = _make_receiver(parts, dispatcher, self._inline, duty)

    @property
    def ready(self) -> asyncio.Event:
        """The event that is set by the first answer of Telegram to the question for updates, or by a webhook set."""
        return self._receiver.ready

    @property
    def webhook(self) -> WebhookReceiver | None:
        """What stores the updates that Telegram posts; None where they are polled."""
        return self._receiver if isinstance(self._receiver, WebhookReceiver) else None

    async def offer_pairing(self) -> str | None:
        """Make the one-time code, if there is no operator at all; it belongs on standard output and nowhere else."""
        return None if await self._authorizer.list_operators() else self._pairing.open()

    async def open(self) -> None:
        """
        Connect to Telegram, retrying until it succeeds.

        Raises `TokenRefusedError` when it does not accept the token; to be cancelled when the process is to stop.
        """
        await connect(self.connection.account, self.connection.outage, drops_webhook=self.webhook is None)

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


def _make_receiver(
    parts: ConversationParts, dispatcher: Dispatcher, inline: InlineQueries, duty: LoopDuty
) -> UpdateReceiver | WebhookReceiver:
    """Make what receives updates, by polling or by webhook, and the queue that hands them to the dispatcher."""
    account, inbox, clock = parts.connection.account, parts.store.inbox, parts.clock
    queue = StoredUpdateQueue(
        account=account,
        inbox=inbox,
        handler=dispatcher,
        executor=parts.executor,
        clock=clock,
        answer_inline=inline.submit,
    )
    telegram = parts.settings.telegram
    if telegram.mode == "webhook":
        return WebhookReceiver(
            account=account,
            webhook=Webhook(url=telegram.webhook_url, secret=telegram.webhook_secret.get_secret_value()),
            intake=UpdateIntake(inbox=inbox, queue=queue, clock=clock),
            queue=queue,
            outage=parts.connection.outage,
            leadership=duty.leadership,
            beat=duty.beat,
        )
    return UpdateReceiver(
        account=account,
        inbox=inbox,
        queue=queue,
        clock=clock,
        outage=parts.connection.outage,
        leadership=duty.leadership,
        beat=duty.beat,
    )


def _make_inline(parts: ConversationParts) -> InlineQueries:
    respond = InlineResponder(
        authorizer=parts.authorizer,
        chats=parts.store.chats,
        search=parts.services.inline_search,
        catalog=parts.connection.catalog,
        clock=parts.clock,
        timezone=parts.settings.chats.timezone,
    )
    return InlineQueries(respond, parts.call, parts.clock)


def _make_cards(parts: ConversationParts, leadership: Leadership) -> ApprovalCards:
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
    parts: ConversationParts, code: PairingCode, answers: CallbackAnswers, menu: CommandMenu, cards: ApprovalCards
) -> Dispatcher:
    """Make the handlers, the router that finds them, and the dispatcher that decides who may ask it."""
    store, catalog, authorizer = parts.store, parts.connection.catalog, parts.authorizer
    registry = ChatRegistry(
        chats=store.chats, catalog=catalog, clock=parts.clock, max_chats=parts.settings.chats.max_chats
    )
    channels = ChannelAccess(replies=parts.replies, registry=registry, channels=store.channels)
    topics = make_topics(parts)
    start = make_start(parts, topics, menu)
    # What a person asked before approval is answered without the commands of operators, which include approving.
    operators = OperatorHandlers(
        authorizer=authorizer, registry=registry, cards=cards, readers_router=make_router(topics, start)
    )
    reports = OperatorReportHandlers(
        health_service=parts.services.health,
        statistics=parts.services.statistics,
        draw_chart=parts.services.draw_chart,
        timezone=parts.settings.chats.timezone,
        without_slot=parts.executor.without_slot,
    )
    broadcasts = BroadcastHandlers(broadcasts=parts.services.broadcasts)
    hot_topics = HotTopicHandlers(hot_topics=parts.services.hot_topics, channels=channels)
    of_operators = (reports, broadcasts, hot_topics, operators)
    start = replace(
        start, others=(*start.others, *(command for handlers in of_operators for command in handlers.commands()))
    )
    channels = ChannelAccess(replies=parts.replies, registry=registry, channels=store.channels)
    router = make_router(topics, start, ChannelHandlers(access=channels), *of_operators)
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
            full_notices=FullNotices(key_value=parts.store.key_value),
            step_back=parts.executor.step_back,
            receive_stranger=operators.receive_stranger,
        ),
        router=router,
        presses=PressLimit(throttle=throttle, chats=store.chats, catalog=catalog, answers=answers),
        membership=_make_membership(parts, registry),
        channels=channels,
    )


def _make_membership(parts: ConversationParts, registry: ChatRegistry) -> MembershipTracker:
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
