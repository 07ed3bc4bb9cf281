"""The buttons above those of the reply to /sub: what each one does, what it says, and how it is taken back."""

from __future__ import annotations

import re

from bot.core.ids import ChatId
from bot.demo.telegram_server.people import SimulatedPerson
from tests.builders import MAIN
from tests.contracts.scenes import set_chat
from tests.telegram.conftest import CHOICES, Desk
from tests.telegram.handlers.test_explain import DONE, publish


async def queries(desk: Desk, person: SimulatedPerson) -> list[tuple[int, str]]:
    """List what somebody is subscribed to."""
    listed = await desk.store.subscriptions.list_for(ChatId(person.id), MAIN)
    return [(known.number, known.query.normal) for known in listed]


async def test_a_related_word_is_added_with_one_press(desk: Desk) -> None:
    """Its button goes; the reply to it can be undone, and the keyword stays as it is."""
    await publish(desk.store, "VW baut um", "Volkswagen baut um", "Volkswagens Werk")
    anna = desk.server.person()
    answer = await anna.ask("/sub VW")
    assert answer.buttons == (("+ Volkswagen (2)",), *CHOICES)

    await anna.press("+ Volkswagen (2)").answered()

    added = await anna.chat.answer_to(answer)
    assert added.text.startswith(DONE.format("Volkswagen", 2))
    assert added.buttons == CHOICES
    assert answer.buttons == CHOICES
    assert await queries(desk, anna) == [(1, "VW"), (2, "Volkswagen")]
    await anna.press("Rückgängig", added).answered()
    assert await queries(desk, anna) == [(1, "VW")]
    assert (await anna.ask("/sub VW, Volkswagen, WM")).text.count("\n") == 2


async def test_a_country_is_offered_in_the_readers_other_languages(desk: Desk) -> None:
    """Each name by a button of its own, also before there are articles."""
    anna = desk.server.person()
    await anna.ask("/start")
    await set_chat(desk.store, anna.id, reads=("de", "en", "fr"))
    answer = await anna.ask("/sub Nordkorea")
    assert answer.buttons == (("+ North Korea", "+ Corée du Nord"), *CHOICES)

    await anna.press("+ Corée du Nord").answered()

    assert (await anna.chat.answer_to(answer)).text.startswith(DONE.format("Corée du Nord", 2))
    assert answer.buttons == (("+ North Korea",), *CHOICES)
    assert (await anna.ask("/sub Atomwaffen")).buttons == CHOICES
    assert (await anna.ask('/sub "Südkorea"')).buttons == CHOICES


async def test_a_keyword_is_read_otherwise_and_back(desk: Desk) -> None:
    """Number and settings stay; the message says what changed, and one press changes it back."""
    await publish(desk.store, "Der Sieg ist nah", "Sieg um Sieg")
    anna = desk.server.person()
    answer = await anna.ask("/sub Siegen")
    assert answer.buttons == (("Stattdessen Sieg",), *CHOICES)
    await anna.press("Still").answered()

    await anna.press("Stattdessen Sieg").answered()

    assert answer.text.split("\n")[:2] == [
        "Geändert: Sieg (Nr. 1), vorher: Siegen",
        "2 Artikel in den letzten 7 Tagen, z. B. Der Sieg ist nah",
    ]
    assert answer.buttons[0] == ("Zurück zu Siegen",)
    assert await queries(desk, anna) == [(1, "Sieg")]
    (there,) = await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)
    assert there.urgency.value == "silent"
    await anna.press("Genau").answered()
    assert answer.text.startswith("Geändert: Sieg (Nr. 1), vorher: Siegen\n")
    await anna.press("✓ Genau").answered()
    assert (await anna.press("Zurück zu Siegen").answered()).text == ""
    assert answer.text.startswith("Geändert: Siegen (Nr. 1), vorher: Sieg\n")
    assert await queries(desk, anna) == [(1, "Siegen")]


async def test_a_compound_is_excluded_and_found_again(desk: Desk) -> None:
    """The exclusion is added to the query; the next compound is offered then."""
    await publish(desk.store, "Buchpreis verliehen", "Buchpreis vergeben", "Kunstpreis verliehen", "Preise steigen")
    anna = desk.server.person()
    answer = await anna.ask("/sub Preise")
    assert answer.buttons[:-2] == (("ohne Buchpreis (2)", "ohne Kunstpreis (1)"),)

    await anna.press("ohne Buchpreis (2)").answered()

    assert answer.text.split("\n")[0] == "Geändert: Preise -Buchpreis (Nr. 1), vorher: Preise"
    assert await queries(desk, anna) == [(1, "Preise -Buchpreis")]
    assert answer.buttons[0] == ("Zurück zu Preise",)
    assert "ohne Kunstpreis (1)" in answer.buttons[1]
    await anna.press("Rückgängig").answered()
    assert await queries(desk, anna) == []


async def test_a_change_into_what_is_there_is_refused(desk: Desk) -> None:
    """With a note; nothing changes."""
    anna = desk.server.person()
    await anna.ask("/sub Sieg")
    answer = await anna.ask("/sub Siegen")
    assert (await anna.press("Stattdessen Sieg").answered()).text == "Sieg gibt es hier schon (Nr. 1)."
    assert answer.text.startswith(DONE.format("Siegen", 2))
    assert await queries(desk, anna) == [(1, "Sieg"), (2, "Siegen")]


async def test_buttons_carry_numbers_only(desk: Desk) -> None:
    """No keyword leaves the message's text; what is forged or too old is answered and changes nothing."""
    await publish(desk.store, "Volkswagen baut um")
    anna = desk.server.person()
    answer = await anna.ask("/sub VW")
    (there,) = await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)
    (related,) = answer.markup["inline_keyboard"][0]
    assert re.fullmatch(rf"also:{there.id}:[0-9a-f]{{8}}", related["callback_data"])
    verbs = ("also", "read", "without", "before")
    for data in (f"{verb}:{rest}" for verb in verbs for rest in ("x", "99", "99:1", f"{there.id}", f"{there.id}:x")):
        press = desk.server.world.open_press(answer, anna.profile, data)
        assert (await press.answered()).text, data
    assert await queries(desk, anna) == [(1, "VW")]
