"""A publisher with a WebSub hub of its own, on loopback."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

from bot.demo.telegram_server.clock import HANG_SECONDS


@dataclass
class HubPublisher:
    """Serves one Atom feed, and is its hub; each subscription is the form that asked for it."""

    lease: int = 864_000
    by_header: bool = False
    """Whether the hub is named in the head of the answer instead of the document."""
    asked: list[Mapping[str, str]] = field(default_factory=list)
    polls: int = 0
    titles: list[str] = field(default_factory=lambda: ["Alte Meldung"])
    refuses: int = 0
    """So many requests are answered with 503 first."""
    url: str = ""

    def __post_init__(self) -> None:
        """Make what rings at each change."""
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self.confirmed: list[tuple[int, str]] = []
        """Answers to the question whether a subscription was meant."""

    @property
    def topic(self) -> str:
        """The address of the feed."""
        return f"{self.url}/feed.xml"

    async def until_confirmed(self, times: int = 1) -> None:
        """Wait for so many answers to the hub's question."""
        async with asyncio.timeout(HANG_SECONDS), self._changed:
            await self._changed.wait_for(lambda: len(self.confirmed) >= times)

    async def until_polled(self, times: int = 1) -> None:
        """Wait for so many polls."""
        async with asyncio.timeout(HANG_SECONDS), self._changed:
            await self._changed.wait_for(lambda: self.polls >= times)

    async def push(self, body: bytes = b"<feed/>", *, secret: str | None = None, signed: bool = True) -> int:
        """Tell the newest subscriber; returns its answer."""
        form = self.asked[-1]
        key = secret if secret is not None else form["hub.secret"]
        digest = hmac.new(key.encode(), body, "sha256").hexdigest()
        headers = {"X-Hub-Signature": f"sha256={digest}"} if signed else {}
        async with (
            aiohttp.ClientSession() as session,
            session.post(form["hub.callback"], data=body, headers=headers) as answer,
        ):
            return answer.status

    async def ask(self, **parameters: str) -> tuple[int, str]:
        """Ask the newest subscriber whether it meant something."""
        query = {"hub." + name: value for name, value in parameters.items()}
        async with (
            aiohttp.ClientSession() as session,
            session.get(self.asked[-1]["hub.callback"], params=query) as answer,
        ):
            return answer.status, await answer.text()

    async def _subscribe(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(form)
        if self.refuses:
            self.refuses -= 1
            return web.Response(status=503)
        task = asyncio.create_task(self._verify(form))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return web.Response(status=202)

    async def _verify(self, form: Mapping[str, str]) -> None:
        answer = await self.ask(
            mode="subscribe", topic=form["hub.topic"], challenge="ch4ll&enge", lease_seconds=str(self.lease)
        )
        async with self._changed:
            self.confirmed.append(answer)
            self._changed.notify_all()

    async def _feed(self, request: web.Request) -> web.Response:
        async with self._changed:
            self.polls += 1
            self._changed.notify_all()
        links = "" if self.by_header else f'<link rel="hub" href="/hub"/><link rel="self" href="{self.topic}"/>'
        entries = "".join(
            f"<entry><id>urn:{number}</id><title>{escape(title)}</title>"
            f'<link href="{self.url}/{number}"/><summary>Aus Nordkorea.</summary></entry>'
            for number, title in enumerate(self.titles)
        )
        document = f'<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id><title>Hub</title>{links}{entries}</feed>'
        headers = {"Link": f'<{self.url}/hub>; rel="hub", <{self.topic}>; rel="self"'} if self.by_header else {}
        return web.Response(text=document, content_type="application/atom+xml", headers=headers)

    async def __aenter__(self) -> Self:
        """Listen."""
        app = web.Application()
        app.router.add_get("/feed.xml", self._feed)
        app.router.add_post("/hub", self._subscribe)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self._runner.cleanup()
