"""A language model on loopback that says what a test wants."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class FakeModel:
    """An OpenAI-compatible endpoint; `says` is its summary, `answers` wins over it."""

    def __init__(self) -> None:
        self.url = ""
        self.says = ""
        self.answers: Answer | None = None
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.heard = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one question."""
        self.asked.append(await request.json())
        self.keys.append(request.headers.get("Authorization", ""))
        self.heard.set()
        await self.gate.wait()
        if self.answers is not None:
            return await self.answers(request)
        return completion(json.dumps({"summary": self.says}))


def completion(content: object) -> web.Response:
    """Shape an answer."""
    return web.json_response({"choices": [{"message": {"role": "assistant", "content": content}}]})


@asynccontextmanager
async def listening() -> AsyncIterator[FakeModel]:
    """Run a model that listens."""
    model = FakeModel()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", model.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    model.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield model
    finally:
        model.gate.set()
        await runner.cleanup()
