"""Answers a little out of order are read as browsers read them, and none is read without a bound."""

from __future__ import annotations

import asyncio
import gzip

import pytest

from bot.core.feed import Fetched, FetchFailed, FetchOutcome, FetchProblem, Origin
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.feeds.fetch import HttpFetcher
from bot.feeds.http_responses import MOST_HEAD, LenientResponseHandler, mend
from tests.builders import make_feed
from tests.feeds.servers import raw_server

BODY = b"<rss version='2.0'><channel><title>Hafen</title></channel></rss>"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
TYPE = b"Content-Type: application/rss+xml\r\n"
PACKED = gzip.compress(BODY)


async def ask(fetcher: HttpFetcher, *pieces: bytes, times: int = 1) -> list[FetchOutcome]:
    """Serve these bytes, piece by piece, as the answer to every request; the connection stays open between them."""
    asked = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        while True:
            asked += 1
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
            if not any(b"Length" in piece or b"chunked" in piece for piece in pieces):
                return
            await reader.readuntil(b"\r\n\r\n")

    async with raw_server(serve) as url, asyncio.timeout(HANG_SECONDS):
        feed = make_feed(url=url, origin=Origin.OPERATOR)
        outcomes = [await fetcher.fetch(feed, subscribers=1) for _ in range(times)]
    assert asked == times
    return outcomes


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Security-Policy: " + b"https://x.example " * 3_000 + b"\r\n" + LENGTH,
        b"X Powered By: PHP/5.2\r\n" + LENGTH,
        b"no colon at all\r\n" + LENGTH,
        b": nameless\r\n" + LENGTH,
        b"X-Odd: a\x01\x02b\r\n" + LENGTH,
        LENGTH + LENGTH,
        b"Content-Length: %d, %d\r\n" % (len(BODY), len(BODY)),
        b"Content-Length : %d\r\n" % len(BODY),
        b"X-Folded: one\r\n two\r\n" + LENGTH,
        b"".join(b"X-%d: 1\r\n" % number for number in range(300)) + LENGTH,
    ],
    ids=["long", "space", "no-colon", "no-name", "control", "twice", "list", "space-before-colon", "folded", "many"],
)
async def test_a_head_a_little_out_of_order_is_read(fetcher: HttpFetcher, head: bytes) -> None:
    """Also in pieces, and again over the same connection."""
    answer = b"HTTP/1.1 200 OK\r\n" + TYPE + head + b"\r\n" + BODY
    for pieces in ((answer,), (answer[:30], answer[30:200], answer[200:])):
        for outcome in await ask(fetcher, *pieces, times=2):
            assert isinstance(outcome, Fetched), outcome
            assert (outcome.body, outcome.content_type) == (BODY, "application/rss+xml")


async def test_lines_may_end_in_a_bare_line_feed(fetcher: HttpFetcher) -> None:
    """Old scripts write heads by hand."""
    answer = b"HTTP/1.0 200 OK\nContent-Type: text/xml\n" + LENGTH.replace(b"\r", b"") + b"\n" + BODY
    (outcome,) = await ask(fetcher, answer)
    assert isinstance(outcome, Fetched)
    assert outcome.body == BODY


async def test_an_interim_answer_comes_before_the_real_one(fetcher: HttpFetcher) -> None:
    """Both heads are put in order."""
    early = b"HTTP/1.1 103 Early Hints\r\nX Link: a\r\n\r\n"
    (outcome,) = await ask(fetcher, early + b"HTTP/1.1 200 OK\r\nX Y: 1\r\n" + LENGTH + b"\r\n" + BODY)
    assert isinstance(outcome, Fetched)
    assert outcome.body == BODY


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Encoding: gzip\r\n",
        b"Content-Encoding: x-gzip\r\n",
        b"Content-Type: application/x-gzip\r\n",
        b"Content-Type: application/rss+xml\r\n",
    ],
)
@pytest.mark.parametrize("split", [0, 1, len(BODY) // 2])
async def test_packed_is_unpacked_whatever_the_head_says(fetcher: HttpFetcher, head: bytes, split: int) -> None:
    """A file that was packed beforehand, as one or in parts, or a name of the coding that only old servers use."""
    packed = (gzip.compress(BODY[:split]) if split else b"") + gzip.compress(BODY[split:])
    length = b"Content-Length: %d\r\n\r\n" % len(packed)
    (outcome,) = await ask(fetcher, b"HTTP/1.1 200 OK\r\n" + head + length + packed)
    assert isinstance(outcome, Fetched)
    assert outcome.body == BODY
    assert "gzip" not in outcome.content_type


@pytest.mark.parametrize("members", [1, 50])
async def test_unpacking_has_the_bound_of_every_body(fetcher: HttpFetcher, members: int) -> None:
    """A small file that unpacks to more than `max_body` is refused, as when the head says how it is packed."""
    bomb = gzip.compress(bytes(5_000_000 // members)) * members
    (outcome,) = await ask(fetcher, b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb)
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem is FetchProblem.TOO_LARGE


@pytest.mark.parametrize(
    "tail",
    [bytes(20), b"<!-- cached -->", PACKED[:-9], gzip.compress(b"") * 2_000],
    ids=["zeros", "remark", "broken", "empty"],
)
async def test_what_follows_a_packed_file_costs_it_nothing(fetcher: HttpFetcher, tail: bytes) -> None:
    """Zeros, a remark, a part that breaks off, endless empty parts."""
    (outcome,) = await ask(
        fetcher, b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(PACKED + tail) + PACKED + tail
    )
    assert isinstance(outcome, Fetched)
    assert outcome.body.startswith(BODY)


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n",
        b"X-Endless: " + b"x" * 3 * MOST_HEAD + b"\r\n" + LENGTH + b"\r\n",
    ],
    ids=["two-lengths", "too-long"],
)
async def test_what_has_two_meanings_or_no_end_is_refused(fetcher: HttpFetcher, head: bytes) -> None:
    """A body whose length is told in two ways could be anything; no head is kept without a bound."""
    (outcome,) = await ask(fetcher, b"HTTP/1.1 200 OK\r\n" + head + BODY)
    assert isinstance(outcome, FetchFailed)


def test_a_body_in_chunks_needs_no_length() -> None:
    """What the chunks say counts, as RFC 9112 has it."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9"
    assert mend(head) == b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"


async def test_connections_use_the_lenient_handler(fetcher: HttpFetcher) -> None:
    """The library has no public way to set it, so an update of the library must not lose it silently."""
    for session in fetcher._sessions.values():
        assert isinstance(session.connector._factory(), LenientResponseHandler)  # type: ignore[union-attr]
