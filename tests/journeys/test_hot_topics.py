"""A keyword with many readers gets a channel, in the whole bot: from the question to the reader who leaves the push."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.chats import SimulatedChatType
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.journeys.length import PATIENCE
from tests.journeys.process import make_bot, write_config

_WITHIN = HANG_SECONDS * PATIENCE


async def refuse(olga: SimulatedPerson, name: str) -> str:
    """Let the operator name a channel that cannot be it; she is offered to name another one."""
    await olga.press("Kanal nennen").answered()
    await olga.chat.wait_until(lambda chat: "Schick mir seinen @Namen" in chat.received[-1].text)
    refused = await olga.ask(name)
    assert refused.buttons == (("Kanal nennen", "Kein Kanal"),)
    return refused.text


@pytest.mark.parametrize("declines", [False, True], ids=["named", "declined first"])
async def test_a_keyword_with_many_readers_gets_a_channel(tmp_path: Path, *, declines: bool) -> None:
    """The operator is asked once, readers are told once; who leaves gets no article any more, and the channel does."""
    async with Server() as server, Newsroom() as newsroom:
        feeds = {paper.title: newsroom.feed_url(key) for key, paper in newsroom.papers.items()}
        olga = server.person("Olga", language="de")
        anna, ben = readers = [server.person(name, language="de") for name in ("Anna", "Ben")]
        config = write_config(server, feeds).replace("[telegram]", f"[telegram]\noperators = [{olga.id}]", 1)
        bot = make_bot(tmp_path, f"{config}\n[alerts]\nhot_topic = 2\n")
        try:
            await bot.start()
            await server.ready()
            await newsroom.read_by_all(within=_WITHIN)
            await olga.ask("/start")
            for reader in readers:
                await reader.ask("/sub Nordkorea", within=_WITHIN)
            await bot.kill()  # keywords are counted at a start, and every ten minutes
            asked = len(server.calls)
            await bot.start()
            await server.ready(after=asked)
            question = await olga.chat.wait_for(lambda message: "Kanal nennen" in str(message.buttons), within=_WITHIN)
            assert question.text.startswith("Nordkorea wird von 2 Personen gelesen.")
            if declines:
                press = olga.press("Kein Kanal", question)
                await press.answered()
                await olga.chat.wait_until(lambda _: question.text.startswith("Kein Kanal für Nordkorea"))
                assert anna.chat.received[-1].text.startswith("Abonniert")
                return

            channel = server.group("Kanal", olga, kind=SimulatedChatType.CHANNEL, username="nordkorea_news", bot=False)
            server.group("Anna", anna, kind=SimulatedChatType.CHANNEL, username="annas_kanal").invite_bot(admin=True)
            assert (await refuse(olga, "mein Kanal")).startswith("Nur ein öffentlicher Kanal hat einen Link")
            assert (await refuse(olga, "@niemand_da")).startswith("Ich sehe diesen Kanal nicht")
            assert (await refuse(olga, "t.me/nordkorea_news")).startswith("Ich ")
            assert (await refuse(olga, "@annas_kanal")).startswith("Nur Administratoren dieses Kanals")
            channel.invite_bot(admin=True)
            await olga.press("Kanal nennen").answered()
            await olga.chat.wait_until(lambda chat: "Schick mir seinen @Namen" in chat.received[-1].text)
            assert (await olga.ask("@nordkorea_news")).text.startswith("@nordkorea_news bekommt ab jetzt jeden Artikel")

            for reader in readers:
                told = await reader.chat.wait_for(lambda message: "eigenen Kanal" in message.text, within=_WITHIN)
                assert told.links == ("https://t.me/nordkorea_news",)
                assert told.buttons == (("Nur noch im Kanal",),)
            await anna.press("Nur noch im Kanal").answered()
            await anna.chat.wait_until(lambda chat: "kommt es in @nordkorea_news" in chat.received[-1].text)
            (entry,) = newsroom.publish_ready("kim-putin")
            for chat in (channel.chat, ben.chat):
                await chat.wait_for(lambda message: entry.link in message.links, within=_WITHIN)
            assert not any(entry.link in message.links for message in anna.chat.received)
            await anna.press("Rückgängig").answered()
            assert "Nordkorea" in (await anna.ask("/list")).text
        finally:
            await bot.kill()
            print(bot.tail(60))
    assert sum("eigenen Kanal" in message.text for message in ben.chat.received) == 1
    assert server.violations == []
