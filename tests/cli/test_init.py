"""`stichwort init`: a configuration that a start can work with, or one sentence and nothing written."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pty
import re
import sys
import tomllib
from pathlib import Path

import pytest

from bot.cli import init, main
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.server import Server
from bot.settings import load
from bot.settings.model import Settings
from tests.journeys.process import ROOT, free_port

TOKEN = "123456:a-token-of-nobody-in-particular"


async def run(*arguments: str) -> int:
    """Run the command beside this test's servers."""
    return await asyncio.to_thread(main.main, ["init", *arguments])


async def test_what_is_written_is_checked_and_starts_a_bot(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """For its user alone, with the feeds of the languages and countries asked for and every other key explained."""
    monkeypatch.setenv("STICHWORT_TELEGRAM__TOKEN", server.token)
    monkeypatch.setenv("STICHWORT_TELEGRAM__API_URL", server.url)
    monkeypatch.setenv("TZ", "Europe/Vienna")
    assert await run("--language", "fr,de", "--country", "ch") == 0

    shown = capsys.readouterr()
    assert "The token is fine: it belongs to @" in shown.out
    assert server.token not in shown.out + shown.err
    for name in ("TOKEN", "API_URL"):
        monkeypatch.delenv(f"STICHWORT_TELEGRAM__{name}")
    file = Path("config.toml")
    settings = load.load(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert settings.telegram.token.get_secret_value() == server.token
    assert settings.telegram.api_url == server.url
    assert (settings.chats.language, settings.chats.timezone) == ("fr", "Europe/Vienna")
    assert {feed.language for feed in settings.feeds} == {"de", "fr"}
    assert all(".ch/" in feed.url for feed in settings.feeds if feed.language == "de")
    assert settings.database == Settings().database
    assert "#   Who may use the bot" in file.read_text("utf-8")


async def test_a_token_of_a_file_stays_there(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration names the file, so that it holds no secret."""
    Path("token").write_text(f"{server.token}\n")
    monkeypatch.setenv("STICHWORT_TELEGRAM__API_URL", server.url)
    assert await run("--token-file", "token", "--config", "other.toml") == 0

    written = Path("other.toml").read_text("utf-8")
    assert server.token not in written
    assert tomllib.loads(written)["telegram"]["token_file"] == str(Path("token").absolute())
    assert load.load(Path("other.toml")).telegram.token.get_secret_value() == server.token


async def test_nothing_is_written_over(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a file nor what a link names."""
    monkeypatch.setenv("STICHWORT_TELEGRAM__TOKEN", TOKEN)
    Path("config.toml").write_text("mine")
    Path("link.toml").symlink_to("away.toml")
    assert await run("--no-check") == 2
    assert await run("--no-check", "--config", "link.toml") == 2
    assert await run("--no-check", "--config", "no/such/config.toml") == 2

    first, second, third = capsys.readouterr().err.splitlines()
    assert first == "stichwort: init: config.toml is there already and was left as it is; name another with --config"
    assert "link.toml is there already" in second
    assert "there is no folder" in third
    assert Path("config.toml").read_text() == "mine"
    assert not Path("away.toml").exists()


async def test_a_bad_token_or_choice_is_one_sentence_and_nothing_is_written(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the code of its kind."""
    monkeypatch.setenv("STICHWORT_TELEGRAM__API_URL", server.url)
    assert await run() == 2
    monkeypatch.setenv("STICHWORT_TELEGRAM__TOKEN", TOKEN)
    assert await run() == 4
    monkeypatch.setenv("STICHWORT_TELEGRAM__TOKEN", server.token)
    assert await run("--language", "de,nl") == 2
    assert await run("--country", "atlantis") == 2
    assert await run("--token-file", "away") == 2
    monkeypatch.setenv("STICHWORT_TELEGRAM__API_URL", f"http://127.0.0.1:{free_port()}")
    assert await run() == 1
    assert not Path("config.toml").exists()
    assert await run("--no-check") == 0

    lines = capsys.readouterr().err.splitlines()
    expected = [
        "there is no token; set STICHWORT_TELEGRAM__TOKEN",
        "Telegram does not accept this token; nothing was written",
        "nl is not known; there are de, en, fr, it",
        "atlantis is not known; there are at, ch, de",
        "telegram.token_file: away cannot be read",
        "cannot be reached",
    ]
    assert len(lines) == len(expected)
    assert all(words in line for words, line in zip(expected, lines, strict=True))
    assert not any(TOKEN in line or server.token in line for line in lines)


async def test_a_disk_without_room_leaves_no_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half a configuration would be taken for a whole one."""
    monkeypatch.setenv("STICHWORT_TELEGRAM__TOKEN", TOKEN)
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", f"ulimit -f 1; trap '' XFSZ; {sys.executable} -m bot init --no-check",
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, told = await process.communicate()

    assert process.returncode == 2
    assert told.decode().strip() == "stichwort: init: config.toml cannot be written (File too large)"
    assert not Path("config.toml").exists()


async def test_on_a_terminal_it_asks(server: Server) -> None:
    """The token is not shown; what cannot be is asked again."""
    mine, its = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "init",
        stdin=its, stdout=its, stderr=its, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "STICHWORT_TELEGRAM__API_URL": server.url, "LANG": "it_CH.UTF-8"},
    )  # fmt: skip
    os.close(its)
    os.set_blocking(mine, False)
    seen = ""

    async def answer(question: str, text: str) -> None:
        nonlocal seen
        start = len(seen)
        while not re.search(question, seen[start:], re.DOTALL):
            with contextlib.suppress(BlockingIOError):
                seen += os.read(mine, 4096).decode()
            await asyncio.sleep(0.01)
        os.write(mine, f"{text}\n".encode())

    async with asyncio.timeout(HANG_SECONDS):
        await answer("not shown", "what?")
        await answer("That is no token.*not shown", TOKEN)
        await answer("does not accept.*not shown", server.token)
        await answer(r"Languages .*\[it\]", "klingon")
        await answer(r"not known here.*\[it\]", "")
        await answer("Countries", "it")
        await process.wait()
    os.close(mine)

    assert process.returncode == 0
    assert TOKEN not in seen
    assert server.token not in seen
    settings = load.load(Path("config.toml"))
    assert settings.chats.language == "it"
    assert {feed.language for feed in settings.feeds} == {"it"}


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "CET-1CEST", "Middle-earth/Shire", "../../etc/passwd"])
def test_a_zone_that_says_nothing_is_not_taken(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server's clock mostly runs in UTC, and old spellings have no name."""
    monkeypatch.setenv("TZ", zone)
    assert init._own_zone() == ""


def test_the_example_is_the_one_at_the_top_of_the_checkout() -> None:
    """One text, packaged."""
    assert init.read_example() == (ROOT / "config.example.toml").read_text("utf-8")
