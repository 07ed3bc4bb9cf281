"""Feeds on loopback: articles are published into them one by one, or a body is served as it is."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import formatdate
from html import escape
from types import TracebackType
from typing import Self

from aiohttp import web

_HOST = "127.0.0.1"
_LISTED = 300
"""How many entries a feed shows, the newest first."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An article in a feed."""

    title: str
    lead: str
    link: str
    at: float
    """Seconds since 1970."""


class FeedServer:
    """`async with FeedServer() as feeds: feeds.publish("daily", "Title")`; the feed is at `feeds.url("daily")`."""

    def __init__(self) -> None:
        self.fetches: dict[str, int] = defaultdict(int)
        """How often each feed was asked for."""
        self.port = 0
        self._articles: dict[str, list[Published]] = defaultdict(list)
        self._handlers: dict[str, Handler] = {}
        self._runner: web.AppRunner | None = None

    def url(self, name: str) -> str:
        """Give the address of a feed; it is there, and empty, before anything is published in it."""
        return f"http://{_HOST}:{self.port}/{name}/feed.xml"

    def publish(self, name: str, title: str, lead: str = "") -> Published:
        """Put an article into a feed, now."""
        number = len(self._articles[name]) + 1
        link = f"http://{_HOST}:{self.port}/{name}/{number}"
        article = Published(title=title, lead=lead or f"{title}.", link=link, at=time.time())
        self._articles[name].append(article)
        return article

    def serve(self, name: str, body: bytes, content_type: str = "application/rss+xml") -> None:
        """Serve these bytes as the feed."""

        async def answer(_: web.Request) -> web.StreamResponse:
            return web.Response(body=body, headers={"Content-Type": content_type})

        self.handle(name, answer)

    def handle(self, name: str, handler: Handler) -> None:
        """Let a function answer whoever asks for the feed."""
        self._handlers[name] = handler

    async def __aenter__(self) -> Self:
        """Listen on any free port."""
        app = web.Application()
        app.add_routes([web.get("/{name}/feed.xml", self._feed), web.get("/{name}/{number}", self._page)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, _HOST, 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self.fetches[name] += 1
        if handler := self._handlers.get(name):
            return await handler(request)
        articles = self._articles[name]
        tag = f'"{len(articles)}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        items = "".join(map(_item, reversed(articles[-_LISTED:])))
        body = (
            f'<rss version="2.0"><channel><title>{escape(name)}</title><language>de</language>{items}</channel></rss>'
        )
        return web.Response(body=body.encode(), headers={"Content-Type": "application/rss+xml", "ETag": tag})

    async def _page(self, request: web.Request) -> web.StreamResponse:
        name, number = request.match_info["name"], int(request.match_info["number"])
        article = self._articles[name][number - 1]
        text = f"<!doctype html><title>{escape(article.title)}</title><article><p>{escape(article.lead)}</p></article>"
        return web.Response(text=text, content_type="text/html")


def _item(article: Published) -> str:
    return (
        f"<item><title>{escape(article.title)}</title><link>{article.link}</link><guid>{article.link}</guid>"
        f"<description>{escape(article.lead)}</description>"
        f"<pubDate>{formatdate(article.at, usegmt=True)}</pubDate></item>"
    )
