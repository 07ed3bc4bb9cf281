"""
Deliver what is queued: one sender that keeps to the rate and lets no chat stand in another's way.

A delivery is marked `sending` before the call and gets its outcome after it, each durably. So a kill can lose nothing,
and only what was in the air at that moment may come twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.core import delivery as deliveries
from bot.core.alert import Alert, Summary
from bot.core.chat import ChatState
from bot.core.delivery import (
    Again,
    Delivery,
    DeliveryKind,
    Done,
    Drop,
    NextStep,
    Rank,
    RetryAfter,
    SendOutcome,
    TokenRefused,
)
from bot.core.ids import ChatId, DeliveryId
from bot.core.ports import ChatShelf, Clock, Counters, Messenger, Outbox

_log = logging.getLogger(__name__)


class Gate(Protocol):
    """The rates everybody who speaks to Telegram shares; times are seconds."""

    def wait(self, chat: ChatId | None, rank: Rank) -> float:
        """Estimate how long such a call must wait; 0 means it may go."""
        ...

    def chat_wait(self, chat: ChatId, rank: Rank) -> float:
        """Say how long the chat alone stands in the way."""
        ...

    def take(self, chat: ChatId | None) -> None:
        """Spend one message."""
        ...

    def flooded(self, chat: ChatId | None, delay: timedelta) -> object:
        """Note a 429."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverPolicy:
    """How much the sender takes on."""

    in_flight: int = 16
    batch: int = 100
    lease: timedelta = timedelta(minutes=2)


class Deliver:
    """The sender; exactly one runs per bot token."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        chats: ChatShelf,
        messenger: Messenger,
        gate: Gate,
        clock: Clock,
        counters: Counters,
        owner: str,
        summarise: Callable[[Alert], Summary],
        token_refused: Callable[[], None],
        policy: DeliverPolicy | None = None,
    ) -> None:
        self._outbox = outbox
        self._chats = chats
        self._messenger = messenger
        self._gate = gate
        self._clock = clock
        self._counters = counters
        self._owner = owner
        self._summarise = summarise
        self._token_refused = token_refused
        self._policy = policy or DeliverPolicy()
        self._ready: list[Delivery] = []
        self._alerts: dict[DeliveryId, Alert] = {}
        self._busy: set[ChatId] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._bell = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Say that something was queued."""
        self._bell.set()

    async def run(self) -> None:
        """Send until `stop`; a fault of the store is one log line and a pause, never the end."""
        while not self._stopping:
            try:
                await self._turn()
            except Exception as error:
                _log.error("sender.failed", extra={"error": error})
                await self._pause(1.0)

    async def stop(self) -> None:
        """Claim nothing more, finish what is in the air; leases are given back by whoever stops the process."""
        self._stopping = True
        self.wake()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _turn(self) -> None:
        self._bell.clear()
        if not self._ready and not await self._claim():
            due = await self._outbox.next_due(self._clock.now())
            ahead = 1.0 if due is None else (due - self._clock.now()).total_seconds()
            await self._pause(min(max(ahead, 0.01), 1.0))
            return
        wait = self._gate.wait(None, Rank.ALERT)
        if wait > 0 or len(self._tasks) >= self._policy.in_flight:
            await self._pause(min(wait, 0.05) if wait > 0 else 0.05)
            return
        chosen = self._choose()
        if chosen is None:
            await self._clear_the_way()
            return
        self._gate.take(chosen.chat_id)
        self._busy.add(chosen.chat_id)
        task = asyncio.create_task(self._send(chosen, self._alerts.pop(chosen.id, None)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._bell.wait(), seconds)

    async def _claim(self) -> bool:
        claimed = await self._outbox.claim(self._owner, self._clock.now(), self._policy.lease, self._policy.batch)
        alerts = [each for each in claimed if each.kind is DeliveryKind.ALERT]
        self._alerts = dict(await self._outbox.load_alerts(alerts)) if alerts else {}
        self._ready = list(claimed)
        return bool(claimed)

    def _choose(self) -> Delivery | None:
        for index, each in enumerate(self._ready):
            if each.chat_id not in self._busy and self._gate.chat_wait(each.chat_id, each.rank) <= 0:
                return self._ready.pop(index)
        return None

    async def _clear_the_way(self) -> None:
        """
        Give back what has to wait for its chat, each with the time of its turn, so that other chats can be claimed.

        Several of one chat are spread over its next free seconds, or all would be claimed and given back again.
        """
        slots: dict[ChatId, float] = {}
        for each in self._ready:
            own = 1.0 if each.chat_id in self._busy else self._gate.chat_wait(each.chat_id, each.rank)
            slot = slots.get(each.chat_id, own)
            slots[each.chat_id] = slot + 1.0
            now = self._clock.now()
            await self._outbox.finish(each, Again(at=now + timedelta(seconds=slot)), now)
        self._ready.clear()

    async def _send(self, each: Delivery, alert: Alert | None) -> None:
        try:
            await self._attempt(each, alert)
        except Exception as error:
            # The lease runs out and the message is tried again; only this one is affected.
            _log.error("delivery.failed", extra={"delivery": each.id, "chat": each.chat_id, "error": error})
        finally:
            self._busy.discard(each.chat_id)
            self.wake()

    async def _attempt(self, each: Delivery, alert: Alert | None) -> None:
        call = await self._prepare(each, alert)
        if isinstance(call, Drop):
            await self._outbox.finish(each, call, self._clock.now())
            return
        await self._outbox.start([each.id], self._clock.now())
        outcome = await call()
        now = self._clock.now()
        step = deliveries.next_step(each, outcome, now)
        await self._outbox.finish(each, step, now)
        self._tell(each, outcome, step)

    async def _prepare(self, each: Delivery, alert: Alert | None) -> Callable[[], Awaitable[SendOutcome]] | Drop:
        if each.kind is not DeliveryKind.ALERT:
            chat = await self._chats.find(each.chat_id)
            return lambda: self._messenger.send_notice(each, chat)
        if alert is None or not alert.matches:
            return Drop("unsubscribed")
        if alert.chat.state is not ChatState.ACTIVE:
            return Drop("inactive")
        summary = self._summarise(alert)
        return lambda: self._messenger.send_alert(each, alert, summary)

    def _tell(self, each: Delivery, outcome: SendOutcome, step: NextStep) -> None:
        self._counters.count("stichwort_sends_total", outcome=type(outcome).__name__.lower())
        if isinstance(outcome, RetryAfter):
            self._gate.flooded(each.chat_id, outcome.delay)
        if isinstance(outcome, TokenRefused):
            self._token_refused()
        if isinstance(step, Done):
            self._counters.observe("stichwort_seen_to_sent_seconds", (self._clock.now() - each.seen_at).total_seconds())
            return
        _log.warning(
            "delivery.refused" if isinstance(step, Drop) else "delivery.again",
            extra={"delivery": each.id, "chat": each.chat_id, "outcome": outcome},
        )
