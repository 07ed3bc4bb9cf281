"""Conversations with a reader: what is typed and pressed, and what the bot answers."""

from __future__ import annotations

import base64

import pytest

from bot.core.ids import ChatId
from bot.core.query import parser
from tests.builders import MAIN
from tests.telegram.conftest import CHOICES, Desk

EXAMPLES = (("Nordkorea",), ("künstliche Intelligenz",), ("Klima",))


async def test_start_welcomes_with_three_examples(desk: Desk) -> None:
    """In the reader's own language, as often as it is typed."""
    anna = desk.server.person(language="de-CH")
    for _ in range(2):
        answer = await anna.ask("/start")
        assert answer.text.startswith("Hallo! Ein Stichwort genügt")
        assert answer.buttons == EXAMPLES
    john = desk.server.person("John", language="en")
    assert (await john.ask("/start")).buttons[0] == ("North Korea",)


async def test_an_example_subscribes(desk: Desk) -> None:
    """One press is enough; a second one says that it is there already."""
    anna = desk.server.person()
    welcome = await anna.ask("/start")
    press = anna.press("Nordkorea")
    await press.answered()
    answer = await anna.chat.answer_to(welcome)
    assert answer.text == "Abonniert: Nordkorea (Nr. 1). Sobald eine Quelle darüber berichtet, kommt eine Meldung."
    assert answer.pieces("bold") == ("Nordkorea",)
    await anna.press("Nordkorea", welcome).answered()
    again = await anna.chat.answer_to(answer)
    assert again.text == "Nordkorea gibt es hier schon (Nr. 1)."


async def test_a_link_subscribes_at_once(desk: Desk) -> None:
    """With Undo; a damaged link is an ordinary welcome."""
    anna = desk.server.person()
    payload = base64.urlsafe_b64encode(b"Kim Jong Un").decode().rstrip("=")
    answer = await anna.ask(f"/start sub_{payload}")
    assert "Kim Jong Un" in answer.pieces("bold")
    assert answer.buttons == CHOICES
    assert (await anna.ask("/start sub_!!!")).buttons == EXAMPLES
    assert (await anna.ask("/start irgendwas")).buttons == EXAMPLES


async def test_what_is_typed_is_parsed_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the command to the matcher, the look back and the answer the same parsed query goes along."""
    parsed: list[str] = []

    def parse(text: str) -> parser.Query:
        parsed.append(text)
        return real(text)

    real = parser.parse
    monkeypatch.setattr(parser, "parse", parse)
    answer = await desk.server.person().ask("/sub Murmeltierplage")

    assert answer.text.startswith("Abonniert: Murmeltierplage")
    assert parsed == ["Murmeltierplage"]


@pytest.mark.parametrize("command", ["/sub", "/subscribe", "/add", "/abo", "/sub@stichwort_bot", "/SUB"])
async def test_sub_by_all_its_names(desk: Desk, command: str) -> None:
    """Aliases and the bot's name work."""
    answer = await desk.server.person().ask(f"{command} Nordkorea")
    assert answer.text.startswith("Abonniert: Nordkorea")


async def test_several_at_once_are_reported_one_by_one(desk: Desk) -> None:
    """By line and by comma; each has an Undo of its own."""
    anna = desk.server.person()
    answer = await anna.ask('/sub Nordkorea, "Kim, der Kleine"\nund der\nPutin OR Trump')
    assert answer.text.split("\n") == [
        "✓ Nordkorea (Nr. 1)",
        '✓ "Kim, der Kleine" (Nr. 2)',
        "✗ und der: und der steht in fast jedem Artikel. Es braucht ein genaueres Wort dazu.",
        "✓ Putin OR Trump (Nr. 3)",
    ]
    one, two = anna.press("Rückgängig: Nordkorea"), anna.press("Rückgängig: Putin OR Trump")
    await one.answered()
    await two.answered()
    assert answer.text.split("\n")[4:] == [
        "Rückgängig gemacht. Wieder entfernt: Nordkorea.",
        "Rückgängig gemacht. Wieder entfernt: Putin OR Trump.",
    ]
    assert answer.buttons == (('Rückgängig: "Kim, der Kleine"', "⋯"),)


