"""Channels: the rights of administrators one by one, posts, and discussion groups."""

from __future__ import annotations

import pytest
from telegram import Bot, ChatMemberAdministrator, ForceReply
from telegram.error import BadRequest, Forbidden

from bot.demo.telegram_server.chats import MemberStatus, SimulatedChatType
from bot.demo.telegram_server.people import SimulatedGroup
from bot.demo.telegram_server.server import Server

POST, EDIT, DELETE = "can_post_messages", "can_edit_messages", "can_delete_messages"


@pytest.fixture
def channel(server: Server) -> SimulatedGroup:
    """Open a public channel in which the bot has all rights."""
    opened = server.group("Kanal", server.person(), kind=SimulatedChatType.CHANNEL, username="uferkanal", bot=False)
    opened.empower_bot()
    return opened


async def test_each_right_of_an_administrator_counts_alone(bot: Bot, channel: SimulatedGroup) -> None:
    """Who may not post still edits and deletes with the right for it; without both it may not."""
    place = channel.chat.id
    post, other = await bot.send_message(place, "a"), await bot.send_message(place, "b")
    channel.empower_bot(without=[POST])
    with pytest.raises(BadRequest, match="Need administrator rights in the channel chat"):
        await bot.send_message(place, "c")
    await bot.edit_message_text("A", place, post.message_id)
    await bot.delete_message(place, post.message_id)
    channel.empower_bot(without=[POST, EDIT, DELETE])
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("B", place, other.message_id)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(place, other.message_id)
    channel.empower_bot(without=[EDIT, DELETE])
    await bot.edit_message_text("B", place, other.message_id)
    await bot.delete_message(place, other.message_id)


async def test_a_change_of_rights_is_told_and_can_be_asked(bot: Bot, channel: SimulatedGroup) -> None:
    """The bot hears which rights it had and has; the same rights again are no change."""
    channel.empower_bot(without=[POST])
    channel.empower_bot(without=[POST])
    changes = [update.my_chat_member for update in await bot.get_updates() if update.my_chat_member]
    rights = [
        change.new_chat_member for change in changes if isinstance(change.new_chat_member, ChatMemberAdministrator)
    ]
    assert [member.can_post_messages for member in rights] == [True, False]
    member = await bot.get_chat_member(channel.chat.id, bot.id)
    assert isinstance(member, ChatMemberAdministrator)
    assert (member.can_post_messages, member.can_edit_messages) == (False, True)


async def test_rights_of_people_differ_too(server: Server, bot: Bot, channel: SimulatedGroup) -> None:
    """An administrator who may not post is told apart; a right that does not exist is a mistake of the test."""
    berta = server.person("Berta")
    channel.enrol(berta, MemberStatus.ADMINISTRATOR, without=[POST])
    member = await bot.get_chat_member(channel.chat.id, berta.id)
    assert isinstance(member, ChatMemberAdministrator)
    assert not member.can_post_messages
    with pytest.raises(LookupError, match="no such right: can_fly"):
        channel.empower_bot(without=["can_fly"])


async def test_who_is_no_administrator_sees_little(server: Server, bot: Bot, channel: SimulatedGroup) -> None:
    """A public channel is seen by everybody, its members by administrators, and a private one by nobody else."""
    creator = channel.creator
    channel.remove_bot()
    assert (await bot.get_chat("@uferkanal")).title == "Kanal"
    assert (await bot.get_chat_member(channel.chat.id, bot.id)).status == MemberStatus.LEFT
    with pytest.raises(BadRequest, match="Member list is inaccessible"):
        await bot.get_chat_member(channel.chat.id, creator.id)
    with pytest.raises(Forbidden, match="bot is not a member of the channel chat"):
        await bot.send_message(channel.chat.id, "x")
    hidden = server.group("Geheim", creator, kind=SimulatedChatType.CHANNEL, bot=False)
    with pytest.raises(Forbidden, match="bot is not a member of the channel chat"):
        await bot.get_chat(hidden.chat.id)
    channel.kick_bot()
    with pytest.raises(Forbidden, match="bot was kicked from the channel chat"):
        await bot.get_chat("@uferkanal")


async def test_a_channel_shows_only_inline_keyboards(bot: Bot, channel: SimulatedGroup) -> None:
    """Its readers have no keyboard of their own there."""
    with pytest.raises(BadRequest, match="Inline keyboard expected"):
        await bot.send_message(channel.chat.id, "x", reply_markup=ForceReply())


async def test_a_post_has_no_sender_and_is_repeated_in_the_discussion_group(
    server: Server, bot: Bot, channel: SimulatedGroup
) -> None:
    """There Telegram itself sends it, for the channel."""
    group = server.group("Diskussion", channel.creator, admin=True)
    channel.link(group)
    channel.creator.say("/list", chat=channel.chat)
    updates = await bot.get_updates()
    (post,) = [update.channel_post for update in updates if update.channel_post]
    assert post.from_user is None
    assert post.sender_chat is not None
    assert post.sender_chat.id == channel.chat.id
    (copy,) = [update.message for update in updates if update.message and update.message.text == "/list"]
    assert copy.is_automatic_forward
    assert copy.sender_chat is not None
    assert (copy.sender_chat.id, copy.chat.id) == (channel.chat.id, group.chat.id)
    assert (await bot.get_chat(channel.chat.id)).linked_chat_id == group.chat.id
