"""
Inline queries: how long `@bot keyword` takes over 20,000 stored articles, alone and beside a running burst.

The stored articles are of ten thousand made-up words, one in ten about what is asked for. A person asks at a time, a
new query each half second, as somebody who types; the burst is a feed that brings an article to 200 readers every
two seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import math
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from benchmarks.fairness.databases import Database
from benchmarks.fairness.probes import make_title, make_word
from benchmarks.fairness.rows import Row, percentile
from benchmarks.fairness.stage import Stage, open_stage
from benchmarks.fairness.watch import watching
from bot.demo.telegram_server.people import SimulatedPerson
from storage.archive_index import archived
from storage.store import open_store
from tests import builders
from tests.contracts import scenes

_STORED, _AT_A_TIME = 20_000, 500
_READERS = 200
_QUERIES, _EVERY = 120, 0.5
_ARTICLES_EVERY = 2.0
_BOUND = 0.3
_PATIENCE = 10.0
_ASKED = ("Nordkorea", "Klima OR Bern", '"Nord Korea"', "Wahl", "zuerich", "Öl")


async def _store_articles(stage: Stage) -> None:
    """Write what a month has brought, as polls do, and wait until the bot knows its words."""
    store = await open_store(stage.database_url)
    now = datetime.now(UTC)
    try:
        feed = await scenes.add_feed(store, url=stage.feeds.url("stored"))
        for start in range(0, _STORED, _AT_A_TIME):
            then = now - timedelta(minutes=(_STORED - start) // 10)
            names = [_title(number) for number in range(start, start + _AT_A_TIME)]
            drafts = [
                builders.make_draft(feed, name, title=name, lead=name, html="", published_at=then, seen_at=now)
                for name in names
            ]
            await scenes.poll(store, feed, *drafts, alert=False, now=now)
        waiting = select(func.count()).select_from(archived).where(archived.c.indexed.is_(False))
        while True:
            async with store._database.read() as connection:
                if not await connection.scalar(waiting):
                    return
            await asyncio.sleep(1)
    finally:
        await store.close()


def _title(number: int) -> str:
    known = ("Nordkorea", "Klimas", "Bern", "Wahlen", "Zürich")[number // 10 % 5] if number % 10 == 0 else ""
    return f"{known} {make_title(make_word(number % 10_000, 'S'), number)}".strip()


async def _ask(person: SimulatedPerson, text: str) -> float:
    """Ask; returns seconds until the answer, infinite where none came."""
    started = time.monotonic()
    try:
        await person.ask_inline(text).answered(within=_PATIENCE)
    except TimeoutError:
        return math.inf
    return time.monotonic() - started


async def _ask_all(stage: Stage, name: str) -> list[float]:
    """Ask at a steady pace; each query is new to the server, which else would answer for the bot."""
    people = [stage.server.person(f"{name} {number}") for number in range(20)]
    asked = []
    for number in range(_QUERIES):
        text = f"{_ASKED[number % len(_ASKED)]} -{make_word(number, name[0])}"
        asked.append(asyncio.create_task(_ask(people[number % len(people)], text)))
        await asyncio.sleep(_EVERY)
    return list(await asyncio.gather(*asked))


async def _publish(stage: Stage, word: str) -> None:
    for number in itertools.count():
        stage.feeds.publish("busy", make_title(word, number))
        await asyncio.sleep(_ARTICLES_EVERY)


async def run(database: Database) -> Sequence[Row]:
    """Measure both."""
    async with open_stage(database, feeds=("busy",), changes={"alerts": {"burst": 5}}) as stage:
        await _store_articles(stage)
        alone = await _ask_all(stage, "Alone")
        word = make_word(1, "W")
        readers = [stage.server.person(f"Reader {number}") for number in range(_READERS)]
        for start in range(0, _READERS, 20):
            await asyncio.gather(*(stage.subscribe(reader, word) for reader in readers[start : start + 20]))
        async with watching(stage) as watch:
            publishing = asyncio.create_task(_publish(stage, word))
            beside = await _ask_all(stage, "Beside")
            publishing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await publishing
    alerts = sum(len(reader.chat.received) - 1 for reader in readers)  # all but the answer to /sub
    figures = (
        (f"an answer while nothing else happens, p99 of {len(alone)}", percentile(alone, 0.99), _BOUND, "s"),
        (f"an answer beside a burst, p99 of {len(beside)}", percentile(beside, 0.99), _BOUND, "s"),
        ("an answer beside a burst, median", percentile(beside, 0.5), None, "s"),
        ("messages sent beside it", alerts, None, ""),
    )
    rows = [
        Row(scenario="inline", database=database.title, what=what, figure=figure, bound=bound, unit=unit)
        for what, figure, bound, unit in figures
    ]
    return [*rows, *watch.rows("inline")]
