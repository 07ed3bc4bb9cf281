"""/settings: each submenu by its buttons alone, with a tick at what is in force."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.chat import Chat, PictureSize
from bot.core.ids import ChatId
from bot.core.quiet_hours import FOREVER
from bot.core.subscription import Urgency
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from tests.builders import MAIN
from tests.contracts.scenes import add_feed
from tests.telegram.conftest import Desk

BACK = ("‹ Zurück",)
OLD = "Dieser Knopf ist zu alt."


async def chat_of(desk: Desk, chat_id: int) -> Chat:
    """Look a chat up."""
    found = await desk.store.chats.find(ChatId(chat_id))
    assert found is not None
    return found


async def hours_of(desk: Desk, person: SimulatedPerson) -> str | None:
    """Look the digest hours of a person up."""
    receiver = await desk.store.digests.find(ChatId(person.id), MAIN)
    return receiver.digest if receiver else None


async def open_menu(person: SimulatedPerson, *buttons: str) -> Message:
    """Open the settings, and what these buttons lead to."""
    shown = await person.ask("/settings")
    for button in buttons:
        await person.press(button, shown).answered()
    return shown


@pytest.mark.parametrize("command", ["/settings", "/einstellungen"])
async def test_the_menu_shows_everything_that_is_set(desk: Desk, command: str) -> None:
    """And leads to each of it."""
    anna = desk.server.person()
    shown = await anna.ask(command)
    assert shown.text.split("\n") == [
        "Einstellungen dieses Chats",
        "Sprache: Deutsch",
        "Sprachen der Artikel: Deutsch, Englisch",
        "Zeitzone: Europe/Zurich",
        "Ruhezeit: keine",
        "Sammelmeldung: keine",
        "Quellen: 0 von 0",
        "Eine Meldung pro Geschichte",
        "Bilder: aus",
    ]
    assert shown.buttons == (
        ("Sprache", "Sprachen der Artikel"),
        ("Zeitzone", "Ruhezeit"),
        ("Sammelmeldung", "Quellen"),
        ("Eine Meldung pro Geschichte", "Pausieren"),
        ("Bilder", "Daten dieses Chats"),
    )
    for button in {label for row in shown.buttons for label in row}:
        await anna.press(button, shown).answered()
        assert shown.buttons[-1] == BACK
        await anna.press("‹ Zurück", shown).answered()
        assert shown.text.startswith("Einstellungen dieses Chats")


async def test_the_language_changes_the_menu_itself(desk: Desk) -> None:
    """At once."""
    anna = desk.server.person()
    shown = await open_menu(anna, "Sprache")
    assert shown.buttons == (("✓ Deutsch",), ("English",), ("Français",), ("Italiano",), BACK)
    await anna.press("Français", shown).answered()
    assert shown.buttons[2] == ("✓ Français",)
    assert shown.buttons[-1] == ("‹ Retour",)
    assert (await chat_of(desk, anna.id)).language == "fr"


async def test_languages_read_are_switched_one_by_one(desk: Desk) -> None:
    """The last one stays."""
    anna = desk.server.person()
    shown = await open_menu(anna, "Sprachen der Artikel")
    assert shown.buttons[0] == ("✓ Deutsch", "✓ Englisch", "Französisch")
    await anna.press("Französisch", shown).answered()
    await anna.press("✓ Englisch", shown).answered()
    assert (await chat_of(desk, anna.id)).reads == ("de", "fr")
    first, again = anna.press("✓ Deutsch", shown), anna.press("✓ Deutsch", shown)
    await first.answered()
    await again.answered()
    await anna.press("✓ Französisch", shown).answered()
    assert (await chat_of(desk, anna.id)).reads == ("fr",)
    assert "✓ Französisch" in shown.buttons[0]


async def test_a_time_zone_is_chosen_from_pages(desk: Desk) -> None:
    """They open at the one in force; a digest keeps its hour."""
    anna = desk.server.person()
    shown = await open_menu(anna, "Zeitzone")
    assert shown.text.startswith("Zeitzone: Europe/Zurich. Dort ist es jetzt 13:00 Uhr.")
    assert ("✓ Zurich", "Berlin") in shown.buttons
    await anna.press("›", shown).answered()
    await anna.press("›", shown).answered()
    await anna.press("Tokyo", shown).answered()
    assert shown.text.startswith("Zeitzone: Asia/Tokyo. Dort ist es jetzt 21:00 Uhr.")
    assert (await chat_of(desk, anna.id)).timezone == "Asia/Tokyo"
    await anna.ask("/timezone UTC+5:30")
    assert "✓ UTC+5:30" in (await open_menu(anna, "Zeitzone")).buttons[0]


async def test_quiet_hours_are_chosen_and_moved(desk: Desk) -> None:
    """By steps of half an hour; a step says where it leads, so that a second press of the same changes nothing."""
    anna = desk.server.person()
    shown = await open_menu(anna, "Ruhezeit")
    assert shown.buttons == (
        ("22:00–07:00", "23:00–06:00"),
        ("21:00–08:00", "00:00–08:00"),
        ("✓ Keine Ruhezeit",),
        BACK,
    )
    await anna.press("22:00–07:00", shown).answered()
    assert shown.buttons[0] == ("✓ 22:00–07:00", "23:00–06:00")
    first, again = anna.press("Beginn −30", shown), anna.press("Beginn −30", shown)
    await first.answered()
    await again.answered()
    await anna.press("Ende +30", shown).answered()
    assert shown.text.startswith("Ruhezeit: 21:30–07:30")
    assert "✓ 21:30–07:30" in {label for row in shown.buttons for label in row}
    chat = await chat_of(desk, anna.id)
    assert (chat.quiet_from, chat.quiet_to) == (21 * 60 + 30, 7 * 60 + 30)
    await anna.press("Keine Ruhezeit", shown).answered()
    assert (await chat_of(desk, anna.id)).quiet_from is None


async def test_hours_of_the_digest_are_added_and_taken_away(desk: Desk) -> None:
    """The first ones take the keywords along, and say so; days of the week replace them."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")
    shown = await open_menu(anna, "Sammelmeldung")
    await anna.press("08:00", shown).answered()
    assert shown.text.endswith("Ab jetzt in der Sammelmeldung, nicht mehr sofort: Nordkorea.")
    await anna.press("18:00", shown).answered()
    assert await hours_of(desk, anna) == "08:00, 18:00"
    assert ("07:00", "✓ 08:00", "12:00") in shown.buttons
    await anna.press("✓ 08:00", shown).answered()
    assert await hours_of(desk, anna) == "18:00"
    await anna.press("So 18:00", shown).answered()
    assert await hours_of(desk, anna) == "sun 18:00"
    assert ("Mo–Fr 07:30", "✓ So 18:00") in shown.buttons
    await anna.press("Jetzt", shown).answered()
    assert shown.text.endswith("Für eine Sammelmeldung gibt es nichts Neues.")
    await anna.press("Keine Sammelmeldung", shown).answered()
    assert await hours_of(desk, anna) is None
    (wish,) = await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)
    assert wish.urgency is Urgency.INSTANT


