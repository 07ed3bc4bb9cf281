"""`stichwort demo` on a terminal: the page is served until Ctrl-C, or until the terminal closes."""

import asyncio
import contextlib
import os
import pty
import re
import signal
import socket
import sys
from collections.abc import Iterator

import aiohttp
import pytest

from bot.demo.stage import clean_environment
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
        with _heeding_hangups():
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
            await _signal_until_gone(process, end)
            assert process.returncode == 0
            assert not _lives(pid)
        finally:
            os.close(master)
            if process.returncode is None:
                process.terminate()
                await process.wait()


@contextlib.contextmanager
def _heeding_hangups() -> Iterator[None]:
    """Start processes that end with their terminal, also where we are ourselves told to outlive ours (nohup)."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


async def _signal_until_gone(process: asyncio.subprocess.Process, end: signal.Signals) -> None:
    """Send a signal over and over, as a terminal does that closes, or somebody who is impatient."""
    gone = asyncio.create_task(process.wait())
    async with asyncio.timeout(HANG_SECONDS):
        while not gone.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, end)  # the process object would look whether it is gone, and take its code away
            await asyncio.wait((gone,), timeout=0.01)


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
