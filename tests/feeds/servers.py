"""Feed servers on loopback: one that follows a script and keeps a record, and one that may do as it likes."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Test</title><link>https://t.example/</link>
<item><title>Treffen</title><link>https://t.example/1</link><guid>1</guid></item>
</channel></rss>"""


@dataclass(frozen=True)
class Answer:
    """What the server says to one request."""

    status: int = 200
    body: bytes = RSS
    headers: tuple[tuple[str, str], ...] = ()
    keep_date: bool = True


@dataclass(frozen=True)
class Asked:
    """What a request said."""

    method: str
    path: str
    query: str
    headers: CIMultiDictProxy[str]


@dataclass
class FeedServer:
    """Answers each path with its script, the last answer over and over; paths without one get 404."""

    host: str = "127.0.0.1"
    port: int = 0
    script: dict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    asked: list[Asked] = field(default_factory=list)
    busy: int = 0
    busiest: int = 0
    hold: asyncio.Event | None = None
    """While set to an unset event, answers wait for it."""

    def url(self, path: str = "/feed") -> str:
        """Give the address of a path."""
        return f"http://{self.host}:{self.port}{path}"

    def say(self, path: str, *answers: Answer) -> str:
        """Script a path; gives its address."""
        self.script[path] = list(answers)
        return self.url(path)

    def redirect(self, path: str, target: str, status: int = 302) -> str:
        """Script a redirect."""
        return self.say(path, Answer(status=status, body=b"", headers=(("Location", target),)))

    async def answer(self, request: web.Request) -> web.Response:
        """Note the request and follow the script."""
        self.asked.append(Asked(request.method, request.path, request.query_string, request.headers))
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        try:
            if self.hold:
                await self.hold.wait()
            answers = self.script[request.path]
            said = answers[0] if answers else Answer(status=404)
            if len(answers) > 1:
                answers.pop(0)
            response = web.Response(status=said.status, body=said.body, headers=CIMultiDict(said.headers))
            if not said.keep_date:
                response.headers["Date"] = "gestern"
            return response
        finally:
            self.busy -= 1


@asynccontextmanager
async def feed_server(host: str = "127.0.0.1") -> AsyncIterator[FeedServer]:
    """Run a scripted server."""
    server = FeedServer(host)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, host, 0)
    await site.start()
    server.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        await runner.cleanup()


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw_server(handler: Handler, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Run a server that reads a request and then does with the connection what it likes; gives its address."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await reader.readuntil(b"\r\n\r\n")
            await handler(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client left, or the test is over
        finally:
            writer.close()

    server = await asyncio.start_server(serve, host, 0)
    try:
        yield f"http://{host}:{server.sockets[0].getsockname()[1]}/feed"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
