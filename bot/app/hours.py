"""The parts that keep the reader's hours: the rule, what gathers, and what tells it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.core.bundle import CombinedMessenger
from bot.core.delivery import DeliveryKind
from bot.core.holding import HoldBackPolicy
from bot.core.ports import Clock
from bot.flow.adjust import SettingsService
from bot.flow.gather import DigestGatherer
from bot.flow.prepare import Preparer
from bot.flow.restrain import HoldBackRule
from bot.flow.tell import CombinedMessages
from bot.flow.watch import MatcherSync
from bot.scheduler import Scheduler
from bot.settings.model import Settings
from storage.store import Store

_TICK = timedelta(seconds=0.5)
BUNDLES = (DeliveryKind.DIGEST, DeliveryKind.ROUNDUP, DeliveryKind.ROLLING)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestWiring:
    """Makes these parts, each where it is needed."""

    settings: Settings
    store: Store
    clock: Clock

    @property
    def policy(self) -> HoldBackPolicy:
        """Give the operator's bounds."""
        alerts = self.settings.alerts
        return HoldBackPolicy(timezone=self.settings.chats.timezone, burst=alerts.burst, max_wait=alerts.max_wait)

    def rule(self) -> HoldBackRule:
        """Make the rule for the sender."""
        return HoldBackRule(shelf=self.store.holding, clock=self.clock, policy=self.policy)

    def preparers(self, herald: CombinedMessenger) -> dict[DeliveryKind, Preparer]:
        """Make what prepares messages about several articles."""
        timezone = self.settings.chats.timezone
        tell = CombinedMessages(shelf=self.store.bundles, herald=herald, clock=self.clock, timezone=timezone)
        return dict.fromkeys(BUNDLES, tell)

    def adjust(self, watch: MatcherSync) -> SettingsService:
        """Make what changes hours for readers."""
        return SettingsService(
            chats=self.store.chats,
            subscriptions=self.store.subscriptions,
            receivers=self.store.receivers,
            shelf=self.store.holding,
            watch=watch,
            clock=self.clock,
            timezone=self.settings.chats.timezone,
        )

    def schedule(self, scheduler: Scheduler, queued: Callable[[], None]) -> None:
        """Let digests and held alerts be gathered; every process may do it."""
        gather = DigestGatherer(
            receivers=self.store.receivers,
            shelf=self.store.holding,
            clock=self.clock,
            policy=self.policy,
            queued=queued,
        )
        scheduler.every(_TICK, "digests", gather.digests)
        scheduler.every(_TICK, "held alerts", gather.held)
