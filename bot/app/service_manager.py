"""
Tells a service manager that the process is ready, alive or stopping, as `sd_notify(3)` of systemd describes.

A state is one datagram to the socket that NOTIFY_SOCKET names; without that variable nothing is sent. The sign of life
for systemd's watchdog comes from a task of the event loop: while the loop hangs there is none, and systemd restarts the
process after WatchdogSec.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceManager:
    """The service manager that started this process, if there is one."""

    address: str
    """Where it listens; empty: there is none."""
    watchdog_seconds: float
    """How long it waits for a sign of life; 0: it does not watch."""

    def ready(self, status: str) -> None:
        """Tell that the process does its work."""
        self._send(f"READY=1\nSTATUS={status}")

    def stopping(self) -> None:
        """Tell that the process ends in order."""
        self._send("STOPPING=1\nSTATUS=finishing what is under way")

    def show(self, status: str) -> None:
        """Tell in a few words what the process does; `systemctl status` shows them."""
        self._send(f"STATUS={status}")

    @contextlib.asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        """Give a sign of life twice in every watchdog interval, as long as the event loop runs."""
        task = asyncio.create_task(self._beat()) if self.address and self.watchdog_seconds else None
        try:
            yield
        finally:
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def _beat(self) -> None:
        while True:
            self._send("WATCHDOG=1")
            await asyncio.sleep(self.watchdog_seconds / 2)

    def _send(self, state: str) -> None:
        if not self.address:
            return
        # A manager that does not listen is no reason to end; it will miss us and say so.
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams:
            datagrams.setblocking(False)
            datagrams.sendto(state.encode(), self.address)


def find_service_manager(environment: Mapping[str, str], process_id: int | None = None) -> ServiceManager:
    """Read what the service manager left in the environment for the process with this id (default: this one)."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        address = ""
    watched = environment.get("WATCHDOG_PID") or str(process_id or os.getpid())
    interval = environment.get("WATCHDOG_USEC", "")
    is_watched = interval.isdecimal() and watched == str(process_id or os.getpid())
    return ServiceManager(
        address=f"\0{address[1:]}" if address.startswith("@") else address,
        watchdog_seconds=int(interval) / 1_000_000 if is_watched else 0,
    )
