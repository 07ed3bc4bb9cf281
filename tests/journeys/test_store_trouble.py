"""The database is locked, full or away for a while: it is told in a line, and nothing is lost."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.demo.newsroom import Newsroom
from bot.demo.process import BotProcess
from bot.demo.server import Server
from tests.journeys.process import make_bot, write_config

LOCKED_SECONDS = 1.5
FULL_SECONDS = 1.5
TEXT = "<p>Aus Nordkorea kommt eine weitere Antwort auf die Einladung nach Wladiwostok.</p>"


async def test_a_locked_file_and_a_full_disk_lose_nothing(tmp_path: Path) -> None:
    """What is said and published meanwhile is answered and alerted when the database can be written again."""
    async with Server() as server, Newsroom() as newsroom:
        bot = make_bot(tmp_path, write_config(server, {"Limmat-Kurier": newsroom.feed_url("limmat")}))
        try:
            await bot.start()
            await server.ready()
            anna, bert, carl = (server.person(name, language="de") for name in ("Anna", "Bert", "Carl"))
            await anna.ask("/sub Nordkorea")
            await newsroom.visited("limmat", times=2)

            with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                said = bert.say("/sub Nordkorea")
                newsroom.publish("limmat", "Antwort eins", TEXT)
                await asyncio.sleep(LOCKED_SECONDS)
                other.execute("ROLLBACK")
            await bert.chat.answer_to(said, within=20)
            await anna.chat.wait_for(lambda message: "eins" in message.text, within=20)
            assert troubles(bot) == []

            fill_up(bot, tmp_path)
            said = carl.say("/sub Nordkorea")
            newsroom.publish("limmat", "Antwort zwei", TEXT)
            await asyncio.sleep(FULL_SECONDS)
            make_room(bot)
            await carl.chat.answer_to(said, within=30)
            for reader in (anna, bert):
                await reader.chat.wait_for(lambda message: "zwei" in message.text, within=30)
        finally:
            await bot.kill()
            print(bot.tail(60))

    assert len(troubles(bot)) == 1, "an outage is one line"
    assert "Traceback" not in bot.tail(10_000)
    assert server.violations == []
    assert server.doubles == ()


def fill_up(bot: BotProcess, folder: Path) -> None:
    """Let no file of the process grow any more, as on a full disk; its log is small enough."""
    assert bot.pid is not None
    size = (folder / "bot.db-wal").stat().st_size
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (min(size, 60_000), resource.RLIM_INFINITY))


def make_room(bot: BotProcess) -> None:
    """Let its files grow again."""
    assert bot.pid is not None
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def troubles(bot: BotProcess) -> list[str]:
    """List what the log complains of."""
    return [line for line in bot.tail(10_000).splitlines() if " WARNING " in line or " ERROR " in line]
