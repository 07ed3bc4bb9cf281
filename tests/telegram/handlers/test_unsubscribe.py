"""Seeing what one is subscribed to, and taking it back."""

from __future__ import annotations

import json

import pytest

from bot.core.portable import FORMAT
from tests.telegram.conftest import Desk

EXAMPLES = (("Nordkorea",), ("künstliche Intelligenz",), ("Klima",))


async def test_undo_takes_back_and_says_so(desk: Desk) -> None:
    """The message is edited; a second press finds nothing and changes nothing."""
    anna = desk.server.person()
    answer = await anna.ask("/sub Nordkorea")
    first, second = anna.press("Rückgängig"), anna.press("Rückgängig")
    assert (await first.answered()).text == ""
    assert (await second.answered()).text == "Das gibt es nicht mehr."
    assert answer.text == "Rückgängig gemacht. Wieder entfernt: Nordkorea."
    assert answer.buttons == ()
    assert (await anna.ask("/list")).text.startswith("Noch gibt es keine Stichwörter.")


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("1", "Klima"),
        ("nordKorea", "Klima"),
        ("2", "Nordkorea"),
        ("1, 2", ""),
        ("1 2", ""),
        ("Klima; 1", ""),
        ("Nr. 2 bitte", "Nordkorea"),
        ("9", "Nordkorea Klima"),
        ("x", "Nordkorea Klima"),
    ],
)
async def test_unsub_by_number_and_query(desk: Desk, typed: str, left: str) -> None:
    """Whatever names it."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea, Klima")
    answer = await anna.ask(f"/abmelden {typed}")
    there = await desk.store.subscriptions.list_for(anna.chat.id, 0)  # type: ignore[arg-type] # ids are numbers
    assert " ".join(each.query.normal for each in there) == left
    assert answer.text.startswith("Dieses Stichwort gibt es hier nicht." if len(there) == 2 else "Entfernt: ")


async def test_unsub_names_what_is_not_here(desk: Desk) -> None:
    """What is named beside it goes, and comes back with one press each."""
    anna = desk.server.person()
    await anna.ask('/sub Nordkorea, "Kim, der Kleine", Klima')
    answer = await anna.ask("/unsub „Kim, der Kleine“, 9, <x>, 3")
    assert answer.text == ('Entfernt: "Kim, der Kleine", Klima.\nHier nicht vorhanden: 9, <x>. /list zeigt alle.')
    assert answer.buttons == (('Rückgängig: "Kim, der Kleine"',), ("Rückgängig: Klima",))
    await anna.press("Rückgängig: Klima", answer).answered()
    assert answer.text.endswith("\nWieder da: Klima (Nr. 3).")
    assert answer.buttons == (('Rückgängig: "Kim, der Kleine"',),)
    there = await desk.store.subscriptions.list_for(anna.chat.id, 0)  # type: ignore[arg-type] # ids are numbers
    assert [each.number for each in there] == [1, 3]


async def test_unsub_offers_a_picker(desk: Desk) -> None:
    """Each press removes one; what is gone already is told kindly and the picker is brought up to date."""
    anna = desk.server.person()
    await anna.ask("/sub " + "\n".join(f"Stichwort{number}" for number in range(1, 23)))
    picker = await anna.ask("/unsub")
    assert len(picker.buttons) == 21
    assert picker.buttons[20] == ("›",)
    await anna.press("›", picker).answered()
    assert picker.buttons == (("Nr. 21 · Stichwort21",), ("Nr. 22 · Stichwort22",), ("‹",))
    first, second = anna.press("Nr. 21 · Stichwort21", picker), anna.press("Nr. 21 · Stichwort21", picker)
    assert (await first.answered()).text == ""
    assert (await second.answered()).text == "Das gibt es nicht mehr."
    await anna.press("Nr. 22 · Stichwort22", picker).answered()
    assert picker.text.startswith("Entfernt: Stichwort22.\nWelches Stichwort soll ich entfernen?")
    assert picker.buttons[0] == ("Rückgängig",)
    assert len(picker.buttons) == 21
    await anna.press("Rückgängig", picker).answered()
    there = await desk.store.subscriptions.list_for(anna.chat.id, 0)  # type: ignore[arg-type] # ids are numbers
    assert there[-1].number == 22


async def test_unsub_without_any_says_so(desk: Desk) -> None:
    """No empty picker."""
    anna = desk.server.person()
    assert (await anna.ask("/unsub")).text == "Hier gibt es keine Stichwörter."
    assert (await anna.ask("/unsub all")).text == "Hier gibt es keine Stichwörter."


async def test_unsub_all_sends_the_file_and_asks_first(desk: Desk) -> None:
    """The file holds everything; nothing goes before the confirmation."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea, Klima")
    file = await anna.ask("/unsub all")
    assert file.document is not None
    kept = json.loads(file.document.content)
    assert [each["query"] for each in kept["subscriptions"]] == ["Nordkorea", "Klima"]
    assert (kept["format"], kept["chat"]["id"]) == (FORMAT, anna.id)
    question = await anna.chat.answer_to(file)
    assert question.text.splitlines()[0] == "Alle 2 Stichwörter entfernen?"
    assert question.buttons == (("Ja, alle entfernen", "Abbrechen"),)
    assert "2 Stichwörter" in (await anna.ask("/list")).text
    await anna.ask("/sub Putin")
    yes, again = anna.press("Ja, alle entfernen", question), anna.press("Ja, alle entfernen", question)
    await yes.answered()
    assert (await again.answered()).text == "Diese Frage ist abgelaufen."
    assert question.text == "Entfernt: alle 2 Stichwörter."
    there = await desk.store.subscriptions.list_for(anna.chat.id, 0)  # type: ignore[arg-type] # ids are numbers
    assert [each.query.normal for each in there] == ["Putin"], "which came after the question"


