"""
Telegram's side of a webhook under load, in a process of its own: posts `/sub` of one new reader each at a steady rate.

It keeps as many connections as Telegram does, posts an update again until it is confirmed, and every fifth of them once
more afterwards. `python -m benchmarks.webhook_poster HOST PORT PATH SECRET FIRST_READER COUNT RATE`; prints JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

CONNECTIONS = 40
_AGAIN_SECONDS = 0.5
_TWICE = 5


@dataclass
class Poster:
    """Posts updates, each due at its time."""

    host: str
    port: int
    path: str
    secret: str
    first: int
    count: int
    rate: float
    waits: list[float] = field(default_factory=list)
    """Seconds from when an update was due until it was confirmed."""
    again: int = 0

    async def run(self) -> dict[str, float]:
        """Post all; gives what it was like."""
        begun = time.monotonic()
        numbers = iter(range(self.count))
        await asyncio.gather(*(self._work(numbers, begun) for _ in range(CONNECTIONS)))
        seconds, waits = time.monotonic() - begun, sorted(self.waits)
        return {
            "confirmed": len(waits),
            "seconds": seconds,
            "median": waits[len(waits) // 2],
            "p99": waits[len(waits) * 99 // 100],
            "again": self.again,
        }

    async def _work(self, numbers: Iterator[int], begun: float) -> None:
        connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        for number in numbers:
            due = begun + number / self.rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            request, is_confirmed = self._write(number), False
            times = 2 if number % _TWICE == 0 else 1
            while times:
                try:
                    connection = connection or await asyncio.open_connection(self.host, self.port)
                    code = await _ask(*connection, request)
                except (OSError, EOFError, ValueError):
                    connection, code = None, 0
                if code == 200:
                    times -= 1
                    if not is_confirmed:
                        is_confirmed = True
                        self.waits.append(time.monotonic() - due)
                else:
                    self.again += 1
                    await asyncio.sleep(_AGAIN_SECONDS)

    def _write(self, number: int) -> bytes:
        reader = self.first + number
        person = {"id": reader, "is_bot": False, "first_name": "Reader", "language_code": "de"}
        message = {
            "message_id": 1,
            "date": int(time.time()),
            "text": "/sub Nordkorea",
            "entities": [{"type": "bot_command", "offset": 0, "length": 4}],
            "chat": {"id": reader, "type": "private", "first_name": "Reader"},
            "from": person,
        }
        body = json.dumps({"update_id": 1_000 + number, "message": message}).encode()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {self.secret}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    """Send a request; gives the status of the answer."""
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = next(line.partition(":")[2] for line in head.split("\r\n") if line.startswith("content-length:"))
    await reader.readexactly(int(length))
    return int(head.split(" ", 2)[1])


if __name__ == "__main__":
    host, port, path, secret, first, count, rate = sys.argv[1:]
    poster = Poster(host, int(port), path, secret, int(first), int(count), float(rate))
    print(json.dumps(asyncio.run(poster.run())))
