"""The buttons below the reply to /sub."""

from __future__ import annotations

from bot.core.ids import ChatId
from bot.core.query.parser import MatchMode
from bot.core.subscription import Urgency
from tests.builders import MAIN
from tests.telegram.conftest import CHOICES, Desk


async def test_each_button_is_answered_and_shows_what_is_chosen(desk: Desk) -> None:
    """By a tick; the rest of the message stays."""
    anna = desk.server.person()
    answer = await anna.ask("/sub Nordkorea")
    said = answer.text
    assert answer.buttons[-2:] == CHOICES

    assert (await anna.press("Still").answered()).text == "Kommt sofort, ohne Ton."
    assert answer.buttons[-2] == ("Sofort", "✓ Still", "Sammelmeldung")
    assert (await anna.press("Genau").answered()).text == "Nur noch genau so, wie geschrieben."
    assert (await anna.press("Nur Titel").answered()).text == "Die Meldung zeigt nur den Titel."
    assert answer.buttons[-1] == ("✓ Genau", "✓ Nur Titel", "Rückgängig")

    (wish,) = await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)
    assert (wish.urgency, wish.mode, wish.headline_only) == (Urgency.SILENT, MatchMode.EXACT, True)
    assert (await anna.press("✓ Genau").answered()).text == "Mit seinen Wortformen und Zusammensetzungen."
    assert (await anna.press("✓ Nur Titel").answered()).text == "Mit Zusammenfassung."
    assert (await anna.press("Sofort").answered()).text == "Kommt sofort, mit Ton."
    assert answer.text == said
    (wish,) = await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)
    assert (wish.urgency, wish.mode, wish.headline_only) == (Urgency.INSTANT, MatchMode.COMPOUNDS, False)


async def test_a_button_pressed_twice_does_once_what_it_says(desk: Desk) -> None:
    """Each names what is to be: the second press of a double tap does not take the first one back."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")
    for label in ("Genau", "Nur Titel"):
        presses = [anna.press(label), anna.press(label)]
        notes = [(await press.answered()).text for press in presses]
        assert notes[0] == notes[1]
    (wish,) = await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)
    assert (wish.mode, wish.headline_only) == (MatchMode.EXACT, True)


async def test_who_joins_a_digest_without_an_hour_gets_one_and_is_told(desk: Desk) -> None:
    """Eight o'clock; the second keyword just joins."""
    anna = desk.server.person()
    answer = await anna.ask("/sub Nordkorea")
    await anna.press("Sammelmeldung").answered()
    told = await anna.chat.answer_to(answer)
    assert told.text == "Die Sammelmeldung kommt täglich um 08:00 Uhr. Andere Zeit: /digest 18:00"
    receiver = await desk.store.digests.find(ChatId(anna.id), MAIN)
    assert receiver is not None
    assert receiver.digest == "08:00"

    second = await anna.ask("/sub Putin")
    assert (await anna.press("Sammelmeldung", second).answered()).text == "Kommt in der Sammelmeldung."
    assert anna.chat.received[-1] is second


async def test_undo_after_a_choice_takes_the_keyword_back(desk: Desk) -> None:
    """It goes by what was subscribed, whatever was pressed between; what is gone says so."""
    anna = desk.server.person()
    answer = await anna.ask("/sub Nordkorea")
    await anna.press("Genau").answered()
    stale = anna.press("Still")
    await stale.answered()
    await anna.press("Rückgängig").answered()
    assert answer.text.startswith("Rückgängig gemacht")
    assert answer.buttons == ()
    assert await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN) == ()


async def test_of_several_keywords_each_opens_its_own_buttons(desk: Desk) -> None:
    """In its place, beside the others."""
    anna = desk.server.person()
    answer = await anna.ask("/sub Nordkorea, Putin")
    assert answer.buttons == (("Rückgängig: Nordkorea", "⋯"), ("Rückgängig: Putin", "⋯"))

    await anna.press("⋯").answered()
    assert answer.buttons == (
        ("✓ Sofort", "Still", "Sammelmeldung"),
        ("Genau", "Nur Titel", "Rückgängig: Nordkorea"),
        ("Rückgängig: Putin", "⋯"),
    )
    await anna.press("Still").answered()
    await anna.press("Rückgängig: Nordkorea").answered()
    assert answer.buttons == (("Rückgängig: Putin", "⋯"),)
    (wish,) = await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)
    assert (wish.query.normal, wish.urgency) == ("Putin", Urgency.INSTANT)
