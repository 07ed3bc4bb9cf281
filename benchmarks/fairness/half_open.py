"""
`python -m benchmarks.fairness.half_open PORT COUNT`: clients that send half a request, and come again when cut off.

A process of its own, so that what it takes is not taken from those who are measured.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys

from bot.app.lifecycle import raise_descriptor_limit

_HALF = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nX-Never"
_PAUSE = 1.0
"""Seconds until somebody who was cut off comes again."""


async def _come_again(port: int) -> None:
    while True:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(_HALF)
            await reader.read()
            writer.close()
        await asyncio.sleep(_PAUSE)


async def _hold(port: int, count: int) -> None:
    async with asyncio.TaskGroup() as clients:
        for _ in range(count):
            clients.create_task(_come_again(port))
        print("all are there", flush=True)


if __name__ == "__main__":
    raise_descriptor_limit()
    asyncio.run(_hold(int(sys.argv[1]), int(sys.argv[2])))
