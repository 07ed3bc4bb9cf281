"""
Readers that people run at home, and this bot, on the same feeds: processor time, memory, entries found.

Three rounds each; the first and the last are shown. The first reads every feed; later ones meet 304 from seven feeds in
ten, and the others have one new entry. newsboat, sfeed and rss2email are Debian's, `reader` is PyPI's; each runs as its
manual says, in a folder of its own, with its defaults but for what it needs here. The bot runs as a whole, against the
strict Bot API server, on SQLite and with 1,000 keywords, so its time has matching and its idle loops in it; the others
only fetch and store. rss2email rewrites its state for every feed, so it polls fewer.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import feed_servers, scale
from bot.demo.telegram_server.server import Server

_PORT = 18_317
_MISSING = "not installed"
_ROUNDS = 3
"""newsboat keeps the validators of a feed from its second reading on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round over all feeds took."""

    cpu_ms: float
    """Per feed, of all processes of the reader."""
    memory_mb: float
    entries: int
    """Found so far."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader: what sets it up, what polls all feeds once, and what counts the entries it has."""

    name: str
    program: str
    set_up: Callable[[Path, Sequence[str]], None]
    command: Callable[[Path], list[str]]
    count: Callable[[Path], int]


def main() -> None:
    """Print a table with a line for each reader and round."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--feeds", type=int, default=2_000)
    options.add_argument("--fewer", type=int, default=200, help="for rss2email")
    asked = options.parse_args()
    print("| | feeds | first round, CPU ms per feed | third | memory (MB) | entries | new ones found |")
    print("|---|---|---|---|---|---|---|", flush=True)
    with feed_servers.open_servers(asked.feeds, _PORT):
        _print("Stichwort", asked.feeds, asyncio.run(_poll_ourselves(asked.feeds)))
        for reader in READERS:
            feeds = asked.fewer if reader.name == "rss2email" else asked.feeds
            _print(reader.name, feeds, _measure(reader, feeds) if shutil.which(reader.program) else None)


def _print(name: str, feeds: int, rounds: tuple[Round, Round] | None) -> None:
    if rounds is None:
        print(f"| {name} | {_MISSING} |", flush=True)
        return
    first, second = rounds
    new, there = second.entries - first.entries, feed_servers.count_changed(feeds)
    print(
        f"| {name} | {feeds:,} | {first.cpu_ms:.1f} | {second.cpu_ms:.1f} | {second.memory_mb:.0f}"
        f" | {first.entries:,} | {new:,} of {there:,} |",
        flush=True,
    )


def _measure(reader: Reader, feeds: int) -> tuple[Round, Round]:
    """Run a reader twice in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="readers-") as name:
        folder = Path(name)
        reader.set_up(folder, [feed_servers.url(number, _PORT) for number in range(feeds)])
        rounds = []
        for _ in range(_ROUNDS):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            memory = _run(reader.command(folder), folder)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            rounds.append(Round(cpu_ms=spent * 1000 / feeds, memory_mb=memory, entries=reader.count(folder)))
        return rounds[0], rounds[-1]


