"""Channels and groups through the real process: alerts, rights that go and come, and a move while alerts are queued."""

from __future__ import annotations

import pytest

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.call_log import Call
from bot.demo.telegram_server.chats import SimulatedChat, SimulatedChatType
from bot.demo.telegram_server.clock import HANG_SECONDS, until
from bot.demo.telegram_server.people import SimulatedGroup, SimulatedPerson
from bot.demo.telegram_server.server import Server

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("journeys of channels")]
POST = "can_post_messages"


def open_channel(server: Server, creator: SimulatedPerson, name: str) -> SimulatedGroup:
    """Open a public channel in which the bot may post."""
    opened = server.group(name.title(), creator, kind=SimulatedChatType.CHANNEL, username=name, bot=False)
    opened.empower_bot()
    return opened


def count(chat: SimulatedChat, title: str) -> int:
    """Count the messages of a chat that name an article."""
    return sum(title in message.text for message in chat.received)


async def test_an_alert_is_posted_into_a_channel(bot: BotProcess, server: Server, newsroom: Newsroom) -> None:
    """There alone, as in any chat; whoever runs the channel was answered in the private chat."""
    anna = server.person("Anna", language="de")
    opened = open_channel(server, anna, "kranichkanal")
    assert (await anna.ask("/sub @kranichkanal Kranich")).text.startswith("Kanal Kranichkanal\nAbonniert: Kranich")
    newsroom.publish("limmat", "Heimkehr im Moor", "<p>Die Kraniche brüten wieder im Moor am See.</p>")
    alert = await opened.chat.wait_for(lambda message: "Heimkehr" in message.text)
    assert alert.text.split("\n")[0] == "Heimkehr im Moor"
    assert alert.buttons == (("Mehr", "Stumm", "⋯"),)
    assert opened.chat.received == (alert,)
    assert count(anna.chat, "Heimkehr") == 0


async def test_rights_that_go_and_come_during_a_fan_out_lose_nothing(
    bot: BotProcess, server: Server, newsroom: Newsroom
) -> None:
    """The manager is told once each, everybody else gets the alerts, and the channel all it missed, once."""
    anna = server.person("Anna", language="de")
    await anna.ask("/help")
    opened = open_channel(server, anna, "biberkanal")
    await anna.ask("/sub @biberkanal Biber")
    readers = [server.person(f"Reader {number}", language="de") for number in range(20)]
    for reader in readers:
        reader.say("/sub Biber")
    await server.wait_until(lambda: all(reader.chat.received for reader in readers))
    opened.chat.bot_lacks = frozenset({POST})  # the update that tells of it is late: Telegram refuses first
    newsroom.publish("limmat", "Damm in der Reuss", "<p>Ein Biber staut den Fluss unterhalb der Brücke.</p>")
    lost = await anna.chat.wait_for(lambda message: message.text.startswith("Im Kanal Biberkanal darf ich nicht"))
    newsroom.publish("limmat", "Burg am Ufer", "<p>Der Biber baut im Herbst eine zweite Burg am Ufer.</p>")
    await server.wait_until(lambda: all(count(reader.chat, "Burg am Ufer") for reader in readers))
    assert opened.chat.received == ()
    opened.empower_bot()
    back = await anna.chat.wait_for(lambda message: message.text.startswith("Im Kanal Biberkanal darf ich wieder"))
    for title in ("Damm in der Reuss", "Burg am Ufer"):
        await opened.chat.wait_for(lambda message, title=title: title in message.text)
    assert [message for message in anna.chat.received if message.text.startswith("Im Kanal")] == [lost, back]
    for title in ("Damm in der Reuss", "Burg am Ufer"):
        assert count(opened.chat, title) == 1
        assert [count(reader.chat, title) for reader in readers] == [1] * len(readers)


