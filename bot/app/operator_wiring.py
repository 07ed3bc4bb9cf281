"""Wiring of what operators are told: how the bot does, and the digest of errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.app import error_log
from bot.app.delivery_wiring import make_notices
from bot.app.error_log import ErrorLog
from bot.app.leader import ProcessContext
from bot.i18n.catalog import Catalog
from bot.scheduler import Scheduler
from bot.services.alerts import MatcherSync
from bot.services.broadcasts import BroadcastLoop, BroadcastService
from bot.services.health import ErrorDigest, HealthService
from bot.services.hot_topics import HotTopicLoop, HotTopicService
from bot.services.statistics import StatisticsService
from bot.services.subscriptions import UnsubscribeService
from bot.telegram.application import TelegramBot
from bot.telegram.broadcast_progress import BroadcastProgress

_LOOK_FOR_ERRORS = timedelta(seconds=30)
_LOOK_FOR_TOPICS = timedelta(minutes=10)
_NEXT_READERS = timedelta(seconds=2)
_NEXT_PORTION = timedelta(seconds=0.5)


def open_error_log(process: ProcessContext) -> ErrorLog:
    """Count the errors of this process until it closes."""
    return process.stack.enter_context(error_log.recorded(process.clock))


def make_health(process: ProcessContext, errors: ErrorLog) -> HealthService:
    """Make what reports how the bot does."""
    return HealthService(
        status=process.store.status,
        database=process.store.state,
        progress=process.duty.progress,
        errors=errors,
        clock=process.clock,
    )


def make_statistics(process: ProcessContext) -> StatisticsService:
    """Make what gathers the figures of the last two weeks."""
    return StatisticsService(statistics=process.store.statistics, status=process.store.status, clock=process.clock)


def make_broadcasts(process: ProcessContext) -> BroadcastService:
    """Make what operators do with broadcasts."""
    return BroadcastService(broadcasts=process.store.broadcasts, clock=process.clock)


def make_hot_topics(process: ProcessContext, matcher_sync: MatcherSync) -> HotTopicService:
    """Make what operators and readers do with keywords that have many readers."""
    limit = process.settings.chats.max_subscriptions
    return HotTopicService(
        hot_topics=process.store.hot_topics,
        subscriptions=process.store.subscriptions,
        unsubscribe=UnsubscribeService(
            subscriptions=process.store.subscriptions, clock=process.clock, max_subscriptions=limit
        ),
        matcher_sync=matcher_sync,
        clock=process.clock,
        max_subscriptions=limit,
    )


def schedule_hot_topics(
    process: ProcessContext, catalog: Catalog, scheduler: Scheduler, queued: Callable[[], None]
) -> None:
    """Ask operators about keywords with many readers, and tell these of the channels."""
    loop = HotTopicLoop(
        hot_topics=process.store.hot_topics,
        clock=process.clock,
        leadership=process.duty.leadership,
        readers=process.settings.alerts.hot_topic,
        ask=make_notices(process, catalog).ask_for_channel,
        queued=queued,
    )
    scheduler.every(_LOOK_FOR_TOPICS, "look for hot topics", loop.look)
    scheduler.every(_NEXT_READERS, "announce channels", loop.announce)


def schedule_broadcasts(
    process: ProcessContext, bot: TelegramBot, scheduler: Scheduler, queued: Callable[[], None]
) -> None:
    """Queue running broadcasts in portions, and show how far they are."""
    progress = BroadcastProgress(replies=bot.replies, chats=process.store.chats, catalog=bot.connection.catalog)
    loop = BroadcastLoop(
        broadcasts=process.store.broadcasts,
        clock=process.clock,
        leadership=process.duty.leadership,
        queued=queued,
        show=progress.show,
    )
    scheduler.every(_NEXT_PORTION, "broadcasts", loop)


def schedule_error_digest(process: ProcessContext, errors: ErrorLog, catalog: Catalog, scheduler: Scheduler) -> None:
    """Tell the operators of errors, at most once an hour."""
    digest = ErrorDigest(
        errors=errors,
        key_value=process.store.key_value,
        clock=process.clock,
        tell=make_notices(process, catalog).tell_of_errors,
    )
    scheduler.every(_LOOK_FOR_ERRORS, "tell of errors", digest)
