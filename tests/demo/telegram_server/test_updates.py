"""How updates reach the bot."""

import asyncio

import pytest
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, Update
from telegram.error import BadRequest, ChatMigrated, Conflict

from bot.demo.telegram_server.chats import MemberStatus, SimulatedChatType
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.server import Server
from tests.demo.conftest import client


async def test_a_command_carries_its_entity(server: Server, bot: Bot) -> None:
    """What a person types arrives as a message in which commands are marked."""
    anna = server.person("Anna", language="de")
    anna.say("/sub Nordkorea")
    (update,) = await bot.get_updates()
    message = update.message
    assert message is not None
    assert message.from_user is not None
    assert (message.text, message.from_user.language_code) == ("/sub Nordkorea", "de")
    assert [(one.type, one.offset, one.length) for one in message.entities] == [("bot_command", 0, 4)]


async def test_a_long_poll_ends_when_something_comes(server: Server, bot: Bot) -> None:
    """A waiting poller gets an update at once."""
    anna = server.person()
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await server.ready()
    anna.say("hallo")
    (update,) = await asyncio.wait_for(poll, HANG_SECONDS)
    assert update.message is not None
    assert update.message.text == "hallo"


async def test_updates_stay_until_confirmed(server: Server, bot: Bot) -> None:
    """The next offset confirms what is before it; without it the same updates come again."""
    anna = server.person()
    anna.say("eins")
    anna.say("zwei")
    first = await bot.get_updates()
    assert [one.update_id for one in first] == [one.update_id for one in await bot.get_updates()]
    (second,) = await bot.get_updates(offset=first[1].update_id)
    assert second.message is not None
    assert second.message.text == "zwei"
    assert await bot.get_updates(offset=second.update_id + 1) == ()
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_only_wanted_kinds_come(server: Server, bot: Bot) -> None:
    """Updates of a kind the bot did not ask for are dropped."""
    anna = server.person()
    await bot.get_updates(allowed_updates=[Update.MY_CHAT_MEMBER])
    anna.say("hallo")
    anna.block()
    (update,) = await bot.get_updates()
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "kicked"


async def test_a_second_poller_ends_the_first(server: Server, bot: Bot) -> None:
    """The older request gets 409; the newer one waits on."""
    older = asyncio.create_task(bot.get_updates(timeout=30))
    await server.ready()
    async with client(server) as second:
        newer = asyncio.create_task(second.get_updates(timeout=30))
        with pytest.raises(Conflict, match="terminated by other getUpdates request; make sure that only one bot"):
            await older
        server.person().say("hallo")
        assert len(await newer) == 1


async def test_a_webhook_excludes_polling(server: Server, bot: Bot) -> None:
    """While a webhook is set getUpdates is a conflict, until it is deleted."""
    await bot.set_webhook("https://example.org/hook", secret_token="s" * 32)
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    assert await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


async def test_a_bot_in_a_group_hears_commands_and_replies_only(server: Server, bot: Bot) -> None:
    """Privacy mode hides ordinary messages and commands for other bots."""
    anna = server.person()
    group = server.group("Team", anna)
    sent = await bot.send_message(group.chat.id, "guten Tag")
    asked = group.chat.find(sent.message_id)
    for text in ("hallo", "/sub@other_bot x", "/sub Kim", "/list@Stichwort_Bot"):
        anna.say(text, chat=group.chat)
    anna.say("danke", chat=group.chat, reply_to=asked)
    heard = [one.message.text for one in await bot.get_updates() if one.message]
    assert heard == ["/sub Kim", "/list@Stichwort_Bot", "danke"]


async def test_a_group_that_moved_names_its_new_id(server: Server, bot: Bot) -> None:
    """After an upgrade the old id is refused with the new one."""
    anna = server.person()
    old = server.group("Team", anna, kind=SimulatedChatType.GROUP)
    new = old.upgrade()
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(old.chat.id, "x")
    assert caught.value.new_chat_id == new.chat.id
    assert await bot.send_message(new.chat.id, "x")
    moved = [one.message for one in await bot.get_updates() if one.message]
    assert [(one.migrate_to_chat_id, one.migrate_from_chat_id) for one in moved] == [
        (new.chat.id, None),
        (None, old.chat.id),
    ]


async def test_topics_have_their_own_thread(server: Server, bot: Bot) -> None:
    """A message goes to a topic that exists, into a closed one from who manages topics, and not into a deleted one."""
    anna = server.person()
    group = server.group("Team", anna, forum=True)
    thread = group.open_topic("Nachrichten")
    sent = await bot.send_message(group.chat.id, "x", message_thread_id=thread)
    assert (sent.message_thread_id, sent.is_topic_message) == (thread, True)
    group.close_topic(thread)
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(group.chat.id, "x", message_thread_id=thread)
    group.empower_bot()
    await bot.send_message(group.chat.id, "x", message_thread_id=thread)
    group.delete_topic(thread)
    with pytest.raises(BadRequest, match="essage thread not found"):
        await bot.send_message(group.chat.id, "x", message_thread_id=thread)


async def test_rights_can_be_asked(server: Server, bot: Bot) -> None:
    """Chat, members and administrators parse, an anonymous administrator writes as the group."""
    anna, bert = server.person("Anna"), server.person("Bert")
    group = server.group("Team", anna, admin=True)
    group.enrol(bert)
    assert (await bot.get_chat(group.chat.id)).title == "Team"
    assert (await bot.get_chat_member(group.chat.id, anna.id)).status == MemberStatus.CREATOR
    assert (await bot.get_chat_member(group.chat.id, bert.id)).status == MemberStatus.MEMBER
    assert (await bot.get_chat_member(group.chat.id, bot.id)).status == MemberStatus.ADMINISTRATOR
    assert {one.user.id for one in await bot.get_chat_administrators(group.chat.id)} == {anna.id, bot.id}
    assert await bot.get_chat_member_count(group.chat.id) == 3
    anna.say("/list", chat=group.chat, anonymous=True)
    message = (await bot.get_updates())[-1].message
    assert message is not None
    assert message.sender_chat is not None
    assert message.sender_chat.id == group.chat.id


async def test_the_menu_a_person_sees_is_the_nearest(server: Server, bot: Bot) -> None:
    """The narrower scope wins, then the person's language."""
    anna = server.person(language="de")
    await bot.set_my_commands([BotCommand("help", "Help")])
    await bot.set_my_commands([BotCommand("sub", "Subscribe")], scope=BotCommandScopeAllPrivateChats())
    await bot.set_my_commands(
        [BotCommand("sub", "Abonnieren")], scope=BotCommandScopeAllPrivateChats(), language_code="de"
    )
    assert server.world.menus.seen_by(anna.chat, anna.id, "de") == (("sub", "Abonnieren"),)
    assert server.world.menus.seen_by(anna.chat, anna.id, "fr") == (("sub", "Subscribe"),)
    assert [one.description for one in await bot.get_my_commands()] == ["Help"]
    with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
        await bot.set_my_commands([("Größe", "x")])


async def test_everything_sent_is_seen_across_chats_and_doubles_are_found(server: Server, bot: Bot) -> None:
    """The server knows what came in all chats, and which receiver got a text twice."""
    people = [server.person(name) for name in ("Anna", "Bert")]
    for person in people:
        person.say("/start")
        await bot.send_message(person.id, "x")
    assert server.doubles == ()
    waiting = asyncio.create_task(server.wait_until(lambda: len(server.received) == 3))
    await bot.send_message(people[0].id, "x")
    await waiting
    assert [one.chat_id for one in server.doubles] == [people[0].id]
