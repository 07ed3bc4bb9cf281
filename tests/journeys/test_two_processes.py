"""Two real processes on one PostgreSQL: one receives and sends, both poll, and each can go at any moment."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.server import Server
from tests.journeys.process import make_bot, write_config

READERS = 24
IN_FLIGHT = 16
TEXT = "<p>Aus Nordkorea kommt eine weitere Antwort auf die Einladung nach Wladiwostok.</p>"


def make_pair(folder: Path, config: str) -> tuple[BotProcess, BotProcess]:
    """Prepare two processes with the same configuration, each in a folder of its own and on a port of its own."""
    pair = []
    for name in ("first", "second"):
        folder.joinpath(name).mkdir()
        pair.append(make_bot(folder / name, config.replace('listen = ""', 'listen = "127.0.0.1:0"')))
    return pair[0], pair[1]


async def told(bot: BotProcess, event: str, times: int = 1) -> str:
    """Wait until a process has logged something, and give its last line about it."""
    async with asyncio.timeout(HANG_SECONDS):
        while len(lines := [line for line in bot.tail(10_000).splitlines() if event in line]) < times:  # noqa: ASYNC110 - a log rings no bell
            await asyncio.sleep(0.05)
    return lines[-1]


async def readiness(bot: BotProcess) -> int:
    """Ask a process whether it is ready."""
    url = (await told(bot, "web.listening")).partition("url=")[2].strip()
    async with aiohttp.ClientSession() as session, session.get(f"{url}/readyz") as answer:
        return answer.status


async def test_one_speaks_and_the_other_takes_over(tmp_path: Path, postgres_url: str) -> None:
    """
    Killed in the middle of a fan-out, or told to stop: the other goes on.

    Nothing is lost; only what was in the air at the kill may come twice; a take-over meets at most one 409.
    """
    async with Server() as server, Newsroom() as newsroom:
        config = write_config(server, {"Limmat-Kurier": newsroom.feed_url("limmat")}, database=postgres_url)
        first, second = make_pair(tmp_path, config)
        try:
            await first.start()
            await server.ready()
            await second.start()
            await told(second, "bot.started")
            assert (await readiness(first), await readiness(second)) == (200, 200)
            assert "office.taken" not in second.tail(1000)

            readers = [server.person(f"Reader {number}", language="de") for number in range(READERS)]
            await asyncio.gather(*(reader.ask("/sub Nordkorea") for reader in readers))
            await newsroom.visited("limmat", times=2)
            newsroom.publish("limmat", "Antwort eins", TEXT)
            await server.wait_until(lambda: sent(server, "eins") >= READERS // 2)
            await first.kill()
            await told(second, "office.taken")
            await everybody(server, "eins")
            assert (await readers[0].ask("/list")).text
            assert sent(server, "eins") - READERS <= IN_FLIGHT
            assert conflicts(server) <= 1

            await first.start()
            await told(first, "bot.started", times=2)
            assert await readiness(first) == 200
            newsroom.publish("limmat", "Antwort zwei", TEXT)
            await everybody(server, "zwei")
            before = conflicts(server)
            assert await second.terminate() == 0
            newsroom.publish("limmat", "Antwort drei", TEXT)
            await everybody(server, "drei")
        finally:
            for bot in (first, second):
                await bot.kill()
                print(bot.tail(60))

    assert conflicts(server) - before <= 1
    assert (sent(server, "zwei"), sent(server, "drei")) == (READERS, READERS)
    assert server.violations == []
    assert "Traceback" not in first.tail(10_000) + second.tail(10_000)


def sent(server: Server, word: str) -> int:
    """Count the alerts with a word, doubles too."""
    return sum(word in message.text for message in server.received)


def conflicts(server: Server) -> int:
    """Count how often two asked for updates at once."""
    return sum(call.status == 409 for call in server.calls)


async def everybody(server: Server, word: str) -> None:
    """Wait until every reader has an alert with this word."""

    def all_have_it() -> bool:
        return len({message.chat_id for message in server.received if word in message.text}) >= READERS

    await server.wait_until(all_have_it)
