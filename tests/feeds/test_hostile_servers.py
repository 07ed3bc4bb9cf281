"""Servers that trickle, flood, unpack to gigabytes, hang up or talk nonsense: each fails alone, soon, and cheaply."""

from __future__ import annotations

import asyncio
import gzip
import resource
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.feed import Fetched, FetchFailed, FetchOutcome, FetchProblem, Origin
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.feeds.fetch import HttpFetcher
from tests.builders import make_feed
from tests.feeds.conftest import POLICY
from tests.feeds.servers import Answer, FeedServer, raw_server

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"


@pytest.fixture
async def hasty() -> AsyncIterator[HttpFetcher]:
    """A fetcher with half a second of patience."""
    async with HttpFetcher(replace(POLICY, deadline=timedelta(seconds=0.5))) as opened:
        yield opened


async def fetch(fetcher: HttpFetcher, url: str) -> FetchOutcome:
    async with asyncio.timeout(HANG_SECONDS):
        return await fetcher.fetch(make_feed(url=url, origin=Origin.OPERATOR), subscribers=1)


def problem(outcome: FetchOutcome) -> FetchProblem | None:
    return outcome.problem if isinstance(outcome, FetchFailed) else None


@pytest.mark.parametrize("head", [HEAD + b"X-Long: ", HEAD + b"Content-Length: 1000\r\n\r\n"], ids=["header", "body"])
async def test_trickle_meets_the_deadline(hasty: HttpFetcher, head: bytes) -> None:
    """A byte now and then does not hold a poll beyond its total deadline."""

    async def trickle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with raw_server(trickle) as url:
        assert problem(await fetch(hasty, url)) is FetchProblem.TIMEOUT


async def test_deadline_holds_over_redirects(hasty: HttpFetcher) -> None:
    """Redirects that each take a while share one deadline."""

    async def send_on(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        writer.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /%d\r\n\r\n" % id(writer))
        await writer.drain()

    async with raw_server(send_on) as url:
        assert problem(await fetch(hasty, url)) is FetchProblem.TIMEOUT


async def test_silence_meets_the_deadline(hasty: HttpFetcher) -> None:
    """A server that accepts and says nothing times out."""

    async def nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async with raw_server(nothing) as url:
        assert problem(await fetch(hasty, url)) is FetchProblem.TIMEOUT


def _bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1024 * 1024)
    return b"".join(packer.compress(block) for _ in range(512)) + packer.flush()


@pytest.mark.parametrize("kind", ["endless", "gzip bomb", "honest length"])
async def test_flood_meets_the_cap(fetcher: HttpFetcher, kind: str) -> None:
    """A body is given up at the cap, counted after unpacking, and costs no more memory than that."""
    bomb = _bomb() if kind == "gzip bomb" else b""

    async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        match kind:
            case "endless":
                writer.write(HEAD + b"\r\n")
            case "gzip bomb":
                writer.write(HEAD + b"Content-Encoding: gzip\r\n\r\n" + bomb)
            case _:
                writer.write(HEAD + b"Content-Length: 9999999999\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with raw_server(flood) as url:
        assert problem(await fetch(fetcher, url)) is FetchProblem.TOO_LARGE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"", FetchProblem.UNREACHABLE),
        (b"SSH-2.0-OpenSSH_9.6\r\n", FetchProblem.BROKEN),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n", FetchProblem.BROKEN),
        (b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", FetchProblem.SERVER_ERROR),
        (b"HTTP/1.1 206 Part\r\nContent-Length: 2\r\n\r\nab", FetchProblem.HTTP_ERROR),
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", FetchProblem.HTTP_ERROR),
        (HEAD + b"Content-Length: 1000\r\n\r\n<rss>", FetchProblem.BROKEN),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n", FetchProblem.BROKEN),
        (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\n<rss>", FetchProblem.BROKEN),
        (HEAD + b"Content-Encoding: br\r\nContent-Length: 5\r\n\r\n<rss>", FetchProblem.BROKEN),
    ],
    ids=str,
)
async def test_nonsense_is_an_outcome(fetcher: HttpFetcher, answer: bytes, expected: FetchProblem) -> None:
    """Whatever comes instead of proper HTTP, or breaks off, is a failure and no exception (P05)."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async with raw_server(talk) as url:
        assert problem(await fetch(fetcher, url)) is expected


async def test_twice_packed_stays_packed(fetcher: HttpFetcher, server: FeedServer) -> None:
    """A body packed twice is not unpacked twice."""
    packed = gzip.compress(gzip.compress(bytes(50_000_000)))
    outcome = await fetch(
        fetcher, server.say("/feed", Answer(body=packed, headers=(("Content-Encoding", "gzip, gzip"),)))
    )
    assert not isinstance(outcome, Fetched) or len(outcome.body) < 1_000_000


async def test_others_are_served_meanwhile(fetcher: HttpFetcher, server: FeedServer) -> None:
    """While one server trickles, feeds elsewhere are read."""

    async def nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async with raw_server(nothing) as url:
        stuck = asyncio.create_task(fetch(fetcher, url))
        assert isinstance(await fetch(fetcher, server.say("/feed", Answer())), Fetched)
        assert not stuck.done()
        stuck.cancel()
        await asyncio.gather(stuck, return_exceptions=True)


async def test_odd_validators_are_dropped(fetcher: HttpFetcher) -> None:
    """A validator that could not be sent back or stored as it came is as good as none."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = b'ETag: "\xe9"\r\nLast-Modified: ' + b"x" * 3000 + b"\r\nContent-Length: 3\r\n\r\nabc"
        writer.write(HEAD + head)
        await writer.drain()

    async with raw_server(talk) as url:
        outcome = await fetch(fetcher, url)
    assert isinstance(outcome, Fetched)
    assert (outcome.etag, outcome.last_modified) == (None, None)