async def test_the_question_before_removing_all_expires(desk: Desk) -> None:
    """Its button then changes nothing, and goes."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")
    question = await anna.chat.answer_to(await anna.ask("/unsub alle"))
    desk.clock.move(minutes=11)
    assert (await anna.press("Ja, entfernen", question).answered()).text == "Diese Frage ist abgelaufen."
    assert question.text == "Diese Frage ist abgelaufen; es wurde nichts geändert."
    assert question.buttons == ()
    assert len(await desk.store.subscriptions.list_for(anna.chat.id, 0)) == 1  # type: ignore[arg-type] # ids


async def test_the_limit_of_keywords_is_told(desk: Desk) -> None:
    """What fits is taken, the rest refused."""
    anna = desk.server.person()
    answer = await anna.ask("/sub " + "\n".join(f"Stichwort{number}" for number in range(31)))
    assert answer.text.split("\n")[30] == (
        "✗ Stichwort30: Hier haben höchstens 30 Stichwörter Platz. /unsub schafft Platz."
    )


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("lösche nordkorea", "Nordkorea"),
        ("Ich will keine Nachrichten mehr über Nordkorea", "Nordkorea"),
        ("stop sending me Klima", "Klima"),
        ("je ne veux plus rien sur Klima", "Klima"),
        ("non mandarmi più Nordkorea, Klima", "Nordkorea, Klima"),
        ("entferne bitte Nr. 2", "Klima"),
    ],
)
async def test_plain_words_that_want_an_end_offer_to_remove(desk: Desk, typed: str, names: str) -> None:
    """Only the keywords they name; one press removes them, a second one changes nothing, and each comes back."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea, Klima")
    question = await anna.ask(typed)
    assert question.text == f"{names} entfernen?"
    assert question.buttons == (("Ja, entfernen", "Abbrechen"),)
    first, second = anna.press("Ja, entfernen", question), anna.press("Ja, entfernen", question)
    assert (await first.answered()).text == ""
    assert (await second.answered()).text == "Das gibt es nicht mehr."
    assert question.text == f"Entfernt: {names}."
    assert len(question.buttons) == len(names.split(", "))


async def test_plain_words_that_want_an_end_of_nothing_here_are_read_as_before(desk: Desk) -> None:
    """A name that is no keyword here, a group, everything at once."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")
    assert (await anna.ask("Stopp Ruag")).text.startswith("Soll ich Neues zu")
    assert (await anna.ask("Stopp!")).text.startswith("Welches Stichwort soll ich entfernen?")
    asked = anna.say("stop everything")
    await anna.chat.wait_for(lambda message: message.text.startswith("Das einzige Stichwort entfernen?"), after=asked)


@pytest.mark.parametrize("typed", ["Keine Nachrichten mehr über Iran", "no more news about Iran, please"])
async def test_an_end_of_what_is_not_there_is_no_end_of_all(desk: Desk, typed: str) -> None:
    """One sentence says so; neither the rest of the keywords nor the text as a keyword is offered."""
    anna = desk.server.person()
    await anna.ask("/sub Ruag")
    assert (await anna.ask(typed)).text == "Hier nicht vorhanden: Iran. /list zeigt alle."


async def test_a_name_that_sounds_like_an_end_is_a_name(desk: Desk) -> None:
    """Who types a keyword again is told that it is there; who wants an end of it says so beside it."""
    anna = desk.server.person()
    await anna.ask("/sub Stop Killing Games, Isle of Skye")
    assert not (await anna.ask("stop killing games")).text.endswith("entfernen?")
    assert not (await anna.ask("drop me a line on Isle of Skye")).text.endswith("entfernen?")
    assert (await anna.ask("no more stop killing games")).text == "Stop Killing Games entfernen?"