async def test_bare_sub_asks_and_takes_the_next_text(desk: Desk) -> None:
    """The question waits ten minutes and is forgotten by /cancel."""
    anna = desk.server.person()
    assert (await anna.ask("/sub")).text.startswith("Worauf soll ich achten?")
    assert "Atomwaffen" in (await anna.ask("Atomwaffen")).text
    await anna.ask("/sub")
    assert (await anna.ask("/cancel")).text == "In Ordnung, vergessen wir das."
    assert (await anna.ask("/cancel")).text == "Es gibt nichts abzubrechen."
    await anna.ask("/sub")
    desk.clock.move(minutes=11)
    assert (await anna.ask("Klima")).text == "Soll ich Neues zu «Klima» melden?"


@pytest.mark.parametrize("text", ["Nordkorea", "Atomwaffen <Zoo> & " + "Donaudampfschifffahrt " * 5 + "Ende"])
async def test_plain_text_is_offered(desk: Desk, text: str) -> None:
    """Nobody is subscribed by accident; a long text does not fit into a button and comes along all the same."""
    anna = desk.server.person()
    offer = await anna.ask(text)
    assert offer.text == f"Soll ich Neues zu «{text}» melden?"
    assert offer.buttons[0] == ("Ja, melden", "Abbrechen")
    await anna.press("Ja, melden").answered()
    assert offer.text.startswith("Abonniert: ")
    assert offer.buttons[-2:] == CHOICES
    (there,) = await desk.store.subscriptions.list_for(anna.chat.id, 0)  # type: ignore[arg-type] # ids are numbers
    assert there.query.normal.startswith(text[:8])
    assert there.query.normal.endswith(text[-4:])


async def test_of_a_sentence_all_that_is_meant_can_be_taken_at_once(desk: Desk) -> None:
    """A button each, and one for all of them; what is no part of the wish is not among these."""
    anna = desk.server.person()
    offer = await anna.ask("Sag mir, wenn der Wolf in Tirol oder der Luchs im Jura auftaucht. Ich wohne in Innsbruck.")
    assert offer.text == "Auf welche Wörter soll ich achten?"
    assert {("Wolf in Tirol",), ("Luchs im Jura",), ("Innsbruck",)} <= set(offer.buttons)
    await anna.press("Jedes für sich", offer).answered()
    report = await anna.chat.answer_to(offer)
    assert "Innsbruck" not in report.text
    there = await desk.store.subscriptions.list_for(anna.chat.id, 0)  # type: ignore[arg-type] # ids are numbers
    assert [subscription.query.normal for subscription in there] == ["Wolf in Tirol", "Luchs im Jura"]


