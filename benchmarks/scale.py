"""
A large installation on SQLite, with the real process: how soon a start is ready, what it takes, and what polling costs.

10,000 feeds, 100,000 chats and 1,000,000 subscriptions to 60,000 queries are written to a file. The bot is started
three times: with a catalogue that is new, with the same one, and with a tenth of it renamed. Ready is the first
request for updates. Once all feeds have been read for the first time, and what they had is indexed, its processor time
is read while the feeds are polled at their interval.
`--pace` polls 20,000 feeds every five minutes instead and gives the mean distance between two polls of a feed, once all
were read for the first time, which alone takes more than an hour.

Feeds are those of `benchmarks.feed_servers`, each at a loopback address of its own, in a process of its own. Processor
time and memory (PSS) are those of the bot with its parse workers.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from benchmarks import feed_servers
from benchmarks.corpus import Corpus
from benchmarks.fairness.stage import find_free_port, read_url, write_toml
from bot.core.chat import ChatKind, ChatState
from bot.core.errors import Refusal
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.core.subscription import Urgency
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.server import Server
from storage import schema, tables
from storage.engine import in_chunks
from storage.store import Store, open_store
from tests.journeys.process import make_bot

READY_BOUND, MEMORY_BOUND, CPU_BOUND, PACE_BOUND = 6.0, 300.0, 0.3, 0.05
"""Seconds, MB, of a core, and by how much the mean distance between polls may exceed the interval."""
_PORT = 18_217
_TICKS = os.sysconf("SC_CLK_TCK")
_WAIT_SECONDS = 300.0
_UNREAD = """
    SELECT (SELECT count(*) FROM feeds WHERE first_success_at IS NULL AND state != 'removed'),
           (SELECT count(*) FROM archived WHERE NOT indexed)
"""


def main() -> None:
    """Run what the options name and print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--feeds", type=int, help="default: 10,000, with --pace 20,000")
    options.add_argument("--queries", type=int, default=60_000)
    options.add_argument("--chats", type=int, default=100_000)
    options.add_argument("--subscriptions", type=int, default=1_000_000)
    options.add_argument("--minutes", type=float, default=10.0, help="how long polling is watched after a warm-up")
    options.add_argument("--pace", action="store_true", help="many feeds at a short interval, and no subscriptions")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="scale-") as name:
        asyncio.run((_measure_pace if asked.pace else _measure_start)(Path(name), asked))


