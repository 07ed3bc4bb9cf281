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
from bot.services.broadcasts import BroadcastLoop, BroadcastService
from bot.services.health import ErrorDigest, HealthService
from bot.services.statistics import StatisticsService
from bot.telegram.application import TelegramBot
from bot.telegram.broadcast_progress import BroadcastProgress

_LOOK_FOR_ERRORS = timedelta(seconds=30)
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
