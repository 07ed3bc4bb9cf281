"""A reader's own source, through the real process: from the address of a front page to the alert."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.server import Server
from tests.journeys.process import make_bot, write_config


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A Telegram of our own; what the bot does wrong fails the test."""
    async with Server() as server:
        yield server
        assert server.violations == []


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    """Papers of our own."""
    async with Newsroom() as newsroom:
        yield newsroom


async def test_a_front_page_becomes_a_source_without_a_restart(
    tmp_path: Path, server: Server, newsroom: Newsroom
) -> None:
    """Shown with its last entries, then polled, and nobody else's business; its server is asked once for all that."""
    feeds = {paper.title: newsroom.feed_url(key) for key, paper in newsroom.papers.items() if paper.listed}
    open_to_readers = {"STICHWORT_CHATS__USERS_MAY_ADD_PRIVATE_FEEDS": "true"}
    bot = make_bot(tmp_path, write_config(server, feeds), open_to_readers)
    await bot.start()
    try:
        await server.ready()
        await newsroom.read_by_all()
        anna, ben = server.person("Anna", language="de"), server.person("Ben", language="de")
        await anna.ask("/sub Nordkorea")
        await ben.ask("/sub Nordkorea")

        said = anna.say(f"/addfeed {newsroom.front_url('saentis')}")
        added = await anna.chat.wait_for(lambda message: "Hinzugefügt" in message.text, after=said)
        assert added.text.startswith("Hinzugefügt: Säntis-Bote (Deutsch)\n• Alpabzug lockt Tausende nach Urnäsch\n")
        assert added.links[0].startswith(newsroom.front_url("saentis"))
        again = await anna.ask(newsroom.feed_url("saentis"))
        await anna.press("Ja, hinzufügen", again).answered()
        await anna.chat.wait_for(lambda message: "Säntis-Bote ist schon dabei" in message.text, after=said)

        newsroom.publish("saentis", "Gäste aus Nordkorea", "<p>Eine Delegation aus Nordkorea besucht den Säntis.</p>")
        await anna.chat.wait_for(lambda message: "Gäste aus Nordkorea" in message.text, after=added)
        newsroom.publish("limmat", "Nordkorea schweigt", "<p>Aus Nordkorea kommt keine Antwort auf die Einladung.</p>")
        await ben.chat.wait_for(lambda message: "schweigt" in message.text)

        assert not [message for message in ben.chat.received if "Delegation" in message.text]
        assert [visit.conditional for visit in newsroom.visits if visit.paper == "saentis"].count(False) == 1
        listed = await anna.ask("/feeds")
        assert "Säntis-Bote · hier hinzugefügt" in listed.text
        await anna.press("Rückgängig", added).answered()
        assert added.text == "Entfernt: Säntis-Bote."
    finally:
        await bot.kill()
        print(bot.tail(60))
