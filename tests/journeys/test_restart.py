"""Killed and started again, on both databases: nothing is lost, nobody waits for dead leases, and it is quick."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.demo.faults import Effect
from bot.demo.newsroom import Newsroom
from bot.demo.process import BotProcess
from bot.demo.server import Server
from tests.fakes.postgres import postgres, postgres_url
from tests.journeys.process import make_bot, write_config

__all__ = ["postgres", "postgres_url"]

TEXT = "<p>Aus Nordkorea kommt eine weitere Antwort auf die Einladung nach Wladiwostok.</p>"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Where the bot keeps everything."""
    return "sqlite:///bot.db" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


async def restart(bot: BotProcess, server: Server) -> float:
    """Start the bot again, and give the seconds until it is ready."""
    asked, started = len(server.calls), time.monotonic()
    await bot.start()
    await server.ready(after=asked)
    return time.monotonic() - started


async def test_killed_twice_it_goes_on_where_it_was(tmp_path: Path, database: str) -> None:
    """
    What was said right before a kill and while the bot was down is answered, and alerts come once.

    A message that was in the air at the kill comes at once after the start, not when its lease would have run out.
    """
    async with Server() as server, Newsroom() as newsroom:
        config = write_config(server, {"Limmat-Kurier": newsroom.feed_url("limmat")}, database=database)
        bot = make_bot(tmp_path, config)
        try:
            await bot.start()
            await server.ready()
            anna, bert, carl = (server.person(name) for name in ("Anna", "Bert", "Carl"))
            await anna.ask("/sub Nordkorea")
            await newsroom.visited("limmat", times=2)
            newsroom.publish("limmat", "Antwort null", TEXT)
            await anna.chat.wait_for(lambda message: "null" in message.text)

            said = bert.say("/sub Nordkorea")
            await bot.kill()
            asked = carl.say("/help")
            newsroom.publish("limmat", "Antwort eins", TEXT)
            first = await restart(bot, server)
            await bert.chat.answer_to(said)
            await carl.chat.answer_to(asked)
            await anna.chat.wait_for(lambda message: "eins" in message.text)
            listed = bert.say("/list")  # its alert may come first
            await bert.chat.wait_for(lambda message: "1 · Nordkorea" in message.text, after=listed)

            server.fault(Effect.SLOW, "sendMessage", chat_id=anna.id, seconds=60.0)
            before = len(server.calls)
            newsroom.publish("limmat", "Antwort zwei", TEXT)
            await bert.chat.wait_for(lambda message: "zwei" in message.text)
            await server.calls.wait("sendMessage", after=before)
            await bot.kill()
            second = await restart(bot, server)
            await anna.chat.wait_for(lambda message: "zwei" in message.text)
            assert await bot.terminate(within=12) == 0
        finally:
            await bot.kill()
            print(bot.tail(60))

    print(f"ready after a kill: {first:.1f} s and {second:.1f} s")
    assert min(first, second) < 5  # the better of two: other tests want the processor too
    for number in ("eins", "zwei"):  # the kill that follows "null" may have come before its outcome was noted
        assert sum(f"Antwort {number}" in message.text for message in anna.chat.received) == 1
    assert server.violations == []
    log = bot.tail(10_000)
    assert "Traceback" not in log
    assert "Nordkorea" not in log
    assert server.token not in log
