"""Gather what is due: digests at their hour, alerts whose waiting has ended, rolling messages that have grown."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bot.core import holding, hours, schedule
from bot.core.errors import Refusal
from bot.core.holding import HoldBackPolicy
from bot.core.ports import Clock
from bot.core.receiver import DigestReceiver, DigestRepository, DigestTurn, HeldRepository
from bot.core.schedule import Schedule

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestGatherer:
    """May run in several processes, and be killed at any line: what it does is one transaction per chunk."""

    receivers: DigestRepository
    shelf: HeldRepository
    clock: Clock
    policy: HoldBackPolicy
    queued: Callable[[], None]
    """Told when there is something to send."""
    receivers_at_once: int = 200
    chats_at_once: int = 100

    async def digests(self) -> int:
        """Make all digests that are due; returns how many."""
        made = 0
        while (
            some := await self.receivers.gather_due(self.clock.now(), self.receivers_at_once, self.turn)
        ) is not None:
            made += some
            self.queued()
        if made:
            _log.info("digests.gathered", extra={"digests": made})
        return made

    async def held(self) -> int:
        """Release, fold or put into a rolling message what has waited long enough; returns for how many chats."""
        now, done = self.clock.now(), 0
        policy = self.policy
        while some := await self.shelf.release_due(
            now, self.chats_at_once, lambda chat, held: holding.plan(chat, held, policy, now), policy
        ):
            done += some
        if done + await self.shelf.refresh_rolling(now, policy):
            self.queued()
        return done

    def turn(self, receiver: DigestReceiver, timezone: str | None, now: datetime) -> DigestTurn:
        """Say what is due for a receiver; of several that were missed, only the last."""
        return turn(receiver, timezone or self.policy.timezone, now)


def turn(receiver: DigestReceiver, timezone: str, now: datetime) -> DigestTurn:
    """Say what is due for a receiver at this moment, and when the next digest is."""
    planned = read(receiver.digest)
    if not planned:
        return DigestTurn(None, None)
    where = hours.zone(timezone)
    slot = schedule.last_slot(planned, where, now)
    is_due = receiver.next_due is not None and receiver.next_due <= slot.at  # else it was only looked at early
    return DigestTurn(slot if is_due else None, schedule.next_slot(planned, where, now).at)


@lru_cache(maxsize=4096)
def read(digest: str | None) -> Schedule:
    """Read stored hours; none, where a version with another grammar wrote them."""
    try:
        return schedule.read(digest or "")
    except Refusal:
        return ()
