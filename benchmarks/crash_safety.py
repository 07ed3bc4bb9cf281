"""kill -9 in the middle of a burst, and how soon an alert is out when nothing else goes on, with the real process."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.outbound import make_readers, store_at, telegram
from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.server import Server
from tests.journeys.process import make_bot, write_config


async def kills(times: int) -> None:
    """Kill the bot again and again while it sends; count what is lost and what comes twice."""
    people = 60 + 45 * times
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with telegram(people) as server:
            async with store_at(f"sqlite:///{folder}/bot.db") as store:
                readers = await make_readers(store)
                query_id = await readers.add(server.first, people, "Nordkorea")
                await readers.enqueue((await readers.publish(query_id, "Nordkorea")).id)
            where: Any = SimpleNamespace(token=server.token, url=server.url)
            bot = make_bot(folder, write_config(where, extra="[alerts]\nmax_wait = '7d'"))
            await bot.start()
            done = 0
            for _ in range(times):
                done = await _more_than(server, done)
                await asyncio.sleep(random.uniform(0.2, 1.0))
                await bot.kill_and_restart()
            while len({row[0] for row in await server.sends() if row[3] == 200}) < people:  # noqa: ASYNC110
                await asyncio.sleep(0.5)
            await asyncio.sleep(2)
            await bot.terminate()
            tally = await server.ask("/_demo/tally")
            reached = len({row[0] for row in await server.sends() if row[3] == 200})
    print(
        f"{times} kills: {people - reached} of {people} lost, {tally['messages'] - reached} came twice "
        f"({(tally['messages'] - reached) / times:.2f} per kill), {tally['violations']} calls Telegram must refuse"
    )


async def _more_than(server: Any, before: int) -> int:
    """Wait until sending goes on."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        count = len(await server.sends())
        if count > before + 5:
            return count
        await asyncio.sleep(0.1)
    raise TimeoutError("the bot does not send any more")


async def idle(articles: int) -> None:
    """Publish an article now and then; measure from first sight to Telegram."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with Server() as server, Newsroom() as newsroom:
            paper = next(iter(newsroom.papers))
            feeds = {"Bench": newsroom.feed_url(paper)}
            bot = make_bot(folder, write_config(server, feeds, extra="[alerts]\nburst = 1000"))
            await bot.start()
            await server.ready()
            reader = server.person("Anna", language="de")
            await reader.chat.answer_to(reader.say("/sub Nordkorea"))
            await newsroom.visited(paper, times=2)
            for number in range(articles):
                title = f"Nordkorea {random.choice(_WORDS)} {random.choice(_WORDS)} {number}"
                newsroom.publish(paper, title, lead=f"{title}: {' '.join(random.sample(_WORDS, 6))}.")
                await reader.chat.wait_until(lambda chat, n=number: len(chat.received) >= n + 2, within=20)
                await asyncio.sleep(random.uniform(0.3, 1.2))
            came = [message.at for message in reader.chat.received[1:]]
            await bot.terminate()
        with sqlite3.connect(folder / "bot.db") as database:
            seen = [
                row[0] / 1e6
                for row in database.execute("SELECT seen_at FROM deliveries WHERE state = 'sent' ORDER BY id")
            ]
    waits = sorted(at - saw for at, saw in zip(came, seen, strict=True))
    print(
        f"idle, {len(waits)} articles: seen to accepted by Telegram median {1000 * statistics.median(waits):.0f} ms, "
        f"p99 {1000 * waits[int(len(waits) * 0.99)]:.0f} ms"
    )


_WORDS = (
    "Raketen Grenze Minister Hafen Winter Ernte Brücke Wahl Zoll Fabrik Regen Schule Museum Konzert Steuer Reaktor "
    "Fischer Parade Zug Strom Schnee Visum Gipfel Boot Manöver Funk Satellit Kohle Währung Stadion"
).split()
