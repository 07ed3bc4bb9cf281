"""Real worker processes: what they read, what kills them, and that the pool lives on."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.feed import Fetched, FetchProblem, ParsedFeed, ParseFailed
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.feeds import parse
from bot.feeds.worker_pool import ParserPool
from tests.feeds.servers import RSS

SAMPLES = Path(__file__).parent.parent / "data" / "feeds"


LARGE = RSS.replace(b"</channel>", b"<!--" + b"x" * 100_000 + b"--></channel>")
"""Quick to read, but nobody knows that before: it goes the way of documents that may be slow."""


def document(body: bytes) -> Fetched:
    return Fetched(body=body, url="https://h.example/rss", content_type="text/xml", etag=None, last_modified=None)


def children() -> set[int]:
    """The processes we started that are still there."""
    listed = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return set(map(int, listed.read_text().split())) if listed.exists() else set()


def environment(pid: int) -> bytes:
    """What a process was started with."""
    return Path(f"/proc/{pid}/environ").read_bytes()


@pytest.fixture
async def pool() -> AsyncIterator[ParserPool]:
    """A pool of one worker."""
    async with ParserPool(workers=1) as opened:
        yield opened


async def test_worker_gives_what_the_parser_gives(pool: ParserPool) -> None:
    """What comes through the pipe is what was read, field by field."""
    for name in ("rss-key-points.xml", "json-feed.json-feed", "rss-broken-off.xml", "rss-dates.xml"):
        body = (SAMPLES / name).read_bytes()
        assert await pool.parse(document(body)) == parse.parse(
            body, url="https://h.example/rss", content_type="text/xml"
        )


async def test_what_is_no_feed_fails_as_a_value(pool: ParserPool) -> None:
    """A document that is no feed is told with its sentence, and the worker goes on."""
    before = await pool.parse(document(b"<html>")), children()
    assert before[0] == ParseFailed(FetchProblem.NOT_A_FEED, "This is a web page, not a feed.")
    assert isinstance(await pool.parse(document(RSS)), ParsedFeed)
    assert children() == before[1]


async def test_workers_start_when_needed_and_end_with_the_pool() -> None:
    """No process before the first document, at most as many as allowed, none after closing."""
    before = children()
    async with ParserPool(workers=2) as pool:
        assert children() == before
        await asyncio.gather(*(pool.parse(document(RSS)) for _ in range(8)))
        if before or children():
            assert 1 <= len(children() - before) <= 2
    assert children() == before


async def test_endless_document_meets_the_deadline() -> None:
    """A document that takes too long loses its worker, really, and the next one is read by a new one."""
    async with ParserPool(workers=1, deadline=timedelta(seconds=2)) as pool:
        assert isinstance(await pool.parse(document(LARGE)), ParsedFeed)
        before = children()
        failed = await pool.parse(replace(document(_many_items(24_000)), url="https://endless.example/"))
        assert failed == ParseFailed(FetchProblem.PARSER_DIED, "Reading the feed took too long.")
        assert not children() & before
        assert isinstance(await pool.parse(document(LARGE)), ParsedFeed)


async def test_busy_document_meets_the_cpu_limit() -> None:
    """The kernel ends a worker whose document takes too much processor time, also less than a second."""
    async with ParserPool(workers=1, cpu=timedelta(seconds=0.2)) as pool:
        failed = await pool.parse(replace(document(_many_items(24_000)), url="https://busy.example/"))
        assert failed == ParseFailed(FetchProblem.PARSER_DIED, "Reading the feed took too much time or memory.")
        assert isinstance(await pool.parse(document(LARGE)), ParsedFeed)


async def test_greedy_document_meets_the_memory_limit() -> None:
    """A document that needs too much memory fails alone."""
    async with ParserPool(workers=1, memory=40 * 1024 * 1024) as pool:
        body = b"<rss version='2.0'><channel><item><title>" + b"wort " * 6_000_000 + b"</title></item></channel></rss>"
        failed = await pool.parse(document(body))
        assert isinstance(failed, ParseFailed)
        assert failed.problem is FetchProblem.PARSER_DIED
        assert isinstance(await pool.parse(document(RSS)), ParsedFeed)


async def test_dead_idle_worker_is_replaced(pool: ParserPool) -> None:
    """A worker somebody killed while it waited costs no document."""
    before = children()
    assert isinstance(await pool.parse(document(RSS)), ParsedFeed)
    for pid in children() - before:
        os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(HANG_SECONDS):
        while children() - before:  # noqa: ASYNC110 - a process that ends tells nobody but the loop's own watcher
            await asyncio.sleep(0.01)
    assert isinstance(await pool.parse(document(RSS)), ParsedFeed)


async def test_document_that_is_given_up_leaves_nothing(pool: ParserPool) -> None:
    """When the one who waits is cancelled, the worker ends and the place is free again."""
    assert isinstance(await pool.parse(document(LARGE)), ParsedFeed)
    before = children()
    waiting = asyncio.create_task(pool.parse(replace(document(_many_items(24_000)), url="https://slow.example/")))
    for _ in range(10):
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert not children() & before
    assert isinstance(await pool.parse(replace(document(LARGE), url="https://other.example/")), ParsedFeed)


async def test_readers_documents_hold_up_no_operators_feed() -> None:
    """However long a reader's document takes, the operator's feeds have their own workers, and the other way round."""
    async with ParserPool(workers=1) as pool:
        slow = asyncio.create_task(pool.parse(replace(document(_many_items(24_000)), is_readers=True)))
        await asyncio.sleep(0)
        for _ in range(5):
            assert isinstance(await pool.parse(document(RSS)), ParsedFeed)
        assert not slow.done()
        slow.cancel()
        slow = asyncio.create_task(pool.parse(document(_many_items(24_000))))
        await asyncio.sleep(0)
        for _ in range(5):
            assert isinstance(await pool.parse(replace(document(RSS), is_readers=True)), ParsedFeed)
        assert not slow.done()
        slow.cancel()


async def test_a_document_that_was_slow_waits_for_the_worker_of_slow_ones() -> None:
    """The second time it ends no worker but that of others like it."""
    hostile = replace(document(_many_items(24_000)), url="https://slow.example/")
    async with ParserPool(workers=1, cpu=timedelta(seconds=0.2)) as pool:
        assert isinstance(await pool.parse(hostile), ParseFailed)
        assert isinstance(await pool.parse(document(LARGE)), ParsedFeed)
        before = children()
        assert isinstance(await pool.parse(hostile), ParseFailed)
        assert children() >= before


async def test_documents_met_for_the_first_time_hold_up_none_that_are_known() -> None:
    """A large document of an address that never was quick may be slow; it has a worker for such ones."""
    met = [replace(document(_many_items(24_000)), url=f"https://n.example/{number}") for number in range(3)]
    async with ParserPool(workers=1) as pool:
        reading = [asyncio.create_task(pool.parse(each)) for each in met]
        await asyncio.sleep(0)
        for _ in range(5):
            assert isinstance(await pool.parse(document(RSS)), ParsedFeed)
        assert not any(task.done() for task in reading)
        for task in reading:
            task.cancel()


async def test_a_slow_document_that_is_good_is_read_all_the_same() -> None:
    """One worker gives it up and dies, that of the slow ones reads it."""
    long, short = timedelta(seconds=200), timedelta(seconds=0.05)
    async with ParserPool(workers=1, cpu=long, deadline=long, quick=short) as pool:
        assert isinstance(await pool.parse(document(_many_items(1_000))), ParsedFeed)


async def test_worker_knows_no_secret(pool: ParserPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the bot, tokens and all, is not the worker's."""
    monkeypatch.setenv("STICHWORT_TELEGRAM__TOKEN", "123:geheim")
    before = children()
    await pool.parse(document(RSS))
    for pid in children() - before:
        assert b"geheim" not in environment(pid)


