"""What a service manager is told, and that a hanging event loop tells it nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app.service_manager import find_service_manager
from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.server import Server
from tests.app.conftest import Start
from tests.journeys.process import write_config


class ManagerSocket:
    """The end of the socket at which systemd listens."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.socket.setblocking(False)
        self.told: list[str] = []

    def read(self) -> list[str]:
        """Return what came since the last look, in order."""
        new = []
        with contextlib.suppress(BlockingIOError):
            while True:
                new.append(self.socket.recv(4096).decode())
        self.told += new
        return new

    async def wait(self, state: str, times: int = 1) -> None:
        """Wait until a state was told so often."""
        async with asyncio.timeout(HANG_SECONDS):
            while sum(state in each for each in self.told) < times:
                self.read()
                await asyncio.sleep(0.01)


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[ManagerSocket]:
    """A service manager that listens."""
    listening = ManagerSocket(str(tmp_path / "notify"))
    yield listening
    listening.socket.close()


async def test_a_run_tells_when_it_is_ready_alive_and_stopping(
    start: Start, server: Server, newsroom: Newsroom, manager: ManagerSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ready after the first getUpdates and not before; alive until its end."""
    monkeypatch.setenv("NOTIFY_SOCKET", manager.socket.getsockname())
    monkeypatch.setenv("WATCHDOG_USEC", "200000")
    async with start(write_config(server, {"Limmat": newsroom.feed_url("limmat")})) as bot:
        await manager.wait("READY=1")
        assert any(call.method == "getUpdates" for call in server.calls)
        alive = sum("WATCHDOG=1" in told for told in manager.told)
        await manager.wait("WATCHDOG=1", times=alive + 3)
        signal.raise_signal(signal.SIGTERM)
        assert await asyncio.wait_for(bot, HANG_SECONDS) == 0
    manager.read()

    states = [told for told in manager.told if told != "WATCHDOG=1"]
    assert states == [
        "STATUS=opening the database",
        "STATUS=connecting to Telegram",
        "READY=1\nSTATUS=receiving and sending",
        "STOPPING=1\nSTATUS=finishing what is under way",
    ]


async def test_a_process_that_cannot_reach_telegram_is_not_ready(
    start: Start, server: Server, manager: ManagerSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what it waits for, and is alive."""
    monkeypatch.setenv("NOTIFY_SOCKET", manager.socket.getsockname())
    monkeypatch.setenv("WATCHDOG_USEC", "200000")
    config = write_config(server)
    await server.stop()
    async with start(config):
        await manager.wait("STATUS=connecting to Telegram")
        await manager.wait("WATCHDOG=1", times=4)
    manager.read()

    assert not any("READY=1" in told for told in manager.told)


async def test_an_event_loop_that_hangs_gives_no_sign_of_life(manager: ManagerSocket) -> None:
    """A sign that came from another thread would keep a dead process."""
    told = find_service_manager({"NOTIFY_SOCKET": manager.socket.getsockname(), "WATCHDOG_USEC": "20000"})
    async with told.alive():
        await manager.wait("WATCHDOG=1", times=3)
        manager.read()
        time.sleep(0.3)  # noqa: ASYNC251 - the loop hangs on purpose, for many intervals
        assert manager.read() == []
        await manager.wait("WATCHDOG=1", times=len(manager.told) + 2)


async def test_without_a_manager_or_its_watchdog_nothing_is_sent(manager: ManagerSocket, tmp_path: Path) -> None:
    """The watchdog may be meant for another process; a manager that is gone ends nothing."""
    address = manager.socket.getsockname()
    other = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "20000", "WATCHDOG_PID": str(os.getpid() + 1)}
    for environment in ({}, {"NOTIFY_SOCKET": "vsock:2:1234"}, {"NOTIFY_SOCKET": str(tmp_path / "away")}, other):
        silent = find_service_manager(environment)
        assert silent.watchdog_seconds == 0
        async with silent.alive():
            await asyncio.sleep(0.05)
        if environment is not other:
            silent.ready("x")

    assert manager.read() == []


async def test_an_abstract_address_is_reached() -> None:
    """systemd writes it with an @ for the first byte, which is zero."""
    listening = ManagerSocket(f"\0stichwort-test-{os.getpid()}")
    find_service_manager({"NOTIFY_SOCKET": f"@stichwort-test-{os.getpid()}"}).ready("well")
    assert listening.read() == ["READY=1\nSTATUS=well"]
    listening.socket.close()
