"""
Everything the demo starts: the local Telegram, the newsroom, a directory, the bot, and the web page.

The page is a handful of packaged files, served under a content security policy that allows nothing else.
"""

import asyncio
import contextlib
import json
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day
from html import escape
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from aiohttp import web

from bot.demo.newsroom.newsroom import FeedItem, Newsroom
from bot.demo.process import BotProcess, ProcessMonitor, clean_environment
from bot.demo.telegram_server import control
from bot.demo.telegram_server.clock import ServerClock
from bot.demo.telegram_server.control import Body
from bot.demo.telegram_server.server import Server

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
    """Write the bot's configuration for this stage."""
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
listen = ""
{feeds}"""


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
