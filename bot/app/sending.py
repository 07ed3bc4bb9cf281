"""The parts around the sender: floods that outlive us, answers that come later, and what is forgotten in the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.chat.application import TelegramBot
from bot.chat.late import LateReplies
from bot.chat.warnings import OperatorNotices
from bot.core.delivery import DeliveryKind
from bot.core.ports import Clock
from bot.flow.abide import FloodKeeper
from bot.flow.notice import ClockWatch
from bot.flow.prepare import Preparer
from bot.flow.tidy import Retention
from bot.scheduler import Scheduler
from bot.settings.model import Settings
from storage.store import Store


async def keep_late_replies(application: TelegramBot, store: Store, clock: Clock) -> dict[DeliveryKind, Preparer]:
    """Let answers that cannot go at once wait in the queue; gives what prepares them."""
    late = LateReplies(
        outbox=store.outbox,
        account=application.account,
        clock=clock,
        chats=store.chats,
        catalog=application.catalog,
        allow_paid_broadcast=application.paid,
    )
    await late.load()
    application.voice.late = late
    return {DeliveryKind.REPLY: late.prepare}


async def abide_by_floods(application: TelegramBot, store: Store, clock: Clock, settings: Settings) -> None:
    """Go on keeping to the floods of an earlier process, and note new ones."""
    warnings = OperatorNotices(
        settings=settings, chats=store.chats, outbox=store.outbox, catalog=application.catalog, clock=clock
    )
    abide = FloodKeeper(outbox=store.outbox, clock=clock, alarm=warnings.tell_of_flood)
    await abide.resume(application.gate.pause)
    application.gate.flood_noted = abide.note


def schedule_care(
    scheduler: Scheduler, settings: Settings, store: Store, clock: Clock, queued: Callable[[], None]
) -> None:
    """Forget once a day what was kept long enough; notice when the clock is set back."""
    scheduler.every(timedelta(seconds=1), "look at the clock", ClockWatch(store.outbox, clock, queued))
    kept = settings.retention
    tidy = Retention(
        shelf=store.tidying,
        clock=clock,
        articles=kept.articles,
        deliveries=kept.deliveries,
        inactive_chats=kept.inactive_chats,
    )
    scheduler.every(timedelta(days=1), "tidy", tidy)
