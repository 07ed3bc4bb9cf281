"""An operator finds from the status pages alone, in a browser's way, why a given article was not alerted."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.server import Server
from tests.journeys.process import free_port, make_bot, write_config

TOKEN = "correct-horse-battery-staple"


class Operator:
    """Somebody with a browser that keeps cookies."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def sign_in(self) -> None:
        """Fill in the form."""
        async with self._session.post("/sign-in", data={"token": TOKEN}) as answer:
            assert answer.status == 200

    async def ask(self, question: str) -> str:
        """Ask why an article was not alerted; gives the page."""
        async with self._session.get("/articles", params={"q": question}) as answer:
            assert answer.status == 200
            return await answer.text()

    async def read_until(self, question: str, words: str) -> str:
        """Ask until the page says this."""
        async with asyncio.timeout(HANG_SECONDS):
            while words not in (page := await self.ask(question)):  # noqa: ASYNC110 - a page rings no bell
                await asyncio.sleep(0.05)
        return page

    async def open(self, path: str) -> str:
        """Open a page."""
        async with self._session.get(path) as answer:
            assert answer.status == 200
            return await answer.text()


async def test_the_pages_say_why_an_article_was_not_alerted(tmp_path: Path) -> None:
    """Held, sent, without a keyword, there before the first poll, never seen, of an unknown site, of one that fails."""
    port = free_port()
    async with Server() as server, Newsroom() as newsroom:
        feeds = {"Limmat": newsroom.feed_url("limmat"), "Away": f"http://localhost:{free_port()}/rss.xml"}
        config = write_config(server, feeds)
        bot = make_bot(tmp_path, config.replace('listen = ""', f'listen = "127.0.0.1:{port}"\ntoken = "{TOKEN}"'))
        old = newsroom.publish("limmat", "Kormoran war schon da", "<p>Vor der ersten Abfrage.</p>")
        try:
            await bot.start()
            await server.ready()
            await newsroom.visited("limmat", times=2)
            await _live(server, newsroom)
            jar = aiohttp.CookieJar(unsafe=True)
            async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", cookie_jar=jar) as session:
                await _find_out(Operator(session), newsroom, old.link)
        finally:
            await _end(bot)


async def _live(server: Server, newsroom: Newsroom) -> None:
    """One reader gets an alert at once, another has quiet hours."""
    anna, quiet = server.person("Anna", language="de"), server.person("Quiet", language="de")
    for reader in (anna, quiet):
        await reader.ask("/sub Zwetschgenkuchen")
    await quiet.ask("/quiet 00:00-23:59")
    newsroom.publish("limmat", "Zwetschgenkuchen am Jahrmarkt", "<p>Gut.</p>")
    await anna.chat.wait_for(lambda message: "Jahrmarkt" in message.text)


async def _find_out(operator: Operator, newsroom: Newsroom, old: str) -> None:
    await operator.sign_in()
    page = await operator.read_until("Zwetschgenkuchen Jahrmarkt", "1 alert sent")
    assert "1 alert held: quiet hours" in page
    assert "1 query matches" in page

    other = newsroom.publish("limmat", "Kraniche ziehen nach Süden", "<p>Früh.</p>")
    page = await operator.read_until(other.link, "No keyword of any chat matches it.")
    assert "Kraniche ziehen nach Süden" in page
    assert "read for the first time" in await operator.ask(old)

    assert "no feed brought an article with this address" in await operator.ask(f"{newsroom.url}/never")
    assert "add its feed" in await operator.ask("https://elsewhere.example/never")
    page = await operator.read_until("http://localhost/never", "<b>Away</b>: failing")
    assert "last success never" in page

    assert "Kraniche ziehen nach Süden" in await operator.open("/sources/1") + await operator.open("/sources/2")
    assert "<b>Zwetschgenkuchen" not in await operator.open("/")


async def _end(bot: BotProcess) -> None:
    await bot.kill()
    print(bot.tail(60))