async def test_sources_are_switched_within_the_settings(desk: Desk) -> None:
    """The way back stays below every page of them; below /feeds there is none."""
    anna = desk.server.person()
    for number in range(1, 13):
        await add_feed(desk.store, f"blatt{number}", title=f"Blatt {number}")
    shown = await open_menu(anna, "Quellen")
    await anna.press("✓ Blatt 2", shown).answered()
    assert shown.buttons[1] == ("✗ Blatt 2",)
    await anna.press("›", shown).answered()
    assert shown.buttons[-1] == BACK
    await anna.press("‹ Zurück", shown).answered()
    assert "Quellen: 11 von 12" in shown.text
    feeds = await anna.ask("/feeds")
    await anna.press("✗ Blatt 2", feeds).answered()
    assert BACK not in feeds.buttons


async def test_one_alert_per_story_or_one_for_every_article(desk: Desk) -> None:
    """The menu says which."""
    anna = desk.server.person()
    shown = await open_menu(anna, "Eine Meldung pro Geschichte")
    assert shown.buttons[:2] == (("✓ Eine Meldung pro Geschichte",), ("Eine Meldung pro Artikel",))
    await anna.press("Eine Meldung pro Artikel", shown).answered()
    assert shown.buttons[1] == ("✓ Eine Meldung pro Artikel",)
    assert not (await chat_of(desk, anna.id)).one_per_story
    await anna.press("‹ Zurück", shown).answered()
    assert "Eine Meldung pro Artikel" in shown.text


