"""Looks after the bot's process and the reading of the feeds, and notes every change for whoever watches."""

from enum import StrEnum

from bot.demo import clock
from bot.demo.newsroom import Newsroom
from bot.demo.process import BotProcess
from bot.demo.server import Server


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
