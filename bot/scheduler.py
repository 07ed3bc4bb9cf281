"""
Periodic jobs of the process, in memory.

Nothing that belongs to a chat is a job here: its due times are indexed columns, and a job queries what is due.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

_log = logging.getLogger(__name__)


class Scheduler:
    """Runs each job again and again; a job that is still running is never started twice."""

    def __init__(self) -> None:
        self._engine = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._running: set[asyncio.Task[None]] = set()

    def every(self, distance: timedelta, name: str, job: Callable[[], Awaitable[object]]) -> None:
        """Run `job` every `distance`, for the first time at once; while it fails that is one log line, not many."""
        failing = False

        async def guarded() -> None:
            nonlocal failing
            try:
                await job()
            except Exception as error:
                if not failing:
                    _log.error("job.failed", extra={"job": name, "error": error})
                failing = True
            else:
                if failing:
                    _log.info("job.works_again", extra={"job": name})
                failing = False

        async def sheltered() -> None:
            # The engine cancels what runs when it is shut down; a job in the middle of its work is not to notice.
            task = asyncio.create_task(guarded())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(task)

        trigger = IntervalTrigger(seconds=distance.total_seconds(), timezone=UTC)
        self._engine.add_job(sheltered, trigger, id=name, name=name, next_run_time=datetime.now(UTC))

    def start(self) -> None:
        """Start the engine in the running loop."""
        self._engine.start()

    def stop(self) -> None:
        """Start no job any more; those that run are left to end by themselves."""
        if self._engine.running:
            self._engine.shutdown(wait=False)
