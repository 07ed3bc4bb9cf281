"""
The server: `/healthz`, `/readyz`, `/metrics` and the status page.

With a token only the first two are open; without one everything is, which the configuration allows on loopback only.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import web

from bot.core.errors import StorageError
from bot.web import status
from bot.web.health import Health
from bot.web.status import Status

_OPEN = frozenset(("/healthz", "/readyz"))
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",  # the token may stand in the address
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Insight(Protocol):
    """What the server shows of the bot."""

    async def render_metrics(self) -> bytes:
        """Give all metrics in Prometheus' text format; never raises."""
        ...

    async def take_status(self) -> Status:
        """Gather what the status page tells; raises `StorageError`."""
        ...


class WebServer:
    """Answers from `start` on; what it has no insight into yet is not there yet."""

    def __init__(self, *, listen: str, token: str, health: Health) -> None:
        host, _, port = listen.rpartition(":")
        self._host, self._port = host.strip("[]"), int(port)
        self._token = token.encode()
        self._health = health
        self._insight: Insight | None = None
        self._runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Listen, and say where; raises `OSError` when that cannot be."""
        app = web.Application(middlewares=[self._guard], client_max_size=1_000_000)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/", self._status)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except BaseException:
            await runner.cleanup()
            raise
        self._runner = runner
        host, port = runner.addresses[0][:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def show(self, insight: Insight) -> None:
        """Show more than signs of life from now on."""
        self._insight = insight

    async def stop(self) -> None:
        """Answer no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self._may(request):
            response: web.StreamResponse = _text("a token is needed\n", 401)
            response.headers["WWW-Authenticate"] = 'Bearer realm="stichwort"'
        else:
            try:
                response = await handler(request)
            except web.HTTPException as error:
                response = _text(f"{error.reason}\n", error.status)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    def _may(self, request: web.Request) -> bool:
        if not self._token or request.path in _OPEN:
            return True
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        offered = given.strip() if kind.lower() == "bearer" else request.query.get("token", "")
        return hmac.compare_digest(offered.encode("utf-8", "replace"), self._token)

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
        page = status.render(told, problem)
        return web.Response(text=page, content_type="text/html", status=200 if told else 503)


def _text(text: str, code: int = 200) -> web.Response:
    return web.Response(text=text, status=code)
