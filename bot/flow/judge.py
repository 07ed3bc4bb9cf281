"""Judge claimed alerts: every rule may keep one back, the first that does so decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.alert import Alert
from bot.core.delivery import Delivery
from bot.core.ids import DeliveryId
from bot.core.verdict import Send, Verdict

Claimed = Sequence[tuple[Delivery, Alert]]
Rule = Callable[[Claimed], Awaitable[Mapping[DeliveryId, Verdict]]]
"""Asked once per batch, with what no rule before it kept back, oldest first; names only what it changes."""


@dataclass(frozen=True, slots=True)
class Judge:
    """The rules, in the order in which they are asked."""

    rules: tuple[Rule, ...] = ()

    async def __call__(self, alerts: Claimed) -> Mapping[DeliveryId, Verdict]:
        """Give a verdict for each; of two rules that send, either may silence it, and the later one hangs it up."""
        verdicts: dict[DeliveryId, Verdict] = {delivery.id: Send() for delivery, _ in alerts}
        for rule in self.rules:
            asked = [pair for pair in alerts if isinstance(verdicts[pair[0].id], Send)]
            for delivery_id, verdict in (await rule(asked) if asked else {}).items():
                verdicts[delivery_id] = _join(verdicts[delivery_id], verdict)
        return verdicts


def _join(earlier: Verdict, later: Verdict) -> Verdict:
    if isinstance(earlier, Send) and isinstance(later, Send):
        return Send(
            silent=True if earlier.silent else earlier.silent if later.silent is None else later.silent,
            reply_to=later.reply_to or earlier.reply_to,
        )
    return later
