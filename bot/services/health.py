"""Gathers how the bot does for its operators, and tells them of errors at most once an hour."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core import health
from bot.core.health import ErrorRecord, HealthReport, HealthRepository, LoggedError
from bot.core.ports import Clock
from bot.core.process_state import DatabaseState, LoopProgress
from bot.core.repositories import KeyValueRepository

_STILL = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthService:
    """Reports how the bot does."""

    status: HealthRepository
    database: DatabaseState
    progress: LoopProgress
    errors: ErrorRecord
    clock: Clock

    async def report(self) -> HealthReport:
        """Gather the report."""
        now = self.clock.now()
        troubled = await self.status.list_troubled(())
        written_at = self.database.written_at
        return HealthReport(
            at=now,
            stock=await self.status.take_stock(now),
            failing=health.rank_failing([feed for feed in troubled if feed.feed.owner is None], now),
            own_failing=sum(feed.feed.owner is not None for feed in troubled),
            database=await self.status.describe_database(),
            is_database_failing=self.database.is_failing or self.database.damage is not None,
            written=None if written_at is None else timedelta(seconds=self.clock.monotonic() - written_at),
            still=self.progress.list_still(_STILL),
            last_error=self.errors.find_last(),
        )


_TOLD_AT = "errors.told_at"
_PERIOD = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDigest:
    """
    Tells the operators of errors, at most once an hour for all processes together, also after restarts.

    Of two processes that tell at the same moment one is heard: both name the digest by the one before it.
    """

    errors: ErrorRecord
    key_value: KeyValueRepository
    clock: Clock
    tell: Callable[[Sequence[LoggedError], str], Awaitable[None]]
    """Queues the digest under a key."""

    async def __call__(self) -> None:
        """Tell of what nobody was told yet, if the last digest is an hour old."""
        errors = self.errors.list_untold()
        if not errors:
            return
        stored, now = await self.key_value.get(_TOLD_AT), self.clock.now()
        told_at = _read(stored)
        if told_at is not None and timedelta(0) <= now - told_at < _PERIOD:
            return
        await self.tell(errors, f"errors:{stored or 'first'}")
        await self.key_value.set(_TOLD_AT, now.isoformat())
        self.errors.told(errors)


def _read(stored: str | None) -> datetime | None:
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(stored or "")
    return None
