"""The main job, through the real process over HTTP: feed, match, outbox, chat."""

from __future__ import annotations

import pytest

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.server import Server

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("journeys of an alert")]
KIM = "Treffen von Putin und Kim in Wladiwostok"


async def test_an_article_in_any_form_of_the_word_arrives_once(
    bot: BotProcess, server: Server, newsroom: Newsroom
) -> None:
    """Who subscribed to Nordkorea gets nordkoreanische, Nordkoreas and Nordkorea; nothing about Südkorea."""
    anna = server.person("Anna", language="de")
    reply = await anna.ask("/sub Nordkorea")
    newsroom.publish("limmat", "Wahl in Südkorea", "<p>Südkorea wählt heute ein neues Parlament.</p>")
    forms = {
        "Treffen im Osten": "Die nordkoreanische Führung lädt ein.",
        "Weizen für den Winter": "Nordkoreas Häfen öffnen im Oktober für Frachter.",
        "Marathon mit Gästen": "Das Land Nordkorea lässt zum ersten Mal wieder Läufer aus Europa zu.",
    }
    for title, sentence in forms.items():
        newsroom.publish("limmat", title, f"<p>{sentence}</p>")
    for title in forms:
        await anna.chat.wait_for(lambda message, title=title: title in message.text, after=reply)
    newsroom.publish("limmat", "Nordkorea schweigt", "<p>Aus Nordkorea kommt keine Antwort auf die Einladung.</p>")
    await anna.chat.wait_for(lambda message: "schweigt" in message.text, after=reply)

    assert "Nordkorea" in reply.text
    heads = [message.text.split("\n")[0] for message in anna.chat.received[1:]]
    assert sorted(heads) == sorted([*forms, "Nordkorea schweigt"])


async def test_key_points_are_the_summary_and_one_alert_names_both_subscriptions(
    bot: BotProcess, server: Server, newsroom: Newsroom
) -> None:
    """
    A box of two bullets gives exactly its two bullets, with the matched form in bold.

    Who subscribed to two words that are both in an article sees in one alert which of the wishes it answers.
    """
    anna, ben = server.person("Anna", language="de"), server.person("Ben", language="de")
    asked = await anna.ask("/sub Nordkorea")
    await ben.ask("/sub Nordkorea")
    reply = await ben.ask("/sub Putin")
    newsroom.publish_ready("kim-putin")

    alert = await anna.chat.wait_for(lambda message: KIM in message.text, after=asked)
    lines = alert.text.split("\n")
    assert lines[0] == KIM
    assert [line for line in lines if line.startswith("• ")] == [
        "• Kim Jong Un und Wladimir Putin treffen sich heute.",
        "• Es geht unter anderem um die Atomwaffen Nordkoreas.",
    ]
    assert len(lines) == 4
    assert "Nordkoreas" in alert.pieces("bold")

    both = await ben.chat.wait_for(lambda message: KIM in message.text, after=reply)
    newsroom.publish("limmat", "Ein Kranich kehrt heim", "<p>In Nordkorea brüten wieder Mönchskraniche.</p>")
    await ben.chat.wait_for(lambda message: "Kranich" in message.text, after=both)
    assert both.text.split("\n")[-1].startswith("Nordkorea, Putin · ")
    assert sum(KIM in message.text for message in ben.chat.received) == 1


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
