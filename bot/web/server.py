"""
The server: `/healthz`, `/readyz`, `/metrics`, the status pages, private feeds, the Mini App, and Telegram's webhook.

With a token only the first two are open, the sign-in form, private feeds, whose addresses are secrets of their own, and
the webhook and the Mini App, which have secrets of their own; without one everything is, which the configuration allows
on loopback only.
There, a request must name the host it is for: a page of some other site, whose name was made to lead here (DNS
rebinding), would otherwise read all this through its visitor's browser.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from aiohttp import HttpVersion11, web
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from bot.core.errors import StorageError
from bot.core.ids import FeedId
from bot.settings.model import is_loopback
from bot.web import article_page, feed_page, mini_app, sign_in, status
from bot.web.article_page import ArticleAnswer
from bot.web.connections import BoundedListener, ConnectionPolicy
from bot.web.feed_page import FeedDetails
from bot.web.mini_app import MiniAppPages
from bot.web.private_feeds import FeedPages
from bot.web.sign_in import TokenCheck
from bot.web.status import FeedSelection, Readiness, Status
from bot.web.webhook import WebhookEndpoint
from bot.web.websub import HubCallbacks

_OPEN = frozenset(("/healthz", "/readyz", sign_in.PATH))
_FEEDS = "/feeds/"
_HUBS = "/websub/"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"default-src 'none'; style-src {sign_in.style_source()}; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_LONGEST_BODY = 1_000_000
"""Bytes; an update of Telegram's has some thousands."""
_LONGEST_LINE = 256_000
"""Bytes of an address; beyond that the library refuses it, and quotes it in the answer."""
_LINGERING_SECONDS = 1.0
"""How long a body nobody wants is read, so that the answer gets through."""
_FOREIGN_HOST = "this host name is not served here; web.public_url says which one is\n"
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class StatusSource(Protocol):
    """What the server shows of the bot."""

    async def render_metrics(self) -> bytes:
        """Give all metrics in Prometheus' text format; never raises."""
        ...

    async def take_status(self) -> Status:
        """Gather what the status page tells; raises `StorageError`."""
        ...

    async def find_feed(self, feed_id: FeedId) -> FeedDetails | None:
        """Find a feed of everybody's with its last articles; raises `StorageError`."""
        ...

    async def find_articles(self, question: str) -> ArticleAnswer:
        """Find articles by their address or by words of their titles; raises `StorageError`."""
        ...


class _RequestLog(logging.LoggerAdapter[logging.Logger]):
    """Keeps the library from logging the lines of a request that is not HTTP: an address may be a secret."""

    def process(self, msg: str, kwargs: MutableMapping[str, Any]) -> tuple[str, MutableMapping[str, Any]]:
        """Name such an error instead of quoting it."""
        error = kwargs.get("exc_info")
        if isinstance(error, HttpProcessingError):
            kwargs = {**kwargs, "exc_info": None, "extra": {"error": type(error).__name__}}
        return msg, kwargs


