"""kill -9 in the middle of a fan-out: nothing is lost, and hardly anything comes twice."""

from __future__ import annotations

import random
from pathlib import Path

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.server import Server
from tests.journeys.length import PATIENCE, pick
from tests.journeys.process import make_bot, write_config

KILLS = pick(1, 50)
READERS = 30 + 30 * KILLS
IN_FLIGHT = 16


async def test_kills_in_a_fan_out_lose_nothing(tmp_path: Path) -> None:
    """Every reader gets the alert; at most what was in the air at a kill comes twice."""
    async with Server() as server, Newsroom() as newsroom:
        feeds = {paper.title: newsroom.feed_url(key) for key, paper in newsroom.papers.items()}
        bot = make_bot(tmp_path, write_config(server, feeds))
        try:
            await bot.start()
            await server.ready()
            readers = [server.person(f"Reader {number}", language="de") for number in range(READERS)]
            for reader in readers:
                reader.say("/sub Nordkorea")
            await server.wait_until(lambda: len(server.received) >= READERS, within=HANG_SECONDS * PATIENCE)
            await newsroom.read_by_all()
            newsroom.publish_ready("kim-putin")
            for kill in range(KILLS):
                goal = READERS + (kill + 1) * READERS // (KILLS + 1) - random.randrange(20)
                await server.wait_until(lambda goal=goal: len(server.received) >= goal)
                await bot.kill()
                asked = len(server.calls)
                await bot.start()
                await server.ready(after=asked)
            await server.wait_until(
                lambda: all(len(reader.chat.received) >= 2 for reader in readers), within=HANG_SECONDS * PATIENCE
            )
        finally:
            await bot.kill()
            print(bot.tail(60))

    alerts = [sum("Wladiwostok" in message.text for message in reader.chat.received) for reader in readers]
    doubles = sum(alerts) - READERS
    print(f"· {KILLS} kills in a fan-out to {READERS}: {doubles} came twice")
    assert min(alerts) == 1
    assert doubles <= KILLS * (1.5 if KILLS >= 50 else IN_FLIGHT)
    assert server.violations == []
