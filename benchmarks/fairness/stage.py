"""The stage of a scenario: our strict Bot API server, feeds on loopback, and the real bot as a process of its own."""

from __future__ import annotations

import asyncio
import json
import socket
import tempfile
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from benchmarks.fairness.databases import SQLITE, Database
from benchmarks.fairness.feeds import FeedServer
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from storage.store import open_store
from storage.tables import articles, deliveries
from tests.journeys.process import make_bot

Tables = Mapping[str, Mapping[str, object]]
"""A configuration: tables by name, in each the values by key."""

_HOST = "127.0.0.1"
_START_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What a scenario plays on."""

    database: Database
    server: Server
    feeds: FeedServer
    bot: BotProcess
    folder: Path
    """Where the bot runs: its configuration, its log, with SQLite its database `bot.db`."""
    web: str
    """The address of the bot's own web server."""

    @property
    def database_url(self) -> str:
        """Give the address of the database as seen from here."""
        return f"sqlite:///{self.folder}/bot.db" if self.database.kind == SQLITE else self.database.url

    async def read(self, path: str, within: float = 10.0) -> tuple[int, str]:
        """Ask the bot's web server; gives status and body."""
        return await asyncio.to_thread(read_url, self.web + path, within)

    async def metrics(self) -> str:
        """Read the bot's metrics."""
        status, text = await self.read("/metrics")
        if status != 200:
            raise RuntimeError(f"/metrics answers {status}")
        return text

    async def queued_at(self, title: str) -> float:
        """Say when the alert about an article was queued, in seconds since 1970; the article has one reader."""
        about = select(deliveries.c.created_at).join(articles, articles.c.id == deliveries.c.article_id)
        store = await open_store(self.database_url)
        try:
            async with store._database.read() as connection:
                at: datetime = (await connection.scalars(about.where(articles.c.title == title))).one()
        finally:
            await store.close()
        return at.timestamp()

    def count_log_lines(self) -> int:
        """Count the lines the bot has logged so far, over all its runs."""
        if not self.bot.log.exists():
            return 0
        with self.bot.log.open("rb") as lines:
            return sum(1 for _ in lines)

    async def subscribe(self, person: SimulatedPerson, *queries: str) -> None:
        """Let somebody subscribe to keywords, one per line, and wait for the answer."""
        await person.ask("/sub " + "\n".join(queries), within=30)


@asynccontextmanager
async def open_stage(
    database: Database,
    *,
    feeds: Sequence[str] = ("daily",),
    changes: Tables | None = None,
    burst: int | None = None,
    module: str = "bot",
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[Stage]:
    """
    Start everything and wait until the bot receives updates and has digested each feed.

    Args:
        database: an empty one.
        feeds: the names of the catalogue's feeds, polled every second.
        changes: values that replace those of the configuration, by table.
        burst: `alerts.burst`; None leaves the default.
        module: what runs the bot, as `python -m MODULE run`.
        environment: variables of its process, beside the usual ones.
    """
    with tempfile.TemporaryDirectory(prefix="fairness-") as name:
        folder = Path(name)
        async with Server() as server, FeedServer() as news:
            port = find_free_port()
            tables = _configure(server, database, port, changes or {}, burst)
            listed = [{"url": news.url(feed), "title": feed.title(), "language": "de"} for feed in feeds]
            bot = make_bot(folder, write_toml(tables, listed), environment, module=module)
            stage = Stage(
                database=database,
                server=server,
                feeds=news,
                bot=bot,
                folder=folder,
                web=f"http://{_HOST}:{port}",
            )
            try:
                await bot.start()
                await _wait_until_ready(stage, feeds)
                yield stage
            except BaseException:
                print(bot.tail(30))
                raise
            finally:
                await bot.terminate()


def _configure(
    server: Server, database: Database, port: int, changes: Tables, burst: int | None
) -> dict[str, dict[str, object]]:
    tables: dict[str, dict[str, object]] = {
        "telegram": {"token": server.token, "api_url": server.url, "access": "public"},
        "database": {"url": database.url},
        "polling": {
            "interval": "1s",
            "min_interval": "1s",
            "max_interval": "1s",
            "host_gap": "0s",
            "contact": "mailto:test@example.org",
            "allow_networks": ["127.0.0.0/8"],
        },
        "chats": {"language": "de"},
        "web": {"listen": f"{_HOST}:{port}"},
    }
    if burst is not None:
        tables["alerts"] = {"burst": burst}
    for table, values in changes.items():
        tables.setdefault(table, {}).update(values)
    return tables


def write_toml(tables: Tables, feeds: Sequence[Mapping[str, object]]) -> str:
    """Write a configuration; texts, numbers, lists and true or false read the same in JSON and TOML."""
    lines = []
    for table, values in tables.items():
        lines += [f"[{table}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
    for feed in feeds:
        lines += ["[[feeds]]", *(f"{key} = {json.dumps(value)}" for key, value in feed.items())]
    return "\n".join(lines) + "\n"


async def _wait_until_ready(stage: Stage, feeds: Sequence[str]) -> None:
    await stage.server.ready(within=_START_SECONDS)
    async with asyncio.timeout(_START_SECONDS):
        # A second request shows that the first was digested: what is published from now on is news.
        while any(stage.feeds.fetches[feed] < 2 for feed in feeds):  # noqa: ASYNC110  # the feed server has no bell
            await asyncio.sleep(0.05)


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def read_url(url: str, within: float) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=within) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
