"""A storm of 429 on one chat, beside many healthy ones: these notice nothing, and it loses nothing."""

from __future__ import annotations

from pathlib import Path

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.faults import Effect
from bot.demo.telegram_server.server import Server
from tests.journeys.length import PATIENCE, pick
from tests.journeys.process import make_bot, write_config

HEALTHY = pick(40, 1000)
ARTICLES = 5


async def test_a_storm_on_one_chat_leaves_the_others_alone(tmp_path: Path) -> None:
    """Its alerts wait, all of them, and come in order when the storm is over; the others have theirs meanwhile."""
    async with Server() as server, Newsroom() as newsroom:
        config = write_config(
            server, {"Limmat-Kurier": newsroom.feed_url("limmat")}, extra="[alerts]\nburst = 100\nmax_wait = '7d'"
        )
        bot = make_bot(tmp_path, config)
        try:
            await bot.start()
            await server.ready()
            readers = [server.person(f"Reader {number}", language="de") for number in range(HEALTHY + 1)]
            for reader in readers:
                reader.say("/sub Nordkorea" if reader is not readers[0] else "/sub Nordkorea, Atomtest")
            await server.wait_until(lambda: len(server.received) > HEALTHY, within=HANG_SECONDS * PATIENCE)
            await newsroom.visited("limmat", times=2)

            flooded, healthy = readers[0], readers[1:]
            server.fault(Effect.FLOOD, "sendMessage", chat_id=flooded.id, seconds=1, times=0)
            for number in range(ARTICLES):
                newsroom.publish("limmat", f"Atomtest Nummer {number}", f"<p>Ein Atomtest, der {number}te.</p>")
            newsroom.publish("limmat", "Antwort eins", "<p>Eine Antwort aus Nordkorea ist in Wladiwostok.</p>")
            await server.wait_until(
                lambda: all(any("eins" in each.text for each in reader.chat.received) for reader in healthy),
                within=HANG_SECONDS * PATIENCE,
            )
            refused = sum(call.status == 429 for call in server.calls)
            assert len(flooded.chat.received) == 1, "it had nothing but the answer to /sub"
            server.faults.clear()
            await flooded.chat.wait_until(lambda chat: len(chat.received) >= ARTICLES + 2)
        finally:
            await bot.kill()
            print(bot.tail(60))

    print(f"· {HEALTHY} healthy chats beside one that got 429 {refused} times")
    assert refused >= 1
    assert server.doubles == ()
    assert server.violations == []
    assert "Traceback" not in bot.tail(100_000)
