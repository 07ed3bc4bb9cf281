"""
The pollers that are compared, each run as a process of its own: `python -m benchmarks.pollers NAME FEEDS PORT`.

All poll each feed once, conditionally, 64 at a time, and read what changed. It prints one line of JSON: the CPU seconds
of all its processes, how late its event loop was, and how much memory it grew by.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks import feed_servers

AT_ONCE = 64
_BEAT = 0.005
Ask = Callable[[int], Awaitable[bool]]
"""Polls a feed; says whether there was something new."""


@asynccontextmanager
async def ours(port: int, shapes: list[feed_servers.Shape]) -> Any:
    """Fetcher, guard, pace, hash, workers and marks, as the bot runs them; no store."""
    from bot.core.feed import Fetched, NotModified, ParsedFeed
    from bot.feeds import parse
    from bot.feeds.fetch import FetchPolicy, HttpFetcher
    from bot.feeds.worker_pool import ParserPool
    from tests.builders import make_feed

    marks: list[bytes] = []
    for shape in shapes:
        known = parse.parse(shape.before, url="http://127.0.0.1/", content_type=shape.content_type)
        assert isinstance(known, ParsedFeed)
        assert known.marks
        marks.append(known.marks)
    hashes = [hashlib.blake2b(shape.before, digest_size=16).hexdigest() for shape in shapes]
    async with (
        HttpFetcher(FetchPolicy(allow_networks=("127.0.0.0/8",), at_once=AT_ONCE)) as fetcher,
        ParserPool() as pool,
    ):

        async def ask(number: int) -> bool:
            url = feed_servers.url(number, port)
            feed = make_feed(number + 1, url=url, validators_url=url, etag='"v0"')
            outcome = await fetcher.fetch(feed, subscribers=1)
            if isinstance(outcome, NotModified):
                return False
            assert isinstance(outcome, Fetched), outcome
            shape = number % len(shapes)
            if hashlib.blake2b(outcome.body, digest_size=16).hexdigest() == hashes[shape]:
                return False
            parsed = await pool.parse(outcome, marks[shape])
            assert isinstance(parsed, ParsedFeed), parsed
            return len(parsed.entries) > 0

        yield ask


@asynccontextmanager
async def httpx_and_feedparser(port: int, shapes: list[feed_servers.Shape]) -> Any:
    """What most tutorials do: one client, feedparser as it comes."""
    import feedparser
    import httpx

    async with httpx.AsyncClient(timeout=120) as client:

        async def ask(number: int) -> bool:
            response = await client.get(feed_servers.url(number, port), headers={"If-None-Match": '"v0"'})
            return response.status_code == 200 and len(feedparser.parse(response.content).entries) > 0

        yield ask


@asynccontextmanager
async def aiohttp_and_feedparser(port: int, shapes: list[feed_servers.Shape]) -> Any:
    """The same with the quicker client."""
    import aiohttp
    import feedparser

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def ask(number: int) -> bool:
            async with session.get(feed_servers.url(number, port), headers={"If-None-Match": '"v0"'}) as response:
                return response.status == 200 and len(feedparser.parse(await response.read()).entries) > 0

        yield ask


POLLERS = {
    "Stichwort": ours,
    "httpx + feedparser": httpx_and_feedparser,
    "aiohttp + feedparser": aiohttp_and_feedparser,
}


async def run(name: str, feeds: int, port: int) -> dict[str, Any]:
    """Poll every feed once and measure it."""
    shapes = feed_servers.shapes()
    async with POLLERS[name](port, shapes) as ask:
        for number in range(3):
            await ask(number)  # workers, connections and imports are there before the clock starts
        late: list[float] = []
        memory = _Memory()
        watching = [asyncio.create_task(_watch(late)), asyncio.create_task(memory.watch())]
        own, before, started = _cpu(), _children() + _cpu(), time.perf_counter()
        changed = await _ask_all(ask, feeds)
        wall, cpu = time.perf_counter() - started, _children() + _cpu() - before
        for task in watching:
            task.cancel()
    late.sort()
    return {
        "name": name,
        "feeds": feeds,
        "changed": changed,
        "cpu_ms": cpu * 1000 / feeds,
        "main_cpu_ms": (_cpu() - own) * 1000 / feeds,
        "wall": wall,
        "lag_p99_ms": late[int(len(late) * 0.99)] * 1000,
        "lag_p50_ms": statistics.median(late) * 1000,
        "growth_mb": memory.growth,
        "all_mb": memory.together,
    }


async def _ask_all(ask: Ask, feeds: int) -> int:
    numbers = iter(range(feeds))

    async def work() -> int:
        return sum([await ask(number) for number in numbers])

    return sum(await asyncio.gather(*(work() for _ in range(AT_ONCE))))


async def _watch(late: list[float]) -> None:
    while True:
        started = time.perf_counter()
        await asyncio.sleep(_BEAT)
        late.append(max(0.0, time.perf_counter() - started - _BEAT))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _children() -> float:
    """Give the CPU seconds of the processes we started, those that run and those that ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    tick = os.sysconf("SC_CLK_TCK")
    running = 0.0
    for pid in _list_children():
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        running += (int(fields[11]) + int(fields[12])) / tick
    return ended.ru_utime + ended.ru_stime + running


def _list_children() -> list[str]:
    return Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()


class _Memory:
    """The proportional share of memory of this process and of all it started."""

    def __init__(self) -> None:
        self._start = self._of("self")
        self.growth = 0.0
        self.together = 0.0

    async def watch(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            await asyncio.to_thread(self._look)  # it takes milliseconds, which are not the poller's

    def _look(self) -> None:
        own = self._of("self")
        self.growth = max(self.growth, own - self._start)
        self.together = max(self.together, own + sum(map(self._of, _list_children())))

    @staticmethod
    def _of(pid: str) -> float:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            return 0.0  # it ended just now
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))
