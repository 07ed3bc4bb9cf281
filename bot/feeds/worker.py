"""
The worker process that parses documents: it knows nothing but the parser, and may be killed at any time.

It speaks `bot.feeds.worker_protocol` on its standard streams: one empty frame when it is ready, then one reply for each
request.
"""

from __future__ import annotations

import importlib
import os
import resource
import signal
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from bot.core.feed import FetchProblem, ParsedFeed, ParseFailed
from bot.feeds import parse, sitemap, worker_protocol
from bot.feeds.worker_protocol import WorkerJob

Result = ParsedFeed | ParseFailed | list[Any]

_NEEDED = {
    WorkerJob.FEED: "feedparser",
    WorkerJob.SITEMAPS: "feedparser",
    WorkerJob.LINKS: "bot.feeds.pages",
    WorkerJob.TEXT: "trafilatura",
    WorkerJob.RULES: "protego",
}
"""What is large, and no part of what a document may take."""
_SMALL = 2
"""By so much less than a large document may a small one need."""
_TIRED_KB = 160 * 1024
"""A worker that once needed this much memory keeps much of it, so it is replaced."""


def main() -> None:
    """Serve until the pipe is closed; arguments: CPU seconds of a document, bytes of a large one, niceness."""
    cpu, memory = float(sys.argv[1]), int(sys.argv[2])
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing a library prints may get between the frames
    os.nice(int(sys.argv[3]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _write(replies, worker_protocol.frame(b""))
    at_rest = _mapped()
    while (payload := _read(requests)) is not None:
        job, body, about = worker_protocol.unpack_request(payload)
        del payload
        if (needed := _NEEDED[job]) not in sys.modules:
            importlib.import_module(needed)  # now, and not in every worker: most never see a page
            at_rest = max(at_rest, _mapped())
        began = time.process_time()
        _limit_cpu(cpu)
        _limit_memory(at_rest + memory // (1 if worker_protocol.is_large(job, body) else _SMALL))
        result, is_last = _work(job, body, about)
        del body
        _limit_memory(resource.RLIM_INFINITY)  # an answer that is ready gets out
        is_last = is_last or _peak_kb() > _TIRED_KB
        for frame in worker_protocol.pack_reply(result, cpu=time.process_time() - began, is_last=is_last):
            replies.write(frame)
        replies.flush()
        _limit_cpu(0)
        if is_last:
            return


def _work(job: WorkerJob, body: bytes, about: list[str]) -> tuple[Result, bool]:
    try:
        return _do(job, body, about), False
    except MemoryError:
        return ParseFailed(FetchProblem.PARSER_DIED, "Reading the feed took too much memory."), True
    except Exception as error:
        # Whatever a document provokes in a library is that document's failure; the type is all that is told.
        return ParseFailed(FetchProblem.BROKEN, f"The feed could not be read ({type(error).__name__})."), True


def _do(job: WorkerJob, body: bytes, about: list[str]) -> Result:
    if job is WorkerJob.FEED:
        url, content_type, marks, audit, now = about
        return parse.parse(
            body,
            url=url,
            content_type=content_type,
            marks=bytes.fromhex(marks),
            audit=bool(audit),
            now=datetime.fromisoformat(now),
        )
    if job is WorkerJob.SITEMAPS:
        url, content_type = about
        return list(sitemap.read_index(body, url, content_type))
    from bot.feeds import pages

    return pages.read(job, body, about)


def _limit_cpu(seconds: float) -> None:
    """
    Let the kernel kill us when we take so much more processor time from now on; 0 ends that.

    The signal has no handler: one in Python would wait for a library's C code to return. `RLIMIT_CPU` knows only whole
    seconds.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory(most: int) -> None:
    """Limit what is mapped, on Linux, where that is kept."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))


def _mapped() -> int:
    if sys.platform != "linux":
        return 0
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _peak_kb() -> int:
    """Give how much memory we had at most; on Linux `ru_maxrss` would begin with that of the bot that started us."""
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_bytes()
        return int(status.partition(b"VmHWM:")[2].split(maxsplit=1)[0])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


def _read(stream: BinaryIO) -> bytes | None:
    head = stream.read(worker_protocol.LENGTH_BYTES)
    if len(head) < worker_protocol.LENGTH_BYTES:
        return None
    length = int.from_bytes(head, "big")
    payload = stream.read(length)
    return payload if len(payload) == length else None


def _write(stream: BinaryIO, data: bytes) -> None:
    stream.write(data)
    stream.flush()
