"""Conversations with a reader: what is typed and pressed, and what the bot answers."""

from __future__ import annotations

import base64
import json

import pytest

from bot.demo.chats import Kind, Standing
from bot.demo.messages import Message
from tests.chat.conftest import Desk

EXAMPLES = (("Nordkorea",), ("künstliche Intelligenz",), ("Klima",))


async def test_start_welcomes_with_three_examples(desk: Desk) -> None:
    """In the reader's own language, as often as it is typed."""
    anna = desk.server.person(language="de-CH")
    for _ in range(2):
        answer = await anna.ask("/start")
        assert answer.text.startswith("Hallo! Nenn mir ein Stichwort")
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
    assert answer.text == "Gemacht: Sobald eine Quelle über Nordkorea berichtet, melde ich mich. (Nr. 1)"
    assert answer.pieces("bold") == ("Nordkorea",)
    await anna.press("Nordkorea", welcome).answered()
    again = await anna.chat.answer_to(answer)
    assert again.text == "Nordkorea hast du schon, es ist Nummer 1."


async def test_a_link_subscribes_at_once(desk: Desk) -> None:
    """With Undo; a damaged link is an ordinary welcome."""
    anna = desk.server.person()
    payload = base64.urlsafe_b64encode(b"Kim Jong Un").decode().rstrip("=")
    answer = await anna.ask(f"/start sub_{payload}")
    assert "Kim Jong Un" in answer.pieces("bold")
    assert answer.buttons == (("Rückgängig",),)
    assert (await anna.ask("/start sub_!!!")).buttons == EXAMPLES
    assert (await anna.ask("/start irgendwas")).buttons == EXAMPLES


@pytest.mark.parametrize("command", ["/sub", "/subscribe", "/add", "/abo", "/sub@stichwort_bot", "/SUB"])
async def test_sub_by_all_its_names(desk: Desk, command: str) -> None:
    """Aliases and the bot's name work."""
    answer = await desk.server.person().ask(f"{command} Nordkorea")
    assert answer.text.startswith("Gemacht: Sobald eine Quelle über Nordkorea")


async def test_undo_takes_back_and_says_so(desk: Desk) -> None:
    """The message is edited; a second press finds nothing and changes nothing."""
    anna = desk.server.person()
    answer = await anna.ask("/sub Nordkorea")
    first, second = anna.press("Rückgängig"), anna.press("Rückgängig")
    assert (await first.answered()).text == ""
    assert (await second.answered()).text == "Das gibt es nicht mehr."
    assert answer.text == "Rückgängig gemacht: Nordkorea melde ich dir nicht mehr."
    assert answer.buttons == ()
    assert (await anna.ask("/list")).text.startswith("Noch gibt es keine Stichwörter.")


async def test_several_at_once_are_reported_one_by_one(desk: Desk) -> None:
    """By line and by comma; each has an Undo of its own."""
    anna = desk.server.person()
    answer = await anna.ask('/sub Nordkorea, "Kim, der Kleine"\nund der\nPutin OR Trump')
    assert answer.text.split("\n") == [
        "✓ Nordkorea (Nr. 1)",
        '✓ "Kim, der Kleine" (Nr. 2)',
        "✗ und der: und der steht in fast jedem Artikel. Nimm ein Wort dazu, das mehr sagt.",
        "✓ Putin OR Trump (Nr. 3)",
    ]
    one, two = anna.press("Rückgängig: Nordkorea"), anna.press("Rückgängig: Putin OR Trump")
    await one.answered()
    await two.answered()
    assert answer.text.split("\n")[4:] == [
        "Rückgängig gemacht: Nordkorea melde ich dir nicht mehr.",
        "Rückgängig gemacht: Putin OR Trump melde ich dir nicht mehr.",
    ]
    assert answer.buttons == (('Rückgängig: "Kim, der Kleine"',),)


async def test_bare_sub_asks_and_takes_the_next_text(desk: Desk) -> None:
    """The question waits ten minutes and is forgotten by /cancel."""
    anna = desk.server.person()
    assert (await anna.ask("/sub")).text.startswith("Wonach soll ich suchen?")
    assert "Atomwaffen" in (await anna.ask("Atomwaffen")).text
    await anna.ask("/sub")
    assert (await anna.ask("/cancel")).text == "In Ordnung, vergessen wir das."
    assert (await anna.ask("/cancel")).text == "Es gibt nichts abzubrechen."
    await anna.ask("/sub")
    desk.clock.move(minutes=11)
    assert (await anna.ask("Klima")).text == "Soll ich dir «Klima» melden?"


