"""
How soon the status pages answer with 10,000 feeds and 200,000 articles, over HTTP on SQLite.

The server is a process of its own. Every page is asked for in turn, one request after the other, for longer than what
the server keeps of the figures is good for, so that requests which have them counted anew are among them; the slowest
one is printed too, and the first of all apart. The bound: 99 of 100 requests within 100 ms, for each page.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from sqlalchemy import Table, insert

from bot.app.error_log import ErrorLog
from bot.app.status import BotStatus, StatusRepositories
from bot.core.delivery.delivery import DeliveryKind, DeliveryState, SendPriority
from bot.core.feed import FeedState, Origin
from bot.core.process_state import SoleLeader
from bot.i18n.catalog import Catalog
from bot.metrics import Metrics
from bot.web.server import WebServer
from bot.web.status import Readiness
from storage import schema, tables
from storage.engine import in_chunks
from storage.store import Store, open_store
from tests.fakes.clock import FakeClock

FEEDS, ARTICLES, ALERTS = 10_000, 200_000, 100_000
BOUND_SECONDS, PERCENTILE = 0.1, 0.99
_SECONDS = 75.0
_PAGES = (
    "/",
    "/?page=50",
    "/?q=blatt+99",
    "/sources/77",
    "/articles?q=Ministerin+77",
    "/articles?q=nirgends",
    "/articles?q=https%3A%2F%2Fblatt77.example%2Fa",
)


def main() -> None:
    """Measure; ends with 1 where a page is slower than its bound."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--serve", type=Path)
    reader.add_argument("--seconds", type=float, default=_SECONDS)
    asked, _ = reader.parse_known_args()
    if asked.serve is not None:
        asyncio.run(serve(asked.serve))
        return
    with tempfile.TemporaryDirectory() as folder:
        if not asyncio.run(measure(Path(folder), asked.seconds)):
            sys.exit(1)


async def serve(folder: Path) -> None:
    """Fill a store, and serve its pages until the input ends."""
    url = f"sqlite:///{folder}/bench.db"
    await asyncio.to_thread(schema.upgrade, url)
    store, now = await open_store(url), datetime.now(UTC)
    await _insert(store, tables.feeds, _feeds(now))
    await _insert(store, tables.articles, _articles(now))
    await _insert(store, tables.deliveries, _alerts(now))
    clock = FakeClock(now)
    source = BotStatus(
        metrics=Metrics(),
        repositories=StatusRepositories(status=store.status, fates=store.article_fates, statistics=store.statistics),
        max_age=timedelta(hours=48),
        errors=ErrorLog(clock),
        clock=clock,
        leadership=SoleLeader(),
        catalog=Catalog.load("en"),
        seconds=time.monotonic,
    )
    server = WebServer(listen="127.0.0.1:0", token="", health=Readiness())
    address = await server.start()
    server.show(source)
    print(json.dumps(address), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await server.stop()
    await store.close()


async def measure(folder: Path, seconds: float) -> bool:
    """Print how long each page takes; says whether all are within the bound."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.status_page", "--serve", str(folder), stdin=-1, stdout=-1
    )
    assert process.stdin is not None
    assert process.stdout is not None
    taken: dict[str, list[float]] = {page: [] for page in _PAGES}
    async with aiohttp.ClientSession(json.loads(await process.stdout.readline())) as session:
        await _ask_first(session)
        ends_at = time.monotonic() + seconds
        while time.monotonic() < ends_at:
            for page, lengths in taken.items():
                begun_at = time.monotonic()
                async with session.get(page) as answer:
                    await answer.read()
                    assert answer.status == 200, answer.status
                lengths.append(time.monotonic() - begun_at)
    process.stdin.close()
    await process.wait()
    verdicts = [_tell(page, sorted(lengths)) for page, lengths in taken.items()]
    return all(verdicts)


async def _ask_first(session: aiohttp.ClientSession) -> None:
    begun_at = time.monotonic()
    async with session.get("/") as answer:
        await answer.read()
    print(f"the first request, for which everything is counted: {time.monotonic() - begun_at:.1f} s")


def _tell(page: str, lengths: list[float]) -> bool:
    high = lengths[int(len(lengths) * PERCENTILE)]
    print(
        f"{page}: {len(lengths):,} requests, median {lengths[len(lengths) // 2] * 1000:.0f} ms, "
        f"p99 {high * 1000:.0f} ms (bound {BOUND_SECONDS * 1000:.0f} ms), slowest {lengths[-1] * 1000:.0f} ms"
    )
    return high <= BOUND_SECONDS


async def _insert(store: Store, table: Table, rows: Iterator[Mapping[str, object]]) -> None:
    async with store._database.write() as connection:
        for some in in_chunks(list(rows)):
            await connection.execute(insert(table), some)


def _feeds(now: datetime) -> Iterator[Mapping[str, object]]:
    for number in range(1, FEEDS + 1):
        yield {
            "wished_url": f"https://blatt{number}.example/rss",
            "url": f"https://blatt{number}.example/rss",
            "title": f"Blatt {number}",
            "full_text": "never",
            "origin": Origin.CATALOGUE,
            "owner": 0,
            "state": FeedState.FAILING if number % 50 == 0 else FeedState.ACTIVE,
            "failures": 3 if number % 50 == 0 else 0,
            "error": "The server says no." if number % 50 == 0 else None,
            "interval": timedelta(minutes=10),
            "next_poll_at": now + timedelta(minutes=5),
            "first_success_at": now - timedelta(days=30),
            "last_success_at": now - timedelta(minutes=5),
            "last_polled_at": now - timedelta(minutes=5),
            "created_at": now - timedelta(days=30),
        }


def _articles(now: datetime) -> Iterator[Mapping[str, object]]:
    for number in range(1, ARTICLES + 1):
        seen_at = now - timedelta(days=2) * (ARTICLES - number) / ARTICLES
        yield {
            "feed_id": 1 + number % FEEDS,
            "owner": 0,
            "key": f"{number:040x}",
            "url": f"https://blatt{1 + number % FEEDS}.example/{number}",
            "title": f"Ministerin {number} lobt den Jahrmarkt",
            "lead": "Der Bundesrat verteilte gestern Süssgebäck an Gäste. " * 4,
            "body": "Dabei geht es um Getreide aus dem Osten des Landes. " * 30,
            "key_points": (),
            "html": "",
            "tags": (),
            "language": "de",
            "published_at": seen_at - timedelta(minutes=4),
            "seen_at": seen_at,
            "source_title": f"Blatt {1 + number % FEEDS}",
            "source_host": f"blatt{1 + number % FEEDS}.example",
        }


def _alerts(now: datetime) -> Iterator[Mapping[str, object]]:
    for number in range(1, ALERTS + 1):
        seen_at = now - timedelta(days=1) * (ALERTS - number) / ALERTS
        yield {
            "chat_id": number % 1_000 + 1,
            "thread_id": 0,
            "key": f"{number:040x}",
            "kind": DeliveryKind.ALERT,
            "rank": SendPriority.ALERT,
            "article_id": ARTICLES - ALERTS + number,
            "state": DeliveryState.SENT,
            "not_before": seen_at,
            "finished_at": seen_at + timedelta(seconds=1),
            "message_id": number,
            "seen_at": seen_at,
            "created_at": seen_at,
        }


if __name__ == "__main__":
    main()
