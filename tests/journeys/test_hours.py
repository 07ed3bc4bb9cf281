"""Digests, quiet hours and pauses, with the real process and a clock that is moved."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.process import BotProcess
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.journeys.process import make_bot, rounds, write_config

ZURICH = ZoneInfo("Europe/Zurich")


class Hand:
    """Moves the clock of the bot."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.offset = timedelta(0)
        self.at(12)

    @property
    def now(self) -> datetime:
        """What the bot's clock shows in Zurich."""
        return (datetime.now(UTC) + self.offset).astimezone(ZURICH)

    def at(self, hour: int, minute: int = 0) -> None:
        """Move on to the next time the clocks show this."""
        target = self.now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        while target <= self.now:
            target = (target + timedelta(days=1)).replace(hour=hour)
        self.move(target.astimezone(UTC) - self.now.astimezone(UTC))

    def move(self, by: timedelta) -> None:
        """Set the clock, forward or back."""
        self.offset += by
        self.file.write_text(str(self.offset.total_seconds()), "ascii")


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A Telegram of our own; what the bot does wrong fails the test."""
    async with Server() as server:
        yield server
        assert server.violations == []


@pytest.fixture
async def newsroom(hand: Hand) -> AsyncIterator[Newsroom]:
    """Papers of our own, dated by the clock of the bot: else what they publish is a day old at some hours."""
    async with Newsroom(now=lambda: hand.now.timestamp()) as newsroom:
        yield newsroom


@pytest.fixture
def hand(tmp_path: Path) -> Hand:
    """The hand on the clock, which stands at noon."""
    return Hand(tmp_path / "clock")


@pytest.fixture
async def bot(tmp_path: Path, server: Server, newsroom: Newsroom, hand: Hand) -> AsyncIterator[BotProcess]:
    """The bot, running, with every paper read once."""
    feeds = {paper.title: newsroom.feed_url(key) for key, paper in newsroom.papers.items()}
    process = make_bot(tmp_path, write_config(server, feeds), {"STICHWORT_CLOCK": str(hand.file)})
    await process.start()
    try:
        await server.ready()
        await newsroom.read_by_all()
        yield process
    finally:
        await process.kill()
        print(process.tail(60))


STORIES = {
    "Raketentest vor der Ostküste": "Nordkorea feuert am Morgen zwei Geschosse ins Meer, Tokio protestiert scharf.",
    "Getreide wird teurer": "Nach der Dürre steigen in Nordkorea die Preise, sagen Händler an der Grenze.",
    "Turnerin gewinnt Silber": "Eine achtzehnjährige Athletin aus Nordkorea überrascht am Stufenbarren in Antwerpen.",
    "Zug fährt wieder nach Peking": "Vier Jahre stand der Nachtzug still; nun fährt er in Nordkorea wieder.",
    "Hacker plündern Börse": "Ermittler führen den Diebstahl von Kryptowährung auf Nordkorea zurück.",
    "Seltener Kranich gesichtet": "Vogelkundler zählen an der Grenze zu Nordkorea so viele Tiere wie nie.",
    "Botschaft öffnet wieder": "Schweden schickt nach langer Pause Diplomaten nach Nordkorea.",
    "Film gewinnt in Cannes": "Der Dokumentarfilm zeigt den Alltag in Nordkorea, gedreht mit versteckter Kamera.",
    "Taifun zieht nach Norden": "In Nordkorea werden Küstendörfer geräumt, meldet der Wetterdienst.",
}


def publish(newsroom: Newsroom, first: int, last: int) -> None:
    """Let a paper tell some of the stories, each of them something else."""
    for title in list(STORIES)[first:last]:
        newsroom.publish("limmat", title, f"<p>{STORIES[title]}</p>")


async def held(hand: Hand, number: int) -> None:
    """Wait until so many alerts are set aside."""
    counted = "SELECT count(*) FROM deliveries WHERE state = 'held'"
    async with asyncio.timeout(HANG_SECONDS):
        with contextlib.closing(sqlite3.connect(hand.file.parent / "bot.db")) as database:
            while database.execute(counted).fetchone()[0] < number:  # noqa: ASYNC110 - a table rings no bell
                await asyncio.sleep(0.05)


async def wait_for(person: SimulatedPerson, words: str) -> str:
    """Wait for a message that says this."""
    message = await person.chat.wait_for(lambda each: words in each.text)
    return message.text


async def test_a_digest_comes_at_its_hour_by_keyword(
    bot: BotProcess, server: Server, newsroom: Newsroom, hand: Hand
) -> None:
    """Nothing before, then everything in one message; the next day, with nothing new, none."""
    anna = server.person("Anna", language="de")
    await anna.ask("/sub Nordkorea")
    assert "täglich um 18:00" in (await anna.ask("/digest 18:00")).text
    said = len(anna.chat.received)
    publish(newsroom, 0, 2)
    await held(hand, 2)
    assert len(anna.chat.received) == said

    hand.at(18)
    digest = await wait_for(anna, "(2 Meldungen, 1 Quelle)")
    assert digest.startswith("Sammelmeldung, ")
    assert "• Raketentest vor der Ostküste · " in digest
    assert "• Getreide wird teurer · " in digest
    assert len(anna.chat.received) == said + 1


async def test_quiet_hours_and_a_pause_hold_alerts_and_give_them_back(
    bot: BotProcess, server: Server, newsroom: Newsroom, hand: Hand
) -> None:
    """More than three as one message; up to three singly."""
    anna = server.person("Anna", language="de")
    await anna.ask("/sub Nordkorea")
    await anna.ask("/quiet 11:00-14:00")
    said = len(anna.chat.received)
    publish(newsroom, 0, 4)
    await held(hand, 4)
    hand.at(14)
    assert "• Zug fährt wieder nach Peking · " in await wait_for(anna, "Während der Ruhezeit: 4 Meldungen")
    assert len(anna.chat.received) == said + 1

    await anna.ask("/pause")
    publish(newsroom, 4, 5)
    await held(hand, 1)
    answer = await anna.ask("/resume")
    assert "Weiter" in answer.text
    await wait_for(anna, "Hacker plündern Börse")


async def test_a_burst_becomes_one_message_that_grows(bot: BotProcess, server: Server, newsroom: Newsroom) -> None:
    """Five come singly, the rest as one message whose text is edited; each edit changes something."""
    anna = server.person("Anna", language="de")
    await anna.ask("/sub Nordkorea")
    said = len(anna.chat.received)
    publish(newsroom, 0, 7)
    rolling = await anna.chat.wait_for(lambda each: each.text.count("•") == 2)
    assert len(anna.chat.received) == said + 6

    publish(newsroom, 7, 9)
    grown = await anna.chat.wait_for(lambda each: each.text.count("•") == 4)
    assert grown.message_id == rolling.message_id
    assert len(anna.chat.received) == said + 6
    assert 1 <= sum(call.method == "editMessageText" for call in server.calls) <= 2


async def test_a_digest_finds_the_group_when_its_topic_is_gone(
    bot: BotProcess, server: Server, newsroom: Newsroom, hand: Hand
) -> None:
    """The group is told why, and gets what the topic was to get."""
    anna = server.person("Anna", language="de")
    group = server.group("Presse", anna, forum=True, admin=True)
    topic = group.open_topic("Asien")
    for text in ("/sub Nordkorea", "/digest 18:00"):
        said = anna.say(text, chat=group.chat, thread=topic)
        await group.chat.wait_for(lambda each: each.thread_id == topic, after=said)
    publish(newsroom, 0, 2)
    await held(hand, 2)
    group.delete_topic(topic)

    hand.at(18)
    digest = await group.chat.wait_for(lambda each: "(2 Meldungen, 1 Quelle)" in each.text)
    assert digest.thread_id == 0
    assert sum("Ein Thema hier wurde geschlossen" in each.text for each in group.chat.received) == 1


async def test_a_digest_that_cannot_arrive_is_told_when_its_reader_is_back(
    bot: BotProcess, server: Server, newsroom: Newsroom, hand: Hand
) -> None:
    """His account was gone at the hour of the digest; what comes for the next one meanwhile is in that."""
    anna = server.person("Anna", language="de")
    await anna.ask("/sub Nordkorea")
    await anna.ask("/digest 18:00")
    publish(newsroom, 0, 2)
    await held(hand, 2)
    anna.deactivate()
    hand.at(18)
    publish(newsroom, 2, 3)
    await rounds(newsroom, "limmat")

    anna.reactivate()
    anna.say("/start")
    assert "Getreide wird teurer" in await wait_for(anna, "Während du weg warst: 2 Meldungen")
    hand.at(18)
    await wait_for(anna, "• Turnerin gewinnt Silber")


async def test_a_digest_comes_at_its_hour_after_the_clock_ran_ahead(
    bot: BotProcess, server: Server, newsroom: Newsroom, hand: Hand
) -> None:
    """It was ten days wrong for a while."""
    anna = server.person("Anna", language="de")
    await anna.ask("/sub Nordkorea")
    await anna.ask("/digest 18:00")
    publish(newsroom, 0, 1)
    await held(hand, 1)
    hand.move(timedelta(days=10))
    await wait_for(anna, "Raketentest vor der Ostküste")
    hand.move(timedelta(days=-10))
    await rounds(newsroom, "limmat")
    publish(newsroom, 1, 2)
    await held(hand, 1)

    hand.at(18)
    await wait_for(anna, "Getreide wird teurer")
