"""
Let an alert wait in the queue while somebody outside sums its article up.

Not in one of the sender's few places: the alerts of other articles go out meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.core import summary
from bot.core.alert import Alert
from bot.core.article import Article
from bot.core.ids import DeliveryId
from bot.core.ports import Clock
from bot.core.verdict import Verdict, Wait
from bot.flow.judge import Claimed

_STEP = timedelta(seconds=0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anticipate:
    """A rule for `Judge`, to be asked last: for what another rule keeps back nobody is paid."""

    begin: Callable[[Article, str | None], bool]
    """Begins to think about an article, and says whether its abstract is there, or will never be."""
    clock: Clock

    async def __call__(self, claimed: Claimed) -> Mapping[DeliveryId, Verdict]:
        """Put back what needs an abstract that is still being written."""
        until = self.clock.now() + _STEP
        return {
            delivery.id: Wait(until, "abstract")
            for delivery, alert in claimed
            if _needs_one(alert) and not self.begin(alert.article, alert.article.language)
        }


def _needs_one(alert: Alert) -> bool:
    headline_only = all(match.subscription.headline_only for match in alert.matches)
    return not headline_only and summary.needs_abstract(alert.article)
