"""
How long a query asked of 20,000 stored articles takes, and what it costs to have their words at hand.

The articles are made up: words drawn from the packaged German nouns by rank, as often as ranks occur in real texts,
with compounds of two nouns strewn in.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import resources

from sqlalchemy import text

from bot.core import query
from bot.core.article import ArticleDraft
from bot.core.backtest import Past
from bot.core.chat import Chat, ChatKind
from bot.core.feed import Feed, FeedWish
from bot.core.ids import ChatId
from bot.core.query import Mode
from bot.flow.backtest import Backtest
from bot.flow.remember import Remember
from bot.language.analyser import Analyser
from storage import upgrade
from storage.store import Store, open_store

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
ARTICLES, BATCH, DAYS, WORDS = 20_000, 100, 30, 370
QUERIES = (
    "Nordkorea",
    "Atomwaffen",
    "Regierung",
    "Bahn",
    "Nordkorea Atomwaffen",
    "Regierung -Bahn",
    "Nordkorea OR Südkorea OR Ukraine",
    '"Kim Jong Un"',
    "title:Ukraine",
    "Atom*",
    "*verbot",
    "*er*",
    "Nordkorae",
    "lang:de source:zeitung Ukraine",
)
NAMES = (
    "Nordkorea Nordkoreas nordkoreanische Südkorea Ukraine Ukrainer ukrainische Atomwaffen Atomwaffenprogramm".split()
)
_ROUNDS = 7


class FixedClock:
    """Stands at the end of the made-up month."""

    def now(self) -> datetime:
        """Give the wall time."""
        return NOW

    def monotonic(self) -> float:
        """Give real seconds."""
        return time.monotonic()


class Newspaper:
    """A seeded source of articles of some 2.7 KB."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)
        data = resources.files("bot.language").joinpath("data/nouns.de.txt").read_text("utf-8")
        nouns = [line.split()[0].capitalize() for line in data.split("\n\n")[1].split("\n")]
        self._random.shuffle(nouns)
        self._words = (
            "die der und in zu den das mit von auf für im sich dem ein eine Regierung Bahn".split() + nouns[:60_000]
        )
        self._ranks = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(self._words))))
        self._parts = nouns[:4_000]

    def drafts(self, feed: Feed, first: int, count: int) -> list[ArticleDraft]:
        """Make articles, spread evenly over the month."""
        return [self._draft(feed, number) for number in range(first, first + count)]

    def _draft(self, feed: Feed, number: int) -> ArticleDraft:
        words = self._random.choices(self._words, cum_weights=self._ranks, k=WORDS)
        for at in self._random.sample(range(WORDS), WORDS // 16):
            first, last = self._random.choices(self._parts, cum_weights=self._ranks[: len(self._parts)], k=2)
            words[at] = first + last.lower()
        if self._random.random() < 0.02:
            words[self._random.randrange(WORDS)] = self._random.choice(NAMES)
        if self._random.random() < 0.005:
            words[20:20] = ["Kim", "Jong", "Un"]
        return ArticleDraft(
            feed_id=feed.id,
            owner=None,
            key=f"article {number}",
            guid_key=None,
            url=f"https://news.example/{number}",
            title=" ".join(words[:8]),
            lead=" ".join(words[8:30]) + ".",
            body=". ".join(" ".join(words[at : at + 12]) for at in range(30, len(words), 12)),
            key_points=(),
            html="",
            tags=(),
            language="de",
            published_at=NOW - timedelta(days=DAYS) * (1 - number / ARTICLES) + timedelta(minutes=1),
            seen_at=NOW,
            source_title="Zeitung",
            source_host="news.example",
        )


async def _fill(store: Store, analyser: Analyser) -> tuple[float, float]:
    """Store the month; returns seconds for storing and for remembering words."""
    wish = FeedWish(url="https://news.example/rss", title="Zeitung", language="de")
    feed, paper = await store.feeds.add(wish, NOW), Newspaper()
    remember = Remember(archive=store.archive, analyser=analyser)
    storing = remembering = 0.0
    for first in range(0, ARTICLES, BATCH):
        drafts = paper.drafts(feed, first, BATCH)
        started = time.perf_counter()
        await store.feeds.finish_poll(feed, drafts, alert=False, catch_up=False, now=NOW)
        stored = time.perf_counter()
        await remember()
        storing += stored - started
        remembering += time.perf_counter() - stored
    return storing, remembering


async def _ask(store: Store, analyser: Analyser, chat: Chat) -> None:
    backtest = Backtest(archive=store.archive, analyser=analyser, clock=FixedClock())
    print(f"{'query':34}{'first ms':>10}{'median ms':>11}{'week':>8}{'month':>8}  note")
    for asked in QUERIES:
        parsed = query.parse(asked)
        times: list[float] = []
        for _ in range(_ROUNDS):
            started = time.perf_counter()
            past = await backtest(chat, parsed, Mode.COMPOUNDS)
            times.append(1000 * (time.perf_counter() - started))
        median = statistics.median(times)
        print(f"{asked:34}{times[0]:>10.1f}{median:>11.1f}{past.week:>8}{past.month:>8}  {_note(past)}")


def _note(past: Past) -> str:
    if past.near:
        return f"did you mean {past.near}?"
    return "" if past.checked_since is None else f"checked back to {past.checked_since:%d.%m.}"


async def _measure(name: str, url: str) -> None:
    upgrade.upgrade(url)
    analyser, store = Analyser(), await open_store(url)
    try:
        storing, remembering = await _fill(store, analyser)
        each = 1000 / ARTICLES
        print(
            f"\n{name}: {ARTICLES} articles; per article {storing * each:.2f} ms to store them, "
            f"{remembering * each:.2f} ms to remember their words"
        )
        await _print_sizes(store)
        chat = await store.chats.meet(ChatId(1), ChatKind.PRIVATE, "de", NOW)
        await _ask(store, analyser, chat)
    finally:
        await store.close()


async def _print_sizes(store: Store) -> None:
    async with store._database.write() as connection:
        await connection.execute(text("ANALYZE"))
        is_sqlite = connection.dialect.name == "sqlite"
        for table in ("articles", "archived", "words", "word_keys", "blocks", "postings"):
            rows = await connection.scalar(text(f"SELECT count(*) FROM {table}"))
            size = None if is_sqlite else await connection.scalar(text(f"SELECT pg_total_relation_size('{table}')"))
            print(f"{table}: {rows} rows" + (f", {size / 1e6:.0f} MB" if size else ""))
        if is_sqlite:
            pages = await connection.scalar(
                text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
            )
            print(f"database: {(pages or 0) / 1e6:.0f} MB")


@contextmanager
def _postgresql() -> Iterator[str | None]:
    """Give an empty database: the one named in the environment, else one of the tests' own servers."""
    named = os.environ.get("STICHWORT_BENCH_POSTGRESQL")
    if named:
        yield named
        return
    from tests.fakes import postgres

    binaries = postgres._find_binaries()
    if binaries is None:
        yield None
        return
    cluster = postgres._start(binaries)
    try:
        cluster.run("CREATE DATABASE bench TEMPLATE template0")
        yield cluster.url("bench")
    finally:
        cluster.stop()


def main() -> None:
    """Measure on SQLite and on PostgreSQL."""
    global ARTICLES
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    ARTICLES = options.articles
    if options.only != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(_measure("SQLite", f"sqlite:///{folder}/bench.db"))
    if options.only != "sqlite":
        with _postgresql() as url:
            if url is None:
                print("no PostgreSQL here")
            else:
                asyncio.run(_measure("PostgreSQL", url))


if __name__ == "__main__":
    main()
