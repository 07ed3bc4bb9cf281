"""Keywords that are short, names, or written with signs, through the real process."""

from __future__ import annotations

import asyncio

import pytest

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.server import Server
from tests.journeys.process import rounds

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("journeys of an alert")]
WANTED = {
    "Ölpreis": "Der Ölpreis steigt am Montag auf den höchsten Stand seit einem Jahr.",
    "Torhüter": "Neuers Vertrag läuft im Sommer aus, sagt der Verein am Abend.",
    "Wetter": "In Oberfranken regnet es seit drei Tagen ohne Pause.",
    "Norm": "Der neue Standard für C++ ist nach langer Arbeit verabschiedet.",
}
UNWANTED = {
    "Einwohner": "Die Bevölkerung von Köln wächst, das Zölibat bleibt.",
    "Regel": "Neue Regel: Manuel hilft beim Neuanfang nach der Neuwahl.",
    "Fussball": "Frankreich gewinnt gegen Frankfurt mit drei zu null.",
    "Erkältung": "Vitamin C schützt nicht vor einer Erkältung im Winter.",
}


async def test_what_was_typed_is_what_is_meant(bot: BotProcess, server: Server, newsroom: Newsroom) -> None:
    """Öl finds Ölpreis, Neuer the goalkeeper, Franken the region and C++ no vitamin."""
    anna = server.person("Anna", language="de")
    for keyword in ("Öl", "Neuer", "Franken", "C++"):
        reply = await anna.ask(f"/sub {keyword}")
        assert keyword in reply.text
    for title, sentence in {**UNWANTED, **WANTED}.items():
        newsroom.publish("limmat", title, f"<p>{sentence}</p>")
    for title in WANTED:
        await anna.chat.wait_for(lambda message, title=title: message.text.startswith(title), after=reply)

    assert not [message.text for message in anna.chat.received if message.text.startswith(tuple(UNWANTED))]


@pytest.mark.parametrize(
    ("keyword", "offered"),
    [
        ("VW", "+ Volkswagen (2)"),
        ("Öl", None),
        ("Franken", "+ Franconia"),
        ("Neuer", "Stattdessen neuer"),
    ],
)
async def test_the_answer_tells_what_the_demos_past_has(
    bot: BotProcess, server: Server, newsroom: Newsroom, keyword: str, offered: str | None
) -> None:
    """Articles of the papers, and what may be meant besides by button."""
    beat = server.person(f"Beat {keyword}", language="de")
    async with asyncio.timeout(HANG_SECONDS):
        while "nichts gefunden" in (await beat.ask(f"/test {keyword}")).text:  # its words are filed once in a while
            await rounds(newsroom, "limmat", 2)  # thirty commands a minute are answered at once

    reply = await beat.ask(f"/sub {keyword}")

    assert "in den letzten 7 Tagen" in reply.text
    assert "Auch gefunden: Neue" not in reply.text
    buttons = [button for row in reply.buttons for button in row if button.startswith(("+", "Stattdessen", "ohne"))]
    assert buttons == ([offered] if offered else [])