async def test_who_wants_an_end_of_it_all_is_asked_first(desk: Desk) -> None:
    """As after /unsub all, with the way to only rest."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")
    file = await anna.ask("Bitte keine Nachrichten mehr!")
    question = await anna.chat.answer_to(file)
    assert question.text == "Das einzige Stichwort entfernen?\nSoll nur alles ruhen: /pause."
    await anna.press("Ja, entfernen", question).answered()
    assert not await desk.store.subscriptions.list_for(anna.chat.id, 0)  # type: ignore[arg-type] # ids are numbers


async def test_an_offer_can_be_declined(desk: Desk) -> None:
    """Cancel changes nothing but the message."""
    anna = desk.server.person()
    offer = await anna.ask("Nordkorea")
    await anna.press("Abbrechen").answered()
    assert offer.text == "In Ordnung, alles bleibt, wie es war."
    assert offer.buttons == ()


async def test_a_text_that_cannot_be_searched_is_refused(desk: Desk) -> None:
    """With the place of the mistake; very long texts with one sentence."""
    anna = desk.server.person()
    assert (await anna.ask('Kim "Jong')).text == ('Hier beginnt ein Anführungszeichen, das nirgends endet: Kim 👉"Jong')
    assert (await anna.ask("wort " * 300)).text.startswith("Das ist zu lang für ein Stichwort.")


async def test_the_language_can_be_changed(desk: Desk) -> None:
    """By word or button; it then holds for the chat."""
    anna = desk.server.person(language="de")
    assert (await anna.ask("/lang en")).text == "From now on I will speak English here."
    choice = await anna.ask("/lang")
    assert choice.text == "Which language do you want?"
    assert choice.buttons == (("Deutsch",), ("English",), ("Français",), ("Italiano",))
    await anna.press("Deutsch", choice).answered()
    assert choice.text == "Ab jetzt spreche ich hier Deutsch."
    assert (await anna.ask("/lang fr")).text == "Désormais, je parle français ici."
    assert (await anna.ask("/lang it")).text == "D’ora in poi qui parlo italiano."
    assert (await anna.ask("/lang de")).text == "Ab jetzt spreche ich hier Deutsch."
    assert (await anna.ask("/lang fi")).text.startswith("Diese Sprache spreche ich noch nicht.")


async def test_who_speaks_another_language_gets_that_of_the_configuration(desk: Desk) -> None:
    """Until it is known better."""
    assert (await desk.server.person(language="fi").ask("/start")).text.startswith("Hello!")


async def test_help_and_privacy(desk: Desk) -> None:
    """All commands but the operators', the source, and who is responsible, escaped."""
    anna = desk.server.person()
    answer = await anna.ask("/help")
    assert "/unsub – Ein Stichwort entfernen" in answer.text
    assert "/approve" not in answer.text
    assert answer.links == ("https://example.org/source",)
    assert "Verantwortlich: Rita <Example>" in (await anna.ask("/privacy")).text


async def test_unknown_commands_and_things_that_are_no_text(desk: Desk) -> None:
    """Answered kindly, with a guess where there is one."""
    anna = desk.server.person()
    assert (await anna.ask("/usnub")).text == "Diesen Befehl kenne ich nicht. War /unsub gemeint?"
    assert (await anna.ask("/quux")).text == "Diesen Befehl kenne ich nicht. /help zeigt alle."
    assert (await anna.ask("/approve 5")).text == "Diesen Befehl kenne ich nicht. /help zeigt alle."
    sent = anna.send_file("a.txt", b"x", mime="text/plain")
    assert (await anna.chat.answer_to(sent)).text.startswith("Ich kann nur Text lesen.")


async def test_old_buttons_are_answered_kindly(desk: Desk) -> None:
    """Buttons of other versions and garbage change nothing."""
    anna = desk.server.person()
    answer = await anna.ask("/sub Nordkorea")
    for data in ("gone:1", "undo:x", "undo:999999", "drop:1", "page:-1", "lang:fi", ""):
        press = desk.server.world.open_press(answer, anna.profile, data or "?")
        assert isinstance((await press.answered()).text, str)
    assert answer.text.startswith("Abonniert:")


async def test_thirty_commands_a_minute(desk: Desk) -> None:
    """One remark, then silence, and later all is well."""
    anna = desk.server.person()
    for _ in range(35):
        anna.say("/list")
    await desk.handled()
    assert len(anna.chat.received) == 31
    assert anna.chat.received[-1].text == "Das ist viel auf einmal. Bitte eine Minute warten."
    desk.clock.move(minutes=2)
    assert (await anna.ask("/list")).text.startswith("Noch gibt es keine")


@pytest.mark.parametrize(
    "typed",
    [
        "/sub Nordkorea bitte",
        "/sub bitte alles über Nordkorea",
        "/sub Sag mir Bescheid, wenn es was Neues zu Nordkorea gibt",
    ],
)
async def test_words_of_politeness_are_stripped_and_the_rest_is_shown(desk: Desk, typed: str) -> None:
    """The reader sees what is looked for."""
    anna = desk.server.person()
    answer = await anna.ask(typed)
    assert answer.pieces("bold") == ("Nordkorea",)
    assert (await anna.ask("/list")).text.split("\n")[1] == "Nr. 1 · Nordkorea (sofort)"


