"""The picker of channels in /settings of the private chat."""

from __future__ import annotations

from bot.core.ids import ChatId
from bot.demo.telegram_server.chats import MemberStatus, SimulatedChatType
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedGroup, SimulatedPerson
from tests.telegram.conftest import Desk

BACK = ("‹ Zurück",)


async def open_channel(desk: Desk, creator: SimulatedPerson, title: str = "Kanal") -> SimulatedGroup:
    """Open a channel in which the bot may post; the creator is its manager."""
    opened = desk.server.group(title, creator, kind=SimulatedChatType.CHANNEL, bot=False)
    opened.empower_bot()
    await desk.handled()
    return opened


async def press(person: SimulatedPerson, shown: Message, *buttons: str) -> None:
    """Press buttons below a message, one after the other."""
    for button in buttons:
        await person.press(button, shown).answered()


async def test_the_settings_lead_to_a_channel_and_back(desk: Desk) -> None:
    """Through its settings and its list, in one message."""
    anna = desk.server.person()
    opened = await open_channel(desk, anna)
    await anna.ask(f"/sub {opened.chat.id} Nordkorea")
    shown = await anna.ask("/settings")
    await press(anna, shown, "Meine Kanäle (1)")
    assert shown.text.startswith("Deine Kanäle")
    assert shown.buttons == (("Kanal",), BACK)
    await press(anna, shown, "Kanal")
    assert shown.text.startswith("Kanal Kanal\nEinstellungen des Kanals\n")
    await press(anna, shown, "Stichwörter")
    assert "1 · Nordkorea" in shown.text
    await press(anna, shown, "‹ Einstellungen", "‹ Meine Kanäle", "‹ Zurück")
    assert shown.text.startswith("Einstellungen dieses Chats\n")
    assert opened.chat.received == ()


async def test_what_is_set_below_a_channel_is_set_for_it(desk: Desk) -> None:
    """The private chat keeps its own settings."""
    anna = desk.server.person()
    opened = await open_channel(desk, anna)
    shown = await anna.ask("/settings")
    await press(anna, shown, "Meine Kanäle (1)", "Kanal", "Sprache", "English")
    channel, own = [await desk.store.chats.find(ChatId(chat)) for chat in (opened.chat.id, anna.id)]
    assert channel is not None
    assert own is not None
    assert (channel.language, own.language) == ("en", "de")


async def test_only_channels_that_are_still_administered_are_shown(desk: Desk) -> None:
    """Who was demoted, or whose bot was removed, has nothing to pick; a press on an old button changes nothing."""
    anna, berta = desk.server.person(), desk.server.person("Berta")
    first, second = [await open_channel(desk, anna, title) for title in ("Archiv", "Börse")]
    shown = await anna.ask("/settings")
    assert ("Meine Kanäle (2)",) in shown.buttons
    await press(anna, shown, "Meine Kanäle (2)")
    assert shown.buttons == (("Archiv",), ("Börse",), BACK)
    first.enrol(anna, MemberStatus.MEMBER)
    second.kick_bot()
    await desk.handled()
    asked = len(desk.server.calls.of("getChatMember"))
    pressed = anna.press("Archiv", shown)
    assert "Nur Administratoren dieses Kanals" in (await pressed.answered()).text
    shown = await anna.ask("/settings")
    await press(anna, shown, "Meine Kanäle (1)")
    assert shown.text.startswith("Du verwaltest keinen Kanal.")
    assert {call.chat_id for call in [*desk.server.calls.of("getChatMember")][asked:]} == {first.chat.id}
    assert not any("Kanäle" in label for row in (await berta.ask("/settings")).buttons for label in row)
