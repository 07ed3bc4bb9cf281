"""The wheel alone, without the checkout: `init`, `check`, `run` and `demo`."""

from __future__ import annotations

import asyncio
import re
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.server import Server
from tests.journeys.process import ROOT
from tests.journeys.wheel import Installation, build_wheel, install

LOOPBACK = {
    "STICHWORT_POLLING__INTERVAL": "1s",
    "STICHWORT_POLLING__MIN_INTERVAL": "1s",
    "STICHWORT_POLLING__MAX_INTERVAL": "1s",
    "STICHWORT_POLLING__HOST_GAP": "0s",
    "STICHWORT_POLLING__ALLOW_NETWORKS": '["127.0.0.0/8"]',
    "STICHWORT_TELEGRAM__ACCESS": "public",
    "STICHWORT_WEB__LISTEN": "",
}


async def call(installation: Installation, folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Run a command of the installation; returns its code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        installation.command,
        *arguments,
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**installation.environment, **environment},
    )
    shown, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, shown.decode()


def name_feeds(config: Path, feeds: Mapping[str, str]) -> None:
    """Name these feeds in the written configuration in place of the public ones, as an operator may."""
    head, _, rest = config.read_text("utf-8").partition("\n[[feeds]]")
    tables = "".join(
        f'\n[[feeds]]\nurl = "{url}"\ntitle = "{title}"\nlanguage = "de"\n' for title, url in feeds.items()
    )
    config.write_text(f"{head}{tables}\n[chats]{rest.rpartition('[chats]')[2]}", "utf-8")


@pytest.mark.timeout(600)  # a dozen starts of the program, each of seconds on a loaded machine
async def test_the_wheel_needs_nothing_of_the_checkout(tmp_path: Path) -> None:
    """From the token to the alert, and the demonstration; no module comes from elsewhere."""
    wheel = await asyncio.to_thread(build_wheel, tmp_path / "dist")
    installed = await asyncio.to_thread(install, wheel, tmp_path / "env")
    folder = tmp_path / "work"
    folder.mkdir()
    origin = "import bot, storage; print(bot.__file__, storage.__file__)"
    python = Installation(folder=installed.folder)
    process = await asyncio.create_subprocess_exec(
        str(python.folder / "bin" / "python"), "-c", origin,
        cwd=folder, env=python.environment, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    files, _ = await process.communicate()
    assert all(file.startswith(str(tmp_path / "env")) for file in files.decode().split())

    async with Server() as server, Newsroom() as newsroom:
        token = {"STICHWORT_TELEGRAM__TOKEN": server.token, "STICHWORT_TELEGRAM__API_URL": server.url}
        code, shown = await call(installed, folder, "init", "--language", "de", "--country", "at", **token)
        assert (code, "config.toml was written" in shown) == (0, True), shown
        name_feeds(folder / "config.toml", {"Limmat-Kurier": newsroom.feed_url("limmat")})

        code, shown = await call(installed, folder, "check", **LOOPBACK)
        assert (code, shown.splitlines()[-1]) == (0, "feeds: 1 of 1 fine"), shown

        bot = BotProcess(
            [installed.command, "run"], log=folder / "bot.log", environment={**installed.environment, **LOOPBACK}
        )
        await bot.start()
        try:
            await server.ready()
            anna = server.person("Anna", language="de")
            reply = await anna.ask("/sub Nordkorea")
            await newsroom.visited("limmat", times=2)
            newsroom.publish("limmat", "Nordkorea schweigt", "<p>Aus Nordkorea kommt keine Antwort auf die Frage.</p>")
            await anna.chat.wait_for(lambda message: "schweigt" in message.text, after=reply)
            assert await bot.terminate(within=HANG_SECONDS) == 0
        finally:
            await bot.kill()
            print(bot.tail(60))
        assert server.violations == []
        assert server.token not in bot.tail(10_000)

    code, shown = await call(installed, folder, "demo", "--headless")
    assert code == 0, shown
    assert str(ROOT) not in shown


def test_the_wheel_has_what_the_checkout_has(tmp_path: Path) -> None:
    """Every file of both packages that is under version control, and the example configuration as a file."""

    tracked = subprocess.run(
        ["git", "ls-files", "bot", "storage"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    with zipfile.ZipFile(build_wheel(tmp_path)) as wheel:
        names = set(wheel.namelist())
        example = wheel.read("bot/settings/config.example.toml").decode()

    assert len(tracked) > 250
    assert [name for name in tracked if name not in names] == []
    assert example == (ROOT / "config.example.toml").read_text("utf-8")
    assert not any(re.search(r"(^|/)(tests|config\.toml)(/|$)|\.db$", name) for name in names)
