"""PostgreSQL goes down in the middle of a fan-out, and comes back: the bot lives through it and loses nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.server import Server
from tests.fakes.postgres import Cluster
from tests.journeys.length import PATIENCE, pick
from tests.journeys.process import make_bot, write_config
from tests.journeys.test_two_processes import told

READERS = pick(30, 300)
AWAY_SECONDS = pick(1.0, 15.0)
IN_FLIGHT = 16
TEXT = "<p>Aus Nordkorea kommt eine weitere Antwort auf die Einladung nach Wladiwostok.</p>"


async def test_a_server_that_goes_down_and_comes_back_costs_nothing(tmp_path: Path, own_postgres: Cluster) -> None:
    """
    What is said and published meanwhile is answered and alerted; nobody is alerted twice.

    /readyz says 503 as long as it is away, and the log has one line, however many loops meet it.
    """
    own_postgres.run("CREATE DATABASE bot")
    async with Server() as server, Newsroom() as newsroom:
        feeds = {"Limmat-Kurier": newsroom.feed_url("limmat")}
        config = write_config(server, feeds, database=own_postgres.url("bot"))
        bot = make_bot(tmp_path, config.replace('listen = ""', 'listen = "127.0.0.1:0"'))
        try:
            await bot.start()
            await server.ready()
            web = (await told(bot, "web.listening")).partition("url=")[2].strip()
            readers = [server.person(f"Reader {number}", language="de") for number in range(READERS)]
            for reader in readers:
                reader.say("/sub Nordkorea")
            await server.wait_until(lambda: len(server.received) >= READERS, within=HANG_SECONDS * PATIENCE)
            await newsroom.visited("limmat", times=2)
            newsroom.publish("limmat", "Antwort eins", TEXT)
            await server.wait_until(
                lambda: len(server.received) >= READERS + READERS // 3, within=HANG_SECONDS * PATIENCE
            )

            await asyncio.to_thread(own_postgres.halt)
            asked = readers[0].say("/list")
            newsroom.publish("limmat", "Antwort zwei", TEXT)
            await asyncio.sleep(AWAY_SECONDS)
            await says(web, 503)
            await asyncio.to_thread(own_postgres.go)

            await readers[0].chat.answer_to(asked)
            for word in ("eins", "zwei"):
                await server.wait_until(lambda word=word: everybody_has(server, word), within=HANG_SECONDS * PATIENCE)
            await says(web, 200)
        finally:
            await bot.kill()
            print(bot.tail(60))

    came = len(server.received) - len({(message.chat_id, message.text) for message in server.received})
    print(f"· PostgreSQL away for {AWAY_SECONDS:g} s in a fan-out to {READERS}: {came} came twice")
    assert came <= IN_FLIGHT
    lines = bot.tail(100_000).splitlines()
    assert len([line for line in lines if " WARNING " in line or " ERROR " in line]) <= 2, "an outage is one line"
    assert "Traceback" not in bot.tail(100_000)
    assert server.violations == []


def everybody_has(server: Server, word: str) -> bool:
    """Say whether every reader has an alert with this word."""
    return len({message.chat_id for message in server.received if word in message.text}) >= READERS


async def says(url: str, status: int) -> None:
    """Ask until the answer is this one."""
    async with asyncio.timeout(HANG_SECONDS), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{url}/readyz") as answer:
                if answer.status == status:
                    return
            await asyncio.sleep(0.1)
