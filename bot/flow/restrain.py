"""Hold alerts back that the reader does not want at this hour, or that are too many at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.core import holding
from bot.core.alert import Alert
from bot.core.delivery import Delivery
from bot.core.holding import HoldBackPolicy
from bot.core.ids import ChatId, DeliveryId
from bot.core.ports import Clock
from bot.core.receiver import HeldRepository
from bot.core.verdict import Decision, SendNow
from bot.flow.judge import Claimed

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

    shelf: HeldRepository
    clock: Clock
    policy: HoldBackPolicy
    admitted: Admitted = field(default_factory=Admitted)

    async def __call__(self, alerts: Claimed) -> Mapping[DeliveryId, Decision]:
        """Judge a batch."""
        now = self.clock.now()
        verdicts = {delivery.id: holding.verdict(delivery, alert, self.policy, now) for delivery, alert in alerts}
        going = [pair for pair in alerts if isinstance(verdicts[pair[0].id], SendNow)]
        if going:
            verdicts |= await self._bursting(going, now)
        return verdicts

    async def _bursting(
        self, going: Collection[tuple[Delivery, Alert]], now: datetime
    ) -> Mapping[DeliveryId, Decision]:
        since = now - self.policy.burst_length
        admitted = self.admitted.of({delivery.chat_id for delivery, _ in going}, since)
        pace = await self.shelf.pace(holding.receivers_of(going), since, admitted)
        held = holding.bursting(going, pace, self.policy, now, admitted)
        self.admitted.add(
            (delivery for delivery, _ in going if delivery.id not in held and delivery.id not in admitted), now
        )
        return held
