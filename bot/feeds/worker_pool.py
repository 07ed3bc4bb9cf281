"""
The pool of worker processes that parse documents, as the bot uses it.

Own pipes and no executor: a future that times out does not stop its worker, and one killed worker breaks a whole
`ProcessPoolExecutor`. The workers get no environment of ours, so they hold no secret.

Slow documents and feeds of single readers have workers of their own. A hostile document can always use up what one
reading may take, and come again with other bytes. So what a document costs is remembered by its address: after an
expensive reading, the next ones wait for the worker of slow documents. A document larger than any that was cheap to
read from its address is also tried by such a worker, so that those known to be cheap wait neither for its reading nor
for the restart of a worker it killed.

Within a lane, documents are served round-robin by who brings them: somebody with many feeds makes others wait for one
reading, not for all of theirs.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import bot
from bot.core.feed import Entry, Fetched, FetchProblem, ParsedFeed, ParseFailed, host_of
from bot.core.ids import ChatId
from bot.core.web_page import FeedLink, PageText
from bot.feeds import worker_protocol
from bot.feeds.worker_protocol import WorkerJob

Value = TypeVar("Value")

SLOW = 0.5
"""Seconds of processor time from which a reading counts as slow; a feed of 1 MB with full texts takes about that."""
_CHEAP = 0.03
"""Seconds that make nobody wait; usual feeds, of which only what is new is read, take a third of that."""
_SMALL = 64 * 1024
"""Bytes that cannot take long within the bounds of `bot.feeds.document_limits`, whatever they are."""
_GROWTH = 2
"""A document may be so much larger than the largest that was cheap to read from its address."""
_HOPELESS = 4 * SLOW
"""Seconds from which a slow document waits for the other slow ones."""
_FORGET = 0.8
"""The share of a cost that is remembered after a cheaper reading: 10 s count as slow for 14 more readings."""
_REMEMBERED = 10_000


class WorkerLane(Enum):
    """Workers that share their waiting line; the operator's feeds and those of readers have their own in each."""

    USUAL = "usual"
    """What is cheap."""
    DEAR = "dear"
    """What may not be; it is given up soon."""
    SLOW = "slow"
    """What is slow."""


class Costs:
    """What reading the documents at an address costs, in seconds of processor time."""

    def __init__(self) -> None:
        self._costs: OrderedDict[str, float] = OrderedDict()
        """Of addresses that are slow."""
        self._sizes: OrderedDict[str, int] = OrderedDict()
        """Of those that are cheap: the most bytes that were, where that is worth remembering."""

    def choose(self, url: str, size: int) -> WorkerLane:
        """Say where a document of so many bytes is read."""
        if url in self._costs:
            return WorkerLane.SLOW
        most = max(_SMALL, _GROWTH * self._sizes.get(url, 0))
        return WorkerLane.DEAR if size > most else WorkerLane.USUAL

    def is_hopeless(self, url: str) -> bool:
        """Say whether this address waits for the other slow ones."""
        return self._costs.get(url, 0.0) > _HOPELESS

    def note(self, url: str, seconds: float, size: int) -> None:
        """Note what a reading took."""
        cost = max(seconds, self._costs.pop(url, 0.0) * _FORGET)
        most = self._sizes.pop(url, 0)
        if cost >= SLOW:
            _remember(self._costs, url, cost)
        elif cost <= _CHEAP and max(size, most) * _GROWTH > _SMALL:
            _remember(self._sizes, url, max(size, most))


