"""The database is locked, full, away for a while or damaged: it is told in a line or two, and nothing is lost."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import socket
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import aiohttp

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.server import Server
from tests.fakes.damage import damage_table
from tests.journeys.length import LONG, pick
from tests.journeys.process import make_bot, write_config

LOCKED_SECONDS = pick(1.5, 5.0)
FULL_SECONDS = pick(1.5, 10.0)
TEXT = "<p>Aus Nordkorea kommt eine weitere Antwort auf die Einladung nach Wladiwostok.</p>"


async def test_a_locked_file_and_a_full_disk_lose_nothing(tmp_path: Path) -> None:
    """What is said and published meanwhile is answered and alerted when the database can be written again."""
    async with Server() as server, Newsroom() as newsroom:
        disk = small_disk(tmp_path) if LONG else None
        file = (disk or tmp_path) / "bot.db"
        feeds, port = {"Limmat-Kurier": newsroom.feed_url("limmat")}, free_port()
        bot = make_bot(tmp_path, watched(write_config(server, feeds, database=f"sqlite:///{file}"), port))
        try:
            await bot.start()
            await server.ready()
            await readiness(port, 200, "ready")
            anna, bert, carl = (server.person(name, language="de") for name in ("Anna", "Bert", "Carl"))
            await anna.ask("/sub Nordkorea")
            await newsroom.visited("limmat", times=2)

            with closing(sqlite3.connect(file, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                said = bert.say("/sub Nordkorea")
                newsroom.publish("limmat", "Antwort eins", TEXT)
                await asyncio.sleep(LOCKED_SECONDS)
                other.execute("ROLLBACK")
            await bert.chat.answer_to(said)
            await anna.chat.wait_for(lambda message: "eins" in message.text)
            assert troubles(bot) == []

            fill_up(bot, disk, tmp_path)
            said = carl.say("/sub Nordkorea")
            newsroom.publish("limmat", "Antwort zwei", TEXT)
            await readiness(port, 503, "the database cannot be written to")
            await asyncio.sleep(FULL_SECONDS)
            make_room(bot, disk)
            await readiness(port, 200, "ready")
            await carl.chat.answer_to(said)
            for reader in (anna, bert):
                await reader.chat.wait_for(lambda message: "zwei" in message.text)
        finally:
            await bot.kill()
            print(bot.tail(60))
            if disk is not None:
                take_away(disk)

    print(f"· locked for {LOCKED_SECONDS:g} s, {'a disk' if disk else 'its files'} full for {FULL_SECONDS:g} s")
    assert len(troubles(bot)) == 1, "an outage is one line"
    assert bot.tail(10_000).count(" database.works_again seconds=") <= 1
    assert "Traceback" not in bot.tail(10_000)
    assert server.violations == []
    assert server.doubles == ()


async def test_a_damaged_page_is_told_to_the_operators_by_a_way_that_needs_no_database(tmp_path: Path) -> None:
    """Not ready at once, one line, one message to each operator; what is elsewhere in the file goes on."""
    async with Server() as server, Newsroom() as newsroom:
        feeds, port = {"Limmat-Kurier": newsroom.feed_url("limmat")}, free_port()
        config = watched(write_config(server, feeds), port)
        olga = server.person("Olga", language="de")
        bot = make_bot(tmp_path, config.replace("[database]", f"operators = [{olga.id}]\n[database]"))
        try:
            await bot.start()
            await server.ready()
            await olga.ask("/sub Nordkorea")
            await newsroom.visited("limmat", times=2)
            await bot.terminate()
            damage_table(f"sqlite:///{tmp_path / 'bot.db'}", "articles")
            await bot.start()
            await server.ready(after=len(server.calls))
            newsroom.publish("limmat", "Nordkorea antwortet", TEXT)
            await olga.chat.wait_for(lambda message: "beschädigt" in message.text)
            await readiness(port, 503, "the database is damaged")
            asked = await olga.ask("/list")
            assert "Nordkorea" in asked.text
            assert sum("beschädigt" in message.text for message in olga.chat.received) == 1
        finally:
            await bot.kill()
            print(bot.tail(60))

    assert [line.split()[2] for line in troubles(bot)] == ["database.damaged"]
    assert server.violations == []


def watched(config: str, port: int) -> str:
    """Have the bot say how it is."""
    return config.replace('listen = ""', f'listen = "127.0.0.1:{port}"')


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def readiness(port: int, status: int, why: str) -> None:
    """Wait until the bot says so."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(HANG_SECONDS):
        while True:
            async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                if (answer.status, (await answer.text()).strip()) == (status, why):
                    return
            await asyncio.sleep(0.05)


def small_disk(folder: Path) -> Path | None:
    """Mount a disk of a few megabytes where that is allowed."""
    place = folder / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", place], check=False, capture_output=True)
    return place if mounted.returncode == 0 else None


def take_away(disk: Path) -> None:
    """Unmount it."""
    subprocess.run(["umount", "-l", disk], check=True)


def fill_up(bot: BotProcess, disk: Path | None, folder: Path) -> None:
    """Fill the disk, or let no file of the process grow any more; its log is small enough."""
    if disk is not None:
        with contextlib.suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
            while True:
                ballast.write(bytes(4096))
        return
    assert bot.pid is not None
    size = (folder / "bot.db-wal").stat().st_size
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (min(size, 60_000), resource.RLIM_INFINITY))


def make_room(bot: BotProcess, disk: Path | None) -> None:
    """Let its files grow again."""
    if disk is not None:
        (disk / "ballast").unlink()
        return
    assert bot.pid is not None
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def troubles(bot: BotProcess) -> list[str]:
    """List what the log complains of."""
    bad = (" WARNING ", " ERROR ", " CRITICAL ")
    return [line for line in bot.tail(10_000).splitlines() if any(level in line for level in bad)]
