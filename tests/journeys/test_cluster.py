"""Several real processes on one PostgreSQL, any of which may die at any moment."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.journeys.length import LONG, PATIENCE, pick
from tests.journeys.process import make_bot, rounds, write_config

PROCESSES = pick(3, 4)
KILLS = pick(3, 60)
READERS = 16
IN_FLIGHT = 16


@asynccontextmanager
async def running(bots: Sequence[BotProcess]) -> AsyncIterator[None]:
    """Start processes together; kills them in the end and shows their last lines."""
    try:
        await asyncio.gather(*(bot.start() for bot in bots))
        yield
    finally:
        for bot in bots:
            await bot.kill()
            print(bot.tail(30))


def make_bots(folder: Path, config: str, number: int) -> list[BotProcess]:
    """Prepare processes with one configuration, each in a folder of its own."""
    bots = []
    for name in map(str, range(number)):
        folder.joinpath(name).mkdir(parents=True)
        bots.append(make_bot(folder / name, config))
    return bots


def publish(newsroom: Newsroom, chance: random.Random, keyword: str) -> str:
    """Publish an article about a keyword in any paper, like no other one; gives the mark in its headline."""
    words = ["".join(chance.choices("bdfgklmnprstwaeiou", k=9)) for _ in range(20)]
    paper = chance.choice(list(newsroom.papers))
    newsroom.publish(paper, f"{keyword}: {' '.join(words[:5])}", f"<p>{' '.join(words)}.</p>")
    return words[0]


async def everybody(server: Server, readers: Sequence[SimulatedPerson], mark: str) -> None:
    """Wait until all of them have an alert with this mark."""

    def all_have_it() -> bool:
        return all(any(mark in message.text for message in reader.chat.received) for reader in readers)

    await server.wait_until(all_have_it, within=HANG_SECONDS * PATIENCE)


async def test_processes_that_die_at_random_lose_nothing(tmp_path: Path, postgres_url: str) -> None:
    """
    Each round a process is killed while alerts go out, and somebody subscribes meanwhile.

    Every alert comes; who has just subscribed gets the very next article, whichever process finds it; at most what was
    in the air at a kill comes twice.
    """
    chance = random.Random(11)  # nothing is to be kept secret
    waits: list[float] = []
    marks: list[str] = []
    async with Server() as server, Newsroom() as newsroom:
        feeds = {paper.title: newsroom.feed_url(key) for key, paper in newsroom.papers.items()}
        config = write_config(server, feeds, database=postgres_url, extra="[alerts]\nburst = 1000")
        bots = make_bots(tmp_path, config, PROCESSES)
        async with running(bots):
            await server.ready()
            readers = [server.person(f"Reader {number}", language="de") for number in range(READERS)]
            for reader in readers:
                await reader.ask("/sub Nordkorea", within=HANG_SECONDS * PATIENCE)
            await newsroom.read_by_all()
            for kill in range(KILLS):
                marks.append(publish(newsroom, chance, "Nordkorea"))
                goal = len(server.received) + chance.randrange(READERS)
                await server.wait_until(lambda goal=goal: len(server.received) >= goal, within=HANG_SECONDS * PATIENCE)
                victim = chance.choice(bots)
                await victim.kill()
                killed_at = time.monotonic()
                late = server.person(f"Late {kill}", language="de")
                await late.ask(f"/sub Quokka{kill}", within=HANG_SECONDS * PATIENCE)
                waits.append(time.monotonic() - killed_at)
                marks.append(publish(newsroom, chance, f"Quokka{kill} in Nordkorea"))
                await everybody(server, readers, marks[-2])
                await everybody(server, [*readers, late], marks[-1])
                await victim.start()

    came = Counter((message.chat_id, mark) for message in server.received for mark in marks if mark in message.text)
    doubles = came.total() - len(came)
    print(f"· {PROCESSES} processes, {KILLS} kills: {doubles} came twice, somebody answered again", end=" ")
    print(f"after {sorted(waits)[KILLS // 2]:.1f} s (median), {max(waits):.1f} s (worst)")
    assert doubles <= KILLS * (1.0 if LONG else IN_FLIGHT)
    assert server.violations == []


WISHES = ("Nordkorea", "Zug", "Wahl, Klima", "Kim -Putin", "Tennis")
HEADLINES = (
    "Nordkoreas Staatschef reist im Panzerzug nach Wladiwostok",
    "Zugausfälle am Gotthard: Reisende warten stundenlang",
    "Klimaziele verfehlt, sagt der Bundesrat",
    "Kim und Putin unterzeichnen ein Abkommen",
    "Kim schweigt zu den Vorwürfen aus Seoul",
    "Tennisturnier in Basel wegen Regen abgebrochen",
    "Präsidentschaftswahlen: Stichwahl im November",
    "Bezug von Renten wird neu geregelt",
    "Schlagzeug statt Geige im Konzertsaal",
)


async def test_the_same_articles_alert_the_same_readers_on_both_databases(tmp_path: Path, postgres_url: str) -> None:
    """One process on a file, several on PostgreSQL: nobody can tell them apart by what comes."""
    one = await hear(tmp_path / "one", "sqlite:///bot.db", 1, least=1)
    several = await hear(tmp_path / "several", postgres_url, PROCESSES, least=sum(map(len, one.values())) - 1)

    assert one == several
    assert [len(alerts) for alerts in one.values()] == [2, 2, 2, 1, 1]


async def hear(folder: Path, database: str, processes: int, *, least: int) -> dict[str, list[str]]:
    """Publish the headlines and give the first lines of what each reader gets; `least` before the last one."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(Server())
        newsroom = await stack.enter_async_context(Newsroom())
        config = write_config(server, {"Limmat-Kurier": newsroom.feed_url("limmat")}, database=database)
        await stack.enter_async_context(running(make_bots(folder, config, processes)))
        await server.ready()
        readers = {wish: server.person(wish, language="de") for wish in WISHES}
        before = {wish: len(reader.chat.received) + 1 for wish, reader in readers.items()}
        for wish, reader in readers.items():
            await reader.ask(f"/sub {wish}")
        await newsroom.visited("limmat", times=2)
        for headline in HEADLINES:
            newsroom.publish("limmat", headline, f"<p>{headline} am Dienstag.</p>")

        def hear_all() -> dict[str, list[str]]:
            return {
                wish: sorted(message.text.split("\n")[0] for message in reader.chat.received[before[wish] :])
                for wish, reader in readers.items()
            }

        await server.wait_until(lambda: sum(map(len, hear_all().values())) >= least)
        newsroom.publish("limmat", "Nordkorea: das Ende", "<p>Es ist vorbei.</p>")
        await everybody(server, [readers["Nordkorea"]], "das Ende")
        await rounds(newsroom, "limmat", 2)
        return hear_all()
