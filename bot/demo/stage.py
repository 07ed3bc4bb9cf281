"""
Everything the demo starts: the local Telegram, the newsroom, a directory, the bot as a process, and the web page.

The page is a handful of packaged files, served under a content security policy that allows nothing else.
"""

import asyncio
import contextlib
import json
import os
import secrets
import socket
import sys
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day
from enum import StrEnum
from html import escape
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from aiohttp import web

from bot.demo.newsroom.newsroom import FeedItem, Newsroom
from bot.demo.telegram_server import clock, control
from bot.demo.telegram_server.clock import Bell, ServerClock
from bot.demo.telegram_server.control import Body
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


_KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def page_routes() -> tuple[web.RouteDef, ...]:
    """Return the addresses of the page and of its parts."""
    return (web.get("/", _serve), web.get("/page/{name}", _serve))


async def _serve(request: web.Request) -> web.Response:
    name = request.match_info.get("name", "index.html")
    # Only names that are there are opened, so none can lead elsewhere.
    file = next((one for one in resources.files("bot.demo").joinpath("page").iterdir() if one.name == name), None)
    kind = _KINDS.get(name[name.rfind(".") :])
    if file is None or kind is None:
        raise web.HTTPNotFound
    return web.Response(body=file.read_bytes(), content_type=kind, charset="utf-8", headers=_HEADERS)


_BOT = (sys.executable, "-m", "bot", "run")


class MovableClock:
    """The wall clock plus an offset that the bot reads from a file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.offset = 0.0
        self.move(0.0)

    def __call__(self) -> float:
        """Read the clock."""
        return time.time() + self.offset

    def move(self, seconds: float) -> None:
        """Move the clock by some seconds, for the bot as well."""
        self.offset += seconds
        # Replacing is atomic: the bot never reads half a number.
        draft = self.file.with_suffix(".new")
        draft.write_text(f"{self.offset:.3f}\n", encoding="ascii")
        draft.replace(self.file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything that stands on it."""

    server: Server
    newsroom: Newsroom
    bot: BotProcess
    clock: MovableClock
    lookout: ProcessMonitor


@asynccontextmanager
async def set_up(port: int, *, command: Sequence[str] = _BOT) -> AsyncIterator[Stage]:
    """Set everything up, with the bot ready to be started, and clear it away in the end."""
    with tempfile.TemporaryDirectory(prefix="stichwort-demo-", ignore_cleanup_errors=True) as place:
        directory = Path(place)
        clock = MovableClock(directory / "clock")
        config = directory / "config.toml"
        bot = BotProcess(
            (*command, "--config", str(config)),
            log=directory / "bot.log",
            environment=clean_environment() | {"STICHWORT_CLOCK": str(clock.file), "PYTHONUNBUFFERED": "1"},
        )
        # A token of its own: a bot that outlived its demo is refused by the next one on the same port, and ends.
        server = Server(port=port, clock=ServerClock(wall=clock), token=make_token())
        newsroom = Newsroom(now=clock, tell=lambda entry: _note(server, entry))
        lookout = ProcessMonitor(server, newsroom, bot)
        stage = Stage(server=server, newsroom=newsroom, bot=bot, clock=clock, lookout=lookout)
        server.add_routes((*page_routes(), *routes(stage)))
        async with newsroom, server:
            config.write_text(write_config(server, newsroom, directory), encoding="utf-8")
            config.chmod(0o600)
            following = asyncio.create_task(lookout.follow())
            try:
                yield stage
            finally:
                await bot.terminate()
                following.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await following


