"""The private feed in the settings: its address is made, shown again, replaced and ended."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.core.ids import ChatId
from bot.core.private_feed import digest_token
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from tests.telegram.conftest import Desk, Open

BACK = ("‹ Zurück",)
MAKE = (("Adresse erstellen",), BACK)
MADE = (("Adresse kopieren",), ("Neue Adresse", "Feed beenden"), BACK)


@pytest.fixture
async def desk(open_desk: Open) -> AsyncIterator[Desk]:
    """A bot with a public address."""
    async with open_desk(public_url="https://news.example") as opened:
        yield opened


async def press(person: SimulatedPerson, message: Message, *labels: str) -> str:
    """Press buttons one after the other; gives the note of the last one."""
    note = ""
    for label in labels:
        note = (await person.press(label, message).answered()).text
    return note


async def is_open(desk: Desk, address: str) -> bool:
    """Say whether an address leads to a feed."""
    token = address.removeprefix("https://news.example/feeds/").partition(".")[0]
    return await desk.store.private_feeds.find_by_digest(digest_token(token)) is not None


async def test_a_feed_is_made_shown_again_replaced_and_ended(desk: Desk) -> None:
    """What ends an address asks first; [Cancel] leads back."""
    anna = desk.server.person("Anna", language="de")
    shown = await anna.ask("/settings")
    assert ("Bilder", "Privater Feed") in shown.buttons
    await press(anna, shown, "Privater Feed")
    assert "die letzten 50 Meldungen" in shown.text
    assert shown.buttons == MAKE

    await press(anna, shown, "Adresse erstellen")
    atom, json = shown.links
    assert atom.removesuffix(".atom") == json.removesuffix(".json")
    assert await is_open(desk, atom)
    assert shown.buttons == MADE
    await press(anna, shown, "‹ Zurück", "Privater Feed")
    assert shown.links == (atom, json)

    await press(anna, shown, "Neue Adresse")
    assert shown.text.endswith("Soll ich die Adresse ersetzen? Die alte gilt sofort nicht mehr.")
    await press(anna, shown, "Abbrechen")
    assert shown.links == (atom, json)
    assert await press(anna, shown, "Neue Adresse", "Ja, ersetzen") == "Die alte Adresse gilt nicht mehr."
    fresh = shown.links[0]
    assert (fresh != atom, await is_open(desk, atom), await is_open(desk, fresh)) == (True, False, True)

    assert await press(anna, shown, "Feed beenden", "Ja, beenden") == "Der private Feed ist beendet."
    assert shown.buttons == MAKE
    assert not await is_open(desk, fresh)
    assert await desk.store.private_feeds.find(ChatId(anna.id)) is None


async def test_in_a_group_administrators_alone_open_it(desk: Desk) -> None:
    """The feed is the group's."""
    anna, ben = desk.server.person("Anna"), desk.server.person("Ben")
    group = desk.server.group("Team", anna)
    group.enrol(ben)
    await desk.handled()  # the bot has greeted
    shown = await anna.ask("/settings", chat=group.chat)
    await press(anna, shown, "Privater Feed")
    assert "Administratoren" in await press(ben, shown, "Adresse erstellen")
    assert await desk.store.private_feeds.find(ChatId(group.chat.id)) is None
    await press(anna, shown, "Adresse erstellen")
    assert await desk.store.private_feeds.find(ChatId(group.chat.id)) is not None


async def test_a_confirmation_of_an_earlier_message_replaces_nothing_that_is_not_there(desk: Desk) -> None:
    """Nor does a second press of [Make an address] make another one."""
    anna = desk.server.person("Anna", language="de")
    shown = await anna.ask("/settings")
    await press(anna, shown, "Privater Feed", "Adresse erstellen")
    first = shown.links
    for data in ("set:f:make", "set:f:x"):
        await desk.server.world.open_press(shown, anna.profile, data).answered()
        assert shown.links == first
    await press(anna, shown, "Feed beenden", "Ja, beenden")
    await desk.server.world.open_press(shown, anna.profile, "set:f:new!").answered()
    assert shown.buttons == MAKE
