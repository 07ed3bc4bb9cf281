"""Every statement of a running bot finds its rows by an index, on both databases."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import psycopg
from sqlalchemy import Index

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.server import Server
from storage.engine import read
from storage.tables import metadata
from tests.fakes.recorded_bot import FILE
from tests.fakes.stores import url
from tests.journeys.hand import Hand
from tests.journeys.process import make_bot, rounds, write_config

__all__ = ["url"]

TEXT = "<p>Aus Nordkorea kommt eine weitere Antwort auf die Einladung nach Wladiwostok.</p>"

READ_WHOLE = {
    ("broadcasts", ""): "one row for each message an operator sent to everybody",
    ("fanouts", ""): "holds only articles whose alerts are being written",
    ("blocks", ""): "one row for a thousand articles",
    ("feeds", "lease_owner = "): "once at the start and at the end of a process",
    ("feeds", "lease_owner IS NOT NULL"): "once at the start of a process",
    ("feeds", "feeds.failures > "): "asked for by /health and the status page; there are as many rows as feeds",
    ("archived", "archived.published_at >= "): "a look back is at everything its period holds",
    ("hot_topics", ""): "one row for a keyword with a thousand readers",
    ("pendings", " OR "): "open questions, which expire; read where somebody wants to know all that is stored",
    ("subscriptions", "NOT IN (SELECT hot_topics"): "counted by an index to find new hot topics, every ten minutes",
    ("chats", "count(*)"): "counted every ten minutes, to be told to publishers",
}
"""Tables that are read as a whole, by what its statement holds, and why that is no fault."""


def is_partial(index: Index) -> bool:
    """Tell whether an index holds only some rows of its table."""
    return any(options.get("where") is not None for options in index.dialect_options.values())


async def live(bot: BotProcess, server: Server, newsroom: Newsroom, hand: Hand) -> None:
    """Let a reader, a group and the operator do what people do in a day, with articles, a digest and a tidying."""
    await bot.start()
    await server.ready()
    anna, ben, clara = (server.person(name, language="de") for name in ("Anna", "Ben", "Clara"))
    for words in ("/sub Nordkorea", "/sub Putin", "/list", "/settings", "/feeds"):
        await anna.ask(words)
    await ben.ask("/sub Nordkorea -Kim")
    await clara.ask("/digest 18:00")
    await clara.ask("/sub Putin")
    for paper in newsroom.papers:
        await newsroom.visited(paper, times=2)
    newsroom.publish("limmat", "Nordkorea antwortet Putin auf die Einladung", TEXT)
    alert = await anna.chat.wait_for(lambda message: "antwortet" in message.text)
    newsroom.publish("aare", "Nordkorea antwortet Putin auf die Einladung", TEXT)
    await server.wait_until(lambda: "auch bei" in alert.text)
    for words in (
        "/why",
        "/search Nordkorea",
        "/recent",
        "/stats",
        "/health",
        "/export",
        "/saved",
        "/pause",
        "/resume",
    ):
        await anna.ask(words)
    await anna.press("⋯", alert).answered()
    await anna.ask("/unsub Putin")
    await ben.ask("/forget")
    hand.at(18, 1)
    await clara.chat.wait_for(lambda message: "antwortet" in message.text)
    hand.move(timedelta(days=2))
    await rounds(newsroom, "limmat")


def read_plans(address: str, statements: Iterable[str]) -> dict[str, str]:
    """Ask the database how it would carry the statements out, were its tables too large to be read as a whole."""
    parts = read(address)
    if parts.is_sqlite:
        with sqlite3.connect(parts.path) as file:
            return {statement: _plan_sqlite(file, statement) for statement in statements}
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET enable_seqscan = off")
        return {statement: _plan_postgresql(connection, statement) for statement in statements}


def _plan_sqlite(file: sqlite3.Connection, statement: str) -> str:
    found = file.execute(f"EXPLAIN QUERY PLAN {statement}", [None] * statement.count("?"))
    return "\n".join(str(row[-1]) for row in found)


def _plan_postgresql(connection: psycopg.Connection, statement: str) -> str:
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    numbered = re.sub(r"%\((\w+)\)s", lambda match: f"${names.index(match[1]) + 1}", statement)
    with psycopg.ClientCursor(connection) as cursor:
        cursor.execute(f"EXPLAIN (GENERIC_PLAN) {numbered.replace('%%', '%')}".encode())
        return "\n".join(str(row[0]) for row in cursor.fetchall())


_PARTIAL = {index.name for table in metadata.tables.values() for index in table.indexes if is_partial(index)}
"""Indexes that hold only the rows something waits for; reading one of these whole is what it is for."""


def find_whole_reads(statement: str, plan: str) -> set[str]:
    """
    Name the tables that a plan reads from end to end, as they are or (SQLite) in the order of an index.

    In the order of an index a statement with a limit stops early. PostgreSQL takes that way for any table as small as
    those of a test, so of its plans only those count that have no other.
    """
    whole = set(re.findall(r"^SCAN (\w+)$", plan, re.MULTILINE)) | set(re.findall(r"Seq Scan on (\w+)", plan))
    if not re.search(r"\bLIMIT\b", statement):
        in_order = re.findall(r"^SCAN (\w+) USING (?:COVERING )?INDEX (\w+)$", plan, re.MULTILINE)
        whole |= {table for table, index in in_order if index not in _PARTIAL}
    return whole


async def test_no_statement_reads_a_whole_table(tmp_path: Path, url: str) -> None:
    """A table that grows is read by an index, whatever a running bot asks of it."""
    hand = Hand(tmp_path / "clock")
    noted = tmp_path / "statements"
    async with Server() as server, Newsroom() as newsroom:
        feeds = {paper.title: newsroom.feed_url(key) for key, paper in newsroom.papers.items()}
        bot = make_bot(
            tmp_path,
            write_config(server, feeds, database=url),
            {"STICHWORT_CLOCK": str(hand.file), FILE: str(noted)},
            module="tests.fakes.recorded_bot",
        )
        try:
            await live(bot, server, newsroom, hand)
            assert await bot.terminate() == 0
        finally:
            await bot.kill()
            print(bot.tail(30))
    statements = {json.loads(line) for line in noted.read_text("utf-8").splitlines()}
    asked = {each for each in statements if re.match(r"\s*(SELECT|UPDATE|DELETE|INSERT|WITH)\b", each)}
    plans = read_plans(url, asked)
    assert len(plans) > 150
    whole = {
        (table, statement)
        for statement, plan in plans.items()
        for table in find_whole_reads(statement, plan) & set(metadata.tables)
        if not any(table == known and part in statement for known, part in READ_WHOLE)
    }
    for _, statement in sorted(whole):
        print(statement, plans[statement], sep="\n")
    assert whole == set()
