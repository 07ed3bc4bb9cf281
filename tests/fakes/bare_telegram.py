"""A Bot API server that says as little as it may, or whatever a test makes it say; not like ours, on purpose."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession, web

from bot.demo.telegram_server.clock import HANG_SECONDS

TOKEN = "123456:AAbare-token-of-a-bare-server-0000000"

Answer = Mapping[str, Any] | bytes | tuple[int, Mapping[str, str], bytes]
"""JSON with its error code as status; a body as it is; or status, headers and body."""


@dataclass(frozen=True, slots=True)
class BareCall:
    """One call it got."""

    method: str
    params: Mapping[str, str]


def refusal(code: int, description: str, **parameters: object) -> dict[str, Any]:
    """Write a refusal as Telegram does."""
    said: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return {**said, "parameters": parameters} if parameters else said


class BareTelegram:
    """Keeps no world: sends get numbers, updates are what a test pushes, everything else is true."""

    token = TOKEN

    def __init__(self) -> None:
        self.calls: list[BareCall] = []
        self.updates: list[dict[str, Any]] = []
        self.long_polls = True
        self.abandoned: list[str] = []
        """Methods of calls whose caller hung up before it was answered."""
        self._scripts: dict[str, deque[Answer]] = {}
        self._always: dict[str, Answer | Callable[[Mapping[str, str]], Answer | None]] = {}
        self._slow: dict[str, float] = {}
        self._released: dict[str, asyncio.Event] = {}
        self._bell = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self.url = ""

    def answer(self, method: str, *answers: Answer) -> None:
        """Script the next answers to a method."""
        self._scripts.setdefault(method, deque()).extend(answers)

    def always(self, method: str, answer: Answer | Callable[[Mapping[str, str]], Answer | None] | None) -> None:
        """Answer a method so until told otherwise; None ends it."""
        self._always.pop(method, None)
        if answer is not None:
            self._always[method] = answer

    def slow(self, method: str, seconds: float) -> None:
        """Take so long for a method."""
        self._slow[method] = seconds

    def let_go(self, method: str) -> None:
        """Answer what is slow now, and slow no more."""
        self._slow.pop(method, None)
        self._released.pop(method, asyncio.Event()).set()

    def of(self, method: str) -> list[BareCall]:
        """List the calls of a method."""
        return [each for each in self.calls if each.method == method]

    async def called(self, method: str, times: int = 1, within: float = HANG_SECONDS) -> list[BareCall]:
        """Wait until a method was called so often."""
        async with asyncio.timeout(within), self._bell:
            await self._bell.wait_for(lambda: len(self.of(method)) >= times)
        return self.of(method)

    async def pass_by(self, calls: int = 20) -> None:
        """Let time pass, counted in calls of somebody else: what wanted to be asked at once has been asked then."""
        async with ClientSession(self.url) as session:
            for _ in range(calls):
                async with session.post(f"/bot{TOKEN}/somebodyElse") as answer:
                    await answer.read()

    async def push(self, *updates: dict[str, Any]) -> None:
        """Have updates."""
        async with self._bell:
            self.updates += updates
            self._bell.notify_all()

    async def __aenter__(self) -> Self:
        """Listen."""
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Listen no more."""
        assert self._runner is not None
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        params = {name: str(value) for name, value in (await request.post()).items()}
        async with self._bell:
            self.calls.append(BareCall(method, params))
            self._bell.notify_all()
        if seconds := self._slow.get(method):
            try:
                released = self._released.setdefault(method, asyncio.Event())
                await asyncio.wait((asyncio.ensure_future(released.wait()),), timeout=seconds)
            except asyncio.CancelledError:
                self.abandoned.append(method)
                raise
        if script := self._scripts.get(method):
            return _response(script.popleft())
        always = self._always.get(method)
        told = always(params) if callable(always) else always
        return _response(told if told is not None else {"ok": True, "result": await self._result(method, params)})

    async def _result(self, method: str, params: Mapping[str, str]) -> object:
        if method == "getUpdates":
            return await self._poll(int(params.get("offset", 0)), float(params.get("timeout", 0)))
        if method.startswith("send"):
            return {"message_id": len(self.calls)}
        return {"id": 123456, "is_bot": True, "first_name": "B", "username": "bare"} if method == "getMe" else True

    async def _poll(self, offset: int, seconds: float) -> list[dict[str, Any]]:
        self.updates = [each for each in self.updates if each.get("update_id", offset) >= offset]
        if not self.updates and self.long_polls:
            async with self._bell:
                try:
                    async with asyncio.timeout(seconds):
                        await self._bell.wait_for(lambda: self.updates)
                except TimeoutError:
                    return []
        return self.updates


def _response(answer: Answer) -> web.Response:
    if isinstance(answer, bytes):
        return web.Response(body=answer)
    if isinstance(answer, tuple):
        status, headers, body = answer
        return web.Response(status=status, headers=headers, body=body)
    code = answer.get("error_code", 200)
    return web.Response(status=code, body=json.dumps(answer).encode(), content_type="application/json")
