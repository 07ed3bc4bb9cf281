"""Topics in private chats and in supergroups, opened by the bot."""

from __future__ import annotations

import pytest
from telegram import Bot
from telegram.error import BadRequest

from bot.demo.telegram_server.server import Server


async def test_a_topic_opens_in_a_private_chat_where_the_owner_switched_them_on(server: Server, bot: Bot) -> None:
    """`getMe` says so; messages go into it until it is deleted."""
    anna = server.person("Anna")
    anna.say("/start")
    assert (await bot.get_me()).has_topics_enabled is False
    with pytest.raises(BadRequest, match=r"(?i)the chat is not a forum"):
        await bot.create_forum_topic(anna.id, "Nordkorea")
    server.world.has_private_topics = True
    assert (await bot.get_me()).has_topics_enabled is True
    topic = await bot.create_forum_topic(anna.id, "Nordkorea")
    sent = await bot.send_message(anna.id, "Hallo", message_thread_id=topic.message_thread_id)
    assert (topic.name, sent.message_thread_id) == ("Nordkorea", topic.message_thread_id)
    anna.delete_topic(topic.message_thread_id)
    with pytest.raises(BadRequest, match=r"(?i)thread not found"):
        await bot.send_message(anna.id, "Hallo", message_thread_id=topic.message_thread_id)


@pytest.mark.parametrize(
    ("name", "colour", "refusal"),
    [("", None, "TOPIC_TITLE_INVALID"), ("x" * 129, None, "TOPIC_TITLE_INVALID"), ("x", 5, "TOPIC_ICON_COLOR_INVALID")],
)
async def test_a_topic_has_a_name_and_one_of_six_colours(
    server: Server, bot: Bot, name: str, colour: int | None, refusal: str
) -> None:
    """Anything else is a mistake of the bot."""
    server.world.has_private_topics = True
    anna = server.person("Anna")
    anna.say("/start")
    with pytest.raises(BadRequest, match=f"(?i){refusal}"):
        await bot.create_forum_topic(anna.id, name, icon_color=colour)
    assert len(server.violations) == 1


async def test_in_a_supergroup_the_bot_needs_the_right(server: Server, bot: Bot) -> None:
    """As an administrator who may manage topics, where there are some."""
    group = server.group("Team", server.person("Anna"), forum=True)
    with pytest.raises(BadRequest, match=r"(?i)not enough rights to create a topic"):
        await bot.create_forum_topic(group.chat.id, "Asien")
    group.invite_bot(admin=True)
    topic = await bot.create_forum_topic(group.chat.id, "Asien")
    assert group.chat.topics == {topic.message_thread_id: "Asien"}
