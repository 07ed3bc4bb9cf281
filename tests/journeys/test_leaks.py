"""
Whatever goes wrong, nothing the bot prints at any level holds a secret, a query, a text or a name.

One process at level debug meets faults of Telegram, of publishers, of a language model and of the database; then every
line it printed is searched.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, urlsplit

import aiohttp
from aiohttp import web

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.faults import Effect
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.fakes.model import listening
from tests.journeys.process import free_port, make_bot, write_config
from tests.journeys.test_bad_input import villains
from tests.journeys.test_store_trouble import fill_up, make_room

WEB_TOKEN, MODEL_KEY, FEED_PASSWORD = "web-tok3n-web-tok3n", "sk-m0del-key", "f33d-passw0rd"
QUERY, SEARCH, INLINE, EXCLUDED = "Zwetschgenkuchen", "Quittengelee", "Mirabellenwein", "Dörrobst"
TITLE = f"Ministerin lobt {QUERY} am Jahrmarkt"
TEXT = "Der Bundesrat Rosenbusch verteilte gestern Süssgebäck an Gäste aus Zollikofen. " * 6
SAID = "Heidelbeerstrauch"
NAME = "Annegret-Quetzalcoatl"
WORDS = (QUERY, SEARCH, INLINE, EXCLUDED, SAID, "Jahrmarkt", "Rosenbusch", "Zollikofen", NAME)


async def test_a_faulty_run_prints_no_secret_no_query_and_no_text(tmp_path: Path) -> None:
    """Nor a chat's number; the log is not empty, and has met the faults."""
    async with Server() as server, Newsroom() as newsroom, villains() as (bad, _), listening() as model:

        async def broken(_: web.Request) -> web.StreamResponse:
            return web.Response(status=500, text=f"{MODEL_KEY} is no key for {TITLE}")

        model.answers = broken
        limmat = newsroom.feed_url("limmat").replace("://", f"://reader:{FEED_PASSWORD}@")
        away = f"http://reader:{FEED_PASSWORD}@127.0.0.1:{free_port()}/{QUERY}.xml"
        port = free_port()
        extra = f"""[log]
level = "debug"
[llm]
base_url = "{model.url}"
model = "some"
api_key = "{MODEL_KEY}"
"""
        config = write_config(server, {**bad, "Limmat": limmat, "Away": away}, extra=extra)
        config = config.replace('listen = ""', f'listen = "127.0.0.1:{port}"\ntoken = "{WEB_TOKEN}"')
        config = config.replace('language = "de"\n', 'language = "de"\nfull_text = "always"\n').replace(
            '[chats]\nlanguage = "de"\nfull_text = "always"\n', '[chats]\nlanguage = "de"\n'
        )
        bot = make_bot(tmp_path, config)
        try:
            await bot.start()
            await server.ready()
            anna = server.person(NAME, language="de")
            await talk(server, anna)
            await newsroom.visited("limmat", times=2)
            await upset(server, newsroom, bot, anna, tmp_path)
            await ask_the_web_server(port)
            assert await bot.terminate(within=HANG_SECONDS) == 0
        finally:
            await bot.kill()
            print(bot.log.stat().st_size, bot.tail(150))
        text = bot.log.read_text("utf-8")
        chats = [str(chat) for chat in server.world.chats]

    found = list_found(text, (server.token, WEB_TOKEN, MODEL_KEY, FEED_PASSWORD, *WORDS, *chats))
    assert found == []
    assert "Traceback" not in text
    levels = {line.split()[1] for line in text.splitlines() if line[:2] == "20"}
    assert levels >= {"DEBUG", "INFO", "WARNING", "ERROR"}
    for event in ("feed.failing", "llm.failed", "telegram.", "delivery.unsent", "article.announced"):
        assert event in text, event
    path = urlsplit(away).path
    assert path not in text


