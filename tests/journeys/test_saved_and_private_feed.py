"""Alerts elsewhere, through the real process: saved, in a private feed, and with a picture."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import feedparser

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.journeys.process import free_port, make_bot, rounds, write_config

TEXT = "<p>Aus Nordkorea kommt eine weitere Antwort auf die Einladung nach Wladiwostok.</p>"


async def press(person: SimulatedPerson, message: Message, *labels: str) -> None:
    """Press buttons one after the other."""
    for label in labels:
        await person.press(label, message).answered()


async def test_an_alert_is_saved_read_in_a_feed_and_shown_with_its_picture(tmp_path: Path) -> None:
    """
    The feed is read by a feed reader until its address is revoked; the token of the web server protects the rest.

    A picture stays when the message is edited because another paper tells the same.
    """
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    async with Server() as server, Newsroom() as newsroom, aiohttp.ClientSession() as session:
        feeds = {"Limmat-Kurier": newsroom.feed_url("limmat"), "Aare-Bote": newsroom.feed_url("aare")}
        web = f'listen = "127.0.0.1:{port}"\npublic_url = "{public}"\ntoken = "correct horse"'
        bot = make_bot(tmp_path, write_config(server, feeds).replace('listen = ""', web) + '\n[log]\nlevel = "debug"\n')
        try:
            await bot.start()
            await server.ready()
            anna = server.person("Anna")
            await anna.ask("/sub Nordkorea")
            settings = await anna.ask("/settings")
            await press(anna, settings, "Bilder", "gross", "‹ Zurück", "Privater Feed", "Adresse erstellen")
            await server.wait_until(lambda: bool(settings.links))
            atom, json = settings.links
            await newsroom.visited("limmat", times=2)
            await newsroom.visited("aare", times=2)

            entry = newsroom.publish("limmat", "Nordkorea antwortet Putin auf die Einladung", TEXT)
            alert = await anna.chat.wait_for(lambda message: "antwortet" in message.text)
            pictured = {"url": entry.link, "prefer_large_media": True}
            assert alert.preview == pictured
            newsroom.publish("aare", "Nordkorea antwortet Putin auf die Einladung", TEXT)
            await server.wait_until(lambda: "auch bei" in alert.text)
            assert alert.preview == pictured

            await press(anna, alert, "⋯", "🔖 merken")
            listed = await anna.ask("/saved")
            assert "Nordkorea antwortet Putin" in listed.text
            await press(anna, listed, "✗ 1")
            assert (await anna.ask("/saved")).text.startswith("Hier ist nichts gemerkt.")

            await rounds(newsroom, "limmat", 1)
            async with session.get(atom) as answer:
                tag, document = answer.headers["ETag"], feedparser.parse(await answer.read())
            assert (answer.status, document.bozo) == (200, False)
            assert [(found.link, found.tags[0].term) for found in document.entries] == [(entry.link, "Nordkorea")]
            async with session.get(atom, headers={"If-None-Match": tag}) as answer:
                assert answer.status == 304
            async with session.get(json) as answer:
                assert [found["url"] for found in (await answer.json(content_type=None))["items"]] == [entry.link]
            async with session.get(f"{public}/metrics") as answer:
                assert answer.status == 401

            await press(anna, settings, "Feed beenden", "Ja, beenden")
            for address in (atom, json):
                async with session.get(address) as answer:
                    assert (answer.status, await answer.text()) == (404, "Not Found\n")
        finally:
            await bot.kill()
            print(bot.tail(60))
    assert server.violations == []
    assert atom.rpartition("/")[2].removesuffix(".atom") not in bot.log.read_text("utf-8", "replace")