def _remember(known: OrderedDict[str, Value], url: str, value: Value) -> None:
    known[url] = value
    if len(known) > _REMEMBERED:
        known.popitem(last=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneClaim:
    """What a document asks for."""

    by: Hashable
    """Who brought it; they take turns."""
    is_last: bool = False
    """It waits for all that are not."""
    is_large: bool = False
    """It may need much memory: one such at a time."""


class LaneTurns:
    """A waiting line for `places` workers; use it within one event loop."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._large_free = 1
        self._waiting: list[tuple[LaneClaim, asyncio.Future[None]]] = []
        self._count = 0
        self._served: dict[Hashable, int] = {}
        """When each had a turn last; forgotten whenever nobody waits."""

    @asynccontextmanager
    async def turn(self, claim: LaneClaim) -> AsyncIterator[None]:
        """Wait for a worker, and hold it during the block."""
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((claim, granted))
        self._serve()
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                self._give_back(claim)  # it was granted in the same moment
            else:
                self._waiting.remove((claim, granted))
            raise
        try:
            yield
        finally:
            self._give_back(claim)

    def _give_back(self, claim: LaneClaim) -> None:
        self._free += 1
        self._large_free += claim.is_large
        if not self._waiting:
            self._served.clear()
        self._serve()

    def _serve(self) -> None:
        while self._free > 0 and (chosen := min(filter(self._fits, self._waiting), key=self._rank, default=None)):
            claim, granted = chosen
            self._waiting.remove(chosen)
            self._free -= 1
            self._large_free -= claim.is_large
            self._count += 1
            self._served[claim.by] = self._count
            granted.set_result(None)

    def _fits(self, waiting: tuple[LaneClaim, asyncio.Future[None]]) -> bool:
        claim, granted = waiting
        return not granted.done() and (self._large_free > 0 or not claim.is_large)

    def _rank(self, waiting: tuple[LaneClaim, asyncio.Future[None]]) -> tuple[bool, int]:
        claim, _ = waiting
        return claim.is_last, self._served.get(claim.by, 0)  # of equals, the one that came first


_START_SECONDS = 30
_PIECE = 256 * 1024
_PROGRAM = "from bot.feeds.worker import main; main()"


class ParserPool:
    """
    Implements `bot.core.ports.Parser` with a few processes, each started when it is first needed.

    A document that takes too long or kills its worker fails alone; the next one gets a new worker. `workers` are for
    what is given up soon, one of them for what may be dear; beside them there is one for what is known to be slow. What
    single readers brought in has as many of its own.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        deadline: timedelta = timedelta(seconds=20),
        cpu: timedelta = timedelta(seconds=10),
        quick: timedelta = timedelta(seconds=SLOW),
        memory: int = 130 * 1024 * 1024,
        audited: float = 0.01,
        random: Callable[[], float] = random.random,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """
        Limit what a document may take; `memory` is for a large one, of which one at a time is read in each lane.

        A document that takes more processor time than `quick` is given up and read again by the worker of the slow
        documents, with all of `cpu`; what a reader brought in gets half of `deadline` there.
        `audited` is the share of feeds that are read short and whole, to compare.
        """
        self._audited, self._random, self._now = audited, random, now
        self._deadline = deadline.total_seconds()
        whole = _Limits(deadline=self._deadline, cpu=cpu.total_seconds(), memory=memory, nice=10)
        soon = replace(whole, cpu=min(cpu, quick).total_seconds(), nice=5)
        self._costs = Costs()
        self._lanes = {
            (lane, is_readers): _Crew(places, limits)
            for is_readers in (False, True)
            for lane, places, limits in (
                (WorkerLane.USUAL, max(1, workers - 1), soon),
                (WorkerLane.DEAR, 1, soon),
                (WorkerLane.SLOW, 1, replace(whole, deadline=whole.deadline / 2) if is_readers else whole),
            )
        }

    async def start(self) -> None:
        """Do nothing yet: the first document starts the first worker."""

    async def close(self) -> None:
        """End all workers at once; documents under way fail."""
        for crew in self._lanes.values():
            await crew.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def parse(self, fetched: Fetched, marks: bytes = b"") -> ParsedFeed | ParseFailed:
        """Read the document, without the entries whose marks are given where that is safe."""
        audit = "audit" if self._random() < self._audited else ""
        about = (fetched.url, fetched.content_type, marks.hex(), audit, self._now().isoformat())
        plain, entries = await self._work(WorkerJob.FEED, fetched.body, about, fetched.is_readers, by=fetched.owner)
        return plain if isinstance(plain, ParseFailed) else worker_protocol.feed(plain, entries)

    async def find_feeds(self, page: Fetched) -> tuple[FeedLink, ...]:
        """Find the feeds a page names as its own; a page that cannot be read names none."""
        about = (page.url, page.content_type)
        plain, _ = await self._work(WorkerJob.LINKS, page.body, about, page.is_readers, by=page.owner)
        return () if isinstance(plain, ParseFailed) else tuple(FeedLink(url, title) for url, title in plain)

    async def list_sitemaps(self, index: Fetched) -> tuple[str, ...]:
        """List the addresses in an index of sitemaps; what is none lists none."""
        about = (index.url, index.content_type)
        plain, _ = await self._work(WorkerJob.SITEMAPS, index.body, about, is_readers=index.is_readers)
        return () if isinstance(plain, ParseFailed) else tuple(plain)

    async def read_text(self, page: Fetched, *, is_readers: bool = False) -> PageText | ParseFailed:
        """Find the article on a page; `is_readers` says that the article is of a single reader's feed."""
        plain, _ = await self._work(WorkerJob.TEXT, page.body, (page.url, page.content_type), is_readers)
        if isinstance(plain, ParseFailed):
            return plain
        body, key_points, is_reserved, is_paid = plain
        return PageText(body=body, key_points=tuple(key_points), is_reserved=is_reserved, is_paid=is_paid)

    async def ask_rules(
        self, rules: Sequence[str], agent: str, url: str, *, is_readers: bool = False
    ) -> tuple[bool, float]:
        """Say whether every one of these robots.txt lets us read an address, and how many seconds to leave between."""
        plain, _ = await self._work(WorkerJob.RULES, "\0".join(rules).encode(), (agent, url), is_readers)
        if isinstance(plain, ParseFailed):
            return False, 0.0  # rules nobody can read are respected as if they said no
        allowed, delay = plain
        return allowed, delay

    async def _work(
        self, job: WorkerJob, body: bytes, about: tuple[str, ...], is_readers: bool, *, by: ChatId | None = None
    ) -> tuple[list[Any] | ParseFailed, list[Entry]]:
        """Have a document read; `by` says who brought it, or it counts as its host's."""
        host = host_of(about[1] if job is WorkerJob.RULES else about[0])
        bringer: Hashable = host if by is None else by
        # All pages of a site count together, or each would be new; a feed has one address.
        key = about[0] if job is WorkerJob.FEED else f"{job}:{host}"
        claim = LaneClaim(
            by=bringer, is_last=self._costs.is_hopeless(key), is_large=worker_protocol.is_large(job, body)
        )
        first = self._costs.choose(key, len(body))
        for lane in dict.fromkeys((first, WorkerLane.SLOW)):
            answer = await self._lanes[lane, is_readers].work(claim, job, body, about)
            self._costs.note(key, answer.seconds, len(body))
            if not answer.is_dead:
                break
        return answer.content, answer.entries


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    """What one document may take: seconds of time and of processor time, bytes; and the niceness of its worker."""

    deadline: float
    cpu: float
    memory: int
    nice: int


@dataclass(frozen=True, slots=True)
class _Answer:
    content: list[Any] | ParseFailed
    seconds: float = 0.0
    """What it cost; a document that killed its worker cost all it might."""
    entries: list[Entry] = field(default_factory=list)

    @property
    def is_dead(self) -> bool:
        return isinstance(self.content, ParseFailed) and self.content.problem is FetchProblem.PARSER_DIED


class _Crew:
    """Workers with one waiting line."""

    def __init__(self, workers: int, limits: _Limits) -> None:
        self._limits = limits
        self._turns = LaneTurns(workers)
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._is_closed = False

    async def close(self) -> None:
        self._is_closed = True
        self._idle.clear()
        for worker in tuple(self._all):
            await self._end(worker)

    async def work(self, claim: LaneClaim, job: WorkerJob, body: bytes, about: tuple[str, ...]) -> _Answer:
        request = worker_protocol.pack_request(body, *about, job=job)
        async with self._turns.turn(claim):
            try:
                worker = await self._take()
            except (OSError, EOFError, TimeoutError) as error:
                return _died(f"No process could be started ({type(error).__name__}).", 0.0)
            keep = False
            try:
                async with asyncio.timeout(self._limits.deadline):
                    reply = worker_protocol.unpack_reply(await worker.ask(*request))
                    entries = [entry async for entry in worker.read_entries(reply.entries)]
                keep = not reply.is_last
            except TimeoutError:
                return _died("Reading the feed took too long.", max(SLOW, self._limits.cpu))
            except (OSError, EOFError):
                return _died("Reading the feed took too much time or memory.", max(SLOW, self._limits.cpu))
            finally:
                if keep and not self._is_closed:
                    self._idle.append(worker)
                else:
                    await self._end(worker)
            return _Answer(reply.content, reply.cpu, entries)

    async def _take(self) -> _Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive():
                return worker
            await self._end(worker)
        if self._is_closed:  # whoever waited for a turn, or comes again, must leave no process behind
            raise EOFError
        worker = _Worker(await _spawn(self._limits))
        self._all.add(worker)
        try:
            if self._is_closed:
                raise EOFError
            async with asyncio.timeout(_START_SECONDS):
                await worker.read()
        except BaseException:
            await self._end(worker)
            raise
        return worker

    async def _end(self, worker: _Worker) -> None:
        await worker.kill()
        self._all.discard(worker)  # only now: whoever is cancelled meanwhile leaves it to `close`


def _died(why: str, seconds: float) -> _Answer:
    return _Answer(ParseFailed(FetchProblem.PARSER_DIED, why), seconds)


class _Worker:
    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._requests = process.stdin
        self._replies = process.stdout
        self._is_killed = False

    def is_alive(self) -> bool:
        return self._process.returncode is None and not self._replies.at_eof()

    async def ask(self, head: bytes, body: bytes) -> bytes:
        self._requests.write(head)
        for start in range(0, len(body), _PIECE):
            self._requests.write(body[start : start + _PIECE])
            await self._requests.drain()
        return await self.read()

    async def read(self) -> bytes:
        length = int.from_bytes(await self._replies.readexactly(worker_protocol.LENGTH_BYTES), "big")
        if length > worker_protocol.LONGEST_FRAME:
            raise EOFError
        return await self._replies.readexactly(length)

    async def read_entries(self, count: int) -> AsyncIterator[Entry]:
        """Read the entries of a feed; others have their turn after every few, also where all has come already."""
        size = 0
        for _ in range(count):
            payload = await self.read()
            yield worker_protocol.entry(payload)
            size += len(payload)
            if size > _PIECE:
                size = 0
                await asyncio.sleep(0)

    async def kill(self) -> None:
        """End the process for certain and take its pipes down."""
        if self._process.returncode is None and not self._is_killed:
            self._is_killed = True
            self._process.kill()
        self._requests.close()
        await self._process.wait()


async def _spawn(limits: _Limits) -> Process:
    told = (str(limits.cpu), str(limits.memory), str(limits.nice))
    root = str(Path(bot.__file__).parent.parent)
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-X", "utf8", "-c", _PROGRAM, *told),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env={"PATH": os.defpath, "PYTHONPATH": root},
        # An interrupt at the terminal is for the bot, which then ends us. In a session of its own Linux could give a
        # worker as much of the processor as the whole bot, since `nice` counts only within a session.
        process_group=0,
    )
