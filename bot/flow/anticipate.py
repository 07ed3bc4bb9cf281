"""
Let an alert wait in the queue while somebody outside sums its article up.

Not in one of the sender's few places: the alerts of other articles go out meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.core import summary
from bot.core.alert import Alert
from bot.core.article import Article
from bot.core.ids import DeliveryId
from bot.core.ports import Clock
from bot.core.verdict import Decision, SendLater
from bot.flow.judge import Claimed

_STEP = timedelta(seconds=0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitSummaryRule:
    """A rule for `Judge`, to be asked last: for what another rule keeps back nobody is paid."""

    begin: Callable[[Article], Awaitable[bool]]
    """Begins to think about an article, and says whether its abstract is there, or will never be."""
    clock: Clock

    async def __call__(self, claimed: Claimed) -> Mapping[DeliveryId, Decision]:
        """Put back what needs an abstract that is still being written."""
        wanted = {alert.article.id: alert.article for _, alert in claimed if _needs_one(alert)}
        answers = await asyncio.gather(*(self.begin(article) for article in wanted.values()))
        is_there = dict(zip(wanted, answers, strict=True))
        until = self.clock.now() + _STEP
        return {
            delivery.id: SendLater(until, "abstract")
            for delivery, alert in claimed
            if _needs_one(alert) and not is_there[alert.article.id]
        }


def _needs_one(alert: Alert) -> bool:
    headline_only = all(match.subscription.headline_only for match in alert.matches)
    return not headline_only and summary.needs_abstract(alert.article)
