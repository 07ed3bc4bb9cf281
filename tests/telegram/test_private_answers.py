"""Files with all that is stored of a group or channel are for whoever asks, not for everybody who reads there."""

from __future__ import annotations

import pytest

from bot.demo.telegram_server.chats import MemberStatus, SimulatedChat, SimulatedChatType
from bot.demo.telegram_server.people import SimulatedGroup, SimulatedPerson
from tests.telegram.conftest import Desk


async def open_chat(desk: Desk, creator: SimulatedPerson, kind: SimulatedChatType) -> SimulatedGroup:
    """Open a group or channel with one keyword."""
    opened = desk.server.group("Presse", creator, kind=kind, username="uferkanal", bot=False)
    opened.empower_bot()
    await creator.ask("/sub Kim", chat=opened.chat)
    await desk.handled()
    return opened


def files(chat: SimulatedChat) -> int:
    """Count the files in a chat."""
    return sum(message.document is not None for message in chat.received)


async def test_an_administrator_gets_the_files_of_a_group_in_the_private_chat(desk: Desk) -> None:
    """Which names the group; the group hears where they are."""
    anna = desk.server.person()
    group = await open_chat(desk, anna, SimulatedChatType.SUPERGROUP)
    await anna.ask("/start")
    assert (await anna.ask("/export", chat=group.chat)).text == "Im privaten Chat geschickt."
    assert (files(group.chat), files(anna.chat)) == (0, 2)
    assert anna.chat.received[-1].text.startswith("Gruppe Presse\n")
    asked = await anna.ask("/unsub all", chat=group.chat)
    assert asked.text.split("\n")[0] == "Alle Stichwörter liegen als Datei im privaten Chat, zum Aufbewahren."
    assert (files(group.chat), files(anna.chat)) == (0, 3)


@pytest.mark.parametrize("command", ["/export", "/unsub all"])
async def test_who_cannot_be_reached_alone_is_told_how_to_be(desk: Desk, command: str) -> None:
    """Somebody who never opened the private chat, and an administrator whom nobody knows."""
    anna, berta = desk.server.person(), desk.server.person("Berta")
    group = await open_chat(desk, anna, SimulatedChatType.SUPERGROUP)
    group.enrol(berta, MemberStatus.ADMINISTRATOR)
    assert (await berta.ask(command, chat=group.chat)).text == (
        "Das schicke ich nur im privaten Chat. Öffne ihn mit mir, tipp auf Start, "
        f"und schick {command} hier noch einmal."
    )
    said = berta.say(command, chat=group.chat, anonymous=True)
    assert (await group.chat.answer_to(said)).text.startswith("Das würden alle in der Gruppe lesen.")
    assert files(group.chat) == 0


@pytest.mark.parametrize(
    ("command", "instead"), [("/export", "/export @uferkanal"), ("/unsub all", "/unsub @uferkanal all")]
)
async def test_in_a_channel_nothing_private_is_posted(desk: Desk, command: str, instead: str) -> None:
    """One sentence says which command gives it in the private chat."""
    anna = desk.server.person()
    opened = await open_chat(desk, anna, SimulatedChatType.CHANNEL)
    refused = await anna.ask(command, chat=opened.chat)
    assert refused.text == f"Das sähen alle, die den Kanal lesen. Schick {instead} im privaten Chat mit mir."
    assert files(opened.chat) == 0
    await anna.ask(instead)
    await anna.chat.wait_for(lambda message: message.document is not None)
