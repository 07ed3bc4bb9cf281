"""
How long a query asked of 20,000 stored articles takes, and what it costs to have their words at hand.

All but the newest articles are filed in one go, to be done sooner; the last ones as the bot does it.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import select, text, update

from benchmarks.made_up_newspaper import Newspaper
from bot.core import archive
from bot.core.archive import ArchivedWord, WordSpelling
from bot.core.article import ArticleDraft
from bot.core.backtest import BacktestResult
from bot.core.chat import Chat, ChatKind
from bot.core.feed import FeedWish
from bot.core.ids import ChatId, FeedId, ThreadId
from bot.core.query import parser as query_parser
from bot.core.query.parser import MatchMode
from bot.core.repositories import FinishedPoll
from bot.core.subscription import Urgency
from bot.language import tokens
from bot.language.analyser import Analyser
from bot.language.related import RelatedWords
from bot.services.backtest import Backtest
from bot.services.related import RelatedSearch
from bot.services.search import WordIndexing
from storage import archive_index, schema
from storage.archive import BLOCK
from storage.store import Store, open_store

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
ARTICLES, DAYS = 20_000, 30
BATCH = 500
"""Articles of one poll."""
FILED = 500
"""Articles whose words are remembered as the bot does it."""
WISH = FeedWish(url="https://news.example/rss", title="Zeitung", language="de")
QUERIES = (
    "Nordkorea",
    "Atomwaffen",
    "Steuer",
    "Versicherung",
    "Waffen Versicherung",
    "Regierung",
    "Bahn",
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
RELATED = ("VW", "Krieg", "Islam", "Regierung", "Versicherung", "Steuer", "Tag", "Nordkorea", "Siegen", "Murmeltier")
"""Keywords for which the time of proposals is taken."""
_ROUNDS = 5


class FixedClock:
    """Stands at the end of the made-up month."""

    def now(self) -> datetime:
        """Give the wall time."""
        return NOW

    def monotonic(self) -> float:
        """Give real seconds."""
        return time.monotonic()


class Filed:
    """The rows of all words of all articles but the newest, made once for both databases; ids count from one."""

    def __init__(self, paper: Newspaper, drafts: Sequence[ArticleDraft]) -> None:
        analyser = Analyser()
        ids: dict[str, int] = {}
        self.words: list[ArchivedWord] = []
        self.blocks: dict[int, list[tuple[int, bytes]]] = {}
        loose: dict[int, bytes] = {}
        for article_id, draft in enumerate(drafts, 1):
            title = set(tokens.words(draft.title))
            texts = title.union(tokens.words(draft.lead), tokens.words(draft.body))
            for word in sorted(word for word in texts if word not in ids):
                ids[word] = len(ids) + 1
                self.words.append(_analyse(analyser, paper, WordSpelling(word, "de")))
            loose[article_id] = archive_index.pack((ids[word], word in title) for word in texts)
            if len(loose) == BLOCK:
                self.blocks[article_id] = archive_index.turned(loose)
                loose.clear()
        self.loose = loose
        self.keys = sorted((key, word_id) for word_id, word in enumerate(self.words, 1) for key in word.keys)


def _analyse(analyser: Analyser, paper: Newspaper, spelling: WordSpelling) -> ArchivedWord:
    """Analyse a word; how a compound was put together need not be found out."""
    if spelling.text not in paper.compounds:
        return archive.analyse(analyser, spelling)
    first, last = map(str.lower, paper.compounds[spelling.text])
    reading = analyser.read(*spelling)
    keys = frozenset(map(archive.number, analyser.reading_keys(reading) | {first, last}))
    return ArchivedWord(spelling=spelling, folded=reading.folded, keys=keys, firsts=(first,), lasts=(last,))


async def _fill(store: Store, drafts: Sequence[ArticleDraft], filed: Filed) -> None:
    """Store the month, and what is filed of it."""
    feed, started = await store.feeds.add(WISH, NOW), time.perf_counter()
    for first in range(0, len(drafts), BATCH):
        await store.feeds.finish_poll(FinishedPoll(feed=feed, drafts=drafts[first : first + BATCH]), NOW)
    stored = time.perf_counter()
    print(f"storing {len(drafts)} articles: {1000 * (stored - started) / len(drafts):.2f} ms each")
    async with store._database.write() as connection:
        await archive_index.fill(connection, archive_index.words, [archive_index._row(word) for word in filed.words])
        await archive_index.fill(connection, archive_index.word_keys, filed.keys)
        for block, listed in filed.blocks.items():
            await archive_index.fill(connection, archive_index.blocks, [(block,)])
            await archive_index.fill(
                connection, archive_index.postings, [(block, word_id, ids) for word_id, ids in listed]
            )
            within = archive_index.archived.c.article_id.between(block - BLOCK + 1, block)
            await connection.execute(update(archive_index.archived).where(within).values(indexed=True, block=block))
        for article_id, packed in filed.loose.items():
            is_it = archive_index.archived.c.article_id == article_id
            await connection.execute(update(archive_index.archived).where(is_it).values(indexed=True, words=packed))
        last = await connection.scalar(
            select(archive_index.words.c.text).where(archive_index.words.c.id == len(filed.words))
        )
        assert last == filed.words[-1].spelling.text  # ids were given as expected


async def _file(store: Store, analyser: Analyser) -> None:
    """Remember the words of the newest articles as the bot does, while somebody else writes all the time."""
    waits: list[float] = []
    loops: list[float] = []
    beside = [asyncio.create_task(_write(store, waits)), asyncio.create_task(_turn(loops))]
    started = time.perf_counter()
    count = await WordIndexing(archive=store.archive, analyser=analyser)()
    took = time.perf_counter() - started
    for task in beside:
        task.cancel()
    await asyncio.gather(*beside, return_exceptions=True)
    print(
        f"remembering the words of {count} more: {count / took:.0f} articles/s; a writer beside it waited "
        f"{statistics.median(waits):.0f} ms (median), {max(waits):.0f} ms (worst of {len(waits)}); "
        f"the loop was held up {statistics.median(loops):.0f} ms (median), {max(loops):.0f} ms (worst)"
    )


async def _write(store: Store, waits: list[float]) -> None:
    while True:
        started = time.perf_counter()
        await store.key_value.set("bench", str(started))
        waits.append(1000 * (time.perf_counter() - started))
        await asyncio.sleep(0.01)


async def _turn(loops: list[float]) -> None:
    while True:
        started = time.perf_counter()
        await asyncio.sleep(0.005)
        loops.append(1000 * (time.perf_counter() - started) - 5)


async def _ask(store: Store, analyser: Analyser, chat: Chat) -> None:
    backtest = Backtest(archive=store.archive, analyser=analyser, clock=FixedClock())
    print(f"{'query':34}{'median ms':>10}{'worst ms':>10}{'week':>8}{'month':>8}  note")
    medians: list[float] = []
    worst = 0.0
    for asked in QUERIES:
        parsed = query_parser.parse(asked)
        times: list[float] = []
        for _ in range(_ROUNDS):
            started = time.perf_counter()
            found = await backtest(chat, parsed, MatchMode.COMPOUNDS)
            times.append(1000 * (time.perf_counter() - started))
        medians.append(statistics.median(times))
        worst = max(worst, *times)
        print(f"{asked:34}{medians[-1]:>10.1f}{max(times):>10.1f}{found.week:>8}{found.month:>8}  {_note(found)}")
    print(f"{'all':34}{statistics.median(medians):>10.1f}{worst:>10.1f}")


async def _propose(store: Store, analyser: Analyser, chat: Chat) -> None:
    """Time what the reply to /sub adds to a search: related words, with their counts."""
    clock = FixedClock()
    backtest = Backtest(archive=store.archive, analyser=analyser, clock=clock)
    search = RelatedSearch(
        archive=store.archive, subscriptions=store.subscriptions, related=RelatedWords(analyser), clock=clock
    )
    print(f"{'proposals for':34}{'median ms':>10}{'worst ms':>10}  words")
    for asked in RELATED:
        subscription = await store.subscriptions.add(
            chat.id,
            ThreadId(0),
            query_parser.parse(asked),
            MatchMode.COMPOUNDS,
            Urgency.INSTANT,
            limit=len(RELATED),
            now=NOW,
        )
        past = await backtest(chat, subscription.query, subscription.mode)
        times: list[float] = []
        for _ in range(_ROUNDS):
            started = time.perf_counter()
            found = await search(chat, subscription, past)
            times.append(1000 * (time.perf_counter() - started))
        words = ", ".join(f"{word.text} ({word.count})" for word in (*found.words, *found.exclusions))
        print(f"{asked:34}{statistics.median(times):>10.1f}{max(times):>10.1f}  {words}")


def _note(past: BacktestResult) -> str:
    if past.near:
        return f"did you mean {past.near}?"
    return "" if past.checked_since is None else f"checked back to {past.checked_since:%d.%m.}"


async def _measure(name: str, url: str, drafts: Sequence[ArticleDraft], filed: Filed) -> None:
    schema.upgrade(url)
    analyser, store = Analyser(), await open_store(url)
    try:
        print(f"\n{name}")
        await _fill(store, drafts, filed)
        await _file(store, analyser)
        await _print_sizes(store)
        chat = await store.chats.meet(ChatId(1), ChatKind.PRIVATE, "de", NOW)
        await _ask(store, analyser, chat)
        await _propose(store, analyser, chat)
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
        cluster.remove()


def main() -> None:
    """Measure on SQLite and on PostgreSQL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    started = time.perf_counter()
    paper = Newspaper(options.articles, DAYS, NOW)
    drafts = paper.drafts(FeedId(1))
    filed = Filed(paper, drafts[:-FILED])
    gc.collect()
    gc.freeze()  # what only the benchmark holds is none of the bot's business
    took = time.perf_counter() - started
    print(f"{options.articles} articles, {len(filed.words)} different words, made in {took:.0f} s")
    if options.only != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(_measure("SQLite", f"sqlite:///{folder}/bench.db", drafts, filed))
    if options.only != "sqlite":
        with _postgresql() as url:
            if url is None:
                print("no PostgreSQL here")
            else:
                asyncio.run(_measure("PostgreSQL", url, drafts, filed))


if __name__ == "__main__":
    main()
