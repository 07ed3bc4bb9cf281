"""The bot as a child process: started, stopped, killed, its log kept and its state watched."""

import asyncio
import contextlib
import os
from collections import deque
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server import clock
from bot.demo.telegram_server.clock import Bell
from bot.demo.telegram_server.server import Server

_GRACE_SECONDS = 10.0


class BotProcess:
    """One command that runs at most once at a time; all its runs write to the same log."""

    def __init__(self, command: Sequence[str], *, log: Path, environment: Mapping[str, str]) -> None:
        self.log = log
        self.bell = Bell()
        """Rings when it starts and when it ends."""
        self.starts = 0
        self._command = tuple(command)
        self._environment = dict(environment)
        self._process: asyncio.subprocess.Process | None = None
        self._watching: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The number of the running process."""
        return self._process.pid if self._process is not None and self.running else None

    @property
    def code(self) -> int | None:
        """The exit code of the last run, if it is over; that of a killed one is negative."""
        return self._process.returncode if self._process is not None else None

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it, unless it runs."""
        if self.running:
            return
        with self.log.open("ab") as log:
            # A session of its own keeps Ctrl-C for us, so that the bot is ended in order.
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                cwd=self.log.parent,
                start_new_session=True,
            )
        self.starts += 1
        self._watching = asyncio.create_task(self._watch(self._process))
        self.bell.ring()

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        await process.wait()
        self.bell.ring()

    async def wait(self) -> int:
        """Wait for its end and return the exit code."""
        return await self._process.wait() if self._process is not None else 0

    async def terminate(self, *, within: float = _GRACE_SECONDS) -> int:
        """Ask it to end, and kill it if it takes too long."""
        if self._process is not None and self.running:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            try:
                async with asyncio.timeout(within):
                    await self._process.wait()
            except TimeoutError:
                await self.kill()
        return await self.wait()

    async def kill(self) -> int:
        """Kill it at once, as `kill -9` does."""
        if self._process is not None and self.running:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        return await self.wait()

    async def kill_and_restart(self) -> None:
        """Kill it and start it again."""
        await self.kill()
        await self.start()

    def tail(self, lines: int = 20) -> str:
        """Return the end of the log."""
        if not self.log.exists():
            return ""
        with self.log.open(encoding="utf-8", errors="replace") as log:
            return "".join(deque(log, maxlen=lines))


def clean_environment() -> dict[str, str]:
    """Return our environment without settings of the bot, which would win over the demo's own."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith("STICHWORT_")}


class ProcessState(StrEnum):
    """How the bot is."""

    DOWN = "down"
    STARTING = "starting"
    LISTENING = "listening"


class ProcessMonitor:
    """Knows how the bot is and whether it has read every feed once."""

    def __init__(self, server: Server, newsroom: Newsroom, bot: BotProcess) -> None:
        self._server = server
        self._newsroom = newsroom
        self._bot = bot
        self._run = 0
        self._calls_before = 0
        self._read = False

    def look(self) -> dict[str, object]:
        """Tell how things are now."""
        self._read = self._read or self._newsroom.is_read_by_all()
        state, code = self._state(), self._bot.code
        return {"state": state.value, "code": code, "log": self._log(state, code), "read": self._read}

    async def follow(self) -> None:
        """Note every change, for ever."""
        seen: dict[str, object] = {}
        while True:
            now = self.look()
            if now != seen:
                seen = now
                self._server.world.journal.note("bot", **now)
            await clock.any_of(self._bot.bell, self._server.calls.bell, self._newsroom.bell)

    def _state(self) -> ProcessState:
        if not self._bot.running:
            return ProcessState.DOWN
        if self._bot.starts != self._run:
            self._run, self._calls_before = self._bot.starts, len(self._server.calls)
        # Listening begins with the first question for updates of this run.
        heard = self._server.calls.latest("getUpdates") > self._calls_before
        return ProcessState.LISTENING if heard else ProcessState.STARTING

    def _log(self, state: ProcessState, code: int | None) -> str:
        """Show the end of the log of a bot that ended by itself and in trouble."""
        return self._bot.tail(8) if state is ProcessState.DOWN and code is not None and code > 0 else ""