async def test_a_group_closed_to_its_members_for_a_while_loses_nothing(
    bot: BotProcess, server: Server, newsroom: Newsroom
) -> None:
    """Nobody tells the bot of it; the first message that arrives again hastens what was refused."""
    anna = server.person("Anna", language="de")
    group = server.group("Otterfreunde", anna)
    await group.chat.wait_for(lambda message: message.text.startswith("Hallo!"))
    await anna.ask("/sub Fischotter", chat=group.chat)
    group.silence()
    newsroom.publish("limmat", "Spur am Bach", "<p>Ein Fischotter hinterliess eine Spur am Bach.</p>")

    def find_refused() -> Call | None:
        sent = (call for call in server.calls.of("sendMessage") if call.chat_id == group.chat.id and call.ended)
        return next((call for call in sent if "Spur am Bach" in str(call.params)), None)

    await until(server.calls.bell, find_refused, HANG_SECONDS)
    group.unsilence()
    newsroom.publish("limmat", "Jagd im Teich", "<p>Der Fischotter jagt wieder im Teich von Uster.</p>")
    for title in ("Jagd im Teich", "Spur am Bach"):
        await group.chat.wait_for(lambda message, title=title: title in message.text)
    assert [count(group.chat, title) for title in ("Jagd im Teich", "Spur am Bach")] == [1, 1]


async def test_what_stands_between_somebody_and_a_channel_is_said_in_one_sentence(
    bot: BotProcess, server: Server, newsroom: Newsroom
) -> None:
    """A channel that is not there, that is private, where the bot is not, and which somebody else runs."""
    anna, ben = server.person("Anna", language="de"), server.person("Ben", language="en")
    opened = open_channel(server, anna, "fuchskanal")
    hidden = server.group("Geheim", anna, kind=SimulatedChatType.CHANNEL, bot=False)
    server.group("Offen", anna, kind=SimulatedChatType.CHANNEL, username="offenkanal", bot=False)
    said = [
        (await anna.ask("/sub @nirgendwo Fuchs")).text,
        (await anna.ask(f"/sub {hidden.chat.id} Fuchs")).text,
        (await anna.ask("/sub @offenkanal Fuchs")).text,
        (await ben.ask("/sub @fuchskanal Fuchs")).text,
    ]
    opened.chat.bot_lacks = frozenset({POST})
    said.append((await anna.ask("/sub @fuchskanal Fuchs")).text)
    assert said == [
        "Ich sehe diesen Kanal nicht: Prüf den Namen, und mach mich dort zum Administrator, falls er privat ist.",
        "Ich sehe diesen Kanal nicht: Prüf den Namen, und mach mich dort zum Administrator, falls er privat ist.",
        "Ich bin in diesem Kanal kein Administrator. Füg mich dort mit dem Recht hinzu, Nachrichten zu posten.",
        "Only administrators of this channel can manage it.",
        "Ich darf in diesem Kanal nicht posten. Gib mir dort das Recht, Nachrichten zu posten.",
    ]
    opened.chat.bot_lacks = frozenset()
    assert (await anna.ask("/list @fuchskanal")).text.startswith("Kanal Fuchskanal\nNoch gibt es")


async def test_a_group_that_becomes_a_supergroup_while_alerts_are_queued_loses_none(
    bot: BotProcess, server: Server, newsroom: Newsroom
) -> None:
    """What waits for the old chat goes to the new one, and nothing is told twice; its keywords move too."""
    anna = server.person("Anna", language="de")
    group = server.group("Presse", anna, kind=SimulatedChatType.GROUP)
    await group.chat.wait_for(lambda message: message.text.startswith("Hallo!"))
    await anna.ask("/sub Dachs", chat=group.chat)
    titles = ("Spuren im Wald", "Bau am Hang", "Nacht am Feld", "Fund am Weg")
    for title in titles:
        newsroom.publish("limmat", title, f"<p>Ein Dachs wurde gesehen, meldet der Wildhüter: {title}.</p>")
    await group.chat.wait_for(lambda message: any(title in message.text for title in titles))
    moved = group.upgrade(told=False)  # one message a second goes to a chat: the others wait
    await server.wait_until(lambda: all(count(group.chat, title) + count(moved.chat, title) for title in titles))
    assert {title: count(group.chat, title) + count(moved.chat, title) for title in titles} == dict.fromkeys(titles, 1)
    assert any(count(moved.chat, title) for title in titles)
    assert "Dachs" in (await anna.ask("/list", chat=moved.chat)).text
