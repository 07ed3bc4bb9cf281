"""A reader's data through the real process: taken away, deleted, brought back; and the archive, searched."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.server import Server
from tests.journeys.process import make_bot, rounds, write_config

TEXT = "<p>Aus Nordkorea kommt eine weitere Antwort auf die Einladung nach Wladiwostok.</p>"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Where the bot keeps everything."""
    return "sqlite:///bot.db" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


async def test_a_reader_leaves_with_everything_and_comes_back(tmp_path: Path, database: str) -> None:
    """
    Exported, forgotten, imported: between the two no alert comes, and after it they come as before.

    What is stored in between is found by /search and /latest.
    """
    async with Server() as server, Newsroom() as newsroom:
        bot = make_bot(
            tmp_path, write_config(server, {"Limmat-Kurier": newsroom.feed_url("limmat")}, database=database)
        )
        try:
            await bot.start()
            await server.ready()
            anna = server.person("Anna")
            await anna.ask("/sub Nordkorea")
            await anna.ask("/quiet 03:00-03:01")
            await newsroom.visited("limmat", times=2)
            newsroom.publish("limmat", "Antwort eins", TEXT)
            await anna.chat.wait_for(lambda message: "Antwort eins" in message.text)

            asked = anna.say("/export")
            document = await anna.chat.wait_for(lambda message: message.document is not None, after=asked)
            await anna.chat.wait_for(
                lambda message: message.document is not None and message.document.name.endswith(".opml"), after=asked
            )
            assert document.document is not None
            question = await anna.ask("/forget")
            await anna.press("Ja, alles löschen", question).answered()
            await server.wait_until(lambda: "Alles ist gelöscht" in question.text)
            newsroom.publish("limmat", "Antwort zwei", TEXT)
            await rounds(newsroom, "limmat")

            for command in ("/latest", "/search Nordkorea"):
                while "Antwort zwei" not in (await anna.ask(command)).text:  # until its words are stored
                    await rounds(newsroom, "limmat", 1)
            assert (await anna.ask("/list")).text.startswith("Noch gibt es keine")

            sent = anna.send_file("data.json", document.document.content, caption="/import")
            report = await anna.chat.answer_to(sent)
            assert "+ Nordkorea" in report.text
            newsroom.publish("limmat", "Antwort drei", TEXT)
            await anna.chat.wait_for(lambda message: "Antwort drei" in message.text, after=report)
        finally:
            await bot.kill()
            print(bot.tail(60))

    alerts = [message.text for message in anna.chat.received if message.buttons and "Antwort" in message.text]
    assert not any(text.startswith("Antwort zwei") for text in alerts)
    assert server.violations == []
    assert "Nordkorea" not in bot.tail(10_000)
