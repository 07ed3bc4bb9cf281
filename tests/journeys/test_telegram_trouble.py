"""A bad day at Telegram, and clocks that jump: the real bot loses nothing, stops for nobody, and goes on by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.faults import Effect
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.journeys.length import PATIENCE, pick
from tests.journeys.process import make_bot, write_config

READERS = pick(3, 20)
OUTAGE_SECONDS = pick(0.7, 20.0)
SILENCE_SECONDS = pick(0.3, 40.0)
"""The long one is longer than the bot waits for an answer."""


@dataclass(kw_only=True)
class Day:
    """A running bot with some readers, and what can be done to it."""

    server: Server
    newsroom: Newsroom
    bot: BotProcess
    readers: list[SimulatedPerson]
    clock: Path
    told: int = 0

    def publish(self) -> str:
        """Publish an article that everybody wants; gives a word only it has."""
        self.told += 1
        word = f"Ereignis-{self.told}"
        self.newsroom.publish("limmat", f"{word} in Nordkorea", f"<p>{word}: Nordkorea meldet sich zu Wort.</p>")
        return word

    async def all_have(self, word: str, *, but: tuple[SimulatedPerson, ...] = (), within: float = 60) -> None:
        """Wait until every reader has the alert."""
        others = [reader for reader in self.readers if reader not in but]
        within += SILENCE_SECONDS + OUTAGE_SECONDS
        await self.server.wait_until(lambda: all(_of(reader, word) for reader in others), within=within * PATIENCE)

    async def logs(self, words: str) -> None:
        """Wait until the bot's log says something."""
        async with asyncio.timeout(HANG_SECONDS):
            while words not in self.bot.log.read_text("utf-8"):  # noqa: ASYNC110 - a log rings no bell
                await asyncio.sleep(0.05)

    def doubles(self, word: str) -> int:
        """Count what came more than once."""
        return sum(len(_of(reader, word)) - 1 for reader in self.readers)


def _of(reader: SimulatedPerson, word: str) -> list[Message]:
    return [message for message in reader.chat.received if word in message.text]


@pytest.fixture
async def day(tmp_path: Path) -> AsyncIterator[Day]:
    """Start everything; alerts of one keyword are not folded."""
    clock = tmp_path / "clock"
    clock.write_text("0")
    async with Server() as server, Newsroom() as newsroom:
        config = write_config(server, {"Limmat-Kurier": newsroom.feed_url("limmat")}, extra="[alerts]\nburst = 100")
        bot = make_bot(tmp_path, config, {"STICHWORT_CLOCK": str(clock)})
        try:
            await bot.start()
            await server.ready()
            readers = [server.person(f"Reader {number}") for number in range(READERS)]
            for reader in readers:
                await reader.ask("/sub Nordkorea")
            await newsroom.visited("limmat", times=2)
            yield Day(server=server, newsroom=newsroom, bot=bot, readers=readers, clock=clock)
        finally:
            await bot.kill()
            print(bot.tail(40))
    assert "Traceback" not in bot.log.read_text("utf-8")
    assert server.violations == []


async def test_a_bad_day_loses_nothing(day: Day) -> None:
    """One process lives through all of it, but for the restart that must remember a flood."""
    await _a_clock_that_jumps(day)
    await _lost_answers_and_cut_lines(day)
    await _an_outage(day)
    await _a_flooded_chat(day)


async def _lost_answers_and_cut_lines(day: Day) -> None:
    """What surely was not sent comes once; each answer that was lost may cost one double, and no more."""
    for effect, status in ((Effect.ERROR, 500), (Effect.ERROR, 502), (Effect.RESET, 0), (Effect.HANG, 0)):
        day.server.fault(effect, "sendMessage", status=status, seconds=SILENCE_SECONDS)
    unsent = day.publish()
    await day.all_have(unsent)
    assert day.doubles(unsent) == 0

    lost = ((Effect.CUT, 0), (Effect.MASK, 502), (Effect.SILENT, 0))
    for effect, status in lost:
        day.server.fault(effect, "sendMessage", status=status, seconds=SILENCE_SECONDS)
    unanswered = day.publish()
    await day.all_have(unanswered)
    assert day.doubles(unanswered) <= len(lost)


async def _an_outage(day: Day) -> None:
    """While nobody listens, and while nobody answers; the first minutes after it are not wasted on old pauses."""
    # In this order: who goes away cuts off the answers to what came before.
    await day.server.go_away(seconds=OUTAGE_SECONDS)
    first = day.publish()
    await day.all_have(first)
    day.server.outage(seconds=OUTAGE_SECONDS)
    second = day.publish()
    await day.all_have(second)

    assert day.doubles(first) == day.doubles(second) == 0


async def _a_flooded_chat(day: Day) -> None:
    """Telegram wants no word for one chat for hours: the others have theirs, and a new process does not ask again."""
    flooded = day.readers[0]
    day.server.fault(Effect.FLOOD, "sendMessage", chat_id=flooded.id, seconds=43_837, times=1)
    word = day.publish()
    await day.all_have(word, but=(flooded,))

    await day.logs("telegram.flood")
    asked = len(day.server.calls)
    await day.bot.kill_and_restart()
    await day.server.ready(after=asked)
    again = day.publish()
    await day.all_have(again, but=(flooded,))

    calls = [call for call in day.server.calls if call.number > asked and call.chat_id == flooded.id]
    assert calls == []


async def _a_clock_that_jumps(day: Day) -> None:
    """Six hours ahead, and back again: what is published comes, once."""
    for offset in ("21600", "0"):
        day.clock.write_text(offset)
        await day.logs(f"clock.moved seconds={offset}.0")
        word = day.publish()
        await day.all_have(word)
        assert day.doubles(word) == 0
