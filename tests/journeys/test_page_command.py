"""`stichwort demo` on a terminal: the page is served until Ctrl-C, or until the terminal closes."""

import asyncio
import os
import pty
import re
import signal
import socket
import sys

import aiohttp
import pytest

from bot.demo.process import clean_environment
from bot.demo.telegram_server.clock import HANG_SECONDS
from tests.journeys.process import ROOT


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGHUP])
async def test_the_command_serves_the_page_until_it_is_interrupted(end: signal.Signals) -> None:
    """A taken port moves on, the address is printed, the page answers, and the end leaves no bot behind."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        master, slave = pty.openpty()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "demo", "--port", str(port)),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env=clean_environment(),
        )
        os.close(slave)
        try:
            printed = await _read(master, "Ctrl-C")
            assert f"Port {port} is taken." in printed
            match = re.search(r"http://127\.0\.0\.1:\d+", printed)
            assert match
            async with aiohttp.ClientSession(match.group()) as session:
                async with session.get("/") as page:
                    assert "<title>Stichwort demo</title>" in await page.text()
                async with session.get("/_demo/newsroom") as shown:
                    pid = (await shown.json())["bot"]["pid"]
            process.send_signal(end)
            assert await asyncio.wait_for(process.wait(), HANG_SECONDS) == 0
            assert not _lives(pid)
        finally:
            os.close(master)
            if process.returncode is None:
                process.terminate()
                await process.wait()


async def _read(terminal: int, until: str) -> str:
    printed = ""
    while until not in printed:
        printed += (await asyncio.wait_for(asyncio.to_thread(os.read, terminal, 4096), HANG_SECONDS)).decode()
    return printed


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
