"""The port to the queue of messages; `tests/contracts` checks what it promises."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.delivery.alert import Alert
from bot.core.delivery.delivery import Delivery, DeliveryKind, NextStep, SendPriority
from bot.core.ids import ChatId, DeliveryId, ThreadId


class DeliveryRepository(Protocol):
    """A delivery is in exactly one state, and no state loses it."""

    async def claim(
        self,
        owner: str,
        now: datetime,
        lease: timedelta,
        limit: int,
        in_hand: Collection[DeliveryId] | None = None,
    ) -> tuple[Delivery, ...]:
        """
        Lease what may be sent now: replies first, then alerts, then the rest.

        Of the alerts, articles take turns, each one alert at a time; however many wait, a claim is as quick.
        `in_hand` names what the owner holds and knows of: any other delivery that is leased by it is free again,
        because the answer to an earlier claim was lost after its commit. None: the owner cannot tell.
        """
        ...

    async def load_alerts(
        self, deliveries: Sequence[Delivery], *, with_unheard: bool = False
    ) -> Mapping[DeliveryId, Alert]:
        """
        Gather what these alerts are made of, in a few statements however many they are.

        `with_unheard`: also subscriptions count that the reader paused or muted, and stories he muted.
        """
        ...

    async def start(self, delivery_ids: Iterable[DeliveryId], now: datetime) -> frozenset[DeliveryId]:
        """
        Note, durably, that the calls to Telegram are about to be made; returns which ones may be.

        A delivery that is not leased any more (its lease ran out, it was sent or dropped meanwhile) is not among them,
        and the call must not be made: of two who hold the same delivery, one gets it.
        """
        ...

    async def note(
        self, starting: Sequence[DeliveryId], outcomes: Sequence[tuple[Delivery, NextStep]], now: datetime
    ) -> frozenset[DeliveryId]:
        """Do `finish` for each outcome and then `start`, in one transaction."""
        ...

    async def finish(self, delivery: Delivery, step: NextStep, now: datetime) -> None:
        """
        Note what came of it: `Finished` is sent, `SendAgain` is queued anew, `SetAside` is set aside, `Dropped` is
        dead.

        `SendAgain.chat_id` moves the chat to its new id everywhere, queued rows included, also when the target exists.
        `SendAgain.main_thread` makes everything of a topic that of the chat itself. `Dropped.silence_chat` makes the
        chat inactive: its alerts are held for the reason `AWAY`, also those that another delivery was to tell (what
        waits for a digest goes on waiting for it); its other queued deliveries are dead, subscriptions stay. The third
        `Dropped.strike` on different days does the same; until then the delivery is queued for the next day. A
        `Dropped` for the reason `INACTIVE` loses no alert either; should the chat be active again by then, it is looked
        at now.
        """
        ...

    async def hasten(self, delivery_ids: Iterable[DeliveryId], now: datetime) -> None:
        """Let queued deliveries go now that were to go later; whatever is not queued stays as it is."""
        ...

    async def enqueue_notice(
        self,
        chat_id: ChatId,
        thread_id: ThreadId,
        key: str,
        payload: str,
        now: datetime,
        kind: DeliveryKind = DeliveryKind.NOTICE,
        *,
        rank: SendPriority = SendPriority.REPLY,
    ) -> None:
        """Queue something the bot has to say, once per key; it goes before alerts, a paused chat gets it too."""
        ...

    async def count_replies(self, chat_id: ChatId | None = None) -> Mapping[ChatId, int]:
        """Count the answers that wait, by chat, or of one chat; a chat without any is not there."""
        ...

    async def release(self, owner: str, now: datetime) -> int:
        """
        Give back all leases of an owner and return how many.

        Its deliveries in `sending` are queued again and count as uncertain.
        """
        ...

    async def take_over(self, owner: str, now: datetime) -> int:
        """Queue again, as `release` does, what every other owner holds; returns how many. This one sends now."""
        ...

    async def turn_back(self, now: datetime, by: timedelta) -> None:
        """
        Bring forward what was put off by a clock that ran ahead and was set back by so much: messages, polls, digests.

        A pause, mute or flood that lasts longer than the clock ran ahead ends so much earlier; nothing that happened
        lies in the future afterwards.
        """
        ...

    async def list_owners(self) -> tuple[str, ...]:
        """List who holds leases."""
        ...

    async def next_due(self, now: datetime) -> datetime | None:
        """Say when the next queued delivery or fan-out may go; None when there is none."""
        ...

    async def note_flood(self, chat_id: ChatId | None, until: datetime) -> None:
        """Remember that Telegram takes nothing for this chat, or (None) nothing at all, until then."""
        ...

    async def list_floods(self, now: datetime) -> Mapping[ChatId | None, datetime]:
        """List the floods that have not ended."""
        ...