async def test_pictures_are_off_small_or_large(desk: Desk) -> None:
    """The page says where they come, and whose they are."""
    anna = desk.server.person()
    shown = await open_menu(anna, "Bilder")
    assert shown.text.startswith("Bilder: aus\nDas Bild ist die Vorschau, die Telegram selbst")
    assert shown.buttons == (("✓ aus", "klein", "gross"), BACK)
    await anna.press("gross", shown).answered()
    assert shown.buttons[0] == ("aus", "klein", "✓ gross")
    assert (await chat_of(desk, anna.id)).pictures is PictureSize.LARGE
    await anna.press("‹ Zurück", shown).answered()
    assert "Bilder: gross" in shown.text


async def test_a_pause_begins_and_ends(desk: Desk) -> None:
    """For a while or until it is ended."""
    anna = desk.server.person()
    shown = await open_menu(anna, "Pausieren")
    await anna.press("8 h", shown).answered()
    assert shown.text == "Alle Meldungen warten bis 21:00 Uhr."
    assert (await chat_of(desk, anna.id)).paused_until == desk.clock.now() + timedelta(hours=8)
    await anna.press("Bis auf Weiteres", shown).answered()
    assert "✓ Bis auf Weiteres" in {label for row in shown.buttons for label in row}
    assert (await chat_of(desk, anna.id)).paused_until == FOREVER
    await anna.press("Pause beenden", shown).answered()
    assert (await chat_of(desk, anna.id)).paused_until is None


async def test_the_data_of_the_chat_is_taken_away_or_deleted(desk: Desk) -> None:
    """As /export and /forget do it."""
    anna = desk.server.person()
    shown = await open_menu(anna, "Daten dieses Chats")
    await anna.press("Alle Daten exportieren", shown).answered()
    file = await anna.chat.wait_for(lambda message: message.document is not None)
    assert file.document is not None
    await desk.handled()
    await anna.press("Alles löschen …", shown).answered()
    question = await anna.chat.wait_for(lambda message: "Ja, alles löschen" in str(message.buttons))
    await anna.press("Ja, alles löschen", question).answered()
    await desk.handled()
    assert await desk.store.chats.find(ChatId(anna.id)) is None


@pytest.mark.parametrize(
    "data",
    [
        "set",
        "set:?",
        "set:l:xx",
        "set:r:+xx",
        "set:r:",
        "set:z:Nirgends",
        "set:q:1",
        "set:q:60-60",
        "set:q:9999-1",
        "set:d:+irgendwann",
        "set:o:2",
        "set:p:9h",
        "set:i:huge",
        "set:f:make",
        "set:m:?",
        "set:t:1",
    ],
)
async def test_damaged_buttons_change_nothing(desk: Desk, data: str) -> None:
    """They are too old; without a choice they open their submenu."""
    anna = desk.server.person()
    shown = await anna.ask("/settings")
    before = await chat_of(desk, anna.id)
    press = desk.server.world.open_press(shown, anna.profile, data)
    assert (await press.answered()).text == ("" if data.endswith(":") else OLD)
    assert await chat_of(desk, anna.id) == before
    assert await hours_of(desk, anna) is None


async def test_in_a_group_only_administrators_open_and_change_settings(desk: Desk) -> None:
    """Whoever else presses is told so."""
    anna, ben = desk.server.person("Anna"), desk.server.person("Ben")
    group = desk.server.group("Team", anna)
    group.enrol(ben)
    await desk.handled()  # the bot has greeted
    assert "Administratoren" in (await ben.ask("/settings", chat=group.chat)).text
    shown = await anna.ask("/settings", chat=group.chat)
    assert "Administratoren" in (await ben.press("Sprache", shown).answered()).text
    await anna.press("Sprache", shown).answered()
    await anna.press("English", shown).answered()
    assert (await chat_of(desk, group.chat.id)).language == "en"
