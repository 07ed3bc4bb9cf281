"""Who may keep a connection open, and for how long."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import socket
from collections.abc import AsyncIterator, Callable, Iterator

import aiohttp
import pytest

from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.web.connections import ConnectionPolicy
from bot.web.server import WebServer
from bot.web.status import Readiness

LONG = 3_600.0


def test_a_line_of_a_thousand_moves_within_a_probes_patience() -> None:
    """So many newcomers a second are let in where each displaces another; probes wait a second or more."""
    policy = ConnectionPolicy()
    assert policy.most / policy.spared >= 1_000


class Large:
    """An insight whose metrics are more than any buffer holds."""

    async def render_metrics(self) -> bytes:
        """Give a lot."""
        return bytes(50_000_000)

    async def take_status(self) -> None:
        """Have none."""


@contextlib.asynccontextmanager
async def served(policy: ConnectionPolicy, token: str = "") -> AsyncIterator[tuple[WebServer, int]]:
    """Run a server with these bounds; gives its port too."""
    server = WebServer(listen="127.0.0.1:0", token=token, health=Readiness(), policy=policy)
    url = await server.start()
    try:
        yield server, int(url.rpartition(":")[2])
    finally:
        await server.stop()


@contextlib.asynccontextmanager
async def half_open(
    port: int, count: int, begun: bytes = b"GET / HTTP/1.1\r\nHost: local"
) -> AsyncIterator[list[asyncio.StreamReader]]:
    """Open connections, one after the other, that send half a request and then nothing."""
    readers, writers = [], []
    for _ in range(count):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begun)
        readers.append(reader)
        writers.append(writer)
    try:
        yield readers
    finally:
        for writer in writers:
            writer.close()


async def ask(port: int, path: str = "/healthz") -> int:
    """Ask for a page and give the status."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
        await answer.read()
        return answer.status


async def closed(reader: asyncio.StreamReader) -> None:
    """Wait until the server has closed a connection without a word."""
    with contextlib.suppress(ConnectionError):
        assert await asyncio.wait_for(reader.read(), HANG_SECONDS) == b""


async def test_half_open_connections_keep_nobody_out() -> None:
    """A newcomer takes the place of the one that has waited longest."""
    policy = ConnectionPolicy(most=4, request=LONG, spared=0.0)
    async with served(policy) as (server, port), half_open(port, 20) as readers:
        for reader in readers[:16]:
            await closed(reader)
        assert server.count_connections() == 4
        assert await ask(port) == 200
        await closed(readers[16])
        assert not any(reader.at_eof() for reader in readers[18:])
        assert server.count_connections() <= 4


@pytest.mark.parametrize("length", [b"Content-Length: 900", b"Transfer-Encoding: chunked"])
async def test_bodies_that_never_come_keep_nobody_out(length: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever promises one is awaited only as long as nobody wants the place; nothing is logged about him."""
    policy = ConnectionPolicy(most=4, request=LONG, answer=LONG, spared=0.0)
    form = b"Content-Type: application/x-www-form-urlencoded\r\n"
    begun = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n" + form + length + b"\r\n\r\n"
    async with served(policy, "a token") as (server, port), half_open(port, 20, begun) as readers:
        for reader in readers[:16]:
            await closed(reader)
        assert await ask(port) == 200
        assert server.count_connections() <= 4
    assert caplog.records == []


async def test_a_connection_that_has_just_come_is_not_displaced() -> None:
    """Who opens connections in a loop gets no further than the bound, and the rest waits in the kernel's queue."""
    policy = ConnectionPolicy(most=4, request=LONG, spared=LONG)
    async with served(policy) as (server, port), half_open(port, 20) as readers:
        await until(lambda: server.count_connections() == 4)
        for _ in range(1_000):
            await asyncio.sleep(0)
        assert server.count_connections() == 4
        assert not any(reader.at_eof() for reader in readers)


async def test_who_sends_no_request_in_time_is_closed_also_after_an_answer() -> None:
    """Keeping a connection alive for nothing is the same."""
    async with served(ConnectionPolicy(request=0.05)) as (server, port), half_open(port, 2) as readers:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert (await asyncio.wait_for(reader.read(), HANG_SECONDS)).startswith(b"HTTP/1.1 200 ")
        writer.close()
        for each in readers:
            await closed(each)
        await until(lambda: server.count_connections() == 0)


async def test_who_takes_no_answer_off_is_closed() -> None:
    """As is who sends a body without end behind a request."""
    async with served(ConnectionPolicy(request=LONG, answer=0.2)) as (server, port):
        server.show(Large())  # type: ignore[arg-type] # the status is not asked for
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1_000)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await until(lambda: server.count_connections() == 1)
        await until(lambda: server.count_connections() == 0)
        writer.close()
        del reader


async def test_a_body_that_is_too_long_is_refused_unread() -> None:
    """By what it says of itself."""
    async with served(ConnectionPolicy()) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000001\r\n\r\n")
        assert (await asyncio.wait_for(reader.readline(), HANG_SECONDS)).startswith(b"HTTP/1.1 413 ")
        writer.close()


async def test_without_descriptors_it_rests_and_comes_back(caplog: pytest.LogCaptureFixture) -> None:
    """One attempt and one line for each rest, however often the event loop comes round."""
    for rest, is_back in ((LONG, False), (0.05, True)):
        caplog.clear()
        async with served(ConnectionPolicy(rest=rest)) as (_, port):
            client = socket.create_connection(("127.0.0.1", port))  # at once: the server has no turn before the limit
            with no_descriptors():
                await until(lambda: bool(caplog.records))
                if not is_back:
                    for _ in range(1_000):
                        await asyncio.sleep(0)
                    assert [record.getMessage() for record in caplog.records] == ["web.cannot_accept"]
            reader, writer = await asyncio.open_connection(sock=client)
            if is_back:
                writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                assert (await asyncio.wait_for(reader.readline(), HANG_SECONDS)).startswith(b"HTTP/1.1 200 ")
            writer.close()


@contextlib.contextmanager
def no_descriptors() -> Iterator[None]:
    """Let the process open nothing more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.dup(0)  # the limit is on numbers, not on how many there are
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(HANG_SECONDS):
        while not holds():  # noqa: ASYNC110 - what the server has in hand rings no bell
            await asyncio.sleep(0.01)
