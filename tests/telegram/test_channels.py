"""Channels managed from a private chat, against the strict server."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.delivery.delivery import Delivered, Finished
from bot.core.ids import ChatId
from bot.demo.telegram_server.chats import MemberStatus, SimulatedChatType
from bot.demo.telegram_server.people import SimulatedGroup, SimulatedPerson
from bot.telegram import channels, keyboards
from bot.telegram.commands import TypedCommand
from tests.telegram.conftest import Desk
from tests.telegram.test_stored_replies import make_stored_replies


def channel(desk: Desk, creator: SimulatedPerson) -> SimulatedGroup:
    """Open a channel in which the bot may post."""
    opened = desk.server.group("Kanal", creator, kind=SimulatedChatType.CHANNEL, username="uferkanal", bot=False)
    opened.invite_bot(admin=True)
    return opened


async def test_a_keyword_is_added_and_listed_for_the_channel(desk: Desk) -> None:
    """By name and by id; the private chat keeps its own list, and the channel gets no answer."""
    anna = desk.server.person()
    opened = channel(desk, anna)
    assert "Nordkorea" in (await anna.ask("/sub @uferkanal Nordkorea")).text
    assert "Nordkorea" in (await anna.ask(f"/list {opened.chat.id}")).text
    assert (await anna.ask("/list")).text.startswith("Noch gibt es"), "her own list is empty"
    assert opened.chat.received == ()


async def test_an_answer_to_a_question_is_about_the_channel(desk: Desk) -> None:
    """The question is asked in the private chat."""
    anna = desk.server.person()
    opened = channel(desk, anna)
    await anna.ask("/sub @uferkanal")
    await anna.ask("Nordkorea")
    assert "Nordkorea" in (await anna.ask("/list @uferkanal")).text
    assert (await anna.ask("/list")).text.startswith("Noch gibt es")
    assert opened.chat.received == ()


async def test_a_former_administrator_changes_nothing(desk: Desk) -> None:
    """Neither with a command nor with a button that is still there."""
    anna, berta = desk.server.person(), desk.server.person("Berta")
    opened = channel(desk, anna)
    opened.enrol(berta, MemberStatus.ADMINISTRATOR)
    answer = await berta.ask("/sub @uferkanal Nordkorea")
    undo = answer.buttons[0][0]
    opened.enrol(berta, MemberStatus.MEMBER)
    press = berta.press(undo, answer)
    assert "Nur Administratoren dieses Kanals" in (await press.answered()).text
    assert (await berta.ask("/unsub @uferkanal Nordkorea")).text.startswith("Nur Administratoren dieses Kanals")
    assert "Nordkorea" in (await anna.ask("/list @uferkanal")).text


async def test_a_button_below_an_answer_acts_on_the_channel(desk: Desk) -> None:
    """The confirmation and the deletion are both about the channel that the command named."""
    anna = desk.server.person()
    channel(desk, anna)
    await anna.ask("/sub Klima")
    answer = await anna.ask("/sub @uferkanal Nordkorea")
    undo = next(label for row in answer.buttons for label in row if "ückgängig" in label)
    await anna.press(undo, answer).answered()
    assert (await anna.ask("/list @uferkanal")).text.startswith("Kanal Kanal\nNoch gibt es")
    assert "Klima" in (await anna.ask("/list")).text


async def test_answers_name_the_channel_before_and_after_a_press(desk: Desk) -> None:
    """Also in the commands they mention, so that none is taken for one about the private chat."""
    anna = desk.server.person()
    channel(desk, anna)
    answer = await anna.ask("/sub @uferkanal Nordkorea, Iran")
    await anna.press("Rückgängig: Iran", answer).answered()
    assert answer.text.split("\n")[0] == "Kanal Kanal"
    assert answer.text.count("Kanal Kanal") == 1
    assert answer.text.endswith("Wieder entfernt: Iran.")
    assert "/unsub @uferkanal all entfernt alle" in (await anna.ask("/unsub @uferkanal")).text


async def test_the_answer_speaks_the_language_of_the_private_chat(desk: Desk) -> None:
    """Also after an import, whatever the channel speaks."""
    anna = desk.server.person()
    channel(desk, anna)
    await anna.ask("/lang @uferkanal fr")
    await anna.ask("/import @uferkanal")
    assert "+ Biber" in (report := (await anna.ask("Biber, Luchs")).text)
    assert report.startswith("Kanal Kanal\n2 hinzugefügt")


async def test_each_obstacle_is_named_in_a_sentence(desk: Desk) -> None:
    """No channel, a group, no administrator, and a stranger to the channel."""
    anna, berta = desk.server.person(), desk.server.person("Berta")
    assert "sehe diesen Kanal nicht" in (await anna.ask("/sub @nirgendwo Nordkorea")).text
    desk.server.group("Gruppe", anna, username="ufergruppe")
    assert "kein Kanal" in (await anna.ask("/sub @ufergruppe Nordkorea")).text
    opened = channel(desk, anna)
    assert "Nur Administratoren" in (await berta.ask("/list @uferkanal")).text
    opened.kick_bot()
    assert "Kanal" in (await anna.ask("/list @uferkanal")).text
    assert (await anna.ask("/list")).text.startswith("Noch gibt es")


def test_only_a_first_word_names_a_channel() -> None:
    """Other words stay with the query."""
    command = TypedCommand("sub", None, "@uferkanal  Nordkorea AND Kim")
    assert channels.split_reference(command) == ("@uferkanal", TypedCommand("sub", None, "Nordkorea AND Kim"))
    assert channels.split_reference(TypedCommand("sub", None, "-1001234567890")) is not None
    assert channels.split_reference(TypedCommand("sub", None, "Nordkorea @uferkanal")) is None


@pytest.mark.parametrize(
    ("argument", "reference"),
    [
        ("https://t.me/uferkanal Nordkorea", "@uferkanal"),
        ("t.me/uferkanal/ Nordkorea", "@uferkanal"),
        ("https://t.me/c/1234567890/7 Nordkorea", -1001234567890),
        ("＠uferkanal Nordkorea", "@uferkanal"),
    ],
)
def test_a_channel_may_be_named_by_its_link(argument: str, reference: int | str) -> None:
    """As it is copied from the app; where a link is the argument itself, it is none."""
    command = TypedCommand("sub", None, argument)
    assert channels.split_reference(command) == (reference, TypedCommand("sub", None, "Nordkorea"))
    assert channels.split_reference(TypedCommand("addfeed", None, "https://t.me/uferkanal")) is None
    assert channels.split_reference(TypedCommand("sub", None, "https://t.me/uferkanal/12?single")) is None


def test_the_channel_is_read_back_from_callback_data() -> None:
    """Data without a channel names none."""
    assert keyboards.split_channel(keyboards.join_channel(-1001234567890, "kw:7:u")) == (-1001234567890, "kw:7:u")
    assert keyboards.split_channel("kw:7:u") is None


async def notices(desk: Desk, person: SimulatedPerson) -> list[str]:
    """Send what the bot has to say on its own account, as the sender does; gives what the person was told."""
    stored, before = make_stored_replies(desk), len(person.chat.received)
    for delivery in await desk.store.outbox.claim("me", desk.clock.now(), lease=timedelta(hours=1), limit=100):
        outcome = await (await stored.prepare(delivery))()
        assert isinstance(outcome, Delivered)
        await desk.store.outbox.finish(delivery, Finished(outcome.message_id), desk.clock.now())
    return [message.text for message in person.chat.received[before:]]


async def test_the_manager_hears_when_the_right_to_post_goes_and_comes(desk: Desk) -> None:
    """Once each: without the right, removed, an administrator again."""
    anna = desk.server.person()
    await anna.ask("/help")
    opened = channel(desk, anna)
    await desk.handled()
    opened.empower_bot(without=["can_post_messages"])
    opened.empower_bot(without=["can_post_messages", "can_edit_messages"])
    await desk.handled()
    (told,) = await notices(desk, anna)
    assert told.startswith("Im Kanal Kanal darf ich nicht posten. Seine Meldungen warten, bis ich dort das Recht habe")
    opened.empower_bot()
    await desk.handled()
    assert await notices(desk, anna) == ["Im Kanal Kanal darf ich wieder posten. Seine Meldungen gehen weiter."]
    opened.kick_bot()
    await desk.handled()
    assert await notices(desk, anna) == [
        "Ich wurde aus dem Kanal Kanal entfernt. Seine Meldungen warten, bis ich dort wieder Administrator bin."
    ]
    opened.empower_bot(without=["can_post_messages"])
    await desk.handled()
    assert await notices(desk, anna) == [], "it still cannot post, as was said"
    assert opened.chat.received == ()


async def test_the_next_administrator_becomes_manager_when_the_first_is_none_any_more(desk: Desk) -> None:
    """As long as the first is one, it stays so whoever else uses a command."""
    anna, berta = desk.server.person(), desk.server.person("Berta")
    opened = channel(desk, anna)
    opened.enrol(berta, MemberStatus.ADMINISTRATOR)
    channel_id = ChatId(opened.chat.id)
    await berta.ask("/list @uferkanal")
    known = await desk.store.channels.find(channel_id)
    assert known is not None
    assert (known.manager_id, known.title) == (anna.id, "Kanal")
    opened.enrol(anna, MemberStatus.LEFT)
    await berta.ask("/list @uferkanal")
    known = await desk.store.channels.find(channel_id)
    assert known is not None
    assert known.manager_id == berta.id


async def test_a_command_posted_in_the_channel_is_answered_there(desk: Desk) -> None:
    """Whoever can post may change things there; the private chat knows the same keywords."""
    anna = desk.server.person()
    opened = channel(desk, anna)
    assert (await anna.ask("/sub Nordkorea", chat=opened.chat)).text.startswith("Abonniert: Nordkorea")
    assert "Nordkorea" in (await anna.ask("/list@stichwort_bot", chat=opened.chat)).text
    assert "Nordkorea" in (await anna.ask("/list @uferkanal")).text


async def test_what_is_posted_for_the_readers_is_left_alone(desk: Desk) -> None:
    """Posts, commands of a private chat, of operators, of others or unknown ones, and what is forwarded."""
    anna = desk.server.person()
    opened = channel(desk, anna)
    await anna.ask("/sub", chat=opened.chat)
    for text in ("Nordkorea", "/start", "/help", "/stats", "/roll 6", "/roll@stichwort_bot", "/list@other_bot"):
        anna.say(text, chat=opened.chat)
    anna.say("/list", chat=opened.chat, forwarded_from=anna.profile)
    await desk.handled()
    (asked,) = opened.chat.received
    assert asked.text.endswith("Verwalten lässt sich der Kanal auch im privaten Chat.")
    assert asked.markup == {}
    assert (await anna.ask("/list @uferkanal")).text.startswith("Kanal Kanal\nNoch gibt es")


async def test_a_post_is_no_command_in_the_discussion_group(desk: Desk) -> None:
    """Telegram repeats it there in the name of the channel, which has no rights in the group."""
    anna = desk.server.person()
    group = desk.server.group("Diskussion", anna, admin=True)
    opened = channel(desk, anna)
    opened.link(group)
    await group.chat.wait_for(lambda message: message.text.startswith("Hallo!"))
    await anna.ask("/sub Nordkorea", chat=opened.chat)
    await desk.handled()
    assert len([message for message in group.chat.received if message.sender.is_bot]) == 1
    assert (await anna.ask("/list", chat=group.chat)).text.startswith("Noch gibt es")


async def test_a_command_is_not_answered_where_the_bot_may_not_post(desk: Desk) -> None:
    """The channel stays silenced, and Telegram has nothing to refuse."""
    anna = desk.server.person()
    await anna.ask("/help")
    opened = channel(desk, anna)
    opened.empower_bot(without=["can_post_messages"])
    anna.say("/sub Nordkorea", chat=opened.chat)
    await desk.handled()
    assert opened.chat.received == ()
    assert len(await notices(desk, anna)) == 1
    assert opened.chat.id not in {call.chat_id for call in desk.server.calls.of("sendMessage")}


async def test_a_reader_of_the_channel_changes_nothing_by_its_buttons(desk: Desk) -> None:
    """The buttons below an answer are there for everybody to see."""
    anna, berta = desk.server.person(), desk.server.person("Berta")
    opened = channel(desk, anna)
    opened.enrol(berta)
    answer = await anna.ask("/sub Nordkorea", chat=opened.chat)
    press = berta.press("Rückgängig", answer, chat=opened.chat)
    assert (await press.answered()).text == "Nur Administratoren können hier etwas ändern."
    assert "Nordkorea" in (await anna.ask("/list", chat=opened.chat)).text
