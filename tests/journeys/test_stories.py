"""Five papers report it: one alert whose message grows, and [More]."""

from __future__ import annotations

import pytest

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.chats import SimulatedChatType
from bot.demo.telegram_server.server import Server
from tests.journeys.process import rounds

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("journeys of a story")]
STORY = "Explosion zerstört Lager im Hafen von Nordkorea"


async def test_five_papers_are_one_message_that_grows(bot: BotProcess, server: Server, newsroom: Newsroom) -> None:
    """Four of them are named in its last line, linked; the button opens the next sentences, and the names stay."""
    anna = server.person("Anna", language="de")
    reply = await anna.ask("/sub Nordkorea")
    entries = newsroom.publish_ready("fuenf")

    grown = await anna.chat.wait_for(lambda one: _named(one.text) == 4, after=reply)
    links = [entity.url for entity in grown.entities if entity.url]
    assert set(links) == {entry.link for entry in entries}
    assert grown.buttons == (("Mehr", "Stumm", "⋯"),)
    assert "Die ersten Gäste" not in grown.text

    await anna.press("Mehr", grown).answered()
    opened = await anna.chat.wait_for(lambda one: "Die ersten Gäste" in one.text, after=reply)
    assert opened.message_id == grown.message_id
    assert _named(opened.text) == 4
    assert opened.buttons == (("Mehr", "Stumm", "⋯"),)
    alerts = [one for one in anna.chat.received if one.message_id > reply.message_id]
    assert len(alerts) == 1


async def test_after_an_upgrade_no_message_of_the_old_group_is_changed(
    bot: BotProcess, server: Server, newsroom: Newsroom
) -> None:
    """The new group numbers its messages anew: the other source's name would overwrite what happens to bear that id."""
    anna = server.person("Anna", language="de")
    group = server.group("Presse", anna, kind=SimulatedChatType.GROUP)
    await anna.ask("/sub Nordkorea", chat=group.chat)
    newsroom.publish("limmat", STORY, "<p>Am Hafen ist in der Nacht ein Lager explodiert, berichten Anwohner.</p>")
    await group.chat.wait_for(lambda one: STORY in one.text)
    new = group.upgrade()
    for _ in range(3):
        await anna.ask("/list", chat=new.chat)
    newsroom.publish("elbe", STORY, "<p>Das Lager am Hafen brannte mehrere Stunden lang.</p>")
    await rounds(newsroom, "elbe")

    own = (group.chat.id, new.chat.id)
    assert [call.method for call in server.calls if call.method == "editMessageText" and call.chat_id in own] == []
    assert not any(one.edits for one in new.chat.received)


def _named(text: str) -> int:
    """Count the papers behind "auch bei"."""
    _, found, names = text.partition("auch bei ")
    return len(names.splitlines()[0].split(", ")) if found else 0
