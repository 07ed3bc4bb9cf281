"""The demo as a whole, with a tiny bot in the real one's place."""

import asyncio
import io
import socket
import sys
import tomllib
from pathlib import Path

import aiohttp
import pytest

from bot.demo import stage
from bot.demo.run import Printer, perform
from bot.demo.stage import BotProcess, clean_environment
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.server import Server

BRIEF_SECONDS = 1
"""How long to wait for what does not come."""
TINY = (sys.executable, str(Path(__file__).with_name("tiny_bot.py")))


async def test_the_play_ends_with_the_alert() -> None:
    """A reader subscribes, a paper publishes, the alert comes; the conversation is printed and nothing is left."""
    out = io.StringIO()
    async with stage.set_up(0, command=TINY) as scene:
        directory = scene.bot.log.parent
        assert await perform(scene, Printer(out), within=HANG_SECONDS)
        assert scene.bot.running
    assert not scene.bot.running
    assert not directory.exists()
    text = out.getvalue()
    assert "Anna            /sub Nordkorea" in text
    assert "Stichwort       **Gut**: /sub Nordkorea" in text
    assert "[Rückgängig]" in text
    assert "Limmat-Kurier   (publishes) Treffen von Putin und Kim in Wladiwostok" in text
    assert "s after publication." in text


async def test_no_alert_is_a_failure_with_the_log() -> None:
    """When the alert stays away the play ends after its patience."""
    out = io.StringIO()
    async with stage.set_up(0, command=(*TINY, "--silent")) as scene:
        assert not await perform(scene, Printer(out), within=BRIEF_SECONDS)
    assert f"No alert within {BRIEF_SECONDS} s." in out.getvalue()


async def test_a_bot_that_ends_fails_the_play_at_once() -> None:
    """The exit code and the end of the log are shown."""
    out = io.StringIO()
    async with stage.set_up(0, command=(*TINY, "--broken")) as scene:
        assert not await perform(scene, Printer(out), within=HANG_SECONDS)
    assert "The bot ended with code 1." in out.getvalue()
    assert "no such table: feeds" in out.getvalue()


async def test_the_configuration_names_everything() -> None:
    """The bot is pointed at both servers, at a pace of a second."""
    async with stage.set_up(0, command=TINY) as scene:
        told = tomllib.loads((scene.bot.log.parent / "config.toml").read_text(encoding="utf-8"))
        assert told["telegram"]["api_url"] == scene.server.url
        assert told["polling"]["interval"] == told["polling"]["max_interval"] == "1s"
        assert [feed["url"] for feed in told["feeds"]] == [
            scene.newsroom.feed_url(key) for key, paper in scene.newsroom.papers.items() if paper.listed
        ]


async def test_the_page_can_drive_newsroom_process_and_clock() -> None:
    """Publishing, killing, restarting and moving the clock work over HTTP."""
    async with stage.set_up(0, command=TINY) as scene, aiohttp.ClientSession(scene.server.url) as session:

        async def do(action: str, **body: object) -> dict[str, object]:
            async with session.post(f"/_demo/{action}", json=body) as response:
                assert response.status == 200, await response.text()
                return await response.json()  # type: ignore[no-any-return]

        assert len((await do("publish", ready="agentur"))["entries"]) == 2  # type: ignore[arg-type]
        await do("publish", paper="elbe", title="Neu", html="<p>x</p>")
        assert (await do("bot", do="start"))["running"]
        await scene.server.ready()
        first = scene.bot.pid
        before = len(scene.server.calls)
        assert (await do("bot", do="restart"))["running"]
        await scene.server.ready(after=before)
        assert scene.bot.pid != first
        assert not (await do("bot", do="terminate"))["running"]
        moved = await do("clock", seconds=3600)
        assert moved["offset"] == 3600
        assert float(scene.clock.file.read_text(encoding="ascii")) == 3600
        async with session.get("/_demo/newsroom") as response:
            shown = await response.json()
        assert "Neu" in [entry["title"] for entry in shown["entries"]]
        assert shown["bot"]["running"] is False


async def test_a_taken_port_moves_on() -> None:
    """The next free port is used."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with Server(port=port) as server:
            assert port < server.port <= port + 100


async def test_a_process_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    """SIGTERM first, SIGKILL when the grace is over; the log is kept over all runs."""
    code = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('here', flush=True)\n"
        "open(sys.argv[1], 'w').close()\n"
        "time.sleep(60)\n"
    )
    log, sign = tmp_path / "log", tmp_path / "ready"
    process = BotProcess((sys.executable, "-c", code, str(sign)), log=log, environment=clean_environment())
    assert process.tail() == ""
    await process.start()
    while not sign.exists():  # another process makes it
        assert process.running
        await asyncio.sleep(0.01)
    assert await process.terminate(within=BRIEF_SECONDS) == -9
    assert process.tail() == "here\n"


def test_the_bots_own_settings_do_not_reach_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token in the environment would win over the demo's configuration."""
    monkeypatch.setenv("STICHWORT_TELEGRAM__TOKEN", "1:x")
    assert "STICHWORT_TELEGRAM__TOKEN" not in clean_environment()
