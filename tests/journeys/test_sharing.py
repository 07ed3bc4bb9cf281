"""A shared list through the real process: from who shares it to an alert for who took something of it."""

from __future__ import annotations

import re
from pathlib import Path

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.journeys.process import make_bot, write_config

OPERATOR = 77
_LINK = re.compile(r"https://t\.me/\w+\?start=(pack_\S{22})(?!\S)")


async def share(person: SimulatedPerson) -> tuple[Message, str]:
    """Share all keywords; gives the answer and the payload of its link, once the picture is there too."""
    shown = await person.ask("/list")
    await person.press("Teilen", shown).answered()
    answer = await person.chat.answer_to(shown)
    picture = await person.chat.answer_to(answer)
    found = _LINK.search(answer.text)
    assert found is not None
    assert picture.photo is not None
    return answer, found[1]


async def test_a_list_is_shared_taken_and_revoked(tmp_path: Path) -> None:
    """A stranger gets it on approval and alerts from then on; a banned person, and a revoked link, get nothing."""
    async with Server() as server, Newsroom() as newsroom:
        config = write_config(server, {paper.title: newsroom.feed_url(key) for key, paper in newsroom.papers.items()})
        config = config.replace('access = "public"', f'access = "private"\noperators = [{OPERATOR}]')
        bot = make_bot(tmp_path, config)
        await bot.start()
        try:
            await server.ready()
            await newsroom.read_by_all()
            olga, ben = server.person("Olga", language="de", user_id=OPERATOR), server.person("Ben", language="de")
            await olga.ask("/sub Zwiebelkuchen, Federweisser")
            answer, payload = await share(olga)

            asked = await ben.ask(f"/start {payload}")
            assert asked.text.startswith("Dieser Bot ist privat.")
            await olga.ask(f"/approve {ben.id}")
            shown = await ben.chat.wait_for(lambda message: "geteilte Liste" in message.text, after=asked)
            await ben.press("+ Zwiebelkuchen", shown).answered()
            await bot.terminate()  # what was taken is stored
            await bot.start()
            for title in ("Federweisser wird teurer", "Zwiebelkuchen ohne Zwiebeln"):
                newsroom.publish("limmat", title, f"<p>{title}, sagt der Verband heute.</p>")
            alert = await ben.chat.wait_for(lambda message: message.text.startswith("Zwiebelkuchen"), after=shown)

            await olga.press("Link zurücknehmen", answer).answered()
            gone = await ben.ask(f"/start {payload}")
            assert gone.text == "Hinter diesem Link ist keine Liste, oder sie wird nicht mehr geteilt."
            assert not any(message.text.startswith("Federweisser") for message in ben.chat.received)
            await olga.press("Rückgängig", answer).answered()
            await olga.ask(f"/ban {ben.id}")
            ben.say(f"/start {payload}")
            await olga.ask(f"/start {payload}")
            assert ben.chat.received[-1] is gone
            assert alert.buttons
            assert server.violations == []
        finally:
            await bot.kill()
            print(bot.tail(60))
