"""
Send rules: whether a claimed alert is sent now, sent later, held or dropped.

Rules are asked in order, and the first that keeps an alert back decides. They hold alerts in the reader's quiet hours
and pauses and in a burst, and let an alert wait in the stored queue while a model summarises its article, so that it
occupies none of the sender's few slots.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core import summary
from bot.core.article import Article
from bot.core.delivery import rules as delivery_rules
from bot.core.delivery.alert import Alert
from bot.core.delivery.delivery import Delivery, UnsentReason
from bot.core.delivery.digest import HeldRepository
from bot.core.delivery.rules import Decision, HoldBackPolicy, SendLater, SendNow
from bot.core.ids import ChatId, DeliveryId
from bot.core.ports import Clock

Claimed = Sequence[tuple[Delivery, Alert]]
Rule = Callable[[Claimed], Awaitable[Mapping[DeliveryId, Decision]]]
"""Asked once per batch, with what no rule before it kept back, oldest first; names only what it changes."""


@dataclass(frozen=True, slots=True)
class SendRules:
    """The rules, in the order in which they are asked."""

    rules: tuple[Rule, ...] = ()

    async def __call__(self, alerts: Claimed) -> Mapping[DeliveryId, Decision]:
        """Give a decision for each; of two rules that send, either may silence it, and the later one hangs it up."""
        decisions: dict[DeliveryId, Decision] = {delivery.id: SendNow() for delivery, _ in alerts}
        for rule in self.rules:
            asked = [pair for pair in alerts if isinstance(decisions[pair[0].id], SendNow)]
            for delivery_id, decision in (await rule(asked) if asked else {}).items():
                decisions[delivery_id] = _join(decisions[delivery_id], decision)
        return decisions


def _join(earlier: Decision, later: Decision) -> Decision:
    if isinstance(earlier, SendNow) and isinstance(later, SendNow):
        return SendNow(
            silent=True if earlier.silent else earlier.silent if later.silent is None else later.silent,
            reply_to=later.reply_to or earlier.reply_to,
        )
    return later


_REMEMBERED = 10_000
"""Chats; of one that is forgotten, alerts that wait are counted anew."""


class Admitted:
    """
    Alerts that were judged to come singly and may have to wait for their chat's turn.

    Without them every alert of a burst that is judged before the first ones are out would pass as one of the first; and
    the message that tells the rest could not begin before all others are out. After a restart they are judged anew.
    """

    def __init__(self) -> None:
        self._chats: OrderedDict[ChatId, dict[DeliveryId, datetime]] = OrderedDict()

    def of(self, chat_ids: Iterable[ChatId], since: datetime) -> frozenset[DeliveryId]:
        """Name those of these chats, and forget what was admitted before then."""
        found: set[DeliveryId] = set()
        for chat_id in chat_ids:
            if chat_id in self._chats:
                young = {each: at for each, at in self._chats[chat_id].items() if at > since}
                self._chats[chat_id] = young
                found |= young.keys()
        return frozenset(found)

    def add(self, deliveries: Iterable[Delivery], now: datetime) -> None:
        """Note alerts that come singly."""
        for delivery in deliveries:
            self._chats.setdefault(delivery.chat_id, {})[delivery.id] = now
            self._chats.move_to_end(delivery.chat_id)
        while len(self._chats) > _REMEMBERED:
            self._chats.popitem(last=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldBackRule:
    """The rule of time: quiet hours, pauses, what is late, what was missed, and bursts."""

    held: HeldRepository
    clock: Clock
    policy: HoldBackPolicy
    admitted: Admitted = field(default_factory=Admitted)

    async def __call__(self, alerts: Claimed) -> Mapping[DeliveryId, Decision]:
        """Judge a batch."""
        now = self.clock.now()
        decisions = {
            delivery.id: delivery_rules.decide(delivery, alert, self.policy, now) for delivery, alert in alerts
        }
        going = [pair for pair in alerts if isinstance(decisions[pair[0].id], SendNow)]
        if going:
            decisions |= await self._bursting(going, now)
        return decisions

    async def _bursting(
        self, going: Collection[tuple[Delivery, Alert]], now: datetime
    ) -> Mapping[DeliveryId, Decision]:
        since = now - self.policy.burst_length
        admitted = self.admitted.of({delivery.chat_id for delivery, _ in going}, since)
        pace = await self.held.pace(delivery_rules.receivers_of(going), since, admitted)
        held = delivery_rules.bursting(going, pace, self.policy, now, admitted)
        self.admitted.add(
            (delivery for delivery, _ in going if delivery.id not in held and delivery.id not in admitted), now
        )
        return held


_STEP = timedelta(seconds=0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitSummaryRule:
    """A rule for `SendRules`, to be asked last: for what another rule keeps back nobody is paid."""

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
            delivery.id: SendLater(until, UnsentReason.SUMMARY)
            for delivery, alert in claimed
            if _needs_one(alert) and not is_there[alert.article.id]
        }


def _needs_one(alert: Alert) -> bool:
    headline_only = all(match.subscription.headline_only for match in alert.matches)
    return not headline_only and summary.needs_abstract(alert.article)