class WebServer:
    """Answers from `start` on; what it has no insight into yet is not there yet."""

    def __init__(
        self,
        *,
        listen: str,
        token: str,
        health: Readiness,
        hosts: frozenset[str] = frozenset(),
        policy: ConnectionPolicy | None = None,
        webhook_path: str = "",
    ) -> None:
        """
        Prepare to serve.

        On loopback `hosts` (in small letters) may be named by a request beside the names of loopback. Telegram posts
        updates to `webhook_path`; "" where they are polled.
        """
        host, _, port = listen.rpartition(":")
        self._host, self._port = host.strip("[]"), int(port)
        self._token_check = TokenCheck(token)
        self._health = health
        self._hosts = hosts
        self._policy = policy or ConnectionPolicy()
        self._insight: StatusSource | None = None
        self._feeds: FeedPages | None = None
        self._webhook_path = webhook_path
        self._webhook: WebhookEndpoint | None = None
        self._hubs: HubCallbacks | None = None
        self._mini_app: MiniAppPages | None = None
        self._runner: web.AppRunner | None = None
        self._listener: BoundedListener | None = None

    async def start(self) -> str:
        """Listen, and say where; raises `OSError` when that cannot be."""
        app = web.Application(middlewares=[self._guard], client_max_size=_LONGEST_BODY)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/", self._status)
        app.router.add_get(article_page.PATH, self._articles)
        app.router.add_get("/sources/{id:[0-9]{1,15}}", self._source)
        app.router.add_post(sign_in.PATH, self._token_check.sign_in)
        app.router.add_get(_FEEDS + "{name}", self._feed)
        app.router.add_get(_HUBS + "{token}", self._hub, allow_head=False)
        app.router.add_post(_HUBS + "{token}", self._hub)
        app.router.add_get(mini_app.PATH, self._app)
        app.router.add_get(mini_app.PATH + "/{name}", self._app)
        app.router.add_post(mini_app.STATE, self._app)
        if self._webhook_path:
            app.router.add_post(self._webhook_path, self._update)
        runner = web.AppRunner(
            app,
            access_log=None,
            handle_signals=False,
            shutdown_timeout=1.0,
            lingering_time=_LINGERING_SECONDS,
            max_line_size=_LONGEST_LINE,
            logger=_RequestLog(logging.getLogger(__name__)),
        )
        await runner.setup()
        assert runner.server is not None
        listener = BoundedListener(runner.server, self._policy)
        try:
            host, port = (await listener.start(self._host, self._port))[0]
        except BaseException:
            await runner.cleanup()
            raise
        self._runner, self._listener = runner, listener
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def show(
        self,
        insight: StatusSource,
        feeds: FeedPages | None = None,
        webhook: WebhookEndpoint | None = None,
        hubs: HubCallbacks | None = None,
        app: MiniAppPages | None = None,
    ) -> None:
        """Show more than signs of life from now on, private feeds and the Mini App too; take updates and pushes."""
        self._insight, self._feeds, self._webhook, self._hubs, self._mini_app = insight, feeds, webhook, hubs, app

    def count_connections(self) -> int:
        """Say how many connections are open."""
        return self._listener.count() if self._listener else 0

    async def stop(self) -> None:
        """Answer no more."""
        if self._listener is not None:
            self._listener.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await self._serve(request, handler)
        except ConnectionResetError:
            if request.transport is not None:  # it was not the client that went away
                raise
            return web.Response()  # to nobody

    async def _serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        connection = self._listener.find(request.transport) if self._listener else None
        with connection.answered() if connection else contextlib.nullcontext():
            if connection:
                request.content.on_eof(connection.note_body)
            response = await self._answer(request, handler)
            for name, value in _HEADERS.items():
                response.headers.setdefault(name, value)
            await response.prepare(request)
            await response.write_eof()  # here, so that a client that takes nothing off has a deadline, too
        return response

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self._is_for_us(request):
            return _text(_FOREIGN_HOST, 421)
        if (request.content_length or 0) > _LONGEST_BODY:
            return _text("this is too long\n", 413)
        if self._is_guarded(request.path):
            if "token" in request.query:
                return _text(sign_in.IN_ADDRESS, 400)
            if not self._token_check.allows(request):
                return self._token_check.refuse(request)
        try:
            async with asyncio.timeout(self._policy.answer / 2):
                return await handler(request)
        except TimeoutError:
            return _text("this took too long\n", 503)
        except web.HTTPException as error:
            response = _text(f"{error.reason}\n", error.status)
            if isinstance(error, web.HTTPMethodNotAllowed):
                response.headers["Allow"] = error.headers["Allow"]
            return response

    def _is_for_us(self, request: web.Request) -> bool:
        """Say whether a request names this server; only browsers can be made to name another, and they always do."""
        if not is_loopback(self._host):
            return True
        named = request.headers.getall("Host", [])
        if not named:
            return request.version < HttpVersion11
        try:
            host = (URL(f"http://{named[0]}").host or "").rstrip(".").lower()
        except ValueError:
            return False
        return len(named) == 1 and (is_loopback(host) or host.endswith(".localhost") or host in self._hosts)

    def _is_guarded(self, path: str) -> bool:
        return self._token_check.is_needed and path not in _OPEN and not self._has_own_secret(path)

    def _has_own_secret(self, path: str) -> bool:
        is_app = path == mini_app.PATH or path.startswith(f"{mini_app.PATH}/")
        return is_app or path.startswith((_FEEDS, _HUBS)) or (bool(self._webhook_path) and path == self._webhook_path)

    async def _healthz(self, request: web.Request) -> web.Response:
        return _text("alive\n")

    async def _readyz(self, request: web.Request) -> web.Response:
        problem = await self._health.find_problem()
        return _text("ready\n") if problem is None else _text(f"{problem}\n", 503)

    async def _metrics(self, request: web.Request) -> web.Response:
        if self._insight is None:
            return _text("still starting\n", 503)
        body = await self._insight.render_metrics()
        return web.Response(body=body, headers={"Content-Type": _METRICS_TYPE})

    async def _status(self, request: web.Request) -> web.Response:
        problem = await self._health.find_problem()
        told = None
        if self._insight is not None and not self._health.is_database_away:
            try:
                told = await self._insight.take_status()
            except StorageError:
                problem = problem or "the database cannot be reached"
        selection = FeedSelection.read(request.query.get("q", ""), request.query.get("page", ""))
        page = await asyncio.to_thread(status.render, told, problem, selection)
        return web.Response(text=page, content_type="text/html", status=200 if told else 503)

    async def _source(self, request: web.Request) -> web.Response:
        if self._insight is None:
            return _text("still starting\n", 503)
        try:
            details = await self._insight.find_feed(FeedId(int(request.match_info["id"])))
        except StorageError:
            return _text("the database cannot be reached\n", 503)
        if details is None:
            raise web.HTTPNotFound
        return web.Response(text=feed_page.render(details), content_type="text/html")

    async def _articles(self, request: web.Request) -> web.Response:
        question = request.query.get("q", "").strip()
        if len(question) > article_page.LONGEST_QUESTION:
            return _text("this is too long\n", 414)
        if self._insight is None:
            return _text("still starting\n", 503)
        try:
            answer = await self._insight.find_articles(question) if question else None
        except StorageError:
            return _text("the database cannot be reached\n", 503)
        return web.Response(text=article_page.render(question, answer), content_type="text/html")

    async def _feed(self, request: web.Request) -> web.Response:
        if self._insight is None:
            return _text("still starting\n", 503)
        if self._feeds is None:
            raise web.HTTPNotFound
        try:
            return await self._feeds.answer(request)
        except StorageError:
            return _text("the database cannot be reached\n", 503)

    async def _hub(self, request: web.Request) -> web.Response:
        if self._insight is None:
            return _text("still starting\n", 503)
        if self._hubs is None:
            raise web.HTTPNotFound
        try:
            is_question = request.method == "GET"
            return await (self._hubs.verify(request) if is_question else self._hubs.receive(request))
        except StorageError:
            return _text("the database cannot be reached\n", 503)

    async def _app(self, request: web.Request) -> web.Response:
        if self._insight is None:
            return _text("still starting\n", 503)
        if self._mini_app is None:
            raise web.HTTPNotFound
        return await self._mini_app.answer(request)

    async def _update(self, request: web.Request) -> web.Response:
        if self._webhook is None:
            return _text("still starting\n", 503)
        return await self._webhook.answer(request)


def _text(text: str, code: int = 200) -> web.Response:
    return web.Response(text=text, status=code)
