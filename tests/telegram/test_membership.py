"""Groups, topics and channels."""

from __future__ import annotations

from bot.core.ids import ChatId
from bot.demo.telegram_server.chats import MemberStatus, SimulatedChatType
from bot.demo.telegram_server.messages import Message
from bot.telegram.access import FullNotices
from tests.telegram.conftest import Desk, Open

EXAMPLES = (("Nordkorea",), ("künstliche Intelligenz",), ("Klima",))


async def test_in_groups_only_administrators_change_things(desk: Desk) -> None:
    """Also by buttons; anonymous administrators are administrators; everybody may look."""
    anna, bert = desk.server.person("Anna"), desk.server.person("Bert")
    group = desk.server.group("Presse", anna)
    group.enrol(bert)
    welcome = await group.chat.wait_for(lambda message: "Administratoren" in message.text)
    refused = "Nur Administratoren können hier etwas ändern."
    assert (await bert.ask("/sub@stichwort_bot Kim", chat=group.chat)).text == refused
    assert (await bert.press("Nordkorea", welcome, chat=group.chat).answered()).text == refused
    assert (await anna.ask("/sub Putin", chat=group.chat)).text.startswith("Abonniert:")
    said = bert.say("/sub Klima", chat=group.chat, anonymous=True)
    assert (await group.chat.answer_to(said)).text.startswith("Abonniert:")
    listed = (await bert.ask("/list", chat=group.chat)).text
    assert listed.index("Nr. 1 · Putin (sofort)") < listed.index("Nr. 2 · Klima (sofort)")


async def test_a_group_is_welcomed_with_three_steps(desk: Desk) -> None:
    """Once, when the bot is added; an administrator can begin with a tap."""
    anna = desk.server.person()
    group = desk.server.group("Presse", anna)
    welcome = await group.chat.wait_for(lambda message: message.text.startswith("Hallo!"))
    assert [line[:2] for line in welcome.text.split("\n")] == ["Ha", "1.", "2.", "3.", "In"]
    assert welcome.buttons == EXAMPLES
    group.empower_bot()
    group.empower_bot(without=["can_pin_messages"])
    await desk.handled()
    assert group.chat.received == (welcome,)


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
    assert (await group.chat.answer_to(said)).text.startswith("Abonniert:")


async def test_topics_are_places_of_their_own(desk: Desk) -> None:
    """The answer comes into the topic, and its keywords are its own."""
    anna = desk.server.person()
    group = desk.server.group("Presse", anna, forum=True)
    topic = group.open_topic("Asien")
    said = anna.say("/sub Nordkorea", chat=group.chat, thread=topic)
    answer: Message = await group.chat.wait_for(lambda message: message.text.startswith("Abonniert"), after=said)
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
    channel = desk.server.group("Kanal", anna, kind=SimulatedChatType.CHANNEL, bot=False)
    desk.server.world.set_standing(channel.chat, MemberStatus.ADMINISTRATOR, anna.profile)
    await desk.handled()
    assert channel.chat.received == ()
    chat = await desk.store.chats.find(channel.chat.id)  # type: ignore[arg-type] # ids are numbers
    assert chat is not None


async def test_one_person_may_add_the_bot_to_five_groups(desk: Desk) -> None:
    """A sixth is left after one line; one that was given up makes room."""
    anna = desk.server.person()
    groups = []
    for number in range(5):
        groups.append(desk.server.group(f"Gruppe {number}", anna))
        await groups[-1].chat.wait_for(lambda message: message.text.startswith("Hallo!"))
    sixth = desk.server.group("Gruppe 5", anna)
    await sixth.chat.wait_until(lambda chat: chat.bot is MemberStatus.LEFT)
    assert [message.text for message in sixth.chat.received] == [
        "Dieselbe Person hat den Bot schon in 5 Gruppen geholt; mehr sind nicht möglich."
    ]
    groups[0].kick_bot()
    await desk.handled()
    seventh = desk.server.group("Gruppe 6", anna)
    await seventh.chat.wait_for(lambda message: message.text.startswith("Hallo!"))


FULL = "Dieser Bot bedient schon so viele Chats, wie sein Betreiber erlaubt."


async def test_no_more_chats_are_served_than_the_operator_allows(open_desk: Open) -> None:
    """Newcomers hear it once, a group is left after one line; who is there stays, and who goes makes room."""
    async with open_desk(max_chats=2) as desk:
        anna, berta, carl = (desk.server.person(name) for name in ("Anna", "Berta", "Carl"))
        await anna.ask("/sub Nordkorea")
        group = desk.server.group("Presse", anna)
        await group.chat.wait_for(lambda message: message.text.startswith("Hallo!"))
        assert (await berta.ask("/start")).text == FULL
        berta.say("/sub Nordkorea")
        opened = desk.server.group("Kanal", anna, kind=SimulatedChatType.CHANNEL, username="uferkanal", bot=False)
        opened.empower_bot()
        await opened.chat.wait_until(lambda chat: chat.bot is MemberStatus.LEFT)
        assert [message.text for message in opened.chat.received] == [FULL]
        assert "Nordkorea" in (await anna.ask("/list")).text
        assert len(berta.chat.received) == 1
        group.kick_bot()
        await desk.handled()
        assert (await carl.ask("/start")).text.startswith("Hallo!")


async def test_who_was_turned_away_is_not_told_again_after_a_restart(desk: Desk) -> None:
    """What is said once is stored, as a hash; somebody else is told."""
    key_value, chats = desk.store.key_value, [ChatId(-1001), ChatId(7)]
    assert [await FullNotices(key_value=key_value).may_say(chat) for chat in chats] == [True, True]
    notices = FullNotices(key_value=key_value)
    assert [await notices.may_say(chat) for chat in (*chats, ChatId(8))] == [False, False, True]
    assert "1001" not in str(await key_value.get("chats.told_full"))


async def test_operators_are_served_beyond_the_limit(open_desk: Open) -> None:
    """Whoever set the limit is not turned away by it."""
    async with open_desk(max_chats=1, operators=[77]) as desk:
        await desk.server.person("Anna").ask("/start")
        assert (await desk.server.person("Olga", user_id=77).ask("/start")).text.startswith("Hallo!")


async def test_a_channel_beyond_the_limit_cannot_be_managed(open_desk: Open) -> None:
    """One that the bot was in before it knew of channels counts as a new chat."""
    async with open_desk(max_chats=1) as desk:
        anna = desk.server.person()
        await anna.ask("/help")
        opened = desk.server.group("Kanal", anna, kind=SimulatedChatType.CHANNEL, username="uferkanal", bot=False)
        opened.chat.bot = MemberStatus.ADMINISTRATOR
        assert (await anna.ask("/sub @uferkanal Nordkorea")).text == FULL
