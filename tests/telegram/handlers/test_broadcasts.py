"""/broadcast in the chat: the preview, the questions, and what is refused before anything is sent."""

from __future__ import annotations

import logging

import pytest

from bot.core.broadcast import BroadcastState
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from tests.contracts.scenes import meet
from tests.telegram.conftest import Desk


@pytest.fixture
async def olga(private_desk: Desk) -> SimulatedPerson:
    """The operator, who has opened her chat with the bot."""
    person = private_desk.server.person("Olga", user_id=77)
    await person.ask("/start")
    return person


async def preview(olga: SimulatedPerson, text: str = "/broadcast <b>Hallo</b> & Grüezi") -> None:
    """Ask for a broadcast, and wait for the question below its preview."""
    olga.say(text)
    await olga.chat.wait_for(lambda message: message.text.startswith("Die Nachricht oben geht"))


async def test_a_text_is_shown_as_it_will_look_and_sent_after_a_yes(
    private_desk: Desk, olga: SimulatedPerson, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says who, when and to how many, and nothing of the text; a second yes changes nothing."""
    caplog.set_level(logging.INFO)
    await meet(private_desk.store, 5)
    await preview(olga, "/broadcast <b>Hallo</b> zusammen")
    shown, question = olga.chat.received[-2:]
    assert (shown.text, shown.pieces("bold")) == ("Hallo zusammen", ("Hallo",))
    assert question.text == "Die Nachricht oben geht genau so an 2 Chats."
    assert question.buttons == (("Ja, an 2 senden", "Abbrechen"),)
    data = str(question.rows[0][0]["callback_data"])
    await olga.press("Ja, an 2 senden").answered()
    assert question.text == "Der Rundbrief wird versandt\n0 von 2 gesendet"
    assert question.buttons == (("Anhalten",),)
    again = private_desk.server.world.open_press(question, olga.profile, data)
    assert (await again.answered()).text == "Dieser Knopf ist zu alt."
    (running,) = await private_desk.store.broadcasts.list_running()
    assert (running.state, running.text) == (BroadcastState.QUEUEING, "<b>Hallo</b> zusammen")
    assert "broadcast.started" in [record.getMessage() for record in caplog.records]
    assert "zusammen" not in "".join(str(vars(record)) for record in caplog.records if record.name.startswith("bot."))

    await olga.press("Anhalten").answered()
    assert question.text.startswith("Der Rundbrief wurde angehalten")
    assert question.buttons == ()


async def test_a_message_that_is_answered_is_sent(private_desk: Desk, olga: SimulatedPerson) -> None:
    """What it answers is the text; a cancelled one is gone."""
    written = olga.say("Heute Nacht steht der Bot still.")
    await private_desk.handled()
    olga.say("/broadcast", reply_to=written)
    await olga.chat.wait_for(lambda message: message.text.startswith("Die Nachricht oben geht"))
    assert olga.chat.received[-2].text == "Heute Nacht steht der Bot still."
    await olga.press("Abbrechen").answered()
    assert olga.chat.received[-1].text == "Nichts wurde gesendet."
    assert await private_desk.store.broadcasts.list_running() == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/broadcast", "Im privaten Chat mit mir: /broadcast Der Bot ist heute Nacht nicht da"),
        ("/broadcast " + "x" * 5000, "Nichts wurde gesendet: Der Text hat 5011 Zeichen"),
        ("/broadcast <b>offen", "Nichts wurde gesendet: <b> wird geöffnet und nie geschlossen."),
        ("/broadcast zu</b>", "Nichts wurde gesendet: </b> schliesst, was dort nicht offen ist."),
        ("/broadcast a < b", "Nichts wurde gesendet: < b kennt Telegram nicht als Auszeichnung."),
        ("/broadcast <b></b>", "Nichts wurde gesendet: Ohne seine Auszeichnung ist der Text leer."),
    ],
)
async def test_what_cannot_be_sent_is_refused_with_one_sentence(
    private_desk: Desk, olga: SimulatedPerson, text: str, said: str
) -> None:
    """And leaves nothing behind: no draft and no message."""
    heard = len(olga.chat.received)
    assert (await olga.ask(text)).text.startswith(said)
    assert len(olga.chat.received) == heard + 1
    assert await private_desk.store.broadcasts.list_running() == ()


async def test_a_file_is_refused(private_desk: Desk, olga: SimulatedPerson) -> None:
    """As what is answered."""
    file = olga.send_file("plan.json", b"{}")
    await private_desk.handled()
    olga.say("/broadcast", reply_to=file)
    await olga.chat.wait_for(lambda message: message.text.startswith("Nichts wurde gesendet: An alle"))


@pytest.mark.parametrize("caption", ["/broadcast", "/broadcast Heute Nacht steht der Bot still"])
async def test_a_picture_is_refused_with_its_caption(private_desk: Desk, olga: SimulatedPerson, caption: str) -> None:
    """Also as what is answered: without the picture it would be half of what was meant."""
    heard = len(olga.chat.received)
    picture = olga.send_picture(caption)
    refused = await olga.chat.answer_to(picture)
    only_text = "Nichts wurde getan: /broadcast nimmt nur Text, kein Bild und keine Datei."
    assert refused.text == only_text
    assert (await answer(olga, "/broadcast", picture)).startswith("Nichts wurde gesendet: An alle")
    file = olga.send_file("plan.txt", b"Plan", caption=caption)
    assert (await olga.chat.answer_to(file)).text == only_text
    assert len(olga.chat.received) == heard + 3
    assert await private_desk.store.broadcasts.list_running() == ()


async def answer(olga: SimulatedPerson, text: str, answered: Message) -> str:
    """Reply to a message, and give what the bot says."""
    return (await olga.chat.answer_to(olga.say(text, reply_to=answered))).text


async def test_strangers_and_readers_know_no_such_command_and_no_such_button(
    private_desk: Desk, olga: SimulatedPerson
) -> None:
    """A forged press starts nothing."""
    anna = private_desk.server.person("Anna")
    await olga.ask(f"/approve {anna.id}")
    assert (await anna.ask("/broadcast Hallo")).text.startswith("Diesen Befehl kenne ich nicht.")
    await preview(olga)
    question = olga.chat.received[-1]
    forged = str(question.rows[0][0]["callback_data"])
    answer = await anna.ask("/list")
    press = private_desk.server.world.open_press(answer, anna.profile, forged)
    assert (await press.answered()).text == "Dieser Knopf ist zu alt."
    assert await private_desk.store.broadcasts.list_running() == ()
