"""Judge claimed alerts: every rule may keep one back, the first that does so decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.alert import Alert
from bot.core.delivery import Delivery
from bot.core.ids import DeliveryId
from bot.core.verdict import Decision, SendNow

Claimed = Sequence[tuple[Delivery, Alert]]
Rule = Callable[[Claimed], Awaitable[Mapping[DeliveryId, Decision]]]
"""Asked once per batch, with what no rule before it kept back, oldest first; names only what it changes."""


@dataclass(frozen=True, slots=True)
class SendRules:
    """The rules, in the order in which they are asked."""

    rules: tuple[Rule, ...] = ()

    async def __call__(self, alerts: Claimed) -> Mapping[DeliveryId, Decision]:
        """Give a verdict for each; of two rules that send, either may silence it, and the later one hangs it up."""
        verdicts: dict[DeliveryId, Decision] = {delivery.id: SendNow() for delivery, _ in alerts}
        for rule in self.rules:
            asked = [pair for pair in alerts if isinstance(verdicts[pair[0].id], SendNow)]
            for delivery_id, verdict in (await rule(asked) if asked else {}).items():
                verdicts[delivery_id] = _join(verdicts[delivery_id], verdict)
        return verdicts


def _join(earlier: Decision, later: Decision) -> Decision:
    if isinstance(earlier, SendNow) and isinstance(later, SendNow):
        return SendNow(
            silent=True if earlier.silent else earlier.silent if later.silent is None else later.silent,
            reply_to=later.reply_to or earlier.reply_to,
        )
    return later
