"""Wiring of everything around delivery: the connection, floods, stories, held alerts, digests, replies, retention."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.app.feed_wiring import LanguageParts, list_rules, open_model
from bot.app.leader import DELIVER, DIGESTS, HELD, ProcessContext
from bot.core.delivery.delivery import DeliveryKind, SenderPolicy
from bot.core.delivery.rate_limit import RateLimiter, RatePolicy
from bot.core.delivery.rules import HoldBackPolicy
from bot.core.story import StoryPolicy
from bot.i18n.catalog import Catalog
from bot.llm.summariser import CachedModelSummariser
from bot.scheduler import Scheduler
from bot.services.broadcasts import BroadcastPreparation, BroadcastService
from bot.services.digests import CombinedMessages, DigestGatherer
from bot.services.hot_topics import HotTopicPreparation
from bot.services.in_flight import InFlight
from bot.services.keyword_topics import TopicMessenger
from bot.services.maintenance import ClockWatch, FloodKeeper, Retention
from bot.services.message import AlertSummariser, MessagePreparation
from bot.services.send_rules import HoldBackRule, SendRules
from bot.services.sender import OutcomeReport, Sender, SenderProcess
from bot.services.stories import SameStoryRule, StoryGrouping, StoryUpdates
from bot.settings.model import Settings
from bot.telegram.api.rate_limiter import TelegramRateLimiter
from bot.telegram.conversation import TelegramConnection
from bot.telegram.operator_notices import OperatorNotices
from bot.telegram.stored_replies import StoredReplies

_TICK = timedelta(seconds=0.5)
COMBINED_KINDS = (DeliveryKind.DIGEST, DeliveryKind.ROUNDUP, DeliveryKind.ROLLING)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryParts:
    """The sender, and what the rest of the bot needs of what it sends."""

    sender: Sender
    stories: StoryGrouping
    story_updates: StoryUpdates
    stored_replies: StoredReplies


async def open_connection(process: ProcessContext) -> TelegramConnection:
    """Prepare the connection to Telegram; floods that an earlier process was told of go on."""
    settings, store, clock = process.settings, process.store, process.clock
    catalog = Catalog.load(settings.chats.language)
    alarm = make_notices(process, catalog).tell_of_flood
    flood_keeper = FloodKeeper(outbox=store.outbox, clock=clock, alarm=alarm)
    limiter = RateLimiter(RatePolicy(messages_per_second=settings.telegram.messages_per_second))
    rate_limiter = TelegramRateLimiter(limiter, clock, flood_noted=flood_keeper.note)
    await flood_keeper.resume(rate_limiter.pause)
    return TelegramConnection.prepare(settings, clock, catalog, rate_limiter)


def make_notices(process: ProcessContext, catalog: Catalog) -> OperatorNotices:
    """Make what queues notices to the operators."""
    store = process.store
    return OperatorNotices(
        settings=process.settings, chats=store.chats, outbox=store.outbox, catalog=catalog, clock=process.clock
    )


async def open_delivery(
    process: ProcessContext,
    language: LanguageParts,
    connection: TelegramConnection,
    token_refused: Callable[[], None],
) -> DeliveryParts:
    """Make the sender with everything that its messages are made of."""
    settings, store, clock = process.settings, process.store, process.clock
    model = open_model(process, language.detect)
    summarise = AlertSummariser(language.analyser, model, store.summaries)
    in_flight = InFlight()
    story_updates = StoryUpdates(
        stories=store.stories,
        outbox=store.outbox,
        messenger=connection.messenger,
        summarise=summarise.again,
        in_flight=in_flight,
    )
    stored_replies = await _open_stored_replies(process, connection)
    rules = _make_rules(process, model)
    combined_messages = CombinedMessages(
        messages=store.combined_messages,
        messenger=connection.messenger,
        clock=clock,
        timezone=settings.chats.timezone,
    )
    prepare = MessagePreparation(
        outbox=store.outbox,
        chats=store.chats,
        messenger=_place_in_topics(process, connection),
        clock=clock,
        summarise=summarise,
        rules=rules,
        preparers={
            **dict.fromkeys(COMBINED_KINDS, combined_messages),
            DeliveryKind.REPLY: stored_replies.prepare,
            DeliveryKind.EDIT: story_updates.prepare,
            DeliveryKind.BROADCAST: BroadcastPreparation(
                service=BroadcastService(broadcasts=store.broadcasts, clock=clock),
                send=connection.messenger.send_broadcast,
            ),
            DeliveryKind.HOT_TOPIC: HotTopicPreparation(
                hot_topics=store.hot_topics,
                subscriptions=store.subscriptions,
                chats=store.chats,
                send=connection.messenger.send_hot_topic,
            ),
        },
        fresh=_sender_policy(process).fresh,
    )
    return DeliveryParts(
        sender=_make_sender(process, connection, prepare, in_flight, token_refused),
        stories=_make_story_grouping(process, language),
        story_updates=story_updates,
        stored_replies=stored_replies,
    )


def _make_rules(process: ProcessContext, model: CachedModelSummariser | None) -> SendRules:
    store, clock = process.store, process.clock
    return SendRules(
        (
            SameStoryRule(stories=store.stories, clock=clock),
            HoldBackRule(held=store.held, clock=clock, policy=_hold_back_policy(process.settings)),
            *list_rules(model, clock),
        )
    )


def _place_in_topics(process: ProcessContext, connection: TelegramConnection) -> TopicMessenger:
    messenger = connection.messenger
    return TopicMessenger(
        messenger=messenger,
        topics=process.store.keyword_topics,
        has_topics=messenger.has_private_topics,
        create=messenger.open_topic,
    )


def _make_sender(
    process: ProcessContext,
    connection: TelegramConnection,
    prepare: MessagePreparation,
    in_flight: InFlight,
    token_refused: Callable[[], None],
) -> Sender:
    return Sender(
        outbox=process.store.outbox,
        prepare=prepare,
        rate_limiter=connection.rate_limiter,
        clock=process.clock,
        retry=process.retry,
        report=OutcomeReport(counters=process.metrics, clock=process.clock, outage=connection.outage),
        process=SenderProcess(
            owner=process.owner,
            token_refused=token_refused,
            may_send=process.duty.leadership.is_ours,
            beat=process.duty.beat(DELIVER),
            in_flight=in_flight,
        ),
        policy=_sender_policy(process),
    )


def _sender_policy(process: ProcessContext) -> SenderPolicy:
    return SenderPolicy.for_rate(process.settings.telegram.messages_per_second)


def _make_story_grouping(process: ProcessContext, language: LanguageParts) -> StoryGrouping:
    alerts = process.settings.alerts
    policy = StoryPolicy(window=alerts.story_window, same=alerts.same_story, related=alerts.related_story)
    return StoryGrouping(
        stories=process.store.stories, clock=process.clock, policy=policy, locate=language.analyser.locate
    )


def _hold_back_policy(settings: Settings) -> HoldBackPolicy:
    alerts = settings.alerts
    return HoldBackPolicy(timezone=settings.chats.timezone, burst=alerts.burst, max_wait=alerts.max_wait)


async def _open_stored_replies(process: ProcessContext, connection: TelegramConnection) -> StoredReplies:
    """Open the stored queue of replies that could not be sent soon."""
    replies = StoredReplies(
        outbox=process.store.outbox,
        messenger=connection.messenger,
        clock=process.clock,
        chats=process.store.chats,
        catalog=connection.catalog,
    )
    await replies.load()
    return replies


def schedule_digests(process: ProcessContext, scheduler: Scheduler, queued: Callable[[], None]) -> None:
    """Queue digests and held alerts periodically; every process may do it."""
    gatherer = DigestGatherer(
        digests=process.store.digests,
        held_alerts=process.store.held,
        clock=process.clock,
        policy=_hold_back_policy(process.settings),
        queued=queued,
    )
    scheduler.every(_TICK, DIGESTS, process.duty.beating(DIGESTS, gatherer.gather_digests))
    scheduler.every(_TICK, HELD, process.duty.beating(HELD, gatherer.release_held))


def schedule_care(process: ProcessContext, scheduler: Scheduler, queued: Callable[[], None]) -> None:
    """Delete once a day what is older than its retention time, and watch for a clock that is set back."""
    store, kept = process.store, process.settings.retention
    watch = ClockWatch(store.outbox, store.key_value, process.clock, queued)
    scheduler.every(timedelta(seconds=1), "look at the clock", watch)
    retention = Retention(
        repository=store.retention,
        clock=process.clock,
        articles=kept.articles,
        deliveries=kept.deliveries,
        inactive_chats=kept.inactive_chats,
    )
    scheduler.every(timedelta(days=1), "tidy", retention)
