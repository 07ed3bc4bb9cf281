"""The main job, through the real process over HTTP: feed, match, outbox, chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.process import BotProcess
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.server import Server
from tests.journeys.process import make_bot, write_config

KIM = "Treffen von Putin und Kim in Wladiwostok"


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


@pytest.fixture
async def bot(tmp_path: Path, server: Server, newsroom: Newsroom) -> AsyncIterator[BotProcess]:
    """The bot, running, with every paper read once."""
    feeds = {paper.title: newsroom.feed_url(key) for key, paper in newsroom.papers.items()}
    process = make_bot(tmp_path, write_config(server, feeds))
    await process.start()
    try:
        await server.ready()
        await newsroom.read_by_all()
        yield process
    finally:
        await process.kill()
        print(process.tail(60))


@pytest.mark.parametrize(
    "sentence",
    [
        "Die nordkoreanische Führung lädt ein.",
        "Nordkoreas Führung lädt zu einem Treffen ein.",
        "Das Land Nordkorea lädt zu einem Treffen ein.",
    ],
)
async def test_an_article_in_any_form_of_the_word_arrives_once(
    bot: BotProcess, server: Server, newsroom: Newsroom, sentence: str
) -> None:
    """Who subscribed to Nordkorea gets nordkoreanische, Nordkoreas and Nordkorea; nothing about Südkorea."""
    anna = server.person("Anna", language="de")
    reply = await anna.ask("/sub Nordkorea")
    newsroom.publish(
        "limmat", "Wahl in Südkorea", f"<p>Südkorea wählt heute ein neues Parlament in {len(sentence)} Orten.</p>"
    )
    newsroom.publish("limmat", "Treffen im Osten", f"<p>{sentence}</p>")

    alert = await anna.chat.wait_for(lambda message: "Treffen im Osten" in message.text, after=reply)
    newsroom.publish("limmat", "Nordkorea schweigt", "<p>Aus Nordkorea kommt keine Antwort auf die Einladung.</p>")
    await anna.chat.wait_for(lambda message: "schweigt" in message.text, after=alert)

    assert "Nordkorea" in reply.text
    assert [message.text.split("\n")[0] for message in anna.chat.received[1:]] == [
        "Treffen im Osten",
        "Nordkorea schweigt",
    ]


async def test_the_publishers_key_points_are_the_summary(bot: BotProcess, server: Server, newsroom: Newsroom) -> None:
    """A box of two bullets gives exactly its two bullets, with the matched form in bold."""
    anna = server.person("Anna", language="de")
    reply = await anna.ask("/sub Nordkorea")
    newsroom.publish_ready("kim-putin")

    alert = await anna.chat.wait_for(lambda message: KIM in message.text, after=reply)
    lines = alert.text.split("\n")

    assert lines[0] == KIM
    assert [line for line in lines if line.startswith("• ")] == [
        "• Kim Jong Un und Wladimir Putin treffen sich heute.",
        "• Es geht unter anderem um die Atomwaffen Nordkoreas.",
    ]
    assert len(lines) == 4
    assert "Nordkoreas" in alert.pieces("bold")


async def test_two_feeds_with_the_same_link_give_one_alert(bot: BotProcess, server: Server, newsroom: Newsroom) -> None:
    """The same article in two papers is told once."""
    anna = server.person("Anna", language="de")
    reply = await anna.ask("/sub Nordkorea")
    text = "<p>Nordkorea hat am Morgen eine Rakete gestartet, meldet die Agentur.</p>"
    newsroom.publish("limmat", "Rakete gestartet", text, link="https://agentur.example/rakete?utm_source=limmat")
    newsroom.publish("elbe", "Rakete gestartet", text, link="https://agentur.example/rakete?utm_source=elbe")
    await anna.chat.wait_for(lambda message: "Rakete" in message.text, after=reply)
    newsroom.publish("elbe", "Zweite Rakete", "<p>Nordkorea startet eine zweite Rakete am Nachmittag.</p>")
    await anna.chat.wait_for(lambda message: "Zweite" in message.text, after=reply)

    assert sum("Rakete gestartet" in message.text for message in anna.chat.received) == 1


async def test_two_subscriptions_hit_by_one_article_give_one_alert_that_names_both(
    bot: BotProcess, server: Server, newsroom: Newsroom
) -> None:
    """A reader sees which of the wishes an alert answers."""
    anna = server.person("Anna", language="de")
    await anna.ask("/sub Nordkorea")
    reply = await anna.ask("/sub Putin")
    newsroom.publish_ready("kim-putin")

    alert = await anna.chat.wait_for(lambda message: KIM in message.text, after=reply)
    last_line = alert.text.split("\n")[-1]
    newsroom.publish("limmat", "Nordkorea schweigt", "<p>Aus Nordkorea kommt keine Antwort auf die Einladung.</p>")
    await anna.chat.wait_for(lambda message: "schweigt" in message.text, after=alert)

    assert last_line.startswith("Nordkorea, Putin · ")
    assert sum(KIM in message.text for message in anna.chat.received) == 1


async def test_a_stop_is_orderly(bot: BotProcess, server: Server) -> None:
    """SIGTERM ends the process with 0."""
    assert await bot.terminate(within=HANG_SECONDS) == 0
