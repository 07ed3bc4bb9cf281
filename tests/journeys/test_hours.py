"""Digests, quiet hours and pauses, with the real process and a clock that is moved."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.chats import SimulatedChat
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.journeys.hand import Hand
from tests.journeys.process import make_bot, rounds, write_config

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("journeys of the hours")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def newsroom(hand: Hand) -> AsyncIterator[Newsroom]:
    """Papers of our own, dated by the clock of the bot: else what they publish is a day old at some hours."""
    async with Newsroom(now=lambda: hand.now.timestamp()) as newsroom:
        yield newsroom


@pytest.fixture(scope="module")
def hand(tmp_path_factory: pytest.TempPathFactory) -> Hand:
    """The hand on the clock, which stands at noon."""
    return Hand(tmp_path_factory.mktemp("bot") / "clock")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(server: Server, newsroom: Newsroom, hand: Hand) -> AsyncIterator[BotProcess]:
    """The bot, running, with every paper read once."""
    feeds = {paper.title: newsroom.feed_url(key) for key, paper in newsroom.papers.items()}
    process = make_bot(hand.file.parent, write_config(server, feeds), {"STICHWORT_CLOCK": str(hand.file)})
    await process.start()
    try:
        await server.ready()
        await newsroom.read_by_all()
        yield process
    finally:
        await process.kill()
        print(process.tail(60))


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def noon(bot: BotProcess, newsroom: Newsroom, hand: Hand) -> None:
    """Begin each journey at noon, that of the next day if need be; the bot looks at its clock between two rounds."""
    hand.at(12)
    await rounds(newsroom, "limmat", 3)


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
    "Lachse im Sperrgebiet": "Forscher finden in einem Fluss in Nordkorea Fische, die als verschwunden galten.",
    "Orgel aus Leipzig geliefert": "Ein Konzertsaal in Nordkorea bekommt ein Instrument mit viertausend Pfeifen.",
    "Skigebiet ohne Schnee": "Die Lifte am Masik-Pass in Nordkorea stehen wegen der Wärme seit Wochen.",
    "Ginseng für Apotheken": "Bauern in Nordkorea ernten die Wurzel erstmals mit Maschinen aus Dänemark.",
    "Briefmarke mit Satellit": "Sammler zahlen für einen Fehldruck aus Nordkorea so viel wie für ein Auto.",
    "Mumie im Museum": "Ein Grab in Nordkorea barg eine Prinzessin samt Schmuck und Hund.",
    "Kohlemine überflutet": "Bergleute in Nordkorea retten sich über einen alten Lüftungsschacht.",
    "Schachspieler wird Meister": "Ein Elfjähriger aus Nordkorea schlägt in Baku drei Grossmeister hintereinander.",
    "Telefonbuch aufgetaucht": "Ein Antiquar verkauft ein Verzeichnis aller Anschlüsse in Nordkorea.",
    "Bienen gegen Elefanten": "Der Zoo in Nordkorea schützt seine Obstbäume mit Körben voller Insekten.",
    "Impfstoff aus Genf": "Helfer bringen zwei Millionen Dosen gegen Masern nach Nordkorea.",
    "Brücke wird verlängert": "Ingenieure aus Nordkorea bauen über den Grenzfluss Tumen einen zweiten Bogen.",
}


def publish(newsroom: Newsroom, number: int) -> list[str]:
    """Let a paper tell so many of the stories that nobody has told yet, each of them something else."""
    told = {entry.title for entry in newsroom.entries}
    titles = [title for title in STORIES if title not in told][:number]
    assert len(titles) == number, "more stories are needed"
    for title in titles:
        newsroom.publish("limmat", title, f"<p>{STORIES[title]}</p>")
    return titles


async def held(hand: Hand, chat: SimulatedChat, number: int) -> None:
    """Wait until so many alerts for a chat are set aside."""
    counted = "SELECT count(*) FROM deliveries WHERE state = 'held' AND chat_id = ?"
    async with asyncio.timeout(HANG_SECONDS):
        with contextlib.closing(sqlite3.connect(hand.file.parent / "bot.db")) as database:
            while database.execute(counted, (chat.id,)).fetchone()[0] < number:  # noqa: ASYNC110 - a table rings no bell
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
    titles = publish(newsroom, 2)
    await held(hand, anna.chat, 2)
    assert len(anna.chat.received) == said

    hand.at(18)
    digest = await wait_for(anna, "(2 Geschichten, 1 Quelle)")
    assert digest.startswith("Sammelmeldung vom ")
    for title in titles:
        assert f"• {title} · " in digest
    assert len(anna.chat.received) == said + 1


async def test_quiet_hours_and_a_pause_hold_alerts_and_give_them_back(
    bot: BotProcess, server: Server, newsroom: Newsroom, hand: Hand
) -> None:
    """More than three as one message; up to three singly."""
    anna = server.person("Anna", language="de")
    await anna.ask("/sub Nordkorea")
    await anna.ask("/quiet 11:00-14:00")
    said = len(anna.chat.received)
    titles = publish(newsroom, 4)
    await held(hand, anna.chat, 4)
    hand.at(14)
    roundup = await wait_for(anna, "Während der Ruhezeit: 4 Meldungen")
    assert all(f"• {title} · " in roundup for title in titles)
    assert len(anna.chat.received) == said + 1

    await anna.ask("/pause")
    (title,) = publish(newsroom, 1)
    await held(hand, anna.chat, 1)
    answer = await anna.ask("/resume")
    assert "Die Pause ist zu Ende." in answer.text
    await wait_for(anna, title)


async def test_a_burst_becomes_one_message_that_grows(bot: BotProcess, server: Server, newsroom: Newsroom) -> None:
    """Five come singly, the rest as one message whose text is edited; each edit changes something."""
    anna = server.person("Anna", language="de")
    await anna.ask("/sub Nordkorea")
    said = len(anna.chat.received)
    publish(newsroom, 7)
    rolling = await anna.chat.wait_for(lambda message: message.text.count("•") == 2)
    assert len(anna.chat.received) == said + 6

    publish(newsroom, 2)
    grown = await anna.chat.wait_for(lambda message: message.text.count("•") == 4)
    assert grown.message_id == rolling.message_id
    assert len(anna.chat.received) == said + 6
    assert 1 <= sum(call.method == "editMessageText" and call.chat_id == anna.id for call in server.calls) <= 2


async def test_a_digest_that_cannot_arrive_where_it_should_is_not_lost(
    bot: BotProcess, server: Server, newsroom: Newsroom, hand: Hand
) -> None:
    """
    A topic is gone at the hour of the digest: its group is told why, and gets what the topic was to get.

    An account is gone: its reader is told when he is back; what comes for the next digest meanwhile is in that.
    """
    anna, ben = server.person("Anna", language="de"), server.person("Ben", language="de")
    group = server.group("Presse", anna, forum=True, admin=True)
    topic = group.open_topic("Asien")
    for text in ("/sub Nordkorea", "/digest 18:00"):
        said = anna.say(text, chat=group.chat, thread=topic)
        await group.chat.wait_for(lambda message: message.thread_id == topic, after=said)
        await ben.ask(text)
    first = publish(newsroom, 2)
    await held(hand, group.chat, 2)
    await held(hand, ben.chat, 2)
    group.delete_topic(topic)
    ben.deactivate()

    hand.at(18)
    digest = await group.chat.wait_for(lambda message: "(2 Geschichten, 1 Quelle)" in message.text)
    assert digest.thread_id == 0
    assert sum("Ein Thema dieser Gruppe wurde geschlossen" in message.text for message in group.chat.received) == 1
    (second,) = publish(newsroom, 1)
    await rounds(newsroom, "limmat")

    ben.reactivate()
    ben.say("/start")
    missed = await wait_for(ben, "Während dieser Chat nicht erreichbar war: 2 Meldungen")
    assert all(title in missed for title in first)
    hand.at(18)
    await wait_for(ben, f"• {second}")


async def test_a_digest_comes_at_its_hour_after_the_clock_ran_ahead(
    bot: BotProcess, server: Server, newsroom: Newsroom, hand: Hand
) -> None:
    """It was ten days wrong for a while."""
    anna = server.person("Anna", language="de")
    await anna.ask("/sub Nordkorea")
    await anna.ask("/digest 18:00")
    (first,) = publish(newsroom, 1)
    await held(hand, anna.chat, 1)
    hand.move(timedelta(days=10))
    await wait_for(anna, first)
    hand.move(timedelta(days=-10))
    await rounds(newsroom, "limmat")
    (second,) = publish(newsroom, 1)
    await held(hand, anna.chat, 1)

    hand.at(18)
    await wait_for(anna, second)