def _run(command: list[str], folder: Path) -> float:
    """Run a command to its end; gives the largest memory of one of its processes in MB."""
    environment = {**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    measured = [sys.executable, "-c", _MEASURED, *command]
    done = subprocess.run(measured, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout.splitlines()[-1]) / 1024


_MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
if done.returncode: sys.exit(done.stderr[-2000:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _set_up_newsboat(folder: Path, urls: Sequence[str]) -> None:
    (folder / "urls").write_text("\n".join(urls), "utf-8")
    (folder / "config").write_text("reload-threads 8\n", "utf-8")


def _count_newsboat(folder: Path) -> int:
    return _count_rows(folder / "cache.db", "rss_item")


def _count_rows(path: Path, table: str) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    finally:
        connection.close()


_FETCH = 'fetch() { curl --compressed -L --max-redirs 0 -f -s -m 15 "$2"; }'
"""As the manual has it, and it takes what is packed."""


def _set_up_sfeed(folder: Path, urls: Sequence[str]) -> None:
    lines = [f'feed "f{number}" "{url}"' for number, url in enumerate(urls)]
    rc = f'sfeedpath="{folder}/feeds"\nmaxjobs=8\n{_FETCH}\nfeeds() {{\n' + "\n".join(lines) + "\n}\n"
    (folder / "sfeedrc").write_text(rc, "utf-8")
    (folder / "feeds").mkdir()


def _count_sfeed(folder: Path) -> int:
    return sum(len(file.read_bytes().splitlines()) for file in (folder / "feeds").iterdir())


def _set_up_rss2email(folder: Path, urls: Sequence[str]) -> None:
    sections = [f"[feed.f{number}]\nurl = {url}\n" for number, url in enumerate(urls)]
    head = "[DEFAULT]\nfrom = bot@example.org\nto = reader@example.org\nverbose = error\n"
    (folder / "config").write_text("\n".join([head, *sections]), "utf-8")
    feeds: list[dict[str, object]] = [
        {"name": f"f{number}", "etag": None, "modified": None, "seen": {}} for number in range(len(urls))
    ]
    (folder / "data").write_text(json.dumps({"version": 2, "feeds": feeds}), "utf-8")


def _count_rss2email(folder: Path) -> int:
    return sum(len(feed["seen"]) for feed in json.loads((folder / "data").read_text("utf-8"))["feeds"])


_READER = """
import sys
from reader import make_reader
reader = make_reader("reader.db")
if len(sys.argv) > 1:
    for url in open(sys.argv[1]).read().split():
        reader.add_feed(url)
else:
    reader.update_feeds(workers=8, scheduled=False)
"""


def _set_up_reader(folder: Path, urls: Sequence[str]) -> None:
    (folder / "urls").write_text("\n".join(urls), "utf-8")
    subprocess.run([sys.executable, "-c", _READER, "urls"], cwd=folder, check=True)


def _count_reader(folder: Path) -> int:
    return _count_rows(folder / "reader.db", "entries")


READERS = (
    Reader(
        "newsboat",
        "newsboat",
        _set_up_newsboat,
        lambda _: ["newsboat", "-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload"],
        _count_newsboat,
    ),
    Reader("sfeed", "sfeed_update", _set_up_sfeed, lambda _: ["sfeed_update", "sfeedrc"], _count_sfeed),
    Reader("reader", sys.executable, _set_up_reader, lambda _: [sys.executable, "-c", _READER], _count_reader),
    Reader(
        "rss2email",
        "r2e",
        _set_up_rss2email,
        lambda _: ["r2e", "-c", "config", "-d", "data", "run", "--no-send"],
        _count_rss2email,
    ),
)


async def _poll_ourselves(feeds: int) -> tuple[Round, Round]:
    """Let the bot poll every feed twice; its time is counted from when it is ready."""
    with tempfile.TemporaryDirectory(prefix="readers-") as name:
        folder = Path(name)
        await scale.fill(folder, queries=1_000, chats=100, subscriptions=1_000)
        async with Server() as server:
            bot, web = scale.make_large_bot(folder, server, feeds, interval=max(20, feeds // 10), port=_PORT)
            await scale.start(bot, server)
            rounds, before = [], scale.sum_over(bot.pid, scale.cpu_seconds)
            for number in range(1, _ROUNDS + 1):
                while await scale.count_polls(web) < feeds * number:  # noqa: ASYNC110  # metrics ring no bell
                    await asyncio.sleep(0.5)
                now = scale.sum_over(bot.pid, scale.cpu_seconds)
                rounds.append(
                    Round(
                        cpu_ms=(now - before) * 1000 / feeds,
                        memory_mb=scale.sum_over(bot.pid, scale.pss),
                        entries=await _count_entries(web),
                    )
                )
                before = now
            await bot.terminate()
    return rounds[0], rounds[-1]


async def _count_entries(web: str) -> int:
    text = await scale.read_metrics(web)
    return sum(int(float(number)) for number in re.findall(r"^stichwort_articles_total\S* (\S+)", text, re.MULTILINE))