async def talk(server: Server, anna: SimulatedPerson) -> None:
    """Type everything that can be typed wrongly, and something in every place where text is taken."""
    await anna.ask(f"/sub {QUERY} -{EXCLUDED}")
    others = iter(range(20))
    for text in (
        f'/sub "{QUERY}',
        f"/sub ({QUERY} OR",
        f"/addfeed http://127.0.0.1:1/{QUERY}",
        f"/search {SEARCH}",
        f"/test {SEARCH}",
        f"/unsub {SAID}",
        f"/digest {SAID}",
        f"/{SAID}",
        f"{SAID}, bitte melden, wenn {QUERY} fällt",
        "/import",
    ):
        await server.person(f"{NAME}-{next(others)}", language="de").ask(text)
    anna.ask_inline(INLINE)


async def upset(server: Server, newsroom: Newsroom, bot: BotProcess, anna: SimulatedPerson, folder: Path) -> None:
    """Let Telegram refuse, hang, flood and quote the message; lock the database; kill and start the bot."""
    quoted = f"Bad Request: can't parse entities in {TITLE}"
    for effect, more in (
        (Effect.ERROR, {"status": 502}),
        (Effect.RESET, {}),
        (Effect.CUT, {}),
        (Effect.REFUSE, {"status": 400, "description": quoted}),
        (Effect.FLOOD, {"seconds": 1.0}),
    ):
        server.fault(effect, "sendMessage", **more)  # type: ignore[arg-type]
        said = anna.say("/help")
        await anna.chat.answer_to(said)
    server.fault(Effect.ERROR, "sendMessage", status=500)
    newsroom.publish("limmat", TITLE, f"<p>{TEXT}</p>")
    await anna.chat.wait_for(lambda message: "Jahrmarkt" in message.text)
    fill_up(bot, None, folder)
    said = anna.say(f"/sub {SAID}")
    await printed(bot, "StorageError")
    make_room(bot, None)
    await anna.chat.answer_to(said)
    await server.go_away(seconds=1.0)
    said = anna.say(f"/why {SAID}")
    before = len(server.calls)
    await anna.chat.answer_to(said)
    await bot.kill_and_restart()
    await server.ready(after=before)
    gone, silent = (server.person(f"{NAME}-{word}", language="de") for word in ("gone", "silent"))
    for reader in (gone, silent):
        await reader.ask(f"/sub {QUERY}")
    await silent.ask("/quiet 00:00-23:59")
    gone.block()
    server.fault(Effect.REFUSE, "sendMessage", chat_id=anna.id, status=400, description=quoted)
    newsroom.publish("limmat", f"Noch ein {QUERY} vom Jahrmarkt", f"<p>{TEXT}</p>")
    await printed(bot, "delivery.unsent")


async def printed(bot: BotProcess, *words: str) -> None:
    """Wait until these stand in the log."""
    async with asyncio.timeout(HANG_SECONDS):
        while not all(word in bot.tail(10_000) for word in words):  # noqa: ASYNC110 - a log rings no bell
            await asyncio.sleep(0.05)


async def ask_the_web_server(port: int) -> None:
    """Without a token, with one in the address, and for private feeds that are none."""
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        for path in ("/metrics", f"/?token={WEB_TOKEN}", f"/metrics?token=x{WEB_TOKEN}", f"/feeds/{QUERY}.atom"):
            async with session.get(path) as answer:
                await answer.read()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{QUERY} {WEB_TOKEN}\r\n\r\n".encode())
    await reader.read()
    writer.close()


def list_found(printed: str, secrets: Iterable[str]) -> list[str]:
    """List what must not be printed with the line it stands in, whatever its letters' case and its encoding."""
    found = []
    for secret in secrets:
        spellings = {secret, secret.encode("unicode_escape").decode(), quote(secret)}
        lines = (line for line in printed.splitlines() if any(word.lower() in line.lower() for word in spellings))
        found += [f"{secret}: {line}" for line in lines]
    return found


def test_the_search_finds_what_it_looks_for() -> None:
    """In other letters, escaped, and in an address."""
    for line in ("why=zwetschgenkuchen", "feed=http://a.example/D%C3%B6rrobst", "text=D\\xf6rrobst"):
        assert list_found(f"a line\n{line}", (QUERY, EXCLUDED))