HOSTILE = {
    "billion laughs": (
        b'<!DOCTYPE l [<!ENTITY a "ha">'
        + b"".join(b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
        + b"]><rss version='2.0'><channel><item><title>&j;</title><link>https://h.example/1</link></item></channel></rss>"
    ),
    "comments in a description": b"<rss version='2.0'><channel><item><title>t</title><description>"
    + b"&lt;!--" * 100_000
    + b"</description></item></channel></rss>",
    "brackets": b"<rss version='2.0'><channel><item><title>" + b"&lt;" * 500_000 + b"</title></item></channel></rss>",
    "deep": b"<rss version='2.0'><channel>" + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</channel></rss>",
    "open": b"<rss version='2.0'><channel><item>" + b"<p>" * 50_000,
    "nested html": b"<rss version='2.0'><channel><item><title>t</title><description>"
    + b"&lt;ul&gt;&lt;li&gt;In K\xc3\xbcrze" * 20_000
    + b"</description></item></channel></rss>",
    "long text": b"<rss version='2.0'><channel><item><title>"
    + b"wort " * 1_500_000
    + b"</title></item></channel></rss>",
    "namespaces": b"<rss version='2.0' " + b" ".join(b"xmlns:n%d='u:%d'" % (n, n) for n in range(20_000)) + b"/>",
    "quadratic entity": b'<!DOCTYPE l [<!ENTITY a "'
    + b"x" * 50_000
    + b'">]><rss version="2.0"><channel><item><title>'
    + b"&a;" * 5_000
    + b"</title></item></channel></rss>",
    "entity from outside": b'<!DOCTYPE l [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]>'
    b'<rss version="2.0"><channel/></rss>',
    "ampersands": b"<rss version='2.0'><channel><item><title>" + b"&" * 150_000 + b"</title></item></channel></rss>",
    "divisions": b"<rss version='2.0'><channel><item><title>t</title><description>"
    + b"&lt;div&gt;" * 50_000
    + b"</description></item></channel></rss>",
    "bases": b"<rss version='2.0' xml:base='https://h.example/'><channel>"
    + b"<a xml:base='b/'>" * 100
    + b"<link href='x'/>" * 8_000
    + b"</a>" * 100
    + b"</channel></rss>",
    "declarations": b"<!DOCTYPE l ["
    + b"".join(b'<!ENTITY e%d "x">' % n for n in range(50_000))
    + b"]><rss version='2.0'/>",
    "long date": b"<rss version='2.0'><channel><item><title>t</title><pubDate>"
    + b"1 " * 500_000
    + b"</pubDate></item></channel></rss>",
    "style": b"<rss version='2.0'><channel><item><title>t</title><description>&lt;p style='"
    + b"a:b;" * 100_000
    + b"'&gt;</description></item></channel></rss>",
    "titles": b"<rss version='2.0'><channel><title>"
    + b"&lt;b&gt;" * 5_000
    + b"</title>"
    + b"<item><title>&lt;a&gt;&lt;b&gt;</title></item>" * 5_000
    + b"</channel></rss>",
    "nested json": b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 500_000,
    "huge number": b'{"version":"https://jsonfeed.org/version/1","items":[{"id":' + b"9" * 100_000 + b"}]}",
}


async def test_hostile_documents_are_survived() -> None:
    """Whatever a document does, it gets an answer within the limits, and the next one is read."""
    async with ParserPool(workers=1, deadline=timedelta(seconds=15), cpu=timedelta(seconds=0.5)) as pool:
        for name, body in HOSTILE.items():
            hostile = replace(document(body), url=f"https://h.example/{name.replace(' ', '-')}")
            assert isinstance(await pool.parse(hostile), ParsedFeed | ParseFailed), name
            assert isinstance(await pool.parse(document(RSS)), ParsedFeed), name


def _many_items(count: int) -> bytes:
    item = b"<item><title>x</title><link>https://h.example/1</link><description>Wort</description></item>"
    return b"<!DOCTYPE rss><rss version='2.0'><channel>" + item * count + b"</channel></rss>"


async def test_a_worker_stays_however_large_the_bot_is(pool: ParserPool) -> None:
    """What it has used itself counts, or a large bot would start a process for each document."""
    large = b"x" * (200 * 1024 * 1024)
    await pool.parse(document(RSS))
    (crew,) = [crew for crew in pool._lanes.values() if crew._all]
    workers = set(crew._all)
    assert isinstance(await pool.parse(document(RSS)), ParsedFeed)
    assert crew._all == workers
    assert large


async def test_no_process_outlives_its_pool() -> None:
    """Whoever waits for a turn, or reads again what died, starts none; whoever is cancelled leaves his to the pool."""
    before, pool = children(), ParserPool(workers=1)
    assert isinstance(await pool.parse(document(RSS)), ParsedFeed)
    (crew,) = [crew for crew in pool._lanes.values() if crew._all]
    (worker,) = crew._all
    os.kill(worker._process.pid, signal.SIGSTOP)  # it answers nothing, and is not gone
    waiting = [asyncio.create_task(pool.parse(document(RSS))) for _ in range(4)]
    ending = asyncio.create_task(crew._end(worker))
    await asyncio.sleep(0)
    ending.cancel()
    await asyncio.gather(ending, return_exceptions=True)
    await pool.close()
    answers = await asyncio.gather(*waiting)
    assert {isinstance(answer, ParseFailed) for answer in answers} == {True}
    assert worker._process.returncode is not None
    assert children() <= before
