"""A private chat with a topic per keyword, in the whole bot: switched on, across a kill, and one that is deleted."""

from __future__ import annotations

from pathlib import Path

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.journeys.length import PATIENCE
from tests.journeys.process import make_bot, write_config

_WITHIN = HANG_SECONDS * PATIENCE


async def alert(newsroom: Newsroom, anna: SimulatedPerson, title: str) -> Message:
    """Publish an article, and give its alert."""
    newsroom.publish("limmat", title)
    return await anna.chat.wait_for(lambda message: title in message.text, within=_WITHIN)


async def switch(anna: SimulatedPerson, choice: str) -> None:
    """Choose one of both in /settings."""
    shown = await anna.ask("/settings", within=_WITHIN)
    await anna.press("Themen", shown).answered()
    await anna.chat.wait_until(lambda _: choice in str(shown.buttons), within=_WITHIN)
    await anna.press(choice, shown).answered()
    await anna.chat.wait_until(lambda _: f"✓ {choice}" in str(shown.buttons), within=_WITHIN)


async def test_each_keyword_has_a_topic_that_outlives_a_kill_and_may_be_deleted(tmp_path: Path) -> None:
    """Off at first; a deleted topic is not made anew, until topics are switched off and on again."""
    async with Server() as server, Newsroom() as newsroom:
        server.world.has_private_topics = True
        feeds = {paper.title: newsroom.feed_url(key) for key, paper in newsroom.papers.items()}
        anna = server.person("Anna", language="de")
        bot = make_bot(tmp_path, write_config(server, feeds))
        try:
            await bot.start()
            await server.ready()
            await newsroom.read_by_all(within=_WITHIN)
            await anna.ask("/sub Nordkorea, Zwetschge", within=_WITHIN)
            assert (await alert(newsroom, anna, "Nordkorea öffnet seine Grenze")).thread_id == 0
            await switch(anna, "Ein Thema pro Stichwort")
            first = (await alert(newsroom, anna, "Nordkorea testet eine Rakete")).thread_id
            plums = (await alert(newsroom, anna, "Die Zwetschge ist früh reif")).thread_id
            assert anna.chat.topics == {first: "Nordkorea", plums: "Zwetschge"}
            listed = await anna.chat.answer_to(anna.say("/list", thread=plums), within=_WITHIN)
            assert listed.thread_id == plums
            assert "Nordkorea" in listed.text, "a topic of a private chat is no receiver of its own"

            asked = len(server.calls)
            await bot.kill()
            await bot.start()
            await server.ready(after=asked)
            assert (await alert(newsroom, anna, "Aus Nordkorea fliehen zwei Soldaten")).thread_id == first
            anna.delete_topic(first)
            assert (await alert(newsroom, anna, "Hochwasser trifft Nordkorea im Osten")).thread_id == 0
            assert (await alert(newsroom, anna, "Der Turnverein reist nach Nordkorea")).thread_id == 0
            assert anna.chat.topics == {plums: "Zwetschge"}

            await switch(anna, "Alles in einem Chat")
            assert (await alert(newsroom, anna, "Zehn Tonnen Zwetschge verkauft")).thread_id == 0
            await switch(anna, "Ein Thema pro Stichwort")
            again = (await alert(newsroom, anna, "Zwetschge des Jahres gewählt")).thread_id
            assert anna.chat.topics == {plums: "Zwetschge", again: "Zwetschge"}
            assert again != plums
        finally:
            await bot.kill()
            print(bot.tail(60))
    assert server.violations == []
