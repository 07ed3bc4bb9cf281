"""The button that opens the Mini App: in private chats, and where there is an address that Telegram takes."""

from __future__ import annotations

import pytest

from bot.demo.telegram_server.chats import SimulatedChatType
from bot.demo.telegram_server.messages import Message
from tests.telegram.conftest import Open

OPEN = "Als Seite öffnen"


def find_buttons(message: Message) -> list[str]:
    """List all buttons of a message."""
    return [text for row in message.buttons for text in row]


async def test_a_private_chat_opens_its_settings_as_a_page(open_desk: Open) -> None:
    """From /settings and from /list, also after something was changed by a button."""
    async with open_desk(public_url="https://news.example/bot/") as desk:
        anna = desk.server.person("Anna", language="de")
        await anna.ask("/sub Nordkorea")
        shown, listed = await anna.ask("/settings"), await anna.ask("/list")
        await anna.press("Bilder", shown).answered()
        await anna.press("‹ Zurück", shown).answered()
        await anna.press("1", listed).answered()
        await anna.press("‹ Alle Stichwörter", listed).answered()
        for message in (shown, listed):
            assert anna.open_app(OPEN, message).startswith("https://news.example/bot/app#tgWebAppData=")


async def test_no_other_chat_has_the_button(open_desk: Open) -> None:
    """Telegram refuses a message with it in a group; a channel that is managed from here is not the reader's own."""
    async with open_desk(public_url="https://news.example") as desk:
        anna = desk.server.person("Anna", language="de")
        group = desk.server.group("Team", anna)
        await anna.ask("/sub Nordkorea", chat=group.chat)
        for command in ("/settings", "/list"):
            assert OPEN not in find_buttons(await anna.ask(command, chat=group.chat))
        channel = desk.server.group("Kanal", anna, kind=SimulatedChatType.CHANNEL, bot=False)
        channel.empower_bot()
        await desk.handled()
        await anna.ask(f"/sub {channel.chat.id} Nordkorea")
        for command in ("/settings", "/list"):
            assert OPEN not in find_buttons(await anna.ask(f"{command} {channel.chat.id}"))


@pytest.mark.parametrize("public_url", ["", "http://127.0.0.1:8088"])
async def test_without_a_public_address_there_is_no_button(open_desk: Open, public_url: str) -> None:
    """A loopback address is one only for a Telegram on the same machine."""
    async with open_desk(public_url=public_url) as desk:
        anna = desk.server.person("Anna", language="de")
        await anna.ask("/sub Nordkorea")
        for command in ("/settings", "/list"):
            assert (OPEN in find_buttons(await anna.ask(command))) is bool(public_url)
