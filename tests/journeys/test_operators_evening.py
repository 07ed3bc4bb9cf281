"""
An operator's evening: install, set up, bring an old database along, move to PostgreSQL, lose a process, restore.

Everything is done with the installed wheel, by the commands and files that the documentation names.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.fakes import old_databases
from tests.journeys.test_two_processes import told
from tests.journeys.test_wheel import LOOPBACK, call, name_feeds
from tests.journeys.wheel import Installation, build_wheel, install

OPML = """<?xml version="1.0"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline type="rss" text="Elbe" xmlUrl="{url}"/>
</body></opml>
"""
HANDLED_BEFORE = 6
"""Updates that the old database knows: our Telegram counts from the beginning again, where the real one goes on."""
TEXT = "<p>Aus Nordkorea kommt eine weitere Antwort auf die Einladung nach Wladiwostok.</p>"


def process(installation: Installation, folder: Path, name: str) -> BotProcess:
    """Prepare a process of the bot with a log of its own."""
    return BotProcess(
        [installation.command, "run", "--config", str(folder / "config.toml")],
        log=folder / f"{name}.log",
        environment={**installation.environment, **LOOPBACK},
    )


async def must(installation: Installation, folder: Path, *arguments: str, **environment: str) -> str:
    """Run a command that has to succeed; returns what it printed."""
    code, shown = await call(installation, folder, *arguments, **LOOPBACK | environment)
    assert code == 0, f"{arguments}: {shown}"
    return shown


def use_database(config: Path, url: str) -> None:
    """Name the database in the configuration."""
    config.write_text(config.read_text("utf-8").replace('# url = "sqlite:///stichwort.db"', f'url = "{url}"'), "utf-8")


async def keywords(anna: SimulatedPerson) -> str:
    """Ask the bot what Anna has."""
    return (await anna.ask("/list")).text


@pytest.mark.timeout(600)  # a dozen starts of the program, each of seconds on a loaded machine
async def test_an_evening(tmp_path: Path, empty_postgres_url: str) -> None:
    """Anna's keywords of the first version live through all of it, and her alerts come."""
    wheel = await asyncio.to_thread(build_wheel, tmp_path / "dist")
    installed = await asyncio.to_thread(install, wheel, tmp_path / "env")
    folder = tmp_path / "bot"
    folder.mkdir()
    old_databases.make(old_databases.OLDEST, folder / "stichwort.db")
    async with Server() as server, Newsroom() as newsroom:
        anna, bert = (server.person(name, language="de") for name in ("Anna", "Bert"))
        for _ in range(HANDLED_BEFORE):
            bert.say("/help")
        first, second = (process(installed, folder, name) for name in ("first", "second"))
        try:
            await set_up(installed, folder, server, newsroom)
            await move_to_a_server(installed, folder, empty_postgres_url)
            await run_two_and_lose_one(server, newsroom, anna, first, second)
            assert await second.terminate(within=HANG_SECONDS) == 0
            shown = await must(installed, folder, "restore", "before.db")
            assert "The one before is kept as " in shown
            before = len(server.calls)
            await first.start()
            await server.ready(after=before)
            listed = await keywords(anna)
            assert "Nordkorea" in listed
            assert "Bahnhof" not in listed, "it was added after the backup"
            assert await first.terminate(within=HANG_SECONDS) == 0
        finally:
            for each in (first, second):
                await each.kill()
                print(each.tail(60))
        assert server.violations == []


async def set_up(installed: Installation, folder: Path, server: Server, newsroom: Newsroom) -> None:
    """Write a configuration, bring the old database up to date, add feeds of a list."""
    token = {"STICHWORT_TELEGRAM__TOKEN": server.token, "STICHWORT_TELEGRAM__API_URL": server.url}
    await must(installed, folder, "init", "--language", "de", **token)
    name_feeds(folder / "config.toml", {"Limmat-Kurier": newsroom.feed_url("limmat")})
    assert "brought up to date" in await must(installed, folder, "upgrade")
    (folder / "mine.opml").write_text(OPML.format(url=newsroom.feed_url("elbe")), "utf-8")
    assert "1 added" in await must(installed, folder, "feeds", "import", "mine.opml")


async def move_to_a_server(installed: Installation, folder: Path, url: str) -> None:
    """Save the file, name the server, restore."""
    await must(installed, folder, "backup", "before.db")
    use_database(folder / "config.toml", url)
    assert "restored from before.db" in await must(installed, folder, "restore", "before.db")
    code, shown = await call(installed, folder, "restore", "away.db", **LOOPBACK)
    assert (code, "there is no file away.db" in shown) == (3, True)


async def run_two_and_lose_one(
    server: Server, newsroom: Newsroom, anna: SimulatedPerson, first: BotProcess, second: BotProcess
) -> None:
    """The second process takes over from the first that is killed; no alert is lost."""
    await first.start()
    await server.ready()
    assert "Nordkorea" in await keywords(anna)
    await second.start()
    await told(second, "bot.started")
    reply = await anna.ask("/sub Bahnhof")
    await newsroom.visited("limmat", times=2)
    await newsroom.visited("elbe", times=2)
    newsroom.publish("elbe", "Nordkorea antwortet", TEXT)
    await anna.chat.wait_for(lambda message: "antwortet" in message.text, after=reply)
    await first.kill()
    newsroom.publish("limmat", "Nordkorea schweigt nicht mehr", TEXT)
    await told(second, "office.taken")
    await anna.chat.wait_for(lambda message: "schweigt nicht mehr" in message.text, after=reply)
    assert "Bahnhof" in await keywords(anna)
