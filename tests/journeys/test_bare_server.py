"""The real bot at a Bot API server that is not ours and says as little as it may."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.clock import HANG_SECONDS
from tests.fakes.bare_telegram import BareTelegram, refusal
from tests.journeys.process import make_bot, rounds, write_config

EXIT_TOKEN = 4


async def test_an_alert_comes_once_where_only_its_number_is_told(tmp_path: Path) -> None:
    """Subscribed, published, alerted; nothing is sent again, and a menu in a flood keeps nobody waiting."""
    async with BareTelegram() as bare, Newsroom() as newsroom:
        bare.always("setMyCommands", refusal(429, "Too Many Requests: retry after 60", retry_after=60))
        bot = make_bot(tmp_path, write_config(bare, {"Limmat-Kurier": newsroom.feed_url("limmat")}))
        try:
            await bot.start()
            await bare.called("getUpdates")
            await newsroom.visited("limmat", times=2)
            await bare.push({"update_id": 1, "message": {"message_id": 1, "chat": {"id": 7}, "text": "/sub Nordkorea"}})
            await bare.called("sendMessage")
            newsroom.publish("limmat", "Ereignis in Nordkorea", "<p>Nordkorea meldet sich heute zu Wort.</p>")
            sent = await bare.called("sendMessage", 2)
            await rounds(newsroom, "limmat")
            assert len(bare.of("sendMessage")) == 2
            assert "Ereignis" in sent[1].params["text"]
            assert len(bare.of("setMyCommands")) == 1
        finally:
            await bot.kill()
            print(bot.tail(20))
    assert "Traceback" not in bot.log.read_text("utf-8")


async def test_a_token_refused_at_the_second_word_ends_the_process(tmp_path: Path) -> None:
    """With the exit code for that."""
    async with BareTelegram() as bare:
        bare.always("deleteWebhook", refusal(401, "Unauthorized"))
        bot = make_bot(tmp_path, write_config(bare))
        try:
            await bot.start()
            assert await asyncio.wait_for(bot.wait(), HANG_SECONDS) == EXIT_TOKEN
        finally:
            await bot.kill()
            print(bot.tail(20))