async def test_a_small_or_is_asked_about(desk: Desk) -> None:
    """Either of the words, or all of them: one press decides."""
    anna = desk.server.person()
    answer = await anna.ask("/sub Kim oder Putin")
    assert answer.buttons == (("Kim ODER Putin",), ("Alle Wörter",))
    await anna.press("Kim ODER Putin").answered()
    assert (await anna.chat.answer_to(answer)).pieces("bold") == ("Kim OR Putin",)
    both = await anna.ask("/sub Renault und Peugeot")
    assert both.buttons == (("Jedes für sich",), ("Alle Wörter",))
    await anna.press("Jedes für sich", both).answered()
    assert (await anna.chat.answer_to(both)).pieces("bold") == ("Renault", "Peugeot")


@pytest.mark.parametrize("typed", ["/sub {}", "{}"])
async def test_a_sentence_is_asked_about(desk: Desk, typed: str) -> None:
    """Which of its words are meant; nobody waits for news of a whole sentence without knowing."""
    anna = desk.server.person()
    answer = await anna.ask(typed.format("meld dich wenn der name Elon Musk irgendwo fällt"))
    assert answer.buttons[0] == ("Elon Musk",)
    assert answer.buttons[-1] == ("Abbrechen",)
    assert "keine Stichwörter" in (await anna.ask("/list")).text
    await anna.press("Elon Musk", answer).answered()
    await anna.chat.wait_for(lambda message: message.pieces("bold") == ("Elon Musk",), after=answer)


@pytest.mark.parametrize(
    "typed", ["/sub https://www.srf.ch/news", "/sub srf.ch", "srf.ch", "bitte die Seite www.srf.ch verfolgen"]
)
async def test_an_address_means_a_source(desk: Desk, typed: str) -> None:
    """It is offered as one, and no keyword is made of it."""
    anna = desk.server.person()
    assert (await anna.ask(typed)).buttons == (("Ja, hinzufügen", "Abbrechen"),)
    assert "Stichwörter" in (await anna.ask("/list")).text


async def test_small_talk_is_no_keyword(desk: Desk) -> None:
    """Greetings, thanks, and words for help and the list are answered as what they are."""
    anna = desk.server.person()
    assert (await anna.ask("Hallo!")).buttons == EXAMPLES
    assert (await anna.ask("Danke!")).text == "Gern geschehen."
    assert (await anna.ask("Hilfe")).text == (await anna.ask("/help")).text
    await anna.ask("/sub Klima")
    assert (await anna.ask("meine Stichwörter")).text == (await anna.ask("/list")).text
    offered = await anna.ask("ich möchte Nachrichten über Iran")
    assert offered.pieces("bold") == ("Iran",)


async def test_what_finds_no_room_is_told_in_one_line(desk: Desk) -> None:
    """Five hundred keywords make no dozen messages: the reason is said once, with how many it holds for."""
    anna = desk.server.person()
    answer = await anna.ask("/sub " + ", ".join(f"wort{number}" for number in range(100)))
    lines = answer.text.split("\n")
    assert len(lines) == 31
    assert lines[-1] == "✗ wort30 und 69 weitere: Hier haben höchstens 30 Stichwörter Platz. /unsub schafft Platz."
    answer = await anna.ask("/sub wort1, neu, der")
    assert [line[:8] for line in answer.text.split("\n")] == ["✗ wort1:", "✗ neu: H", "✗ der: d"]


async def test_an_open_question_is_cancelled_in_plain_words(desk: Desk) -> None:
    """Nobody is subscribed to "abbrechen"; without a question there is nothing to cancel."""
    anna = desk.server.person()
    await anna.ask("/sub")
    assert (await anna.ask("Abbrechen!")).text == "In Ordnung, vergessen wir das."
    assert (await anna.ask("abbrechen")).text == "Es gibt nichts abzubrechen."
    assert await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN) == ()
