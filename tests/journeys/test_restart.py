"""Killed and started again, on both databases: nothing is lost, and nobody waits for dead leases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.faults import Effect
from bot.demo.telegram_server.server import Server
from tests.journeys.hand import Hand
from tests.journeys.process import make_bot, write_config

TEXT = "<p>Aus Nordkorea kommt eine weitere Antwort auf die Einladung nach Wladiwostok.</p>"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Where the bot keeps everything."""
    return "sqlite:///bot.db" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


async def restart(bot: BotProcess, server: Server) -> None:
    """Start the bot again, and wait until it is ready."""
    asked = len(server.calls)
    await bot.start()
    await server.ready(after=asked)


async def test_killed_it_goes_on_where_it_was(tmp_path: Path, database: str) -> None:
    """
    What was said right before a kill and while the bot was down is answered, and alerts come once.

    A message that was in the air at the kill comes after the start: its lease would outlive the wait of this test.
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

            server.fault(Effect.SLOW, "sendMessage", chat_id=anna.id, seconds=600.0)
            before = len(server.calls)
            newsroom.publish("limmat", "Antwort eins", TEXT)
            await server.calls.wait("sendMessage", after=before)
            said = bert.say("/sub Nordkorea")
            await bot.kill()
            asked = carl.say("/help")
            newsroom.publish("limmat", "Antwort zwei", TEXT)
            await restart(bot, server)
            await bert.chat.answer_to(said)
            await carl.chat.answer_to(asked)
            for number in ("eins", "zwei"):
                await anna.chat.wait_for(lambda message, number=number: f"Antwort {number}" in message.text)
            listed = bert.say("/list")  # its alert may come first
            await bert.chat.wait_for(lambda message: "1 · Nordkorea" in message.text, after=listed)
            assert await bot.terminate(within=HANG_SECONDS) == 0
        finally:
            await bot.kill()
            print(bot.tail(60))

    for number in ("eins", "zwei"):
        assert sum(f"Antwort {number}" in message.text for message in anna.chat.received) == 1
    assert server.violations == []
    log = bot.tail(10_000)
    assert "Traceback" not in log
    assert "Nordkorea" not in log
    assert server.token not in log


@pytest.mark.parametrize("behind", [timedelta(hours=1), timedelta(days=400)], ids=["an hour", "a year"])
async def test_a_machine_whose_clock_is_behind_the_database_goes_on_at_once(
    tmp_path: Path, database: str, behind: timedelta
) -> None:
    """As one without a battery starts: nothing waits for times that were stored, or comes twice once it is set."""
    hand = Hand(tmp_path / "clock")
    async with Server() as server, Newsroom() as newsroom:
        config = write_config(server, {"Limmat-Kurier": newsroom.feed_url("limmat")}, database=database)
        bot = make_bot(tmp_path, config, {"STICHWORT_CLOCK": str(hand.file)})
        try:
            await bot.start()
            await server.ready()
            anna = server.person("Anna")
            await anna.ask("/sub Nordkorea")
            await newsroom.visited("limmat", times=2)
            newsroom.publish("limmat", "Antwort eins", TEXT)
            await anna.chat.wait_for(lambda message: "eins" in message.text)
            assert await bot.terminate() == 0
            hand.move(-behind)
            newsroom.publish("limmat", "Antwort zwei", TEXT)
            await restart(bot, server)
            await anna.chat.wait_for(lambda message: "zwei" in message.text)
            hand.move(behind)
            newsroom.publish("limmat", "Antwort drei", TEXT)
            await anna.chat.wait_for(lambda message: "drei" in message.text)
        finally:
            await bot.kill()
            print(bot.tail(60))
    told = [sum(word in message.text for message in anna.chat.received) for word in ("eins", "zwei", "drei")]
    assert told == [1, 1, 1]
    assert server.violations == []
