"""
Connections to PostgreSQL that are ended at random while articles go out to many readers.

Each end hits the bot at another moment: before a statement, in a transaction, or after a commit whose answer is lost.
No alert may be lost or come late for that: what was claimed without our knowing has to be found before its lease ends.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from benchmarks.fairness.databases import POSTGRESQL, Database
from benchmarks.fairness.probes import make_title, make_word
from benchmarks.fairness.rows import Row
from benchmarks.fairness.stage import Stage, open_stage
from benchmarks.fairness.watch import watching

DATABASES = (POSTGRESQL,)

_CUTS, _CUT_EVERY = 150, 0.16
_READERS, _ARTICLES, _ARTICLE_EVERY = 40, 12, 2.0
"""Twenty alerts a second: below the rate, so that whatever is late is late for the cuts."""
_LATE_BOUND = 10.0
_PATIENCE = 400.0
"""Longer than any lease: what was left to one comes, and is seen to be late."""
_BACKENDS = """
    SELECT pid, state <> 'idle' AND query ~ 'deliveries' FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'stichwort'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """What was ended."""

    count: int
    carried_a_send: int
    """How many of the connections were just noting something about messages."""
    last_at: float
    """Seconds since 1970."""


def cut(url: str) -> Cuts:
    """End connections of the bot at random, one after the other."""
    chance = random.Random(6)  # nothing is to be kept secret
    count = carried = 0
    last_at = 0.0
    with psycopg.connect(url, autocommit=True, application_name="cuts") as connection:
        while count < _CUTS:
            time.sleep(_CUT_EVERY * chance.uniform(0.5, 1.5))
            backends = connection.execute(_BACKENDS.encode()).fetchall()
            if not backends:
                continue
            pid, is_sending = chance.choice(backends)
            last_at = time.time()
            if connection.execute("SELECT pg_terminate_backend(%s)", [pid]).fetchone() == (True,):
                count += 1
                carried += bool(is_sending)
    return Cuts(count=count, carried_a_send=carried, last_at=last_at)


async def run(database: Database) -> Sequence[Row]:
    """Publish while connections are ended, and wait for every alert."""
    word = make_word(0, "C")
    titles = [make_title(word, number) for number in range(_ARTICLES)]
    async with open_stage(database, burst=1_000) as stage:
        readers = [stage.server.person(f"Reader {number}") for number in range(_READERS)]
        for reader in readers:
            await stage.subscribe(reader, word)
        async with watching(stage) as watch:
            cutting = asyncio.create_task(asyncio.to_thread(cut, stage.database_url))
            published = {}
            for title in titles:
                published[title] = stage.feeds.publish("daily", title).at
                await asyncio.sleep(_ARTICLE_EVERY)
            cuts = await cutting
            wanted = {(reader.chat.id, title) for reader in readers for title in titles}
            await _wait_for(stage, wanted, titles)
            await asyncio.sleep(_LATE_BOUND)  # a double may come after the last first one
    came = _came(stage, titles)
    last = {key: min(ats) for key, ats in came.items()}
    after = max(at - max(cuts.last_at, published[key[1]]) for key, at in last.items())
    doubles = Counter({key: len(ats) - 1 for key, ats in came.items()}).total()

    def row(what: str, figure: float, bound: float | None, unit: str = "") -> Row:
        return Row(scenario="postgres_cuts", database=database.title, what=what, figure=figure, bound=bound, unit=unit)

    return [
        row("connections ended", cuts.count, None),
        row("of these, that carried a send", cuts.carried_a_send, None),
        row("last alert, after the last cut (or its publication, if later)", after, _LATE_BOUND, "s"),
        row("worst alert, after publication", max(at - published[key[1]] for key, at in last.items()), None, "s"),
        row("alerts lost", len(wanted - set(last)), 0),
        row("doubles", doubles, cuts.carried_a_send),
        *watch.rows("postgres_cuts"),
    ]


async def _wait_for(stage: Stage, wanted: set[tuple[int, str]], titles: Sequence[str]) -> None:
    end = time.monotonic() + _PATIENCE
    while wanted - set(_came(stage, titles)) and time.monotonic() < end:  # noqa: ASYNC110  # a look is costly
        await asyncio.sleep(0.5)


def _came(stage: Stage, titles: Sequence[str]) -> dict[tuple[int, str], list[float]]:
    """Say when alerts came, by chat and headline."""
    came: dict[tuple[int, str], list[float]] = {}
    for message in stage.server.received:
        for title in titles:
            if title in message.text:
                came.setdefault((message.chat_id, title), []).append(message.at)
    return came
