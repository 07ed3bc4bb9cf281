"""/export, /import, /forget and /privacy, as people use them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.core.chat import AccessLevel
from bot.core.delivery.digest import DigestReceiver
from bot.core.ids import ChatId, UserId
from bot.core.portable import MOST_BYTES
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedGroup, SimulatedPerson
from tests.builders import MAIN, make_wish
from tests.telegram.conftest import Desk

FORGOTTEN = "Alles ist gelöscht. Über diesen Chat ist nichts mehr gespeichert."
NOTHING_READ = (
    "Importieren lassen sich nur ein Export (JSON), eine Feedliste (OPML) oder ein Text mit einem Stichwort pro Zeile."
)


async def export(desk: Desk, person: SimulatedPerson) -> list[Message]:
    """Ask for the export and give its files."""
    said = person.say("/export")
    await person.chat.answer_to(said)
    await desk.handled()
    return [message for message in person.chat.received if message.at >= said.at and message.document]


async def send(desk: Desk, person: SimulatedPerson, content: bytes, **how: Any) -> Message:
    """Send a file, with /import as its caption unless told otherwise, and give the answer."""
    sent = person.send_file("x.bin", content, **{"caption": "/import"} | how)
    return await (how.get("chat") or person.chat).answer_to(sent)


async def keywords(desk: Desk, person: SimulatedPerson) -> list[str]:
    """List what a person is subscribed to."""
    return [each.query.normal for each in await desk.store.subscriptions.list_for(ChatId(person.id), MAIN)]


async def forget(desk: Desk, person: SimulatedPerson) -> Message:
    """Have everything deleted; gives the message with the buttons."""
    question = await person.ask("/forget")
    await person.press("Ja, alles löschen", question).answered()
    await desk.handled()
    return question


async def test_what_was_taken_away_and_forgotten_comes_back(desk: Desk) -> None:
    """Keywords, hours, sources, language: the report names each, and a second import adds nothing."""
    anna = desk.server.person()
    await desk.store.feeds.add(make_wish("common"), desk.clock.now())
    for line in ("/sub Nordkorea, Putin", "/quiet 22:00-07:00", "/digest 08:00", "/timezone Zürich", "/lang fr"):
        await anna.ask(line)
    before = await keywords(desk, anna)
    document, opml = await export(desk, anna)
    assert document.document is not None
    assert opml.document is not None
    assert b"https://common.example/rss" in opml.document.content
    assert json.loads(document.document.content)["stored"]["chats"][0]["id"] == anna.id
    await anna.ask("/lang de")
    question = await forget(desk, anna)
    assert question.text == FORGOTTEN
    assert question.buttons == ()
    assert await desk.store.chats.find(ChatId(anna.id)) is None

    report = await send(desk, anna, document.document.content)

    assert report.text.splitlines()[0] == "Ajoutés\xa0: 6, déjà là\xa0: 2, refusés\xa0: 0."
    assert "+ Nordkorea" in report.text
    assert await keywords(desk, anna) == before
    chat = await desk.store.chats.find(ChatId(anna.id))
    assert chat is not None
    assert (chat.quiet_from, chat.quiet_to, chat.timezone, chat.language) == (1320, 420, "Europe/Zurich", "fr")
    receiver: DigestReceiver | None = await desk.store.digests.find(ChatId(anna.id), MAIN)
    assert receiver is not None
    assert receiver.digest == "08:00"
    assert "Ajoutés\xa0: 0, déjà là\xa0: 8" in (await send(desk, anna, document.document.content)).text


async def test_an_import_asks_for_the_file(desk: Desk) -> None:
    """The next file or text is the answer; each line has its own."""
    anna = desk.server.person()
    question = await anna.ask("/import")
    assert question.text.startswith("Welche Datei?")
    report = await send(desk, anna, b'Nordkorea\n"offen\n', caption="")
    assert report.text.splitlines()[:2] == ["1 hinzugefügt, 0 schon da, 1 abgelehnt.", "+ Nordkorea"]
    assert report.text.splitlines()[2].startswith('✗ "offen – ')
    await anna.ask("/import")
    assert "+ Putin" in (await anna.ask("Putin\nNordkorea")).text
    assert await keywords(desk, anna) == ["Nordkorea", "Putin"]


async def test_a_file_nobody_asked_for_is_no_import(desk: Desk) -> None:
    """The answer says how it would be one."""
    anna = desk.server.person()
    answer = await send(desk, anna, b"Nordkorea", caption="")
    assert "/import" in answer.text
    assert await keywords(desk, anna) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x" * (MOST_BYTES + 1), "Diese Datei ist zu gross; die Grenze liegt bei 5 MB."),
        (bytes(20 * 1024**2 + 1), "Diese Datei ist zu gross; die Grenze liegt bei 5 MB."),
        (b"%PDF-1.7\n\0\1", NOTHING_READ),
        (b"<html>x</html>", NOTHING_READ),
        (
            b'{"program": "stichwort", "format": 9}',
            "Diese Datei stammt von einer neueren Version dieses Bots und ist nicht lesbar.",
        ),
        (b'{"program": "stichwort"', "Diese Datei ist beschädigt: Ab Zeile 1, Zeichen 24 lässt sie sich nicht lesen."),
        (b" \n", "In dieser Datei gibt es nichts zu importieren."),
    ],
    ids=["5 MB", "20 MB", "pdf", "page", "newer", "cut", "blank"],
)
async def test_a_file_that_cannot_be_read_gets_one_sentence(desk: Desk, content: bytes, said: str) -> None:
    """And nothing changes."""
    anna = desk.server.person()
    await anna.ask("/sub Kim")

    assert (await send(desk, anna, content)).text == said

    assert await keywords(desk, anna) == ["Kim"]


async def test_a_file_telegram_does_not_hand_out_is_asked_for_again(desk: Desk) -> None:
    """It may have expired."""
    anna = desk.server.person()
    await anna.ask("/start")
    sent = anna.send_file("x.txt", b"Kim", caption="/import")
    del desk.server.world.files[sent.document.file_id]  # type: ignore[union-attr]

    answer = await anna.chat.answer_to(sent)

    assert answer.text == "Telegram hat diese Datei nicht herausgegeben. Bitte noch einmal schicken."
    desk.server.violations.clear()  # the bot could not know


async def test_a_long_report_is_a_file(desk: Desk) -> None:
    """The message has the numbers; limits hold."""
    anna = desk.server.person()
    await anna.ask("/start")
    report = await send(desk, anna, "\n".join(f"wort{number}" for number in range(40)).encode())
    assert report.text == "30 hinzugefügt, 0 schon da, 10 abgelehnt."
    await desk.handled()
    document = anna.chat.received[-1].document
    assert document is not None
    lines = document.content.decode().splitlines()
    assert len(lines) == 41
    assert lines[31].startswith("✗ wort30 – ")


async def test_the_question_before_forgetting_expires(desk: Desk) -> None:
    """After ten minutes its button changes nothing; a new question counts, also for a button pressed in between."""
    anna = desk.server.person()
    await anna.ask("/sub Kim")
    question = await anna.ask("/forget")
    await anna.ask("/list")
    desk.clock.move(minutes=11)

    press = anna.press("Ja, alles löschen", question)
    assert (await press.answered()).text == "Diese Frage ist abgelaufen."
    await desk.handled()

    assert question.text == "Diese Frage ist abgelaufen; es wurde nichts geändert."
    assert question.buttons == ()
    assert len(await desk.store.subscriptions.list_all_of(ChatId(anna.id))) == 1
    again = await anna.ask("/forget")
    await anna.ask("/list")
    await anna.press("Ja, alles löschen", again).answered()
    await desk.handled()
    assert await desk.store.subscriptions.list_all_of(ChatId(anna.id)) == ()


async def test_forgetting_can_be_left(desk: Desk) -> None:
    """A press on [Abbrechen] changes nothing; so does a word behind the command."""
    anna = desk.server.person()
    await anna.ask("/sub Kim")
    question = await anna.ask("/forget alles " + "x" * 3000)
    await anna.press("Abbrechen", question).answered()
    await desk.handled()
    assert question.text == "In Ordnung, alles bleibt, wie es war."
    assert await keywords(desk, anna) == ["Kim"]


async def test_who_is_forgotten_by_a_private_bot_is_a_stranger_again(private_desk: Desk) -> None:
    """That was said before; an operator of the configuration stays one."""
    desk = private_desk
    olga, anna = desk.server.person("Olga", user_id=77), desk.server.person()
    await olga.ask("/start")
    await desk.store.chats.set_access(UserId(anna.id), AccessLevel.APPROVED, desk.clock.now())
    await anna.ask("/sub Kim")
    question = await anna.ask("/forget")
    assert "eine neue Zulassung" in question.text
    await anna.press("Ja, alles löschen", question).answered()
    await desk.handled()
    assert await desk.store.chats.find_person(UserId(anna.id)) is None

    assert "Rolle als Betreiber" in (await olga.ask("/forget")).text


async def open_group(desk: Desk) -> tuple[SimulatedPerson, SimulatedPerson, SimulatedGroup]:
    """Open a group of Anna's with Ben in it."""
    anna, ben = desk.server.person("Anna"), desk.server.person("Ben")
    group = desk.server.group("Team", anna)
    group.enrol(ben)
    await desk.handled()  # the bot has greeted
    return anna, ben, group


