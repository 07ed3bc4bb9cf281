"""Whatever readers, publishers and operators do wrong, the bot answers as the manual says and goes on."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.journeys.process import make_bot, write_config

BOMB = (
    '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><rss><channel><title>&i;</title><item><title>&i;</title></item></channel></rss>"
)
ODD = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Odd \x00\xff</title>'
    b"<item><title>Nordkorea \x00 &#xD800; \xed\xa0\x80 &#0;</title><link>javascript:alert(1)</link>"
    b"<guid>\x00</guid><pubDate>Mon, 99 Foo 0000 99:99:99 XYZ</pubDate><description>" + b"<b>" * 5000 + b"</item>"
)


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/xml"})
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        while True:
            await response.write(b"<rss>" + b" " * 65_536)
    return response


async def _hang(request: web.Request) -> web.Response:
    await asyncio.sleep(600)
    return web.Response()


async def _cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def _body(content: bytes, **headers: str) -> object:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=content, headers=headers)

    return answer


_ANSWERS = {
    "page": _body(b"<!doctype html><title>No feed</title><p>Nothing", **{"Content-Type": "text/html"}),
    "bomb": _body(BOMB.encode(), **{"Content-Type": "text/xml"}),
    "zip": _body(gzip.compress(b" " * 20_000_000), **{"Content-Type": "text/xml", "Content-Encoding": "gzip"}),
    "odd": _body(ODD, **{"Content-Type": "text/xml; charset=nonsense"}),
    "empty": _body(b""),
    "endless": _endless,
    "hang": _hang,
    "cut": _cut,
}


@asynccontextmanager
async def villains() -> AsyncIterator[tuple[dict[str, str], set[str]]]:
    """Serve feeds that mean no good; gives their addresses, and which of them were asked."""
    asked: set[str] = set()

    @web.middleware
    async def note(request: web.Request, handler: object) -> web.StreamResponse:
        asked.add(request.path.strip("/"))
        return await handler(request)  # type: ignore[operator,no-any-return]

    app = web.Application(middlewares=[note])  # type: ignore[list-item]
    app.add_routes([web.get(f"/{name}", answer) for name, answer in _ANSWERS.items()])  # type: ignore[arg-type]
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield {name: f"http://127.0.0.1:{runner.addresses[0][1]}/{name}" for name in _ANSWERS}, asked
    finally:
        await runner.cleanup()


async def test_one_bot_meets_them_all(tmp_path: Path) -> None:
    """Bad queries, unknown commands, hostile feeds and a second process; a healthy feed notices nothing."""
    moved = tmp_path / "clock"
    async with Server() as server, Newsroom() as newsroom, villains() as (bad, asked):
        feeds = {**bad, "Limmat-Kurier": newsroom.feed_url("limmat")}
        config = write_config(server, feeds).replace('host_gap = "0s"', 'host_gap = "0s"\nmax_body = "1MB"')
        bot = make_bot(tmp_path, config, {"STICHWORT_CLOCK": str(moved)})
        try:
            await bot.start()
            await server.ready()
            anna = server.person("Anna", language="de")
            await _talk_nonsense(server)
            reply = await anna.ask("/sub Nordkorea")
            moved.write_text("7200")
            await newsroom.visited("limmat", times=2)
            newsroom.publish("limmat", "Nordkorea schweigt", "<p>Aus Nordkorea kommt keine Antwort auf die Frage.</p>")
            await anna.chat.wait_for(lambda message: "schweigt" in message.text, after=reply)

            second = make_bot(tmp_path, config)
            await second.start()
            assert await asyncio.wait_for(second.wait(), HANG_SECONDS) == 5
            assert "already running" in second.tail()
            async with asyncio.timeout(HANG_SECONDS):
                while asked != set(bad) or "clock.moved" not in bot.tail(1000):  # noqa: ASYNC110 - a log rings no bell
                    await asyncio.sleep(0.05)
            assert await bot.terminate(within=HANG_SECONDS) == 0
        finally:
            await bot.kill()
            print(bot.tail(60))

    assert server.violations == []
    _look_at(bot, server)


async def _talk_nonsense(server: Server) -> None:
    """Say what cannot be granted; each gets an answer that shows the bot is well."""

    def somebody() -> SimulatedPerson:  # each has a chat of his own, or Telegram's pace would make this long
        return server.person("Bert", language="de")

    for text in (
        '/sub "Nordkorea ohne Ende',
        "/sub (Putin OR",
        "/sub -Fussball",
        "/sub " + "x" * 4000,
        "/sub \u202e\u0000\ud7ff",
        "/unsub 99",
        "/unsub 99999999999999999999999",
        "/gibtesnicht",
        "/approve 5",
        "/",
    ):
        answer = await somebody().ask(text)
        assert answer.text, text
    unknown, forbidden = await somebody().ask("/gibtesnicht"), await somebody().ask("/approve 5")
    assert unknown.text.replace("gibtesnicht", "") == forbidden.text.replace("approve", "")


def _look_at(bot: BotProcess, server: Server) -> None:
    """Demand that the log has one line for each fault, and nothing that is nobody's business."""
    log = bot.tail(10_000)
    assert "Traceback" not in log
    assert server.token not in log
    assert "Nordkorea" not in log
    failing = [line for line in log.splitlines() if "feed.failing" in line]
    assert {"not-a-feed", "too-large"} <= {word.partition("=")[2] for line in failing for word in line.split()}
    assert len(failing) >= 5


async def test_a_bad_configuration_ends_the_process_with_2(tmp_path: Path) -> None:
    """One line, and nothing else."""
    bot = make_bot(tmp_path, "[telegram]\ntoken = '1:a'\n[polling]\nintervall = '1s'\n")
    await bot.start()

    assert await asyncio.wait_for(bot.wait(), HANG_SECONDS) == 2
    (line,) = bot.tail().splitlines()
    assert line.startswith("stichwort: ")
    assert "did you mean polling.interval?" in line