async def _measure_start(folder: Path, asked: argparse.Namespace) -> None:
    feeds, interval = asked.feeds or 10_000, 600
    print(f"{asked.chats:,} chats, {asked.subscriptions:,} subscriptions, {asked.queries:,} queries, {feeds:,} feeds")
    await fill(folder, queries=asked.queries, chats=asked.chats, subscriptions=asked.subscriptions)
    async with Server() as server:
        with feed_servers.open_servers(feeds, _PORT):
            for name, renamed in (("a new catalogue", 0), ("the same catalogue", 0), ("a tenth renamed", feeds // 10)):
                bot, web = make_large_bot(folder, server, feeds, interval=interval, renamed=renamed)
                seconds = await start(bot, server)
                memory = sum_over(bot.pid, pss)
                print(f"ready with {name}: {seconds:.1f} s (bound {READY_BOUND} s), {memory:.0f} MB", flush=True)
                if not renamed:
                    await bot.terminate()
            await report_first_reading(bot, folder / "bot.db")
            share, _ = await watch(bot, web, asked.minutes * 60)
            print(f"polling every {interval // 60} minutes: {share:.2f} of a core (bound {CPU_BOUND})")
            alone, together = pss(bot.pid or 0), sum_over(bot.pid, pss)
            print(f"memory after that: {alone:.0f} MB (bound {MEMORY_BOUND:.0f}), {together:.0f} with parse workers")
            await bot.terminate()


async def _measure_pace(folder: Path, asked: argparse.Namespace) -> None:
    feeds, interval = asked.feeds or 20_000, 300
    async with Server() as server:
        with feed_servers.open_servers(feeds, _PORT):
            bot, web = make_large_bot(folder, server, feeds, interval=interval)
            await start(bot, server)
            await report_first_reading(bot, folder / "bot.db")
            share, polls = await watch(bot, web, asked.minutes * 60)
            distance = feeds * asked.minutes * 60 / polls
            print(f"{feeds:,} feeds every {interval} s: on average every {distance:.1f} s", end=" ")
            print(f"({distance / interval - 1:+.1%}, bound {PACE_BOUND:.0%}), {share:.2f} of a core")
            await bot.terminate()


async def fill(folder: Path, *, queries: int, chats: int, subscriptions: int) -> None:
    """Write chats, queries and subscriptions; a few keywords have many readers and most have few."""
    url = f"sqlite:///{folder}/bot.db"
    await asyncio.to_thread(schema.upgrade, url)
    store, now = await open_store(url), datetime.now(UTC)
    terms = list(dict.fromkeys(_normal_forms(Corpus().terms(queries))))
    wishes = [{"normal": term, "mode": MatchMode.COMPOUNDS, "created_at": now} for term in terms]
    people = [
        {"id": number, "kind": ChatKind.PRIVATE, "state": ChatState.ACTIVE, "state_at": now, "created_at": now}
        for number in range(1, chats + 1)
    ]
    per_chat = subscriptions // chats
    wanted = (
        {
            "chat_id": chat,
            "thread_id": 0,
            "number": number + 1,
            "query_id": 1 + (chat * per_chat + number * number * 7) % len(terms),
            "urgency": Urgency.INSTANT,
            "created_at": now,
        }
        for chat in range(1, chats + 1)
        for number in range(per_chat)
    )
    await _insert(store, tables.queries, wishes)
    await _insert(store, tables.chats, people)
    await _insert(
        store, tables.subscriptions, list({(row["chat_id"], row["query_id"]): row for row in wanted}.values())
    )
    await store.close()


def _normal_forms(terms: Iterable[str]) -> Iterator[str]:
    for term in terms:
        with suppress(Refusal):  # a stop word of another language
            yield parser.parse(term).normal


async def _insert(store: Store, table: Any, values: Sequence[Mapping[str, object]]) -> None:
    async with store._database.write() as connection:
        for some in in_chunks(values):
            await connection.execute(insert(table), some)


def make_large_bot(
    folder: Path, server: Server, feeds: int, *, interval: int, port: int = _PORT, renamed: int = 0
) -> tuple[BotProcess, str]:
    """Prepare the bot with so many feeds of the feed servers at a port; gives it and the address of its web server."""
    listen = f"127.0.0.1:{find_free_port()}"
    settings: dict[str, dict[str, object]] = {
        "telegram": {"token": server.token, "api_url": server.url, "access": "public"},
        "database": {"url": "sqlite:///bot.db"},
        "polling": {
            "interval": f"{interval}s",
            "min_interval": f"{interval}s",
            "max_interval": f"{interval}s",
            "contact": "mailto:test@example.org",
            "allow_networks": ["127.0.0.0/8"],
        },
        "web": {"listen": listen},
    }
    listed = [
        {
            "url": feed_servers.url(number, port),
            "title": f"Zeitung {number}" + " neu" * (number < renamed),
            "language": "de",
        }
        for number in range(feeds)
    ]
    return make_bot(folder, write_toml(settings, listed)), f"http://{listen}"


async def start(bot: BotProcess, server: Server) -> float:
    """Start the bot; gives the seconds until it asks Telegram for updates."""
    asked, begun = len(server.calls), time.monotonic()
    await bot.start()
    await server.ready(after=asked, within=_WAIT_SECONDS)
    return time.monotonic() - begun


async def report_first_reading(bot: BotProcess, file: Path) -> None:
    """Wait until all feeds have been read once and all their words are indexed; tells what that took."""
    begun, spent = time.monotonic(), sum_over(bot.pid, cpu_seconds)
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        while database.execute(_UNREAD).fetchone() != (0, 0):  # noqa: ASYNC110 - another process rings no bell
            await asyncio.sleep(5.0)
        articles = database.execute("SELECT count(*) FROM articles").fetchone()[0]
    minutes, spent = (time.monotonic() - begun) / 60, (sum_over(bot.pid, cpu_seconds) - spent) / 60
    together = sum_over(bot.pid, pss)
    took = f"{minutes:.0f} minutes, {spent:.0f} minutes of a core"
    print(f"first reading: {articles:,} articles in {took}, {together:.0f} MB", flush=True)


async def watch(bot: BotProcess, web: str, seconds: float) -> tuple[float, int]:
    """Watch a running bot; gives the share of a core it takes, and how many polls it made."""
    begun, before, polls = time.monotonic(), sum_over(bot.pid, cpu_seconds), await count_polls(web)
    await asyncio.sleep(seconds)
    spent = sum_over(bot.pid, cpu_seconds) - before
    return spent / (time.monotonic() - begun), await count_polls(web) - polls


async def read_metrics(web: str) -> str:
    """Read the metrics of a running bot."""
    _, text = await asyncio.to_thread(read_url, f"{web}/metrics", 30.0)
    return text


async def count_polls(web: str) -> int:
    """Count the polls a running bot has made."""
    text = await read_metrics(web)
    return sum(int(float(number)) for number in re.findall(r"^stichwort_polls_total\S* (\S+)", text, re.MULTILINE))


def sum_over(pid: int | None, count: Callable[[int], float]) -> float:
    """Sum a figure over a process and its children."""
    if pid is None:
        raise RuntimeError("the bot is not running")
    total = count(pid)
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split():
        with suppress(OSError):  # it has just ended, and counts with its parent from now on
            total += count(int(child))
    return total


def cpu_seconds(pid: int) -> float:
    """Give the processor time of a process and of its children that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / _TICKS


def pss(pid: int) -> float:
    """Give the memory of a process in MB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    return int(re.findall(r"^Pss:\s+(\d+)", text, re.MULTILINE)[0]) / 1024
