"""
The process that reads documents: it knows nothing but the parser, and may be killed at any time.

It speaks `bot.feeds.wire` on its standard streams: one empty frame when it is ready, then one reply for each request.
"""

from __future__ import annotations

import math
import os
import resource
import sys
import time
from typing import Any, BinaryIO

from bot.core.feed import FetchProblem, ParsedFeed, ParseFailed
from bot.feeds import parse, wire
from bot.feeds.wire import Job

Result = ParsedFeed | ParseFailed | list[Any]

_TIRED_KB = 160 * 1024
"""A worker that once needed this much memory keeps much of it, so it is replaced."""


def main() -> None:
    """Serve until the other end closes the pipe; arguments: CPU seconds for a document, bytes of memory."""
    cpu, memory = int(sys.argv[1]), int(sys.argv[2])
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing a library prints may get between the frames
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere the limit is not kept, or not above what is mapped already
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    _write(replies, wire.frame(b""))
    while (payload := _read(requests)) is not None:
        _limit_cpu(cpu)
        result, is_last = _work(*wire.unpack_request(payload))
        del payload
        is_last = is_last or _peak_kb() > _TIRED_KB
        _write(replies, wire.pack_reply(result, is_last=is_last))
        if is_last:
            return


def _work(job: Job, body: bytes, about: list[str]) -> tuple[Result, bool]:
    try:
        return _do(job, body, about), False
    except MemoryError:
        return ParseFailed(FetchProblem.PARSER_DIED, "Reading the feed took too much memory."), True
    except Exception as error:
        # Whatever a document provokes in a library is that document's failure; the type is all that is told.
        return ParseFailed(FetchProblem.BROKEN, f"The feed could not be read ({type(error).__name__})."), True


def _do(job: Job, body: bytes, about: list[str]) -> Result:
    """What only pages need is imported when the first page comes: most workers never see one."""
    if job is Job.FEED:
        url, content_type, marks, audit = about
        return parse.parse(body, url=url, content_type=content_type, marks=bytes.fromhex(marks), audit=bool(audit))
    from bot.feeds import pages

    return pages.read(job, body, about)


def _limit_cpu(seconds: int) -> None:
    """Let the kernel kill us when this document takes more; the limit counts from the start of the process."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + seconds, hard))


def _peak_kb() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


def _read(stream: BinaryIO) -> bytes | None:
    head = stream.read(wire.LENGTH_BYTES)
    if len(head) < wire.LENGTH_BYTES:
        return None
    length = int.from_bytes(head, "big")
    payload = stream.read(length)
    return payload if len(payload) == length else None


def _write(stream: BinaryIO, data: bytes) -> None:
    stream.write(data)
    stream.flush()
