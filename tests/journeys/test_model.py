"""The language model beside the real bot: marked where it helps, and in nobody's way."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.server import Server
from tests.fakes.model import listening
from tests.journeys.process import make_bot, write_config

TEXT = (
    "Der nordkoreanische Machthaber Kim Jong Un und der russische Präsident Wladimir Putin haben sich in Wladiwostok "
    "getroffen. Sie sprachen zwölf Minuten über Weizen. Beide reisten danach mit dem Zug zurück nach Hause, wie es aus "
    "Kreisen beider Regierungen hiess; eine Erklärung gab es nicht."
)
ANSWER = "Kim Jong Un und Wladimir Putin haben in Wladiwostok zwölf Minuten über Weizen gesprochen."
LEAD = "Nordkorea schweigt zu den Berichten, und auch aus Moskau kommt bis zum Abend keine Antwort."


async def written_down(database: Path, alerts: int) -> None:
    """Wait until the bot has noted that so many alerts were sent."""
    async with asyncio.timeout(HANG_SECONDS):
        with contextlib.closing(sqlite3.connect(database)) as opened:
            while opened.execute("SELECT count(*) FROM deliveries WHERE state = 'sent'").fetchone()[0] < alerts:  # noqa: ASYNC110 - a table rings no bell
                await asyncio.sleep(0.05)


async def test_other_alerts_do_not_wait_for_the_model_and_a_press_after_a_kill_needs_none(tmp_path: Path) -> None:
    """
    While it thinks about one article another one comes; then its sentence comes, marked as a machine's.

    The next process shows the same sentence, with a model that hangs, and asks nothing a second time.
    """
    async with Server() as server, Newsroom() as newsroom, listening() as model:
        model.says = ANSWER
        model.gate.clear()
        extra = f'[llm]\nbase_url = "{model.url}"\nmodel = "small"\napi_key = "very-secret"'
        bot = make_bot(tmp_path, write_config(server, {"Limmat": newsroom.feed_url("limmat")}, extra=extra))
        await bot.start()
        try:
            await server.ready()
            await newsroom.visited("limmat", times=2)
            anna = server.person("Anna", language="de")
            await anna.ask("/sub Nordkorea")
            newsroom.publish("limmat", "Treffen im Osten", f"<p>{TEXT}</p>")
            async with asyncio.timeout(HANG_SECONDS):
                await model.heard.wait()
            newsroom.publish("limmat", "Schweigen im Osten", lead=LEAD)
            quick = await anna.chat.wait_for(lambda one: "Schweigen im Osten" in one.text)
            assert not any("Treffen im Osten" in one.text for one in anna.chat.received)
            model.gate.set()
            alert = await anna.chat.wait_for(lambda one: "Treffen im Osten" in one.text)
            assert ANSWER in alert.text
            assert " · KI · " in alert.text
            assert " · KI · " not in quick.text

            await written_down(tmp_path / "bot.db", 2)
            await bot.kill()
            model.gate.clear()
            before = len(server.calls)
            await bot.start()
            await server.ready(after=before)
            await anna.press("Mehr", alert).answered()
            opened = await anna.chat.wait_for(lambda one: "Beide reisten danach" in one.text)
            assert ANSWER in opened.text
            assert " · KI · " in opened.text
            assert len(model.asked) == 1
        finally:
            await bot.kill()
            print(bot.tail(40))
        assert server.violations == []
        log = bot.log.read_text("utf-8")
        assert "very-secret" not in log
        assert "Traceback" not in log
