"""
Connections: 1,500 clients that send half a request to the bot's web server, for a minute.

The bot may open 1,024 descriptors and cannot raise that. Whoever is cut off comes again after a second. Bystanders ask
and wait for alerts before it and during it, and somebody asks for `/readyz` every second.
"""

from __future__ import annotations

import asyncio
import math
import resource
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.fairness.databases import Database
from benchmarks.fairness.probes import ALERT_BOUND, REPLY_BOUND, make_bystanders
from benchmarks.fairness.rows import Row, percentile
from benchmarks.fairness.stage import Stage, open_stage
from benchmarks.fairness.watch import watching

_CLIENTS = 1_500
_QUIET_SECONDS, _SECONDS = 30.0, 60.0
_DESCRIPTORS = 1_024
_LOG_LINES = 20


@dataclass(kw_only=True)
class Looks:
    """What is asked of the bot's web server meanwhile."""

    stage: Stage
    waits: list[float] = field(default_factory=list)
    """Seconds until `/readyz` said that all is well; infinite where it did not."""
    descriptors: int = 0
    """The most the bot had open, where the system tells."""

    async def run(self) -> None:
        """Look once a second until cancelled."""
        while True:
            begun = time.monotonic()
            try:
                status, _ = await self.stage.read("/readyz")
            except OSError:
                status = 0
            self.waits.append(time.monotonic() - begun if status == 200 else math.inf)
            self.descriptors = max(self.descriptors, _count_descriptors(self.stage.bot.pid))
            await asyncio.sleep(1.0)


def _count_descriptors(pid: int | None) -> int:
    opened = Path(f"/proc/{pid}/fd")
    return sum(1 for _ in opened.iterdir()) if opened.is_dir() else 0


def _count_lines(stage: Stage) -> int:
    """Count the lines that are not about an article the bystanders wait for."""
    with stage.bot.log.open(encoding="utf-8") as lines:
        return sum("article.announced" not in line for line in lines)


@asynccontextmanager
async def half_open(port: int) -> AsyncIterator[None]:
    """Let the clients come, and end them."""
    command = (sys.executable, "-m", "benchmarks.fairness.half_open", str(port), str(_CLIENTS))
    clients = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert clients.stdout is not None
        if not await clients.stdout.readline():
            raise RuntimeError("the clients did not start")
        yield
        if clients.returncode is not None:
            raise RuntimeError("the clients ended by themselves")
    finally:
        if clients.returncode is None:
            clients.kill()
        await clients.wait()


async def run(database: Database) -> Sequence[Row]:
    """Measure before and during it."""
    async with open_stage(database) as stage:
        assert stage.bot.pid is not None
        resource.prlimit(stage.bot.pid, resource.RLIMIT_NOFILE, (_DESCRIPTORS, _DESCRIPTORS))
        bystanders = await make_bystanders(stage, every=0.5)
        replies, alerts = bystanders.replies.waits, bystanders.alerts.waits
        looks = Looks(stage=stage)
        lines = _count_lines(stage)
        async with watching(stage) as watch:
            async with bystanders.beside():
                await asyncio.sleep(_QUIET_SECONDS)
                before = len(replies), len(alerts)
                async with half_open(int(stage.web.rpartition(":")[2])):
                    looking = asyncio.create_task(looks.run())
                    await asyncio.sleep(_SECONDS)
                    looking.cancel()
                    await asyncio.gather(looking, return_exceptions=True)
            await asyncio.sleep(1.0)  # the last of them are closed
        lines = _count_lines(stage) - lines

    def row(what: str, figure: float, bound: float | None = None, unit: str = "s") -> Row:
        return Row(scenario="connections", database=database.title, what=what, figure=figure, bound=bound, unit=unit)

    return [
        row(f"a reply before, p99 of {before[0]}", percentile(replies[: before[0]], 0.99)),
        row(f"a reply during, p99 of {len(replies) - before[0]}", percentile(replies[before[0] :], 0.99), REPLY_BOUND),
        row(f"an alert before, p99 of {before[1]}", percentile(alerts[: before[1]], 0.99)),
        row(f"an alert during, p99 of {len(alerts) - before[1]}", percentile(alerts[before[1] :], 0.99), ALERT_BOUND),
        row(f"`/readyz` during, median of {len(looks.waits)}", percentile(looks.waits, 0.5)),
        row("`/readyz` during, worst", percentile(looks.waits, 1.0)),
        row("descriptors the bot had open, most", looks.descriptors, _DESCRIPTORS / 2, ""),
        row("lines logged, but for those about the bystanders' articles", lines, _LOG_LINES, ""),
        *watch.rows("connections"),
    ]
