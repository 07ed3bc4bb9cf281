"""Wiring of everything around delivery: stories, held alerts, digests, floods, late replies, retention."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.app.leader import DIGESTS, HELD, LeaderDuty
from bot.core.delivery.delivery import DeliveryKind
from bot.core.delivery.digest import CombinedMessenger
from bot.core.delivery.rules import HoldBackPolicy
from bot.core.ports import Clock, Messenger
from bot.core.story import StoryPolicy
from bot.language.analyser import Analyser
from bot.scheduler import Scheduler
from bot.services.alerts import MatcherSync
from bot.services.digests import CombinedMessages, DigestGatherer
from bot.services.maintenance import ClockWatch, FloodKeeper, Retention
from bot.services.message import AlertSummariser, Preparer
from bot.services.send_rules import HoldBackRule
from bot.services.stories import SameStoryRule, StoryGrouping, StoryUpdates
from bot.services.subscriptions import SettingsService
from bot.settings.model import Settings
from bot.telegram.application import TelegramConnection
from bot.telegram.operator_notices import OperatorNotices
from bot.telegram.replies import StoredReplies
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryWiring:
    """The parts around stories that the rest of the bot needs."""

    group: StoryGrouping
    rule: SameStoryRule
    make_updates: Callable[[Messenger], StoryUpdates]

    def schedule(self, scheduler: Scheduler) -> None:
        """Count new headlines periodically, so that no alert waits for it; after a start first those of the window."""
        scheduler.every(timedelta(seconds=30), "count headlines", self.group.catch_up)


def wire_stories(
    settings: Settings, store: Store, clock: Clock, summarise: AlertSummariser, analyser: Analyser
) -> StoryWiring:
    """Make the parts around stories."""
    alerts = settings.alerts
    policy = StoryPolicy(window=alerts.story_window, same=alerts.same_story, related=alerts.related_story)
    return StoryWiring(
        group=StoryGrouping(stories=store.stories, clock=clock, policy=policy, locate=analyser.locate),
        rule=SameStoryRule(stories=store.stories, clock=clock),
        make_updates=lambda messenger: StoryUpdates(
            stories=store.stories, outbox=store.outbox, messenger=messenger, summarise=summarise.again
        ),
    )


_TICK = timedelta(seconds=0.5)
COMBINED_KINDS = (DeliveryKind.DIGEST, DeliveryKind.ROUNDUP, DeliveryKind.ROLLING)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestWiring:
    """Makes the parts around held alerts and digests."""

    settings: Settings
    store: Store
    clock: Clock

    @property
    def policy(self) -> HoldBackPolicy:
        """Return the operator's limits."""
        alerts = self.settings.alerts
        return HoldBackPolicy(timezone=self.settings.chats.timezone, burst=alerts.burst, max_wait=alerts.max_wait)

    def rule(self) -> HoldBackRule:
        """Make the send rule that holds alerts back."""
        return HoldBackRule(held=self.store.held, clock=self.clock, policy=self.policy)

    def preparers(self, messenger: CombinedMessenger) -> dict[DeliveryKind, Preparer]:
        """Make the preparers of combined messages."""
        timezone = self.settings.chats.timezone
        combined_messages = CombinedMessages(
            messages=self.store.combined_messages, messenger=messenger, clock=self.clock, timezone=timezone
        )
        return dict.fromkeys(COMBINED_KINDS, combined_messages)

    def settings_service(self, matcher_sync: MatcherSync) -> SettingsService:
        """Make the service that changes settings of chats and subscriptions."""
        return SettingsService(
            chats=self.store.chats,
            subscriptions=self.store.subscriptions,
            digests=self.store.digests,
            held=self.store.held,
            matcher_sync=matcher_sync,
            clock=self.clock,
            timezone=self.settings.chats.timezone,
        )

    def schedule(self, scheduler: Scheduler, duty: LeaderDuty, queued: Callable[[], None]) -> None:
        """Queue digests and held alerts periodically; every process may do it."""
        gatherer = DigestGatherer(
            digests=self.store.digests,
            held_alerts=self.store.held,
            clock=self.clock,
            policy=self.policy,
            queued=queued,
        )
        scheduler.every(_TICK, DIGESTS, duty.beating(DIGESTS, gatherer.gather_digests))
        scheduler.every(_TICK, HELD, duty.beating(HELD, gatherer.release_held))


async def open_stored_replies(connection: TelegramConnection, store: Store, clock: Clock) -> StoredReplies:
    """Open the stored queue of replies that could not be sent soon."""
    replies = StoredReplies(
        outbox=store.outbox,
        messenger=connection.messenger,
        clock=clock,
        chats=store.chats,
        catalog=connection.catalog,
    )
    await replies.load()
    return replies


async def abide_by_floods(connection: TelegramConnection, store: Store, clock: Clock, settings: Settings) -> None:
    """Resume the floods an earlier process was told of, and store new ones."""
    warnings = OperatorNotices(
        settings=settings, chats=store.chats, outbox=store.outbox, catalog=connection.catalog, clock=clock
    )
    flood_keeper = FloodKeeper(outbox=store.outbox, clock=clock, alarm=warnings.tell_of_flood)
    await flood_keeper.resume(connection.rate_limiter.pause)
    connection.rate_limiter.flood_noted = flood_keeper.note


def schedule_care(
    scheduler: Scheduler, settings: Settings, store: Store, clock: Clock, queued: Callable[[], None]
) -> None:
    """Delete once a day what is older than its retention time, and watch for a clock that is set back."""
    scheduler.every(timedelta(seconds=1), "look at the clock", ClockWatch(store.outbox, clock, queued))
    kept = settings.retention
    retention = Retention(
        repository=store.retention,
        clock=clock,
        articles=kept.articles,
        deliveries=kept.deliveries,
        inactive_chats=kept.inactive_chats,
    )
    scheduler.every(timedelta(days=1), "tidy", retention)
