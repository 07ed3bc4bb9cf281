"""
How soon an article is alerted that a WebSub hub tells of, through the real process and a hub on loopback.

Polls are ten minutes apart, so nothing else can bring it. Fifty articles, three seconds apart, one reader; then ten
that come half a second after a poll, which have to wait a little for the publisher's sake.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median

from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.fakes.hub import HubPublisher
from tests.journeys.process import free_port, make_bot, write_config

ARTICLES, CLOSE = 50, 10
BOUND = 2.0
"""Seconds."""
_APART, _CLOSELY = 3.0, 0.5


def main() -> None:
    """Print two lines."""
    with tempfile.TemporaryDirectory(prefix="websub-") as name:
        asyncio.run(_measure(Path(name)))


async def _measure(folder: Path) -> None:
    port = free_port()
    async with Server() as server, HubPublisher() as publisher:
        web = f'listen = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"'
        config = write_config(server, {"Hub": publisher.topic}, extra="[alerts]\nburst = 1000")
        bot = make_bot(folder, config.replace('listen = ""', web).replace('"1s"', '"10m"'))
        await bot.start()
        await server.ready()
        anna = server.person("Anna")
        await anna.ask("/sub Nordkorea")
        await publisher.until_confirmed()
        apart, closely = [], []
        for number in range(ARTICLES):
            await asyncio.sleep(_APART)
            apart.append(await _push(publisher, anna, f"Nordkorea meldet Nummer {number}."))
        for number in range(CLOSE):
            await asyncio.sleep(_APART)
            assert await publisher.push() == 202  # tells of nothing: a poll that finds the feed as it was
            await asyncio.sleep(_CLOSELY)
            closely.append(await _push(publisher, anna, f"Pjöngjang in Nordkorea zählt {number}."))
        await bot.terminate()
    for what, waits in ((f"{_APART:g} s after the last poll", apart), (f"{_CLOSELY:g} s after one", closely)):
        print(f"{len(waits)} articles, pushed {what}: alerted after {median(waits):.2f} s (median),", end=" ")
        print(f"{max(waits):.2f} s at worst (bound {BOUND:g} s)")


async def _push(publisher: HubPublisher, reader: SimulatedPerson, title: str) -> float:
    publisher.titles.append(title)
    begun = time.monotonic()
    assert await publisher.push() == 202
    await reader.chat.wait_for(lambda message: title in message.text)
    return time.monotonic() - begun
