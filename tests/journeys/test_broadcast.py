"""A broadcast on the real process: killed in the middle, and stopped."""

from __future__ import annotations

from pathlib import Path

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.journeys.length import PATIENCE
from tests.journeys.process import make_bot, write_config

READERS = 120
IN_FLIGHT = 16


def count(readers: list[SimulatedPerson], text: str) -> list[int]:
    """Count the messages with this text, by reader."""
    return [sum(message.text == text for message in reader.chat.received) for reader in readers]


async def begin(olga: SimulatedPerson, text: str) -> None:
    """Preview a broadcast and confirm it."""
    olga.say(f"/broadcast {text}")
    asked = await olga.chat.wait_for(lambda message: bool(message.buttons) and "Ja, an" in message.buttons[0][0])
    await olga.press(asked.buttons[0][0], asked).answered()


async def test_a_broadcast_survives_a_kill_and_can_be_stopped(tmp_path: Path) -> None:
    """After kill -9 everybody gets it, hardly anybody twice; after a stop no more is sent, and alerts still are."""
    async with Server() as server, Newsroom() as newsroom:
        feeds = {paper.title: newsroom.feed_url(key) for key, paper in newsroom.papers.items()}
        olga = server.person("Olga", language="de")
        readers = [server.person(f"Reader {number}", language="de") for number in range(READERS)]
        everybody = [olga, *readers]
        config = write_config(server, feeds).replace("[telegram]", f"[telegram]\noperators = [{olga.id}]", 1)
        bot = make_bot(tmp_path, config)
        try:
            await bot.start()
            await server.ready()
            for person in everybody:
                person.say("/start")
            await server.wait_until(
                lambda: all(person.chat.received for person in everybody), within=HANG_SECONDS * PATIENCE
            )
            await begin(olga, "Erster Rundbrief")
            await server.wait_until(lambda: sum(count(readers, "Erster Rundbrief")) >= READERS // 3)
            await bot.kill()
            asked = len(server.calls)
            await bot.start()
            await server.ready(after=asked)
            await olga.chat.wait_for(
                lambda message: message.text.startswith("Der Rundbrief ist versandt"), within=HANG_SECONDS * PATIENCE
            )
            first = count(readers, "Erster Rundbrief")

            await begin(olga, "Zweiter Rundbrief")
            await server.wait_until(lambda: sum(count(readers, "Zweiter Rundbrief")) >= 5)
            await olga.press("Anhalten").answered()
            await server.wait_until(lambda: "nicht gesendet" in olga.chat.received[-1].text or stopped(olga))
            assert (await olga.ask("/health")).text.startswith("Wie es dem Bot geht")
            second = count(readers, "Zweiter Rundbrief")
            assert (await olga.ask("/list")).text
            assert count(readers, "Zweiter Rundbrief") == second
        finally:
            await bot.kill()
            print(bot.tail(60))
    assert min(first) == 1
    assert sum(first) - READERS <= IN_FLIGHT
    assert 5 <= sum(second) < READERS
    assert max(second) == 1
    assert server.violations == []


def stopped(olga: SimulatedPerson) -> bool:
    """Say whether the end of the stopped broadcast is shown."""
    return any("wurden nicht gesendet" in message.text for message in olga.chat.received)
