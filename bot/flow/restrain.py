"""Hold alerts back that the reader does not want at this hour, or that are too many at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core import holding
from bot.core.holding import HoldPolicy
from bot.core.ids import DeliveryId
from bot.core.ports import Clock
from bot.core.receiver import HoldingShelf
from bot.core.verdict import Send, Verdict
from bot.flow.judge import Claimed


@dataclass(frozen=True, slots=True, kw_only=True)
class Restrain:
    """The rule of time: quiet hours, pauses, what is late, what was missed, and bursts."""

    shelf: HoldingShelf
    clock: Clock
    policy: HoldPolicy

    async def __call__(self, alerts: Claimed) -> Mapping[DeliveryId, Verdict]:
        """Judge a batch."""
        now = self.clock.now()
        verdicts = {delivery.id: holding.verdict(delivery, alert, self.policy, now) for delivery, alert in alerts}
        going = [pair for pair in alerts if isinstance(verdicts[pair[0].id], Send)]
        if going:
            pace = await self.shelf.pace(holding.receivers_of(going), now - self.policy.burst_length)
            verdicts |= holding.bursting(going, pace, self.policy, now)
        return verdicts