@pytest.mark.parametrize("text", ["Nordkorea", "Atomwaffen <b> & " + "Donaudampfschifffahrt " * 6 + "Ende"])
async def test_plain_text_is_offered(desk: Desk, text: str) -> None:
    """Nobody is subscribed by accident; a long text does not fit into a button and comes along all the same."""
    anna = desk.server.person()
    offer = await anna.ask(text)
    assert offer.text == f"Soll ich dir «{text}» melden?"
    assert offer.buttons[0] == ("Ja, melden", "Abbrechen")
    await anna.press("Ja, melden").answered()
    assert offer.text.startswith("Gemacht: Sobald eine Quelle über")
    assert offer.buttons == (("Rückgängig",),)
    (there,) = await desk.store.subscriptions.list_for(anna.chat.id, 0)  # type: ignore[arg-type] # ids are numbers
    assert there.normal.startswith(text[:8])
    assert there.normal.endswith(text[-4:])


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


async def test_list_shows_stable_numbers(desk: Desk) -> None:
    """A number that was given is never given again."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea, Klima")
    await anna.ask("/unsub 2")
    await anna.ask("/sub Putin")
    answer = await anna.ask("/list")
    assert answer.text == "Du hast 2 Stichwörter:\n1 · Nordkorea\n3 · Putin\nEines entfernen: /unsub 1"


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("1", "Klima"),
        ("nordKorea", "Klima"),
        ("2", "Nordkorea"),
        ("1, 2", ""),
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
    assert " ".join(each.normal for each in there) == left
    assert answer.text.startswith("Dieses Stichwort gibt es hier nicht." if len(there) == 2 else "Entfernt: ")


async def test_unsub_offers_a_picker(desk: Desk) -> None:
    """Each press removes one; what is gone already is told kindly and the picker is brought up to date."""
    anna = desk.server.person()
    await anna.ask("/sub " + "\n".join(f"Stichwort{number}" for number in range(1, 23)))
    picker = await anna.ask("/unsub")
    assert len(picker.buttons) == 21
    assert picker.buttons[20] == ("›",)
    await anna.press("›", picker).answered()
    assert picker.buttons == (("21 · Stichwort21",), ("22 · Stichwort22",), ("‹",))
    first, second = anna.press("21 · Stichwort21", picker), anna.press("21 · Stichwort21", picker)
    assert (await first.answered()).text == ""
    assert (await second.answered()).text == "Das gibt es nicht mehr."
    await anna.press("22 · Stichwort22", picker).answered()
    assert picker.text.startswith("Entfernt: Stichwort22.\nWelches soll ich entfernen?")
    assert len(picker.buttons) == 20


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
    question = await anna.chat.answer_to(file)
    assert question.text == "Alle 2 Stichwörter entfernen?"
    assert question.buttons == (("Ja, alle entfernen", "Abbrechen"),)
    assert "2 Stichwörter" in (await anna.ask("/list")).text
    yes, again = anna.press("Ja, alle entfernen", question), anna.press("Ja, alle entfernen", question)
    await yes.answered()
    await again.answered()
    assert question.text in ("Entfernt: alle 2 Stichwörter.", "Hier gibt es keine Stichwörter.")
    assert (await anna.ask("/list")).text.startswith("Noch gibt es keine")


async def test_the_language_can_be_changed(desk: Desk) -> None:
    """By word or button; it then holds for the chat."""
    anna = desk.server.person(language="de")
    assert (await anna.ask("/lang en")).text == "From now on I speak English here."
    choice = await anna.ask("/lang")
    assert choice.text == "Which language do you want?"
    assert choice.buttons == (("Deutsch",), ("English",))
    await anna.press("Deutsch", choice).answered()
    assert choice.text == "Ab jetzt spreche ich hier Deutsch."
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
    assert (await anna.ask("/usnub")).text == "Diesen Befehl kenne ich nicht. Meinst du /unsub?"
    assert (await anna.ask("/quux")).text == "Diesen Befehl kenne ich nicht. /help zeigt alle."
    assert (await anna.ask("/approve 5")).text == "Diesen Befehl kenne ich nicht. /help zeigt alle."
    sent = anna.send_file("a.txt", b"x", mime="text/plain")
    assert (await anna.chat.answer_to(sent)).text.startswith("Ich kann nur Text lesen.")


async def test_the_limit_of_keywords_is_told(desk: Desk) -> None:
    """What fits is taken, the rest refused."""
    anna = desk.server.person()
    answer = await anna.ask("/sub " + "\n".join(f"Stichwort{number}" for number in range(31)))
    assert answer.text.split("\n")[30] == (
        "✗ Stichwort30: Hier haben 30 Stichwörter Platz. Mit /unsub machst du Platz."
    )


async def test_old_buttons_are_answered_kindly(desk: Desk) -> None:
    """Buttons of other versions and garbage change nothing."""
    anna = desk.server.person()
    answer = await anna.ask("/sub Nordkorea")
    for data in ("gone:1", "undo:x", "undo:999999", "drop:1", "page:-1", "lang:fi", ""):
        press = desk.server.world.open_press(answer, anna.profile, data or "?")
        assert isinstance((await press.answered()).text, str)
    assert answer.text.startswith("Gemacht:")


async def test_thirty_commands_a_minute(desk: Desk) -> None:
    """One remark, then silence, and later all is well."""
    anna = desk.server.person()
    for _ in range(35):
        anna.say("/list")
    await desk.handled()
    assert len(anna.chat.received) == 31
    assert anna.chat.received[-1].text == "Das ist viel auf einmal. Warte bitte eine Minute."
    desk.clock.move(minutes=2)
    assert (await anna.ask("/list")).text.startswith("Noch gibt es keine")


async def test_in_groups_only_administrators_change_things(desk: Desk) -> None:
    """Also by buttons; anonymous administrators are administrators; everybody may look."""
    anna, bert = desk.server.person("Anna"), desk.server.person("Bert")
    group = desk.server.group("Presse", anna)
    group.enrol(bert)
    welcome = await group.chat.wait_for(lambda message: "Administratoren" in message.text)
    refused = "Hier können nur Administratoren etwas ändern."
    assert (await bert.ask("/sub@stichwort_bot Kim", chat=group.chat)).text == refused
    assert (await bert.press("Nordkorea", welcome, chat=group.chat).answered()).text == refused
    assert (await anna.ask("/sub Putin", chat=group.chat)).text.startswith("Gemacht:")
    said = bert.say("/sub Klima", chat=group.chat, anonymous=True)
    assert (await group.chat.answer_to(said)).text.startswith("Gemacht:")
    assert "1 · Putin\n2 · Klima" in (await bert.ask("/list", chat=group.chat)).text


async def test_in_groups_what_is_not_for_us_is_left_alone(desk: Desk) -> None:
    """Commands of other bots, unknown commands without our name, and talk."""
    anna = desk.server.person()
    group = desk.server.group("Presse", anna, admin=True)
    await group.chat.wait_for(lambda message: "Hallo" in message.text)
    for text in ("/sub@other_bot Kim", "/roll 6", "guten Morgen"):
        anna.say(text, chat=group.chat)
    await desk.handled()
    assert len(group.chat.received) == 1
    assert (await anna.ask("/roll@stichwort_bot", chat=group.chat)).text.startswith("Diesen Befehl kenne ich nicht.")


async def test_in_groups_a_question_is_answered_by_a_reply(desk: Desk) -> None:
    """The bot does not read along; a reply to its question reaches it."""
    anna = desk.server.person()
    group = desk.server.group("Presse", anna)
    await group.chat.wait_for(lambda message: "Hallo" in message.text)
    question = await anna.ask("/sub", chat=group.chat)
    said = anna.say("Nordkorea", chat=group.chat, reply_to=question)
    assert (await group.chat.answer_to(said)).text.startswith("Gemacht:")


async def test_topics_are_places_of_their_own(desk: Desk) -> None:
    """The answer comes into the topic, and its keywords are its own."""
    anna = desk.server.person()
    group = desk.server.group("Presse", anna, forum=True)
    topic = group.open_topic("Asien")
    said = anna.say("/sub Nordkorea", chat=group.chat, thread=topic)
    answer: Message = await group.chat.wait_for(lambda message: message.text.startswith("Gemacht"), after=said)
    assert answer.thread_id == topic
    await anna.press("Rückgängig", answer, chat=group.chat).answered()
    assert answer.text.startswith("Rückgängig gemacht")
    assert (await anna.ask("/list", chat=group.chat)).text.startswith("Noch gibt es keine")


async def test_who_blocked_and_comes_back_is_served_again(desk: Desk) -> None:
    """Blocking stops delivery and keeps everything."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")
    anna.block()
    await desk.handled()
    chat = await desk.store.chats.find(anna.chat.id)  # type: ignore[arg-type] # ids are numbers
    assert chat is not None
    assert chat.state == "blocked"
    assert "1 · Nordkorea" in (await anna.ask("/list")).text
    chat = await desk.store.chats.find(anna.chat.id)  # type: ignore[arg-type] # ids are numbers
    assert chat is not None
    assert chat.state == "active"


async def test_a_channel_gets_no_welcome(desk: Desk) -> None:
    """Its readers came for something else."""
    anna = desk.server.person()
    channel = desk.server.group("Kanal", anna, kind=Kind.CHANNEL, bot=False)
    desk.server.world.set_standing(channel.chat, Standing.ADMINISTRATOR, anna.profile)
    await desk.handled()
    assert channel.chat.received == ()
    chat = await desk.store.chats.find(channel.chat.id)  # type: ignore[arg-type] # ids are numbers
    assert chat is not None
