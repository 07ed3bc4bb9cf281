"""Push by WebSub, through the real process and a hub on loopback."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.telegram_server.server import Server
from tests.fakes.hub import HubPublisher
from tests.journeys.process import free_port, make_bot, write_config

TOKEN = "correct horse"


@pytest.mark.parametrize("by_header", [False, True], ids=["in the document", "in the head"])
async def test_an_article_that_a_hub_tells_of_is_alerted(tmp_path: Path, by_header: bool) -> None:
    """Polls are ten minutes apart, so only the push can bring it; forged pushes and questions bring nothing."""
    port = free_port()
    async with Server() as server, HubPublisher(by_header=by_header) as publisher:
        web = f'listen = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"\ntoken = "{TOKEN}"'
        config = write_config(server, {"Hub": publisher.topic}).replace('listen = ""', web).replace('"1s"', '"10m"')
        bot = make_bot(tmp_path, config + '\n[log]\nlevel = "debug"\n')
        try:
            await bot.start()
            await server.ready()
            anna = server.person("Anna")
            await anna.ask("/sub Nordkorea")
            await publisher.until_confirmed()
            assert publisher.confirmed == [(200, "ch4ll&enge")]
            (form,) = publisher.asked
            assert (form["hub.topic"], form["hub.mode"]) == (publisher.topic, "subscribe")

            polls = publisher.polls
            publisher.titles.append("Nordkorea antwortet <Putin>")
            assert await publisher.push(signed=False) == 401
            assert await publisher.push(secret="guessed") == 403
            assert await publisher.push(b" " * 1_000_001) == 413
            told = {"topic": publisher.topic, "challenge": "c", "lease_seconds": "9"}
            assert await publisher.ask(mode="subscribe", **told) == (200, "c")  # our answer may have been lost
            assert (await publisher.ask(mode="unsubscribe", **told))[0] == 404
            assert (await publisher.ask(mode="denied", **told | {"topic": "http://other.example/"}))[0] == 404
            assert publisher.polls == polls

            assert await publisher.push() == 202
            alert = await anna.chat.wait_for(lambda message: "antwortet" in message.text)
            assert await publisher.push() == 202
            await publisher.until_polled(polls + 2)
            assert sum(message.text == alert.text for message in anna.chat.received) == 1
        finally:
            await bot.kill()
            print(bot.tail(60))
    log = bot.log.read_text("utf-8")
    assert form["hub.secret"] not in log
    assert form["hub.callback"].rpartition("/")[2] not in log
    assert "Traceback" not in log
