"""
Queues digests at their hour and held alerts when their time has come, and sends several articles as one message.

Rolling messages, which grow while a burst lasts, are edited here too. A combined message that is too long is split into
parts.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from bot.core import quiet_hours
from bot.core.chat import ChatState
from bot.core.delivery import rules, schedule
from bot.core.delivery.delivery import (
    Delivered,
    Delivery,
    DeliveryKind,
    Dropped,
    Finished,
    NextStep,
    SendAgain,
    SendOutcome,
    SetAside,
    UnsentReason,
)
from bot.core.delivery.digest import (
    CombinedMessage,
    CombinedMessageRepository,
    CombinedMessenger,
    DigestReceiver,
    DigestRepository,
    DigestTurn,
    HeldRepository,
)
from bot.core.delivery.rules import HoldBackPolicy
from bot.core.delivery.schedule import Schedule
from bot.core.errors import Refusal, StorageError
from bot.core.ports import Clock
from bot.services.message import Call

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestGatherer:
    """Queues what is due; may run in several processes and be killed at any point: each chunk is one transaction."""

    digests: DigestRepository
    held_alerts: HeldRepository
    clock: Clock
    policy: HoldBackPolicy
    queued: Callable[[], None]
    """Called when there is something to send."""
    receivers_at_once: int = 200
    chats_at_once: int = 100

    async def gather_digests(self) -> int:
        """Make all digests that are due; returns how many."""
        made = 0
        while (some := await self.digests.gather_due(self.clock.now(), self.receivers_at_once, self.turn)) is not None:
            made += some
            self.queued()
        if made:
            _log.info("digests.gathered", extra={"digests": made})
        return made

    async def release_held(self) -> int:
        """Release, fold or put into a rolling message what has waited long enough; returns for how many chats."""
        now, done = self.clock.now(), 0
        policy = self.policy
        while some := await self.held_alerts.release_due(
            now, self.chats_at_once, lambda chat, held: rules.plan(chat, held, policy, now), policy
        ):
            done += some
        if done + await self.held_alerts.refresh_rolling(now, policy):
            self.queued()
        return done

    def turn(self, receiver: DigestReceiver, timezone: str | None, now: datetime) -> DigestTurn:
        """Return what is due for a receiver; of several missed digests, only the last."""
        return turn(receiver, timezone or self.policy.timezone, now)


def turn(receiver: DigestReceiver, timezone: str, now: datetime) -> DigestTurn:
    """Return the digest that is due for a receiver now, and when the next one is."""
    planned = read(receiver.digest)
    if not planned:
        return DigestTurn(None, None)
    where = quiet_hours.zone(timezone)
    slot = schedule.last_slot(planned, where, now)
    is_due = receiver.next_due is not None and receiver.next_due <= slot.at  # else it was only looked at early
    return DigestTurn(slot if is_due else None, schedule.next_slot(planned, where, now).at)


@lru_cache(maxsize=4096)
def read(digest: str | None) -> Schedule:
    """Parse stored hours; empty where a version with another grammar wrote them."""
    try:
        return schedule.read(digest or "")
    except Refusal:
        return ()


_BEHIND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinedMessages:
    """Prepares digests, roundups and rolling messages."""

    messages: CombinedMessageRepository
    messenger: CombinedMessenger
    clock: Clock
    timezone: str

    async def __call__(self, delivery: Delivery) -> Call | NextStep:
        """Return the call to Telegram, or what follows where there is none to make."""
        now = self.clock.now()
        combined = await self.messages.load(delivery, now)
        if combined is None or combined.chat.state is not ChatState.ACTIVE:
            return Dropped(UnsentReason.INACTIVE)
        if not combined.tellings or (combined.parts == 1 and all(telling.was_sent for telling in combined.tellings)):
            return Dropped(UnsentReason.NOTHING_NEW)
        if held := self._held(combined, delivery):
            return held
        if combined.waits:
            return SendAgain(at=now + _BEHIND)
        shown = await self._first_part(delivery, combined)
        if delivery.kind is DeliveryKind.ROLLING:
            return self._grow(delivery, shown)
        return lambda: self.messenger.send_combined(delivery, shown)

    def _grow(self, delivery: Delivery, shown: CombinedMessage) -> Call | NextStep:
        """Send or edit a rolling message; content it shows already needs no call, which Telegram would refuse."""
        mark = self.messenger.mark(delivery, shown)
        if shown.message_id is not None and mark == shown.shown:
            return Finished(shown.message_id)

        async def call() -> SendOutcome:
            outcome = await self.messenger.send_combined(delivery, shown)
            if isinstance(outcome, Delivered):
                # It is out, whether that can be noted or not; unnoted, it may be edited once too often.
                with contextlib.suppress(StorageError):
                    await self.messages.note_shown(delivery, mark)
            return outcome

        return call

    def _held(self, combined: CombinedMessage, delivery: Delivery) -> SetAside | None:
        """Hold alerts until the end of the reader's quiet hours; a digest is held only by a pause."""
        held = rules.held_until(combined.chat, self.timezone, self.clock.now())
        if held is None or _asked(combined):
            return None
        return None if delivery.kind is DeliveryKind.DIGEST and held[0] is UnsentReason.QUIET else SetAside(*held)

    async def _first_part(self, delivery: Delivery, combined: CombinedMessage) -> CombinedMessage:
        """Return what this message shows; the other parts become deliveries of their own before anything is sent."""
        parts = self.messenger.part(combined) if combined.part == 0 else (combined.tellings,)
        if len(parts) <= 1:
            return combined
        ids = [[each for telling in part for each in telling.ids] for part in parts]
        await self.messages.split(delivery, ids, self.clock.now())
        return replace(combined, tellings=parts[0], part=1, parts=len(parts))


def _asked(combined: CombinedMessage) -> bool:
    """Return whether the reader asked for it just now, or it is a later part, which may contain stories told before."""
    return combined.reason.startswith("digest:now") or combined.part > 1