def routes(stage: Stage) -> tuple[web.RouteDef, ...]:
    """Return the control addresses of newsroom, bot process and clock."""
    newsroom, bot, journal = stage.newsroom, stage.bot, stage.server.world.journal

    def publish(body: Body) -> Body:
        if "ready" in body:
            entries = newsroom.publish_ready(str(body["ready"]))
        else:
            told = {name: str(body[name]) for name in ("html", "lead", "link", "guid") if name in body}
            if "text" in body:
                told["html"] = _paragraphs(str(body["text"]))
            entries = (newsroom.publish(str(body["paper"]), str(body["title"]), **told),)  # type: ignore[arg-type] # texts
        return {"entries": [asdict(entry) for entry in entries]}

    async def drive(body: Body) -> Body:
        steps = {"start": bot.start, "kill": bot.kill, "terminate": bot.terminate, "restart": bot.kill_and_restart}
        await steps[str(body["do"])]()
        return {"running": bot.running}

    def move(body: Body) -> Body:
        now = stage.clock()
        stage.clock.move(seconds_until(str(body["to"]), now) if "to" in body else float(str(body["seconds"])))
        journal.note("clock", offset=stage.clock.offset)
        return {"offset": stage.clock.offset, "now": stage.clock()}

    return (
        web.get("/_demo/newsroom", control.reading(lambda: show(stage))),
        web.post("/_demo/publish", control.acting(publish)),
        web.post("/_demo/bot", control.acting(drive)),
        web.post("/_demo/clock", control.acting(move)),
    )


def show(stage: Stage) -> Body:
    """Show the papers, what lies ready, how the bot's process is and how far the clock was moved."""
    newsroom = stage.newsroom
    return {
        "papers": [
            asdict(paper) | {"feed": newsroom.feed_url(key), "front": newsroom.front_url(key)}
            for key, paper in newsroom.papers.items()
        ],
        "ready": [asdict(one) for one in newsroom.stock.ready],
        "entries": [asdict(entry) for entry in newsroom.entries],
        "zone": local_zone(),
        "older": len(newsroom.stock.older),
        "read_by_all": newsroom.is_read_by_all(),
        "bot": {"running": stage.bot.running, "pid": stage.bot.pid} | stage.lookout.look(),
        "clock": {"offset": stage.clock.offset, "now": stage.clock()},
    }


def _note(server: Server, entry: FeedItem) -> None:
    server.world.journal.note("publish", entry=asdict(entry))


def make_token() -> str:
    """Make a token as BotFather does, for one life of the demo."""
    return f"7000000001:AA{secrets.token_urlsafe(25)[:33]}"


def write_config(server: Server, newsroom: Newsroom, directory: Path) -> str:
    """Write the bot's configuration for this stage; its private feeds are read at an address of their own."""
    public = f"127.0.0.1:{find_free_port()}"
    feeds = "".join(
        f"\n[[feeds]]\nurl = {_quote(newsroom.feed_url(paper.key))}\ntitle = {_quote(paper.title)}\n"
        f"language = {_quote(paper.language)}\n"
        for paper in newsroom.papers.values()
        if paper.listed
    )
    return f"""[telegram]
token = {_quote(server.token)}
api_url = {_quote(server.url)}
access = "public"

[database]
url = {_quote(f"sqlite:///{directory}/demo.db")}

[polling]
interval = "1s"
min_interval = "1s"
max_interval = "1s"
host_gap = "0s"
contact = {_quote(newsroom.url)}
allow_networks = ["127.0.0.0/8"]

[chats]
language = "de"
users_may_add_private_feeds = true
timezone = {_quote(local_zone())}

[web]
listen = {_quote(public)}
public_url = {_quote(f"http://{public}")}
{feeds}"""


def find_free_port() -> int:
    """Find a port on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def seconds_until(hour: str, now: float) -> float:
    """Measure the time to the next 08:00, or whatever hour is told, in this machine's zone."""
    zone, wanted = ZoneInfo(local_zone()), time_of_day.fromisoformat(hour)
    here = datetime.fromtimestamp(now, zone)
    goal = datetime.combine(here.date(), wanted, zone)
    if goal.timestamp() <= now:
        goal = datetime.combine(here.date() + timedelta(days=1), wanted, zone)
    return goal.timestamp() - now


def local_zone() -> str:
    """Return the name of this machine's time zone, which the demo's bot and page share."""
    _, _, name = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")
    return name if name in available_timezones() else "Europe/Zurich"


def _paragraphs(text: str) -> str:
    """Write what somebody typed as HTML, in which it stays text."""
    parts = (" ".join(part.split()) for part in text.replace("\r", "").split("\n\n"))
    return "".join(f"<p>{escape(part)}</p>" for part in parts if part)


def _quote(text: str) -> str:
    # A JSON string without non-ASCII escapes is a TOML string.
    return json.dumps(text, ensure_ascii=False)