@pytest.mark.parametrize("command", ["/export", "/import", "/forget"])
async def test_in_a_group_only_administrators_touch_its_data(desk: Desk, command: str) -> None:
    """Whoever else tries is told so; a press of theirs on the button too."""
    anna, ben, group = await open_group(desk)
    await anna.ask("/sub Kim", chat=group.chat)

    assert "Administratoren" in (await ben.ask(command, chat=group.chat)).text

    question = await anna.ask("/forget", chat=group.chat)
    note = (await ben.press("Ja, alles löschen", question).answered()).text
    assert "Administratoren" in note
    assert len(await desk.store.subscriptions.list_all_of(ChatId(group.chat.id))) == 1
    await anna.press("Ja, alles löschen", question).answered()
    await desk.handled()
    assert await desk.store.chats.find(ChatId(group.chat.id)) is None


async def test_a_group_brings_its_file_as_a_caption_or_as_an_answer(desk: Desk) -> None:
    """Other files there are nobody's business of the bot."""
    anna, ben, group = await open_group(desk)
    question = await anna.ask("/import", chat=group.chat)
    report = await send(desk, anna, b"Kim", chat=group.chat, caption="", reply_to=question)
    assert "+ Kim" in report.text
    assert "+ Putin" in (await send(desk, anna, b"Putin", chat=group.chat)).text
    denied = await send(desk, ben, b"Trump", chat=group.chat)
    assert "Administratoren" in denied.text
    before = len(group.chat.received)
    anna.send_file("x.txt", b"Merkel", chat=group.chat)
    await desk.handled()
    assert len(group.chat.received) == before
    assert len(await desk.store.subscriptions.list_all_of(ChatId(group.chat.id))) == 2


async def test_privacy_names_what_is_stored_and_how_to_end_it(desk: Desk) -> None:
    """With who is responsible, and both commands to tap on."""
    anna = desk.server.person()
    said = await anna.ask("/privacy")
    assert "Rita <Example>" in said.text
    assert {"/export", "/forget"} <= set(said.pieces("bot_command"))
    assert "30 Tage" in said.text
    assert "365 Tage" in said.text


async def test_too_many_exports_wait_an_hour(desk: Desk) -> None:
    """They are work for everybody's database."""
    anna = desk.server.person()
    await anna.ask("/start")
    for _ in range(10):
        await export(desk, anna)
    assert (await anna.ask("/export")).text == "Das war viel in einer Stunde. Bitte später wieder versuchen."
